"""Sentences with what makes their scores, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analysis.report.text import cell, clean, cut, number, reads_right_to_left, web_link
from schemas import fields as f


@dataclass(frozen=True)
class Sentence:
    """One sentence, ready to be shown."""

    tone: str
    """Which list it stands in."""
    score: str
    """Its score."""
    text: str
    """The sentence, cut where it is very long."""
    direction: str
    """`rtl` or `ltr`."""
    explanation: str
    """What makes its score; empty where the scorer does not tell."""
    url: str
    """Address of the page, shortened."""
    link: str | None
    """The address, where it is safe to follow."""
    facts: tuple[str, ...]
    """Outlet and date."""


def is_sentences(rows: pa.Table) -> bool:
    """Whether rows are sentences with their scores."""
    return {f.tone.name, f.sentence.name, f.sentence_score.name, f.explanation.name} <= set(rows.column_names)


def sentences(rows: pa.Table) -> list[Sentence]:
    """The sentences of such a table, in its order; none for any other table."""
    return [_sentence(row) for row in rows.to_pylist()] if is_sentences(rows) else []


def _sentence(row: dict[str, Any]) -> Sentence:
    text, url = row[f.sentence.name], row.get("url") or ""
    dated = row.get(f.dated_at.name)
    return Sentence(
        clean(row[f.tone.name]),
        number(row[f.sentence_score.name]),
        clean(cut(text, 600)),
        "rtl" if reads_right_to_left(text) else "ltr",
        clean(cut(row[f.explanation.name] or "", 600)),
        clean(cut(url, 90)),
        web_link(url),
        tuple(clean(v) for v in (row.get("outlet"), cell(dated)[:10] if dated else None) if v),
    )

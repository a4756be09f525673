"""Keywords in context, ready to be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.shape import is_context
from analysis.report.text import cell, clean, cut, cut_left, reads_right_to_left, web_link

HITS = 50


@dataclass(frozen=True)
class Hit:
    """One hit, ready to be shown."""

    before: str
    """Words before it."""
    hit: str
    """The words that matched."""
    after: str
    """Words after it."""
    direction: str
    """`rtl` or `ltr`, of the line."""
    url: str
    """Address of the page, shortened."""
    link: str | None
    """The address, where it is safe to follow."""
    facts: tuple[str, ...]
    """Query where there are several, date, language, source file with offset, where the table has them."""


def hits(rows: pa.Table) -> list[Hit]:
    """Hits of a table of keywords in context, taken evenly from all of it; empty for any other table."""
    if not is_context(rows):
        return []
    several = "query" in rows.column_names and len(pc.unique(rows["query"])) > 1
    shown = min(HITS, rows.num_rows)
    rows = rows.take([i * rows.num_rows // shown for i in range(shown)])
    return [_hit(row, several) for row in rows.to_pylist()]


def _hit(row: dict[str, Any], several: bool) -> Hit:
    url = row.get("url") or ""
    place = row.get("source_file")
    if place and row.get("record_offset") is not None:
        place = f"{place} @ {row['record_offset']}"
    captured = cell(row["captured_at"]) if row.get("captured_at") else None
    query = f"query “{row['query']}”" if several and row.get("query") else None
    return Hit(
        clean(cut_left(row["before"] or "", 160)),
        clean(cut(row["hit"] or "", 160)),
        clean(cut(row["after"] or "", 160)),
        "rtl" if reads_right_to_left(row["hit"] or "") else "ltr",
        clean(cut(url, 90)),
        web_link(url),
        tuple(clean(str(v)) for v in (query, captured, row.get("language"), place) if v),
    )

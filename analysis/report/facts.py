"""What a manifest says beyond the table: definitions, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analysis.report.text import cell

FACT_ROWS = 50


@dataclass(frozen=True)
class FactTable:
    """Rows that the manifest holds, totals for instance."""

    name: str
    """What they are."""
    columns: tuple[str, ...]
    """Names of their columns."""
    rows: Sequence[Mapping[str, Any]]
    """The first `FACT_ROWS` of them."""
    total: int
    """How many there are."""


def facts(known: Mapping[str, Any]) -> tuple[list[tuple[str, str]], list[FactTable]]:
    """What the manifest says beyond the table: single values by name, and lists of rows as small tables."""
    single, several = [], []
    for key, value in known.items():
        name = key.replace("_", " ")
        if _is_rows(value):
            columns = tuple(dict.fromkeys(column for row in value for column in row))
            several.append(FactTable(name, columns, value[:FACT_ROWS], len(value)))
        elif value not in ([], {}, None, ""):
            single.append((name, _said(value)))
    return single, several


def _said(value: object) -> str:
    """A fact in words: pairs as `a 1; b 2`."""
    if isinstance(value, Mapping):
        return "; ".join(f"{k} {cell(v)}" for k, v in value.items())
    return ", ".join(cell(v) for v in value) if isinstance(value, list | tuple) else cell(value, 400)


def _is_rows(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and v for v in value)

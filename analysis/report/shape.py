"""What kind of table a result is, told by its columns alone: so an analysis needs no entry here."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import is_number, is_text
from analysis.report.sentences import is_sentences
from schemas.table import Column, Table

PLACES = ("record_offset", "tile_row")
"""Columns of a key that say where a thing lies: there is a row for each thing, and no chart compares them."""
CONTEXT = ("before", "hit", "after")
_PERIOD = re.compile(r"\d{4}(-\d{2}){0,2}")
_CRAWL = re.compile(r"CC-MAIN-\d{4}(-\d{2,4})*")


@dataclass(frozen=True)
class Shape:
    """Which column plays which part in a chart of a result."""

    measure: Column
    """What is drawn as length or height."""
    low: Column | None
    """Lower end of the measure's interval (`<measure>_low`)."""
    high: Column | None
    """Upper end of it."""
    time: Column | None
    """The period: a date, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or a crawl's name, which sorts by time."""
    category: Column | None
    """What is compared: a bar each, or a line each."""
    facets: tuple[Column, ...]
    """Columns whose combinations get a panel each."""
    fixed: tuple[Column, ...]
    """Key columns with one value only."""

    @property
    def has_interval(self) -> bool:
        """Whether both ends of an interval are there."""
        return self.low is not None and self.high is not None


def is_context(rows: pa.Table) -> bool:
    """Whether rows are hits in their context (columns before, hit and after)."""
    return all(name in rows.column_names for name in CONTEXT)


def shape_of(table: Table, rows: pa.Table) -> Shape | None:
    """The parts that columns play; None where there is nothing to draw (no row, no measure, no label)."""
    if not rows.num_rows or is_context(rows) or is_sentences(rows):
        return None
    if any(c.name in PLACES for c in table.key):
        return None
    dimensions = [c for c in (*table.groups, *table.key) if c.name in rows.column_names]
    measure = _measure([c for c in table.values if c.name in rows.column_names], set(rows.column_names))
    if measure is None or not dimensions:
        return None
    varying = [c for c in dimensions if pc.count_distinct(rows[c.name], mode="all").as_py() > 1]
    time = next((c for c in varying if is_period(rows[c.name])), None)
    panels = [c for c in varying if c in table.panels] if time else []
    others = [c for c in varying if c is not time and c not in panels]
    keys = [c for c in others if c in table.key and is_text(c.type)] or [c for c in others if is_text(c.type)]
    category = keys[-1] if keys else (None if time else next(iter(others or dimensions)))
    return Shape(
        measure,
        _named(table, rows, f"{measure.name}_low"),
        _named(table, rows, f"{measure.name}_high"),
        time,
        category,
        (*panels, *(c for c in others if c is not category)),
        tuple(c for c in dimensions if c not in varying and c is not category),
    )


def is_period(values: pa.ChunkedArray, dated: bool = False) -> bool:
    """Whether a column is a period of time by type or, being text, by how every value is written.

    Args:
        values: The column.
        dated: Whether only dates count, so that the distance between periods has a meaning.
    """
    if pa.types.is_temporal(values.type):
        return not pa.types.is_duration(values.type)
    if not is_text(values.type):
        return False
    distinct: Iterable[str | None] = pc.unique(values).to_pylist()
    forms = (_PERIOD,) if dated else (_PERIOD, _CRAWL)
    seen = [v for v in distinct if v is not None]
    return bool(seen) and any(all(form.fullmatch(v) for v in seen) for form in forms)


def _measure(values: list[Column], names: set[str]) -> Column | None:
    """The first measure with an interval, else the first relative one (a float), else the first number."""
    ends = ("_low", "_high")
    numbers = [c for c in values if is_number(c.type) and not c.name.endswith(ends)]
    with_interval = [c for c in numbers if all(c.name + end in names for end in ends)]
    relative = [c for c in numbers if pa.types.is_floating(c.type)]
    return next(iter([*with_interval, *relative, *numbers]), None)


def _named(table: Table, rows: pa.Table, name: str) -> Column | None:
    return table.column(name) if name in rows.column_names else None

"""Which rows a chart shows: the strongest categories, the largest groups, and what was left out."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.gaps import gaps_of
from analysis.report.shape import Shape
from analysis.report.text import cell, label, listed, number
from schemas.table import Column, Table

MAX_PANELS, MAX_LINES, MAX_BARS, MAX_BARS_IN_PANEL = 9, 6, 20, 10
Mark = dict[str, Any]
"""One mark: category, period, value, low, high, and the counts behind it for the tooltip."""


@dataclass(frozen=True)
class PanelRows:
    """The marks of one panel."""

    name: str
    """Which group it shows; empty where there is one panel only."""
    marks: tuple[Mark, ...]
    """Bars in order of height, or points in order of series and time."""
    gaps: tuple[Mark, ...] = ()
    """Periods of which the archive itself misses days: period, days, and these as a share of the period."""


@dataclass(frozen=True)
class Selection:
    """All that is drawn."""

    panels: tuple[PanelRows, ...]
    """At most `MAX_PANELS`."""
    series: tuple[str, ...]
    """Names of the lines in order of their colours; empty for bars and for a single line."""
    left_out: str
    """What was cut, as a sentence; empty where nothing was."""
    counts: tuple[Column, ...]
    """Columns of counts that the marks carry."""


def select(table: Table, rows: pa.Table, shape: Shape) -> Selection:
    """Choose panels, then bars or lines; ties go to the name that sorts first, so a rerun draws the same."""
    every, rows = rows, _told(rows, shape)
    counts = _counts(table, rows, shape)
    # over time, a period without a value is shown: its line breaks there
    groups, cuts = _panels(rows, every if shape.time else rows, shape, counts)
    rows = pa.concat_tables([part for _, part in groups]) if groups else rows
    chosen, cut_series = _series(_told(rows, shape), shape) if shape.time else ((), "")
    limit = MAX_BARS if len(groups) == 1 else MAX_BARS_IN_PANEL
    panels, longest = [], 0
    for name, part in groups:
        longest = max(longest, part.num_rows)
        taken = _points(part, shape, chosen) if shape.time else _bars(part, shape, limit)
        panels.append(PanelRows(name, tuple(_marks(taken, shape, counts)), gaps_of(part, shape)))
    if shape.time is None and longest > limit:
        cuts = [*cuts, f"the {limit} highest{' of each group' if len(groups) > 1 else ''}"]
    said = [*cuts, cut_series] if cut_series else cuts
    sentence = f"Shown: {listed(said)}." if said else ""
    return Selection(tuple(panels), tuple(cell(c, 200) for c in chosen), sentence, counts)


def _told(rows: pa.Table, shape: Shape) -> pa.Table:
    return rows.filter(pc.is_finite(rows[shape.measure.name].cast(pa.float64())))


def _counts(table: Table, rows: pa.Table, shape: Shape) -> tuple[Column, ...]:
    here = [c for c in table.values if c.name in rows.column_names and c is not shape.measure]
    return tuple(c for c in here if pa.types.is_integer(c.type))[:6]


def _panels(
    rows: pa.Table, every: pa.Table, shape: Shape, counts: Sequence[Column]
) -> tuple[list[tuple[str, pa.Table]], list[str]]:
    """Of every row those of each group drawn, largest group first, and what was left out."""
    if not shape.facets or not rows.num_rows:
        return ([("", every)] if rows.num_rows else []), []
    names = [c.name for c in shape.facets]
    weight = next((c for c in counts if c.name not in names), None)
    size = rows.group_by(names, use_threads=False)
    if weight:
        size, by = size.aggregate([(weight.name, "sum")]), f"{weight.name}_sum"
    else:
        size, by = size.aggregate([([], "count_all")]), "count_all"
    order = [(by, "descending"), *((n, "ascending") for n in names)]
    largest = size.sort_by(order).slice(0, MAX_PANELS).select(names).to_pylist()
    parts = [(_panel_name(shape.facets, key), every.filter(_where(key))) for key in largest]
    if size.num_rows <= MAX_PANELS:
        return parts, []
    groups = " by ".join(label(c).lower() for c in shape.facets)
    why = f"largest by {label(weight).lower()}" if weight else "largest"
    return parts, [f"{MAX_PANELS} of {size.num_rows:,} groups ({groups}), the {why}"]


def _where(key: Mapping[str, Any]) -> pc.Expression:
    tests = [pc.field(n).is_null() if v is None else pc.field(n) == pc.scalar(v) for n, v in key.items()]
    found = tests[0]
    for test in tests[1:]:
        found = found & test
    return found


def _panel_name(facets: Sequence[Column], key: Mapping[str, Any]) -> str:
    parts = []
    for column in facets:
        shown = "(missing)" if key[column.name] is None else cell(key[column.name], 40)
        parts.append(f"{column.name} {shown}" if pa.types.is_integer(column.type) else shown)
    return " · ".join(parts)


def _series(rows: pa.Table, shape: Shape) -> tuple[tuple[Any, ...], str]:
    """The categories whose lines are drawn: those with the highest mean of the measure."""
    if shape.category is None:
        return (), ""
    name, measure = shape.category.name, shape.measure.name
    means = rows.group_by(name, use_threads=False).aggregate([(measure, "mean")])
    best = means.sort_by([(f"{measure}_mean", "descending"), (name, "ascending")])
    chosen = tuple(best[name].slice(0, MAX_LINES).to_pylist())
    if best.num_rows <= MAX_LINES:
        return chosen, ""
    return (
        chosen,
        f"{MAX_LINES} of {best.num_rows:,} lines ({label(shape.category).lower()}), those of highest mean",
    )


def _points(rows: pa.Table, shape: Shape, chosen: Sequence[Any]) -> list[Mark]:
    """Rows of the chosen lines by time; where a line lacks a period, a mark without value breaks it."""
    assert shape.time is not None
    time = shape.time.name
    periods = sorted(set(rows[time].to_pylist()) - {None})
    category = shape.category.name if shape.category else None
    if category:
        rows = rows.filter(pc.is_in(rows[category], pa.array(list(chosen), rows[category].type)))
    found = {(r[category] if category else None, r[time]): r for r in rows.to_pylist()}
    lines = list(chosen) if category else [None]
    empty = {shape.measure.name: None}
    return [
        found.get((c, t), empty | {time: t} | ({category: c} if category else {}))
        for c in lines
        for t in periods
        if any(key[0] == c for key in found)
    ]


def _bars(rows: pa.Table, shape: Shape, limit: int) -> list[Mark]:
    assert shape.category is not None
    order = [(shape.measure.name, "descending"), (shape.category.name, "ascending")]
    best: list[Mark] = rows.take(pc.select_k_unstable(rows, limit, order)).to_pylist()
    return best


def _marks(rows: Iterable[Mark], shape: Shape, counts: Sequence[Column]) -> Iterable[Mark]:
    seen: set[str] = set()
    for rank, row in enumerate(rows, 1):
        name = cell(row[shape.category.name], 200) if shape.category else ""
        # Two long terms may look the same once they are cut; they are two bars all the same.
        name = f"{name} #{rank}" if shape.time is None and name in seen else name
        seen.add(name)
        value = _finite(row[shape.measure.name])
        mark = {"category": name, "value": value, "label": number(value)}
        if shape.has_interval and shape.low and shape.high:
            mark |= {"low": _finite(row.get(shape.low.name)), "high": _finite(row.get(shape.high.name))}
        if shape.time:
            at = row[shape.time.name]
            mark["period"] = at if isinstance(at, str) else at.isoformat()
        yield mark | {c.name: row.get(c.name) for c in counts}


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None

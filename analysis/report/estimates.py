"""Estimates side by side: what predictions count, and what the texts coded by hand make of it.

For every table with a column `estimator` and an interval: a row for each period or group, in it a dot with its
interval for each estimator. Where a row's count lies outside the interval of what is corrected, the model is biased.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from analysis.report.figure import Figure, Panel
from analysis.report.marks import estimates
from analysis.report.shape import Shape, shape_of
from analysis.report.text import cell, cut, listed, number
from analysis.report.words import source_note

if TYPE_CHECKING:
    from analysis.result import Result

Row = dict[str, Any]
ESTIMATORS = ("counted", "adjusted", "ppi", "dsl", "coded_only")
CORRECTED = ("ppi", "dsl", "coded_only")
"""Corrected by the coded texts; the first that is there is the one to report."""
# Okabe and Ito (2008), as all charts; the count is grey, since it is what the others are held against.
MARKS: Mapping[str, tuple[str, str]] = {
    "counted": ("#57606a", "square"),
    "adjusted": ("#D55E00", "diamond"),
    "ppi": ("#0072B2", "circle"),
    "dsl": ("#009E73", "triangle-up"),
    "coded_only": ("#CC79A7", "triangle-down"),
}
WHY: Mapping[str, str] = {
    "counted": "What the {told} say, taken for the truth. The {teller} errs, and more texts do not make it err less: "
    "the interval is that of chance alone and may well miss.",
    "adjusted": "The count with the {teller}'s errors undone, by how it errs in all coded texts together. Wrong where "
    "it errs otherwise in one group or period than in another.",
    "ppi": "The {told}, corrected by their mean error in the coded texts of the same group and period, and used "
    "only as far as they help. Holds however the {teller} errs. Report this one; where few "
    "texts of a group are coded (under about 30), dsl.",
    "dsl": "The same correction with {told} used in full: wider than ppi where the {teller} is poor.",
    "coded_only": "The coded texts alone, without {told}. Holds too; the wider, the fewer are coded.",
}
"""Each estimate, and why it differs from the others; `told` and `teller` as below."""
TOLD = {"share": ("predictions", "model"), "mean_score": ("scores", "scorer")}
"""By measure: what is corrected, and who said it."""
ROWS, PANELS = 12, 9


@dataclass(frozen=True)
class Estimates:
    """A result's table with the parts that its columns play."""

    rows: list[Row]
    """All rows."""
    measure: str
    """Column of the estimate."""
    along: str
    """Column whose values are rows of a panel: period, or group where there is one period only."""
    panels: tuple[str, ...]
    """Columns whose combinations get a panel each."""

    @property
    def said(self) -> Callable[[float], str]:
        """How a value is written: shares in percent."""
        return _percent if self.measure == "share" else number

    @property
    def estimators(self) -> list[str]:
        """Estimators there are, in their order."""
        there = {row["estimator"] for row in self.rows}
        return [name for name in ESTIMATORS if name in there]

    def cells(self) -> list[dict[str, Row]]:
        """The estimates of each panel's row by name, where they have a value."""
        found: dict[tuple[Any, ...], dict[str, Row]] = {}
        for row in self.rows:
            key = (*(row[name] for name in self.panels), row[self.along])
            if row[self.measure] is not None:
                found.setdefault(key, {})[row["estimator"]] = row
        return list(found.values())


def is_estimates(rows: pa.Table) -> bool:
    """Whether rows are estimates by several estimators."""
    return "estimator" in rows.column_names


def figure_of_estimates(result: Result) -> Figure | None:
    """The chart; None where no row has a value."""
    shape = shape_of(result.analysis.writes, result.table)
    if shape is None or not shape.has_interval:
        return None
    found = _estimates(result.table, shape)
    chosen, left_out = _chosen(found)
    if not chosen:
        return None
    span = _span(rows := [row for _, part in chosen for row in part], found.measure)
    panels = tuple(_panel(found, name, part, span) for name, part in chosen)
    there = [name for name in found.estimators if any(row["estimator"] == name for row in rows)]
    told, teller = TOLD.get(found.measure, TOLD["share"])
    subtitle = " ".join([shape.measure.description, "Lines: 95 % intervals.", *_warned(result), *left_out])
    return Figure(
        title=_title(found),
        subtitle=subtitle,
        note=source_note(result.manifest),
        panels=panels,
        series=tuple((_name(one), *MARKS[one]) for one in there),
        name="estimates",
        reading=tuple((_name(one), WHY[one].format(told=told, teller=teller)) for one in there),
    )


def _estimates(table: pa.Table, shape: Shape) -> Estimates:
    varying = [name for name in ("group", "period") if len(set(table[name].to_pylist())) > 1]
    along = varying[-1] if varying else "period"
    classes = [name for name in ("label_class",) if name in table.column_names]
    panels = (*classes, *(name for name in varying if name != along))
    return Estimates(table.to_pylist(), shape.measure.name, along, panels)


def _chosen(found: Estimates) -> tuple[list[tuple[str, list[Row]]], list[str]]:
    """Rows of each panel that is drawn, by its name, and what was left out."""
    parts: dict[tuple[Any, ...], list[Row]] = {}
    for row in found.rows:
        if row[found.measure] is not None:
            parts.setdefault(tuple(row[name] for name in found.panels), []).append(row)
    largest = sorted(parts, key=lambda key: (-max(row["items_all"] for row in parts[key]), key))[:PANELS]
    left_out = [] if len(parts) <= PANELS else [f"Shown: the {PANELS} largest of {len(parts):,} panels."]
    keep = _kept(found)
    if len(keep) < len({row[found.along] for row in found.rows}):
        which = "latest periods" if found.along == "period" else "largest groups"
        left_out.append(f"Shown: the {ROWS} {which}; the table has all.")
    drawn = [
        (" · ".join(cell(one, 40) for one in key), [row for row in parts[key] if row[found.along] in keep])
        for key in sorted(largest)
    ]
    return [(name, rows) for name, rows in drawn if rows], left_out


def _kept(found: Estimates) -> set[Any]:
    """Periods or groups that are drawn."""
    if found.along == "period":
        return set(sorted({row["period"] for row in found.rows})[-ROWS:])
    sizes = {row["group"]: row["items_all"] for row in found.rows}
    return set(sorted(sizes, key=lambda group: (-sizes[group], group))[:ROWS])


def _span(rows: list[Row], measure: str) -> tuple[float, float]:
    """Ends of the scale of all panels, zero among them."""
    ends = [row[f"{measure}{end}"] for row in rows for end in ("", "_low", "_high")]
    there = [0.0, *(end for end in ends if end is not None)]
    return min(there), max(there)


def _panel(found: Estimates, name: str, rows: list[Row], span: tuple[float, float]) -> Panel:
    marks = [
        {
            "row": cell(row[found.along], 60), "estimator": _name(row["estimator"]), "value": row[found.measure],
            "low": row[f"{found.measure}_low"], "high": row[f"{found.measure}_high"],
            "items_coded": row["items_coded"], "items_all": row["items_all"],
        }
        for row in sorted(rows, key=lambda row: (row[found.along], ESTIMATORS.index(row["estimator"])))
    ]  # fmt: skip
    looks = {_name(one): MARKS[one] for one in found.estimators}
    said = "; ".join(f"{m['row']} {m['estimator']} {found.said(m['value'])}" for m in marks)
    chart = estimates(marks, looks, span, "%" if found.measure == "share" else "", found.measure)
    alt = f"Dots with intervals of {found.measure.replace('_', ' ')}{f', {name}' if name else ''}: {said}."
    spec = chart.properties(width="container", description=alt).to_dict()
    return Panel(name, {k: v for k, v in spec.items() if k not in {"$schema", "config"}}, alt)


def _title(found: Estimates) -> str:
    """Where the count is off for most texts, and in how many cells it is off at all."""
    best = next((name for name in CORRECTED if name in found.estimators), None)
    both = [
        c
        for c in found.cells()
        if best in c and "counted" in c and c[best][f"{found.measure}_low"] is not None
    ]
    if best is None or not both:
        names = listed([_name(one) for one in found.estimators])
        return f"{names[:1].upper()}{names[1:]}{', side by side' if len(found.estimators) > 1 else ''}"
    off = [(_outside(c["counted"], c[best], found.measure), c) for c in both]
    several = f"{sum(far > 0 for far, _ in off):,} of {len(off):,}"
    far, worst = max(off, key=lambda one: one[0] * one[1]["counted"]["items_all"])
    if not far > 0:
        return f"In none of {len(off):,} does the count lie outside the interval of {_name(best)}"
    count, right, said = worst["counted"], worst[best], found.said
    low, high = (said(right[f"{found.measure}_{end}"]) for end in ("low", "high"))
    where = " · ".join(
        f"“{cut(str(right[n]), 30)}”" for n in (*found.panels, found.along) if right[n] != "all"
    )
    things = "shares" if found.measure == "share" else "means"
    return (
        f"{where or 'All'}: {said(count[found.measure])} counted, {said(right[found.measure])} ({low} to {high}) "
        f"corrected by the coded texts; the count lies outside the interval of {_name(best)} in {several} {things}"
    )


def _outside(count: Row, right: Row, measure: str) -> float:
    """How far the count lies outside the interval, 0 where it is in it."""
    value, low, high = float(count[measure]), float(right[f"{measure}_low"]), float(right[f"{measure}_high"])
    return max(low - value, value - high, 0.0)


def _warned(result: Result) -> list[str]:
    facts = result.manifest.get("facts") or {}
    if facts.get("predictions_of_coded_texts_held_out", True):
        return []
    return [
        "Predictions of the coded texts are by the model as it is: if it learnt from these texts, all but “coded only” "
        "are corrected too little."
    ]


def _name(estimator: str) -> str:
    return estimator.replace("_", " ")


def _percent(value: float) -> str:
    return f"{100 * value:.0f}\u202f%"

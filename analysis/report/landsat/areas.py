"""Figures of tables keyed by area: a map, a chart of each area or of all, and what was lost why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import Figure, Panel
from analysis.report.landsat import charts as draw
from analysis.report.landsat.maps import Coloured, legend_svg, map_svg
from analysis.report.landsat.outlines import regions
from analysis.report.landsat.rows import Latest, Series, ids, latest, lost, notable, points
from analysis.report.scales import FALL, RISE, about_zero, from_low_to_high
from analysis.report.text import cell, cut, listed, number, percent
from analysis.report.words import counted, source_note

if TYPE_CHECKING:
    from analysis.result import Result

OUTLINES = "areas.geojson"
PANELS, DOTS = 9, 40
OVER_TIME = ("slope", "change")
WORDS = {"slope": "trend", "change": "change"}


def is_areas(rows: pa.Table) -> bool:
    """Whether rows are of areas: a panel of means, or trends or changes."""
    names = set(rows.column_names)
    return {"area_id", "sensor"} <= names and (
        {"mean", "period", "clear_share"} <= names or bool(_over_time(rows))
    )


def figures_of_areas(result: Result) -> list[Figure]:
    """The figures of such a table, in the order of the page."""
    rows = result.table
    if not rows.num_rows:
        return []
    measure = _over_time(rows)
    found = [_dots(result, measure)] if measure else [_series(result, a) for a in ("mean", "anomaly")]
    found = [_map(result, measure), *found, *([] if measure else [_lost(result)])]
    return [figure for figure in found if figure is not None]


def _over_time(rows: pa.Table) -> str:
    return next((name for name in OVER_TIME if {name, f"{name}_low"} <= set(rows.column_names)), "")


def _index(rows: pa.Table) -> str:
    """`NDVI`; several are joined."""
    return "/".join(sorted(cell(v, 20).upper() for v in pc.unique(rows["index_name"]).to_pylist()))


def _unit(rows: pa.Table, measure: str) -> str:
    """What the values are, with their unit; an index has none."""
    if measure == "slope":
        return f"Slope of {_index(rows)} a year"
    if measure == "change":
        before, after = (rows[f"years_{side}"][0].as_py() for side in ("before", "after"))
        return f"Change of {_index(rows)}, {before} to {after}"
    return f"{'Mean' if measure == 'mean' else 'Anomaly of'} {_index(rows)} (no unit)"


def _map(result: Result, measure: str) -> Figure | None:
    outlines = next((content for name, content in result.extras() if name == OUTLINES), None)
    parts = regions(outlines) if outlines else ()
    if not parts:
        return None
    rows, told = result.table, None
    if measure:
        values, clear = _settled(rows, measure)
        shown = Coloured(values, about_zero(list(values.values())), _unit(rows, measure), clear, True)
    else:
        told = latest(rows)
        unit = f"{_unit(rows, 'mean')}, {told.period}"
        shown = Coloured(told.values, from_low_to_high(list(told.values.values())), unit)
    every = [s.area_id for part in parts for s in part.shapes]
    lacking = sum(a not in shown.values for a in every)
    title = _title_over_time(rows, measure) if measure else _title_latest(rows, told)
    note = [f"{shown.unit}." if measure else _period_said(told)]
    note += [f"{counted(lacking, 'area')} of {len(every):,} without a value: hatched."] if lacking else []
    note += (
        ["Areas far apart are on maps of their own, each with its own scale bar."] if len(parts) > 1 else []
    )
    panels = tuple(Panel("", {}, _said(shown, lacking), svg=map_svg(part, shown)) for part in parts)
    return Figure(
        title, " ".join(note), source_note(result.manifest), panels, (), "map", legend_svg(shown, lacking)
    )


def _settled(rows: pa.Table, measure: str) -> tuple[dict[str, float], frozenset[str]]:
    """The value of each area, and the areas whose interval excludes zero; of several sensors that of most periods."""
    counts = "periods" if "periods" in rows.column_names else "compared"
    names = ["area_id", measure, f"{measure}_low", f"{measure}_high", counts]
    values: dict[str, float] = {}
    clear: set[str] = set()
    for row in sorted(rows.select(names).to_pylist(), key=lambda r: r[counts]):
        if row[measure] is not None:
            values[row["area_id"]] = row[measure]
            clear = (clear | {row["area_id"]}) if _is_clear(row, measure) else clear - {row["area_id"]}
    return values, frozenset(clear)


def _is_clear(row: Mapping[str, Any], measure: str) -> bool:
    low, high = row[f"{measure}_low"], row[f"{measure}_high"]
    return low is not None and high is not None and (low > 0 or high < 0)


def _title_over_time(rows: pa.Table, measure: str) -> str:
    values, clear = _settled(rows, measure)
    rise = sum(values[a] > 0 for a in clear)
    total, none = len(ids(rows)), len(ids(rows)) - len(values)
    parts = [f"rises in {rise} of {counted(total, 'area')}", f"falls in {len(clear) - rise}"]
    parts += (
        [f"shows no clear {WORDS[measure]} in {len(values) - len(clear)}"] if len(values) > len(clear) else []
    )
    told = f"{_index(rows)} {listed(parts)}"
    return (
        f"{told}; {counted(none, 'area')} {'has' if none == 1 else 'have'} too little for one"
        if none
        else told
    )


def _title_latest(rows: pa.Table, told: Latest | None) -> str:
    if told is None or not told.values:
        return f"{_index(rows)}: no area has a value"
    order = sorted(told.values.items(), key=lambda pair: (-pair[1], pair[0]))
    (most, high), (least, low) = order[0], order[-1]
    return (
        f"In {told.period}, {_index(rows)} was highest in “{cut(cell(most), 30)}” ({number(high, 3)}) and lowest in "
        f"“{cut(cell(least), 30)}” ({number(low, 3)})"
    )


def _period_said(told: Latest | None) -> str:
    if told is None or not told.values:
        return ""
    several = " Means of several sensors are averaged by their pixels." if told.several else ""
    return f"{told.period} is the latest period of which most areas have a mean.{several}"


def _said(shown: Coloured, lacking: int) -> str:
    order = sorted(shown.values.items(), key=lambda pair: -pair[1])
    ends = [*order[:3], *order[max(3, len(order) - 3) :]]
    told = "; ".join(f"{cut(cell(name), 30)} {number(value, 3)}" for name, value in ends)
    return f"Map of {shown.unit}: {told}; {lacking} without a value."


def _dots(result: Result, measure: str) -> Figure | None:
    """All areas by their slope or change, with intervals; of very many those at both ends."""
    rows = result.table
    told = [r for r in rows.to_pylist() if r[measure] is not None]
    if not told:
        return None
    told.sort(key=lambda r: (-r[measure], r["area_id"]))
    kept = told if len(told) <= DOTS else told[: DOTS // 2] + told[-(DOTS // 2) :]
    several = len({r["sensor"] for r in told}) > 1
    spec = draw.dots(kept, measure, _unit(rows, measure), several)
    best, worst = told[0], told[-1]
    title = (
        f"Largest: “{cut(cell(best['area_id']), 30)}” ({number(best[measure], 3)}); smallest: "
        f"“{cut(cell(worst['area_id']), 30)}” ({number(worst[measure], 3)})"
    )
    left = (
        f" Shown: the {DOTS // 2} largest and the {DOTS // 2} smallest of {len(told):,}."
        if len(told) > len(kept)
        else ""
    )
    lacking = rows.num_rows - len(told)
    none = (
        f" {counted(lacking, 'row')} without one {'is' if lacking == 1 else 'are'} in the table."
        if lacking
        else ""
    )
    note = (
        f"{_unit(rows, measure)}, largest first. Lines: 95 % interval; an area without a line has too few values for "
        f"one.{left}{none}"
    )
    said = "; ".join(f"{cut(cell(r['area_id']), 30)} {number(r[measure], 3)}" for r in kept)
    series = draw.SIGNS if not several else draw.sensors({r["sensor"] for r in told})
    panel = Panel("", spec, f"Dot chart of {_unit(rows, measure)}: {said}.")
    return Figure(title, note, source_note(result.manifest), (panel,), series, "areas")


def _series(result: Result, measure: str) -> Figure | None:
    """A panel for each of the most notable areas."""
    rows = result.table
    if pc.all(pc.is_null(rows[measure])).as_py():
        return None
    chosen, why = notable(rows, PANELS)
    series: list[Series] = [points(rows, name, measure) for name in chosen]
    frame = draw.frame(series, measure)
    panels = tuple(
        Panel(
            cut(cell(one.area_id, 200), 60),
            draw.series(one, measure, frame, alone=len(chosen) == 1),
            _course(one, _unit(rows, measure)),
        )
        for one in series
    )
    every = len(ids(rows))
    shown = f" Shown: {len(chosen)} of {every:,} areas, {why}." if every > len(chosen) else ""
    sensors = draw.sensors({m["sensor"] for one in series for m in one.marks})
    if measure == "mean":
        title = f"Mean {_index(rows)} over time, {'an area a panel' if len(chosen) > 1 else 'in the area'}"
        note = (
            f"{_unit(rows, measure)}. Upright lines: 95 % interval, where there are two passes or more, cut off at the "
            "frame; the line breaks where too little of the area was usable."
        )
    else:
        title = f"Anomaly of {_index(rows)}: above and below what is usual there at that time of year"
        note = "The area's mean less its own mean in this kind of period, over the years of the baseline."
        sensors = (("above", RISE, "square"), ("below", FALL, "square"))
    return Figure(title, note + shown, source_note(result.manifest), panels, sensors, measure)


def _course(one: Series, unit: str) -> str:
    there = [m for m in one.marks if m["value"] is not None]
    if not there:
        return f"{unit}, {cut(cell(one.area_id), 40)}: no value."
    first, last = (f"{number(m['value'], 3)} ({m['period']})" for m in (there[0], there[-1]))
    return f"{unit}, {cut(cell(one.area_id), 40)}: {first} to {last}, {counted(len(there), 'value')}."


def _lost(result: Result) -> Figure:
    """How much of the areas was usable, and what the rest was lost to: by year, and by area."""
    told = lost(result.table)
    usable = told.share["clear_share"]
    most = sorted(
        ((n, s) for n, s in told.share.items() if n != "clear_share" and s > 0), key=lambda p: -p[1]
    )
    first = listed([f"{percent(round(s, 3))} to {draw.CAUSES[n][0]}" for n, s in most[:3]])
    title = f"{percent(round(usable, 3))} of all looks at the areas were usable"
    title += f"; lost: {first}" if first else ""
    cut_areas = (
        f" By area: the {len(told.areas)} with the smallest usable share of {told.areas_all:,}."
        if told.areas_all > len(told.areas)
        else ""
    )
    note = f"Shares of the areas' pixels over all passes; areas count alike.{cut_areas}"
    names = [n for n in draw.CAUSES if told.share.get(n)]
    years, areas = "; ".join(_usable(told.by_year)), "; ".join(_usable(told.by_area))
    panels = (
        Panel("By year", draw.lost_by_year(told.by_year, names), f"Usable share by year: {years}."),
        Panel(
            "By area, the least usable first",
            draw.lost_by_area(told.by_area, names),
            f"Usable share by area: {areas}.",
        ),
    )
    series = tuple((draw.CAUSES[n][0], draw.CAUSES[n][1], "square") for n in names)
    return Figure(title, note, source_note(result.manifest), panels, series, "lost")


def _usable(marks: list[dict[str, Any]]) -> list[str]:
    return [
        f"{cut(cell(m['of']), 30)} {percent(round(m['share'], 3))}"
        for m in marks
        if m["cause"] == "clear_share"
    ]

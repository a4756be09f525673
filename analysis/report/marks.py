"""The three kinds of chart, in Altair: lines with bands, bars, dots with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from textwrap import wrap
from typing import Any

import altair as alt

from analysis.report.figure import INK, MUTED, PALETTE, SHAPES
from analysis.report.select import Mark, PanelRows, Selection
from analysis.report.shape import Shape
from analysis.report.text import label
from schemas.table import Column

STEP = 22
"""Height of a bar with the space around it, in pixels."""
ESTIMATE_STEP = 9
"""Height of one of several estimates in a row, in pixels."""


def lines(shape: Shape, chosen: Selection, panel: PanelRows, dated: bool, height: int) -> alt.LayerChart:
    """A line for each series, with points, and a band where there is an interval; lines break at gaps."""
    assert shape.time is not None
    base = alt.Chart(_data(panel)).encode(x=_time(shape.time, dated), **_colour(chosen))
    above = alt.Axis(
        titleAngle=0, titleAlign="left", titleAnchor="end", titleX=0, titleY=-10, titleBaseline="bottom"
    )
    title = _axis(shape.measure, chosen, 50)
    above.titleY = -10 if isinstance(title, str) else 4 - 14 * len(title)
    y = alt.Y("value:Q", title=title, scale=_scale(chosen), axis=above)
    colour = {} if chosen.series else {"color": PALETTE[0]}
    layers = [
        base.mark_line(strokeWidth=2, **colour).encode(y=y),
        base.mark_point(filled=True, size=36, opacity=1, **colour).encode(
            y=y, tooltip=_tooltip(shape, chosen), **_symbol(chosen)
        ),
    ]
    if shape.has_interval:
        band = base.mark_area(opacity=0.18, **colour).encode(
            y=alt.Y("low:Q", scale=_scale(chosen)), y2="high:Q"
        )
        layers.insert(0, band)
    if panel.gaps:
        layers.insert(0, _gaps(panel, shape.time, dated))
    return alt.layer(*layers).properties(height=height)


def _gaps(panel: PanelRows, time: Column, dated: bool) -> alt.Chart:
    """A grey stripe where the archive itself misses days, darker the more of the period it misses."""
    told = [alt.Tooltip("period:N", title=label(time)), alt.Tooltip("gap_days:Q", title="gap_days")]
    opacity = alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.1, 0.35]), legend=None)
    stripe = alt.Chart(alt.Data(values=list(panel.gaps))).mark_rule(color=MUTED, strokeWidth=9)
    return stripe.encode(x=_time(time, dated), opacity=opacity, tooltip=told)


def bars(shape: Shape, chosen: Selection, panel: PanelRows) -> alt.LayerChart:
    """A bar for each category, highest first, with its value beside it."""
    base = alt.Chart(_data(panel)).encode(y=_categories(chosen), tooltip=_tooltip(shape, chosen))
    scale = _scale(chosen, beside=0.1 if len(chosen.panels) == 1 else 0.3)
    x = alt.X("value:Q", title=_axis(shape.measure, chosen, 60), scale=scale, axis=_few_ticks(chosen))
    bar = base.mark_bar(color=PALETTE[0], height={"band": 0.72}).encode(x=x)
    # A value stands at the end of its bar, left of it where the bar goes left.
    align, dx = alt.expr("datum.value < 0 ? 'right' : 'left'"), alt.expr("datum.value < 0 ? -4 : 4")
    text = base.mark_text(align=align, dx=dx, color=MUTED, fontSize=11).encode(x=x, text="label:N")
    return alt.layer(bar, text).properties(height=max(1, len(panel.marks)) * STEP)


def dots(shape: Shape, chosen: Selection, panel: PanelRows) -> alt.LayerChart:
    """A dot for each category on the line of its interval, highest first."""
    base = alt.Chart(_data(panel)).encode(y=_categories(chosen), tooltip=_tooltip(shape, chosen))
    x = alt.X(
        "value:Q", title=_axis(shape.measure, chosen, 60), scale=_scale(chosen), axis=_few_ticks(chosen)
    )
    span = base.mark_rule(color=PALETTE[0], strokeWidth=2).encode(
        x=alt.X("low:Q", scale=_scale(chosen)), x2="high:Q"
    )
    return alt.layer(
        base.mark_point(filled=True, size=60, color=PALETTE[0], opacity=1).encode(x=x), span
    ).properties(height=max(1, len(panel.marks)) * STEP)


def estimates(
    rows: Sequence[Mark],
    looks: Mapping[str, tuple[str, str]],
    span: tuple[float, float],
    unit: str,
    title: str,
) -> alt.LayerChart:
    """A row for each `row`, in it a dot on its interval for each `estimator`, one below the other.

    Args:
        rows: Marks with row, estimator, value, low, high and counts, in the order they are drawn.
        looks: Colour and shape of each estimator, in order.
        span: Ends of the scale.
        unit: Format of the axis: `%` for shares, else empty.
        title: What is estimated.
    """
    names, told = list(looks), ("value", "low", "high")
    colour = alt.Color("estimator:N", scale=alt.Scale(domain=names, range=[c for c, _ in looks.values()]))
    shape = alt.Shape("estimator:N", scale=alt.Scale(domain=names, range=[s for _, s in looks.values()]))
    scale = alt.Scale(domain=list(span), nice=True)
    axis = alt.Axis(tickCount=5, labelOverlap="greedy", format=".0%" if unit else "")
    labels = alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=6, labelLimit=140)
    places = alt.YOffset("estimator:N", sort=names, scale=alt.Scale(paddingOuter=0.8))
    counts = [alt.Tooltip(f"{name}:Q", format=",") for name in ("items_coded", "items_all")]
    base = alt.Chart(alt.Data(values=list(rows))).encode(
        y=alt.Y("row:N", title=None, sort=None, axis=labels, scale=alt.Scale(padding=0)),
        yOffset=places,
        color=colour,
        tooltip=[
            "row:N",
            "estimator:N",
            *(alt.Tooltip(f"{name}:Q", format=",.4~r") for name in told),
            *counts,
        ],
    )
    name = title.replace("_", " ").capitalize()
    x = alt.X("value:Q", title=name, scale=scale, axis=axis)
    line = base.mark_rule(strokeWidth=2, opacity=0.75).encode(
        x=alt.X("low:Q", title=name, scale=scale), x2="high:Q"
    )
    dot = base.mark_point(filled=True, size=46, opacity=1).encode(x=x, shape=shape)
    count = len({row["row"] for row in rows})
    return alt.layer(line, dot).properties(height=count * (ESTIMATE_STEP * len(names) + 12))


def _data(panel: PanelRows) -> alt.Data:
    return alt.Data(values=list(panel.marks))


def _categories(chosen: Selection) -> alt.Y:
    # As wide in every panel, so that bars of the same height have the same length.
    longest = max((len(m["category"]) for p in chosen.panels for m in p.marks), default=0)
    widest = 130 if len(chosen.panels) == 1 else 90
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelPadding=6, labelLimit=widest)
    axis.minExtent = min(widest, 7 * longest)
    return alt.Y("category:N", title=None, sort=None, axis=axis)


def _time(time: Column, dated: bool) -> alt.X:
    title = f"{label(time)} (UTC)" if dated else label(time)
    if dated:
        axis = alt.Axis(labelOverlap="greedy", tickCount=6, grid=False)
        return alt.X("period:T", title=title, scale=alt.Scale(type="utc"), axis=axis)
    short = alt.Axis(
        labelExpr="replace(datum.label, 'CC-MAIN-', '')", labelOverlap="greedy", labelAngle=0, grid=False
    )
    return alt.X("period:O", title=title, axis=short)


def _scale(chosen: Selection, beside: float = 0) -> alt.Scale:
    """The same scale for all panels, zero included, so that heights may be compared.

    Args:
        chosen: All that is drawn.
        beside: Room left beyond the ends for what stands beside them, as a share of the range.
    """
    marks = [m for p in chosen.panels for m in p.marks]
    ends = [m[k] for m in marks for k in ("value", "low", "high") if m.get(k) is not None]
    low, high = min(0, *ends, 0), max(0, *ends, 0)
    room = beside * (high - low)
    return alt.Scale(domain=[low - room if low else 0, high + room if high else 0], nice=not beside)


def _axis(measure: Column, chosen: Selection, characters: int) -> list[str] | str:
    """The measure with its unit where there is room, else its short name (the subtitle has the unit)."""
    if len(chosen.panels) > 1:
        return label(measure)
    words = measure.description.rstrip(".")
    lines = -(-len(words) // characters)
    return wrap(words, len(words) // lines + 8)


def _few_ticks(chosen: Selection) -> alt.Axis:
    return alt.Axis(tickCount=5 if len(chosen.panels) == 1 else 3, labelOverlap="greedy")


def _colour(chosen: Selection) -> dict[str, Any]:
    if not chosen.series:
        return {}
    names = list(chosen.series)
    return {
        "color": alt.Color("category:N", scale=alt.Scale(domain=names, range=list(PALETTE[: len(names)])))
    }


def _symbol(chosen: Selection) -> dict[str, Any]:
    if not chosen.series:
        return {}
    names = list(chosen.series)
    return {"shape": alt.Shape("category:N", scale=alt.Scale(domain=names, range=list(SHAPES[: len(names)])))}


def _tooltip(shape: Shape, chosen: Selection) -> list[alt.Tooltip]:
    found = [alt.Tooltip("category:N", title=label(shape.category))] if shape.category else []
    if shape.time:
        found.append(alt.Tooltip("period:N", title=label(shape.time)))
    found.append(alt.Tooltip("value:Q", title=shape.measure.name, format=",.5~r"))
    if shape.low and shape.high:
        found += [
            alt.Tooltip(f"{end}:Q", title=f"{shape.measure.name}_{end}", format=",.5~r")
            for end in ("low", "high")
        ]
    return [*found, *(alt.Tooltip(f"{c.name}:Q", title=c.name, format=",") for c in chosen.counts)]

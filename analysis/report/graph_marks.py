"""The kinds of charts that only graphs have, in Altair: first names as dots, degrees on log axes, a drawn network."""

from __future__ import annotations

from typing import Any

from analysis.report.charts import INK, PALETTE, RULE, SHAPES, Spec

STEP = 22
DRAWING_PX = 460
"""Height of the drawing."""
DEGREES_PX = 220
Marks = list[dict[str, Any]]


def dots(marks: Marks, title: str, said: str) -> Spec:
    """A dot for each name, in the order given, on a scale from zero."""
    import altair as alt

    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, labelLimit=130, grid=True, gridDash=[1, 3])
    y = alt.Y("name:N", title=None, sort=None, axis=axis)
    x = alt.X("value:Q", title=title, scale=alt.Scale(zero=True), axis=alt.Axis(tickCount=3, grid=False))
    told = [alt.Tooltip("name:N", title="name"), alt.Tooltip("value:Q", title=title, format=",.5~r")]
    chart = alt.Chart(alt.Data(values=marks)).mark_point(filled=True, size=60, opacity=1, color=PALETTE[0])
    return _plain(chart.encode(x=x, y=y, tooltip=told).properties(height=max(1, len(marks)) * STEP), said)


def degrees(marks: Marks, said: str) -> Spec:
    """How many vertices have a degree, both axes logarithmic; in and out apart by colour and shape."""
    import altair as alt

    few = alt.Axis(tickCount=4, format="~s", labelOverlap="greedy")
    log = alt.Scale(type="log", domainMin=1)
    names = ["in-degree", "out-degree"]
    colour = alt.Color("direction:N", scale=alt.Scale(domain=names, range=list(PALETTE[:2])))
    shape = alt.Shape("direction:N", scale=alt.Scale(domain=names, range=list(SHAPES[:2])))
    told = [alt.Tooltip("direction:N"), *(alt.Tooltip(f"{n}:Q", format=",") for n in ("degree", "vertices"))]
    chart = alt.Chart(alt.Data(values=marks)).mark_point(filled=True, size=30, opacity=0.7)
    encoded = chart.encode(
        x=alt.X("degree:Q", title="Degree", scale=log, axis=few),
        y=alt.Y("vertices:Q", title="Vertices", scale=log, axis=few),
        color=colour,
        shape=shape,
        tooltip=told,
    )
    return _plain(encoded.properties(height=DEGREES_PX), said)


def network(marks: Marks, lines: Marks, title: str, said: str) -> Spec:
    """Vertices as circles as large as their value, edges as lines, and labels where there is room."""
    import altair as alt

    # room at the sides for half a label
    x, y = (
        {"scale": alt.Scale(domain=domain, nice=False, zero=False), "axis": None}
        for domain in ([-0.18, 1.18], [1.04, -0.08])
    )
    edges = (
        alt.Chart(alt.Data(values=lines))
        .mark_rule(color=RULE, strokeWidth=0.8)
        .encode(x=alt.X("x:Q", **x), y=alt.Y("y:Q", **y), x2="x2:Q", y2="y2:Q")
    )
    base = alt.Chart(alt.Data(values=marks)).encode(x=alt.X("x:Q", **x), y=alt.Y("y:Q", **y))
    told = [alt.Tooltip("name:N", title="name"), alt.Tooltip("value:Q", title=title, format=",.5~r")]
    size = alt.Size("value:Q", scale=alt.Scale(range=[16, 420], zero=True), legend=None)
    circles = base.mark_circle(color=PALETTE[0], opacity=0.85).encode(size=size, tooltip=told)
    halo = base.mark_text(dy=-12, fontSize=11, stroke="white", strokeWidth=3).encode(text="label:N")
    names = base.mark_text(dy=-12, fontSize=11, color=INK).encode(text="label:N")
    return _plain(alt.layer(edges, circles, halo, names).properties(height=DRAWING_PX), said)


def _plain(chart: Any, said: str) -> Spec:
    spec: Spec = chart.properties(width="container", description=said).to_dict()
    return {k: v for k, v in spec.items() if k not in {"$schema", "config"}}

"""The kinds of charts that only graphs have, in Altair: names over bars, degrees on log axes, a drawn network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.report.figure import INK, PALETTE, RULE, SHAPES, Spec
from analysis.report.graph.names import LONGEST, fitting, middle_cut

STEP = 36
"""Height of a name and its bar."""
BAR_PX = 8
DRAWING_PX = 560
"""Height of the drawing."""
BOTH = "#8c959f"
"""Colour of a line that stands for links both ways."""
DEGREES_PX = 280
COLUMNS_PX = 200
CORNER = 1.35
"""How much farther than a circle of the same area a triangle's corner reaches."""
FROM_PX = (0, 430, 700)
"""Widths from which a drawing is a narrow, a middle and a wide one."""
SIZES = ("narrow", "middle", "wide")
NAMES_PX = (185, 320, 580)
"""Room for a bar's name in each."""
Marks = list[dict[str, Any]]
Series = Sequence[tuple[str, str, str]]


def bars(marks: Marks, title: str, said: str, styles: Series = (), log: bool = False) -> Spec:
    """A bar for each name, in the order given, its name and value above it; a dot where the axis is logarithmic.

    Args:
        marks: name, value, said (the value in words), read (the name in its script, or empty); of a name that is
            several, names, and more (whether there are others).
        title: Of the axis.
        said: The same in words.
        styles: Name, colour and shape of each, or none at all.
        log: Whether the axis is logarithmic, which has no zero that a bar could begin at.
    """
    import altair as alt

    rows = [_row(number, mark, styles) for number, mark in enumerate(marks)]
    inset = 14 if styles else 0
    band = alt.Scale(type="band", domain=list(range(len(rows))), paddingInner=0, paddingOuter=0)
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("place:O", scale=band, axis=None), tooltip=_told(title)
    )
    scale = alt.Scale(type="log", domainMin=0.8, nice=False) if log else alt.Scale(zero=True)
    axis = alt.Axis(tickCount=4, labelOverlap="greedy", format="~s" if log else ",~r")
    if log:
        axis.values = _tens(max(m["value"] for m in marks))
    x = alt.X("value:Q", title=title, scale=scale, axis=axis)
    colour = alt.Color("colour:N", scale=None) if styles else alt.value(PALETTE[0])
    bar = (
        base.mark_point(filled=True, size=70, opacity=1, yOffset=9)
        if log
        else base.mark_bar(height=BAR_PX, yOffset=9, minBandSize=BAR_PX)
    ).encode(x=x, color=colour)
    text = {"baseline": "middle", "dy": -6, "fontSize": 12, "color": INK, "clip": False}
    expression = alt.expr(
        f"width < {FROM_PX[1]} ? datum.narrow : width < {FROM_PX[2]} ? datum.middle : datum.wide"
    )
    name = base.mark_text(align="left", dx=inset, text=expression, **text).encode(x=alt.value(0))
    value = base.mark_text(align="right", **text).encode(x=alt.value("width"), text="said:N")
    layers: list[Any] = [bar, name, value]
    if styles:
        point = base.mark_point(filled=True, size=70, opacity=1, yOffset=-6, xOffset=5)
        layers.append(point.encode(x=alt.value(0), color=colour, shape=alt.Shape("shape:N", scale=None)))
    return _plain(alt.layer(*layers).properties(height=len(rows) * STEP), said)


def _row(place: int, mark: dict[str, Any], styles: Series) -> dict[str, Any]:
    row = _read(mark) | {"place": place}
    names, more = row.pop("names", [mark["name"]]), row.pop("more", False)
    row |= {k: fitting(names, more, px, 12) for k, px in zip(SIZES, NAMES_PX, strict=True)}
    if styles:
        _, row["colour"], row["shape"] = styles[place]
    return row


def _read(mark: dict[str, Any]) -> dict[str, Any]:
    """The mark, its name as a tooltip tells it: behind punycode what it stands for."""
    name, read = (middle_cut(mark.get(k, ""), LONGEST) for k in ("name", "read"))
    return {k: v for k, v in mark.items() if k != "read"} | {"name": f"{name} ({read})" if read else name}


def _told(title: str) -> list[Any]:
    import altair as alt

    return [alt.Tooltip("name:N", title="name"), alt.Tooltip("value:Q", title=title, format=",.5~r")]


def degrees(marks: Marks, fit: Marks, series: Series, many: str, said: str) -> Spec:
    """The share of vertices with a degree or more, both axes logarithmic; in and out apart by colour and shape."""
    import altair as alt

    few = alt.Axis(format="~s", labelOverlap="greedy", values=_tens(max(m["degree"] for m in marks)))
    shares = alt.Axis(format="~%", labelOverlap="greedy", values=_parts(min(m["share"] for m in marks)))
    x = alt.X("degree:Q", title=f"Degree (other {many} linked)", axis=few,
              scale=alt.Scale(type="log", nice=False, padding=8))  # fmt: skip
    y = alt.Y("share:Q", title=f"Share of {many} with that degree or more", axis=shares,
              scale=alt.Scale(type="log", nice=False, padding=8))  # fmt: skip
    names = [name for name, _, _ in series]
    colour = alt.Color("direction:N", scale=alt.Scale(domain=names, range=[c for _, c, _ in series]))
    shape = alt.Shape("direction:N", scale=alt.Scale(domain=names, range=[s for _, _, s in series]))
    if len(series) == 1:
        colour, shape = colour.legend(None), shape.legend(None)
    told = [
        alt.Tooltip("direction:N", title="direction"),
        alt.Tooltip("degree:Q", title="links or more", format=","),
        alt.Tooltip("share:Q", title=f"share of {many}", format=".3~p"),
    ]
    chart = alt.Chart(alt.Data(values=marks)).mark_point(filled=True, size=34, opacity=0.8)
    layers: list[Any] = [chart.encode(x=x, y=y, color=colour, shape=shape, tooltip=told)]
    if fit:
        line = alt.Chart(alt.Data(values=fit)).mark_line(color=INK, strokeDash=[5, 4], strokeWidth=1.3)
        layers.append(line.encode(x=x, y=y))
    return _plain(alt.layer(*layers).properties(height=DEGREES_PX), said)


def _tens(most: float) -> list[int]:
    """1, 10, 100 …, with 2 and 5 between where there are few."""
    steps = (1, 2, 5) if most < 500 else (1,)
    return [s * 10**k for k in range(13) for s in steps if s * 10**k <= most * 1.3]


def _parts(least: float) -> list[float]:
    steps = (1, 2, 5) if least > 0.002 else (1,)
    return sorted(
        round(s * 10.0**-k, 12) for k in range(13) for s in steps if least / 1.3 <= s * 10.0**-k <= 1
    )


def over_crawls(
    marks: Marks, series: Series, title: str, said: str, *, reverse: bool = False, direct: bool = False
) -> Spec:
    """A line for each name from crawl to crawl, which breaks where it was not there.

    Args:
        marks: crawl, value (or None) and series.
        series: Name, colour and shape of each line.
        title: Of the values' axis.
        said: The same in words.
        reverse: Whether values are places, 1 being at the top of a logarithmic axis.
        direct: Whether the lines' names stand at their ends.
    """
    import altair as alt

    short = "replace(datum.label, 'CC-MAIN-', '')"
    axis = alt.Axis(labelExpr=short, labelOverlap="greedy", labelSeparation=8, labelAngle=0, grid=False)
    x = alt.X("crawl:O", title="Crawl", axis=axis)
    scale = alt.Scale(type="log", reverse=True, nice=False, padding=8) if reverse else alt.Scale(zero=True)
    most = max((m["value"] for m in marks if m["value"]), default=1)
    ticks = alt.Axis(values=_tens(most), format="~s") if reverse else alt.Axis(tickCount=4, format="~s")
    y = alt.Y("value:Q", title=title, scale=scale, axis=ticks)
    names = [name for name, _, _ in series]
    colour = alt.Color("series:N", scale=alt.Scale(domain=names, range=[c for _, c, _ in series]))
    shape = alt.Shape("series:N", scale=alt.Scale(domain=names, range=[s for _, _, s in series]))
    if direct:
        colour, shape = colour.legend(None), shape.legend(None)
    told = [alt.Tooltip("series:N", title="name"), alt.Tooltip("crawl:O", title="crawl"),
            alt.Tooltip("value:Q", title=title, format=",")]  # fmt: skip
    base = alt.Chart(alt.Data(values=marks)).encode(x=x, y=y)
    layers: list[Any] = [
        base.mark_line(strokeWidth=1.6, opacity=0.7).encode(color=colour),
        base.mark_point(filled=True, size=50, opacity=1).encode(color=colour, shape=shape, tooltip=told),
    ]
    if direct:
        ends = alt.Chart(alt.Data(values=[m for m in marks if m["crawl"] == marks[-1]["crawl"]]))
        names_at_ends = ends.mark_text(align="right", dx=4, dy=-11, fontSize=12, color=INK)
        layers.append(names_at_ends.encode(x=x, y=y, text="series:N"))
    return _plain(alt.layer(*layers).properties(height=COLUMNS_PX + 60), said)


def network(marks: Marks, lines: Marks, series: Series, title: str, said: str) -> Spec:
    """Vertices as marks as large as their value, edges as lines, and labels where there is room.

    Args:
        marks: x and y of 0 to 1, size (area in square pixels), community, name, value, and a label for each of `SIZES`.
        lines: Ends x, y, x2 and y2, and ways (2: darker).
        series: Name, colour and shape of each community; without any all are circles.
        title: Name of the value.
        said: The same in words.
    """
    import altair as alt

    x, y = (
        {"scale": alt.Scale(domain=domain, nice=False, zero=False, padding=14), "axis": None}
        for domain in ([0, 1], [1, 0])
    )
    ends = {"x": alt.X("x:Q", **x), "y": alt.Y("y:Q", **y)}
    edges = [
        alt.Chart(alt.Data(values=own))
        .mark_rule(color=colour, strokeWidth=px)
        .encode(**ends, x2="x2:Q", y2="y2:Q")
        for ways, colour, px in ((1, RULE, 0.9), (2, BOTH, 1.3))
        if (own := [line for line in lines if line["ways"] == ways])
    ]
    base = alt.Chart().encode(**ends)
    told = _told(title)
    styled = {"color": alt.value(PALETTE[0]), "shape": alt.value(SHAPES[0])}
    if series:
        names = [name for name, _, _ in series]
        told.append(alt.Tooltip("community:N", title="community"))
        ranges = {"color": [c for _, c, _ in series], "shape": [s for _, _, s in series]}
        styled = {
            "color": alt.Color("community:N", scale=alt.Scale(domain=names, range=ranges["color"])),
            "shape": alt.Shape("community:N", scale=alt.Scale(domain=names, range=ranges["shape"])),
        }
    dots = base.mark_point(filled=True, opacity=1, stroke="white", strokeWidth=0.8)
    layers = [dots.encode(size=alt.Size("size:Q", scale=None, legend=None), tooltip=told, **styled)]
    for key, low, high in zip(SIZES, FROM_PX, (*FROM_PX[1:], 1e9), strict=True):
        test = f"width >= {low} && width < {high:g}"
        layers += [_names(base, key, test, halo) for halo in (True, False)]
    named = alt.layer(*layers, data=alt.Data(values=[_read(m) for m in marks]))
    return _plain(alt.layer(*edges, named).properties(height=DRAWING_PX), said)


def _names(base: Any, key: str, test: str, halo: bool) -> Any:
    """Labels of frames of one kind; white ones behind them where `halo`, so that lines do not cross letters."""
    import altair as alt

    where = {k: alt.expr(f"datum.{key}.{k}") for k in ("dx", "dy", "align")}
    text = alt.expr(f"{test} ? datum.{key}.text : ''")
    look = {"stroke": "white", "strokeWidth": 3} if halo else {"color": INK}
    return base.transform_filter(f"datum.{key}.text != ''").mark_text(
        fontSize=11, baseline="middle", text=text, **where, **look
    )


def _plain(chart: Any, said: str) -> Spec:
    spec: Spec = chart.properties(width="container", description=said).to_dict()
    return {k: v for k, v in spec.items() if k not in {"$schema", "config"}}

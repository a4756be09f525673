"""Charts of a result as Vega-Lite, built with Altair; one specification serves page, PNG and SVG."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap
from typing import TYPE_CHECKING

from analysis.report.estimates import figure_of_estimates, is_estimates
from analysis.report.figure import CONFIG, PALETTE, SHAPES, Figure, Panel, Spec
from analysis.report.findings import described, subtitle_of, title_of
from analysis.report.graph.data import is_graph
from analysis.report.select import PanelRows, Selection, select
from analysis.report.shape import Shape, is_period, shape_of
from analysis.report.words import source_note

if TYPE_CHECKING:
    import altair as alt

    from analysis.result import Result

_FIXED_WIDTH = {1: 640, 2: 320, 3: 240}


def figure_of(result: Result) -> Figure | None:
    """The chart that suits the shape of the result's table; None where none does."""
    shape = shape_of(result.analysis.writes, result.table)
    if shape is None:
        return None
    chosen = select(result.analysis.writes, result.table, shape)
    if not any(panel.marks for panel in chosen.panels):
        return None
    dated = shape.time is not None and is_period(result.table[shape.time.name], dated=True)
    panels = tuple(
        Panel(p.name, _spec(shape, chosen, p, dated), described(shape, p, chosen)) for p in chosen.panels
    )
    series = tuple(zip(chosen.series, PALETTE, SHAPES, strict=False)) if len(chosen.series) > 1 else ()
    note = source_note(result.manifest)
    return Figure(title_of(shape, chosen), subtitle_of(shape, chosen), note, panels, series)


def figures_of(result: Result) -> list[Figure]:
    """All figures of a result, in the order of the page."""
    from analysis.report.graph.changes import figures_of_changes, is_changes
    from analysis.report.landsat.areas import figures_of_areas, is_areas

    if is_areas(result.table):
        return figures_of_areas(result)
    if is_graph(result):
        from analysis.report.graph.charts import figures_of_graph

        return figures_of_graph(result)
    if is_changes(result):
        return figures_of_changes(result)
    if is_estimates(result.table):
        found = figure_of_estimates(result)
        return [found] if found else []
    figure = figure_of(result)
    return [figure] if figure else []


def whole(figure: Figure) -> Spec:
    """The figure as one specification of fixed size, with title and note in it."""
    columns = min(len(figure.panels), 3)
    panels, wide = (
        [
            {**p.spec, "width": _FIXED_WIDTH[w], **({"title": p.name} if p.name else {})}
            for p in figure.panels
            if p.wide is alone
        ]
        for alone, w in ((False, columns), (True, 1))
    )
    width = max(1, round(_FIXED_WIDTH[columns] * columns / 6.5))
    title = {
        "text": wrap(figure.title, width),
        "subtitle": [*wrap(figure.subtitle, round(width * 1.2)), figure.note],
    }
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    drawn: Spec = {"concat": panels, "columns": columns}
    if wide:
        drawn = {"vconcat": [drawn, *wide]}
    return {"$schema": schema, "title": title, "config": CONFIG, **drawn}


def save(figure: Figure, folder: Path, name: str, formats: Sequence[str]) -> list[Path]:
    """Write the figure as `name.png` and `name.svg`.

    Raises:
        ValueError: An unknown format.
    """
    import vl_convert

    wrong = [f for f in formats if f not in {"png", "svg"}]
    if wrong:
        raise ValueError(f"no figure can be written as '{wrong[0]}'; choose from png, svg")
    folder.mkdir(parents=True, exist_ok=True)
    svg = _ready(figure)
    spec = "" if svg else json.dumps(whole(figure), allow_nan=False)
    written = []
    for kind in formats:
        path = folder / f"{name}.{kind}"
        if kind == "png" and svg:
            path.write_bytes(vl_convert.svg_to_png(svg, scale=2))
        elif kind == "png":
            path.write_bytes(vl_convert.vegalite_to_png(spec, scale=2, allowed_base_urls=[]))
        else:
            drawn = svg or vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
            path.write_text(drawn, encoding="utf-8")
        written.append(path)
    return written


def _ready(figure: Figure) -> str:
    """A figure of drawings that are ready, as one; empty for any other."""
    from analysis.report.landsat.maps import stacked

    drawn = [p.svg for p in figure.panels if p.svg]
    lines = [*wrap(figure.title, 90), *wrap(figure.subtitle, 110), figure.note]
    return stacked([*drawn, figure.legend], lines) if drawn else ""


def _spec(shape: Shape, chosen: Selection, panel: PanelRows, dated: bool) -> Spec:
    from analysis.report.marks import bars, dots, lines

    single = len(chosen.panels) == 1
    if shape.time:
        chart = lines(shape, chosen, panel, dated, height=300 if single else 180)
    else:
        chart = (dots if shape.has_interval else bars)(shape, chosen, panel)
    return _plain(chart.properties(width="container", description=described(shape, panel, chosen)))


def _plain(chart: alt.LayerChart) -> Spec:
    spec: Spec = chart.to_dict()
    return {k: v for k, v in spec.items() if k not in {"$schema", "config"}}

"""Charts of a graph: its first vertices, how large its parts are, its degrees, and its core as a drawing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.report import graph_marks
from analysis.report.charts import PALETTE, SHAPES, Figure, Panel
from analysis.report.graph_data import OneGraph, graphs, has_hosts, shown_name
from analysis.report.graph_layout import labelled, places
from analysis.report.text import clean, cut, listed, number
from analysis.report.words import source_note

if TYPE_CHECKING:
    from analysis.result import Result

FIRST = 15
"""Vertices, or parts, in a panel."""
DRAWN = 60
"""Vertices of the drawing."""
RANKS = {"pagerank": "PageRank", "harmonic": "Harmonic centrality", "in_degree": "In-degree"}
"""Measures by which vertices are ranked, the first one there is leads."""
PARTS = {
    "community": "Communities",
    "strong_component": "Strong components",
    "weak_component": "Weak components",
}
LEAST_WIDTH_PX = 300
_NAME = 28


def figure(result: Result) -> Figure | None:
    """The charts of a result of `graph`: of its only graph, or of that of the last crawl.

    None where it has no vertex, or no edges beside it.
    """
    try:
        found = list(graphs(result))
    except LookupError:
        return None
    if not found or not found[-1].vertices.num_rows:
        return None
    graph, hosts = found[-1], has_hosts(result)
    leading = leader(graph.vertices)
    drawn = _core(graph, leading, hosts)
    panels = (*_ranked(graph, hosts), *_parts(graph, leading, hosts), _degrees(graph), drawn)
    names = [f"“{cut(m['name'], 30)}” ({number(m['value'])})" for m in _first(graph, leading, hosts)[:3]]
    told = f"{number(graph.vertices.num_rows)} vertices, {number(graph.count_edges())} edges."
    which = f"Crawl {clean(graph.crawl)}" if graph.crawl else "The graph"
    others = f" Not drawn: {len(found) - 1} other crawls." if len(found) > 1 else ""
    series = tuple(zip(("in-degree", "out-degree"), PALETTE, SHAPES, strict=False))
    title = f"Highest {RANKS[leading] if leading == 'pagerank' else RANKS[leading].lower()}: {listed(names)}"
    subtitle = f"{which}: {told} At most {FIRST} names a panel, equal ones in order of their ids.{others}"
    return Figure(title, subtitle, source_note(result.manifest), panels, series)


def leader(vertices: pa.Table) -> str:
    """The measure that vertices are ordered by: PageRank, or the next one that was asked for."""
    return next(m for m in RANKS if m == "in_degree" or vertices[m].null_count < vertices.num_rows)


def first_rows(result: Result, rows: int) -> tuple[pa.Table, str]:
    """The first vertices, names in normal order, without columns that nothing was asked of; and their measure."""
    table, measure = result.table, leader(result.table)
    order = [(measure, "descending"), *((c, "ascending") for c in ("crawl",) if c in table.column_names)]
    top = table.take(pc.sort_indices(table, [*order, ("vertex_id", "ascending")])[:rows])
    names = [shown_name(n, has_hosts(result)) for n in top["vertex_name"].to_pylist()]
    place = top.column_names.index("vertex_name")
    top = top.set_column(place, top.schema.field(place), pa.array(names, pa.string()))
    return top.select([n for n in top.column_names if top[n].null_count < top.num_rows]), measure


def _order(vertices: pa.Table, measure: str, size: int) -> pa.Table:
    keys = [(measure, "descending"), ("vertex_id", "ascending")]
    return vertices.take(pc.sort_indices(vertices, keys)[:size])


def _first(graph: OneGraph, measure: str, hosts: bool, size: int = FIRST) -> list[dict[str, Any]]:
    rows = _order(graph.vertices, measure, size)
    names = (clean(shown_name(n, hosts)) for n in rows["vertex_name"].to_pylist())
    values = zip(names, rows[measure].to_pylist(), strict=True)
    return [{"name": name, "value": value} for name, value in values if value is not None]


def _ranked(graph: OneGraph, hosts: bool) -> Iterator[Panel]:
    for measure, called in RANKS.items():
        if marks := _first(graph, measure, hosts):
            said = "; ".join(f"{cut(m['name'], 40)} {number(m['value'])}" for m in marks)
            alt = f"Dot chart of {called}: {said}."
            yield Panel(called, graph_marks.dots(marks, called, alt), alt)


def _parts(graph: OneGraph, leading: str, hosts: bool) -> Iterator[Panel]:
    """Largest communities and components, each called after its first member."""
    by = _order(graph.vertices, leading, graph.vertices.num_rows)
    for column, called in PARTS.items():
        if by[column].null_count:
            continue
        sizes = by.group_by(column, use_threads=False).aggregate(
            [([], "count_all"), ("vertex_name", "first")]
        )
        total = sizes.num_rows
        keys = [("count_all", "descending"), (column, "ascending")]
        sizes = sizes.take(pc.sort_indices(sizes, keys)[:FIRST])
        names = (clean(shown_name(n, hosts)) for n in sizes["vertex_name_first"].to_pylist())
        marks = [
            {"name": f"{name} …" if size > 1 else name, "value": size}
            for name, size in zip(names, sizes["count_all"].to_pylist(), strict=True)
        ]
        said = "; ".join(f"{cut(m['name'], 40)} {number(m['value'])}" for m in marks)
        alt = f"Dot chart of the largest of {number(total)} {called.lower()} by vertices: {said}."
        title = f"{called}: {number(total)}"
        yield Panel(title, graph_marks.dots(marks, "Vertices, by first member", alt), alt)


def _degrees(graph: OneGraph) -> Panel:
    marks, said = [], []
    for column, called in (("in_degree", "in-degree"), ("out_degree", "out-degree")):
        counts = pc.value_counts(graph.vertices[column]).to_pylist()
        none = sum(c["counts"] for c in counts if c["values"] == 0)
        marks += [
            {"degree": c["values"], "vertices": c["counts"], "direction": called}
            for c in sorted(counts, key=lambda c: c["values"])
            if c["values"]
        ]
        largest = max(c["values"] for c in counts)
        said.append(f"{called} up to {number(largest)}, {number(none)} vertices with none (not drawn)")
    alt = f"Degree distribution on logarithmic axes: {'; '.join(said)}."
    return Panel("Degree distribution", graph_marks.degrees(marks, alt), alt)


def _core(graph: OneGraph, leading: str, hosts: bool) -> Panel:
    """The first vertices and the edges among them."""
    rows = _order(graph.vertices, leading, DRAWN)
    ids = rows["vertex_id"].combine_chunks()
    ends = []
    for batch in graph.edges():
        within = pc.and_(pc.is_in(batch["source_id"], ids), pc.is_in(batch["target_id"], ids))
        kept = batch.filter(within)
        ends.append([pc.index_in(kept[n], ids).to_numpy() for n in ("source_id", "target_id")])
    source, target = (np.concatenate([e[i] for e in ends] or [[]]).astype(np.int64) for i in (0, 1))
    at = places(len(ids), source, target)
    names = [clean(shown_name(n, hosts)) for n in rows["vertex_name"].to_pylist()]
    texts = [cut(n, _NAME) for n in names]
    room = labelled(at, texts, LEAST_WIDTH_PX, graph_marks.DRAWING_PX)
    values = [v or 0 for v in rows[leading].to_pylist()]
    marks = [
        {"name": n, "label": t if free else "", "value": v, "x": round(x, 4), "y": round(y, 4)}
        for n, t, free, v, (x, y) in zip(names, texts, room, values, at.tolist(), strict=True)
    ]
    pairs = {(min(a, b), max(a, b)) for a, b in zip(source.tolist(), target.tolist(), strict=True)}
    lines = [{**_end(marks[a], ""), **_end(marks[b], "2")} for a, b in sorted(pairs)]
    called = f"The {len(marks)} vertices of highest {RANKS[leading]}, and the edges among them"
    first = listed([cut(m["name"], 40) for m in marks[:5]])
    alt = f"Drawing: {called} ({number(len(source))}, a line a pair); the first are {first}."
    return Panel(called, graph_marks.network(marks, lines, RANKS[leading], alt), alt, wide=True)


def _end(mark: dict[str, Any], suffix: str) -> dict[str, float]:
    return {f"x{suffix}": mark["x"], f"y{suffix}": mark["y"]}

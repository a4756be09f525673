"""Who is central: the first vertices by PageRank, harmonic centrality and in-degree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph, has_hosts, shown_name
from analysis.report.graph.names import Noun, in_its_script, middle_cut, plain, quoted, share_of
from analysis.report.text import number

if TYPE_CHECKING:
    from analysis.result import Result

FIRST = 10
"""Vertices, or parts, in a panel."""
RANKS = {"pagerank": "PageRank", "harmonic": "Harmonic centrality", "in_degree": "In-degree"}
"""Measures by which vertices are ranked, the first one there is leads."""
_SPOKEN = {"pagerank": "PageRank", "harmonic": "harmonic centrality", "in_degree": "in-degree"}


def spoken(measure: str, directed: bool = True) -> str:
    """A measure's name within a sentence."""
    return "degree" if measure == "in_degree" and not directed else _SPOKEN[measure]


def titled(measure: str, directed: bool = True) -> str:
    """A measure's name as a heading."""
    return "Degree" if measure == "in_degree" and not directed else RANKS[measure]


def leader(vertices: pa.Table) -> str:
    """The measure that vertices are ordered by: PageRank, or the next one that was asked for."""
    return next(m for m in RANKS if m == "in_degree" or vertices[m].null_count < vertices.num_rows)


def first_rows(result: Result, rows: int) -> tuple[pa.Table, str]:
    """The first vertices, names in normal order, without columns that nothing was asked of; and their measure."""
    table, measure = result.table, leader(result.table)
    order = [(measure, "descending"), *((c, "ascending") for c in ("crawl",) if c in table.column_names)]
    keys = [*order, ("vertex_id", "ascending")]
    top = table.take(pc.select_k_unstable(table, min(rows, table.num_rows), keys))
    names = [shown_name(n, has_hosts(result)) for n in top["vertex_name"].to_pylist()]
    place = top.column_names.index("vertex_name")
    top = top.set_column(place, top.schema.field(place), pa.array(names, pa.string()))
    directed = bool(getattr(result.options, "directed", True))
    kept = [n for n in top.column_names if top[n].null_count < top.num_rows]
    return top.select(kept), spoken(measure, directed)


def first(vertices: pa.Table, measure: str, size: int) -> pa.Table:
    """The rows with the highest values, equal ones in order of vertex_id."""
    keys = [(measure, "descending"), ("vertex_id", "ascending")]
    return vertices.take(pc.select_k_unstable(vertices, min(size, vertices.num_rows), keys))


def names_of(vertices: pa.Table, hosts: bool) -> list[str]:
    """Names of the vertices, as they are shown."""
    return [plain(n, hosts) for n in vertices["vertex_name"].to_pylist()]


def ranked(graph: OneGraph, hosts: bool, called: Noun) -> Iterator[Panel]:
    """A panel for each measure that was asked for and tells vertices apart."""
    for measure in RANKS:
        values = graph.vertices[measure]
        if values.null_count or pc.count_distinct(values).as_py() < 2:
            continue
        rows = first(graph.vertices, measure, FIRST)
        marks = [
            {"name": name, "value": value, "said": number(value), "read": in_its_script(name)}
            for name, value in zip(names_of(rows, hosts), rows[measure].to_pylist(), strict=True)
        ]
        title = titled(measure, graph.directed)
        told = "; ".join(f"{middle_cut(m['name'], 40)} {m['said']}" for m in marks)
        alt = f"Bar chart of {title}, the first {len(marks)} of {called.counted(len(values))}: {told}."
        unit = _unit(measure, graph, called)
        yield Panel(
            title, graph_marks.bars(marks, unit, alt), alt, finding=_said(measure, graph, marks, called)
        )


def _unit(measure: str, graph: OneGraph, called: Noun) -> str:
    if measure == "pagerank":
        return f"PageRank (share; all {called.many} sum to 1)"
    if measure == "harmonic":
        about = ", estimated" if graph.measures.get("harmonic_error") else ""
        return f"Harmonic centrality (sum of 1/steps{about})"
    return f"{'In-degree' if graph.directed else 'Degree'} ({called.many} that link to it)"


def _said(measure: str, graph: OneGraph, marks: list[dict[str, Any]], called: Noun) -> str:
    """What the measure is, and what is seen."""
    made = {"pagerank": _pagerank, "harmonic": _harmonic, "in_degree": _in_degree}
    return made[measure](graph, marks, called)


def _pagerank(graph: OneGraph, marks: list[dict[str, Any]], called: Noun) -> str:
    size, top = graph.vertices.num_rows, marks[0]
    held = sum(m["value"] for m in marks)
    together = f"; the {len(marks)} shown hold {share_of(held, 1)} together" if len(marks) < size else ""
    return (
        f"PageRank is the share of time that a reader who follows links at random would spend on a {called.one}. "
        f"{quoted(top['name'])} has {share_of(top['value'], 1)}, {number(top['value'] * size, 2)} times "
        f"the average of {called.counted(size)}{together}."
    )


def _harmonic(graph: OneGraph, marks: list[dict[str, Any]], called: Noun) -> str:
    size, error = graph.vertices.num_rows, graph.measures.get("harmonic_error") or 0
    about = f" Values are estimates, each with a standard error of {share_of(error, 1)}." if error else ""
    return (
        f"Harmonic centrality is high where many {called.many} lead to one in few steps: each that does adds 1 divided "
        f"by its steps. {quoted(marks[0]['name'])} has {marks[0]['said']}; the most that can be, if all others "
        f"linked to it, is {number(size - 1)}.{about}"
    )


def _in_degree(graph: OneGraph, marks: list[dict[str, Any]], called: Noun) -> str:
    values, size = graph.vertices["in_degree"], graph.vertices.num_rows
    half = int(pc.quantile(values, 0.5, interpolation="lower")[0].as_py())
    top = marks[0]
    link = "links" if top["value"] == 1 else "link"
    share = share_of(top["value"], size - 1)
    median = f"half of all {called.many} have at most {number(half)}" if half else "half or more have none"
    what = "In-degree counts" if graph.directed else "Degree counts"
    return (
        f"{what} the {called.many} that link to one. {number(top['value'])} of {called.others(size - 1)} ({share}) "
        f"{link} to {quoted(top['name'])}; {median}."
    )

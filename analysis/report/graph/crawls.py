"""What changed between crawls: the size of the graph, the places of its first vertices, who came and went."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import INK, MUTED, PALETTE, SHAPES, Figure, Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph, has_hosts
from analysis.report.graph.names import Noun, middle_cut, noun, plain, quoted
from analysis.report.graph.ranks import first, leader, spoken
from analysis.report.text import clean, listed, number
from analysis.report.words import source_note

if TYPE_CHECKING:
    from analysis.result import Result

FOLLOWED = 6
"""Vertices whose place is followed from crawl to crawl."""
COMPARED = 100
"""First vertices of either crawl, among which the greatest rise and fall is looked for."""


def over_crawls(result: Result, found: list[OneGraph], drawn: int) -> list[Figure]:
    """The figure of all crawls.

    Args:
        result: The result.
        found: Its graphs, in order; two or more.
        drawn: How many of the latest are drawn in full.
    """
    called, hosts = noun(result), has_hosts(result)
    measure = leader(result.table)
    places, series = _places(found, measure, hosts)
    panels = (_size(found, called), places)
    title = (
        f"{len(found)} crawls: {called.counted(found[0].vertices.num_rows)} in {clean(found[0].crawl)}, "
        f"{called.counted(found[-1].vertices.num_rows)} in {clean(found[-1].crawl)}"
    )
    told = (
        "Each crawl is a graph of its own; crawls differ in what they fetch, which moves all numbers with it."
    )
    if len(found) > drawn:
        told += f" The latest {drawn} are drawn in full below; give --crawl for another."
    return [Figure(title, told, source_note(result.manifest), panels, series, "crawls")]


def _size(found: list[OneGraph], called: Noun) -> Panel:
    marks: list[dict[str, Any]] = [
        {"crawl": clean(g.crawl), "value": value, "series": name}
        for g in found
        for name, value in ((called.many, g.vertices.num_rows), ("edges", g.edge_count))
    ]
    each = (
        f"{clean(g.crawl)} {called.counted(g.vertices.num_rows)}, {number(g.edge_count)} edges" for g in found
    )
    alt = f"Line chart of size by crawl: {'; '.join(each)}."
    (size, edges), (size_now, edges_now) = (
        (number(g.vertices.num_rows), number(g.edge_count)) for g in (found[0], found[-1])
    )
    told = (
        f"{called.many.capitalize()} went from {size} to {size_now}, edges between them from {edges} to {edges_now}. "
        f"{_came_and_went(found[-2], found[-1], called)}"
    )
    spec = graph_marks.over_crawls(
        marks, ((called.many, INK, "circle"), ("edges", MUTED, "square")), "Number", alt, direct=True
    )
    return Panel(f"{called.many.capitalize()} and edges", spec, alt, finding=told)


def _styles(names: list[str]) -> tuple[tuple[str, str, str], ...]:
    return tuple(zip(names, PALETTE, SHAPES, strict=False))


def _came_and_went(before: OneGraph, now: OneGraph, called: Noun) -> str:
    old, new = (g.vertices["vertex_name"] for g in (before, now))
    came = new.length() - pc.sum(pc.is_in(new, old.combine_chunks())).as_py()
    went = old.length() - pc.sum(pc.is_in(old, new.combine_chunks())).as_py()
    return f"From {clean(before.crawl)} to {clean(now.crawl)}, {called.counted(came)} came and {number(went)} went."


def _places(
    found: list[OneGraph], measure: str, hosts: bool
) -> tuple[Panel, tuple[tuple[str, str, str], ...]]:
    """Places of the latest crawl's first vertices in each crawl."""
    raw = first(found[-1].vertices, measure, FOLLOWED)["vertex_name"]
    names = _distinct([middle_cut(plain(n, hosts), 32) for n in raw.to_pylist()])
    marks: list[dict[str, Any]] = []
    for graph in found:
        for name, place in zip(names, places_of(graph, measure, raw), strict=True):
            marks.append({"crawl": clean(graph.crawl), "value": place, "series": name})
    there = [m for m in marks if m["value"]]
    how = spoken(measure, found[-1].directed)
    told = "; ".join(f"{m['series']} {m['crawl']} place {number(m['value'])}" for m in there)
    alt = f"Line chart of places by {how} in each crawl: {told}."
    finding = (
        f"Place 1 is the highest {how} of a crawl, equal values share a place; shown are the first of "
        f"{clean(found[-1].crawl)}. {_moved(found[-2], found[-1], measure, hosts)}"
    )
    spec = graph_marks.over_crawls(marks, _styles(names), f"Place by {how}", alt, reverse=True)
    return Panel(f"Place by {how}", spec, alt, finding=finding.strip()), _styles(names)


def _distinct(names: list[str]) -> list[str]:
    """The names, those that look the same numbered: each is a line of its own."""
    return [f"{n} ({names[:i].count(n) + 1})" if names.count(n) > 1 else n for i, n in enumerate(names)]


def places_of(graph: OneGraph, measure: str, names: pa.ChunkedArray) -> list[int | None]:
    """Place of each name: one more than the vertices with a higher value; None where it is no vertex."""
    rows = pc.index_in(names, graph.vertices["vertex_name"].combine_chunks())
    values = graph.vertices[measure].to_numpy()
    ordered = np.sort(values)
    return [
        None if row is None else int(len(values) - np.searchsorted(ordered, values[row], side="right")) + 1
        for row in rows.to_pylist()
    ]


def _moved(before: OneGraph, now: OneGraph, measure: str, hosts: bool) -> str:
    """Who rose and fell most, as a ratio of places, among the first of either crawl."""
    tops = [first(g.vertices, measure, COMPARED)["vertex_name"].to_pylist() for g in (before, now)]
    names = list(dict.fromkeys([*tops[1], *tops[0]]))
    column = pa.chunked_array([pa.array(names, pa.string())])
    both = [
        (n, a, b)
        for n, a, b in zip(
            names, places_of(before, measure, column), places_of(now, measure, column), strict=True
        )
        if a and b
    ]
    said = []
    by_ratio = sorted(both, key=lambda m: m[1] / m[2])
    for word, ends in (("rose", by_ratio[-1:]), ("fell", by_ratio[:1])):
        for raw, old, new in ends:
            if old > new if word == "rose" else old < new:
                name = quoted(plain(raw, hosts))
                said.append(f"{name} {word} most, from place {number(old)} to {number(new)}")
    head = f"From {clean(before.crawl)} to {clean(now.crawl)}, "
    return f"{head}{listed(said)}." if said else f"{head}no place changed."

"""Figures of a graph: who is central, who belongs together, how links are spread, its core, and what changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from analysis.report.figure import Figure, Panel
from analysis.report.graph.census import distances, triads
from analysis.report.graph.core import core
from analysis.report.graph.data import OneGraph, graphs, has_hosts
from analysis.report.graph.degrees import degrees, series
from analysis.report.graph.names import Noun, noun, quoted, share_of
from analysis.report.graph.parts import Part, described, parts
from analysis.report.graph.ranks import FIRST, first, first_rows, leader, names_of, ranked, spoken
from analysis.report.text import clean, listed, number
from analysis.report.words import source_note

if TYPE_CHECKING:
    from analysis.result import Result

__all__ = ["figures_of_graph", "first_rows"]

CRAWLS = 2
"""Crawls that are drawn in full, the latest ones."""


@dataclass(frozen=True)
class Drawn:
    """One graph of a result on its way to the page."""

    result: Result
    """The result."""
    graph: OneGraph
    """The graph."""
    several: bool
    """Whether the result has others too."""

    @cached_property
    def hosts(self) -> bool:
        """Whether names are in reverse order."""
        return has_hosts(self.result)

    @cached_property
    def called(self) -> Noun:
        """What a vertex is called."""
        return noun(self.result)

    @cached_property
    def leading(self) -> str:
        """The measure that vertices are ordered by."""
        return leader(self.graph.vertices)

    @cached_property
    def communities(self) -> list[Part]:
        """The largest communities; none where they were not asked for."""
        if self.graph.vertices["community"].null_count:
            return []
        return parts(self.graph, "community", self.leading, self.hosts)[0]

    def figure(
        self, name: str, title: str, subtitle: str, panels: tuple[Panel, ...], told: Styles = ()
    ) -> Figure:
        """A figure whose title and file say which crawl it is of."""
        crawl = clean(self.graph.crawl) if self.several else ""
        stem = re.sub(r"[^\w-]", "_", crawl) + "-" if crawl else ""
        head = f"{crawl} · {title}" if crawl else title
        return Figure(head, subtitle, source_note(self.result.manifest), panels, told, f"{stem}{name}")


Styles = tuple[tuple[str, str, str], ...]


def figures_of_graph(result: Result) -> list[Figure]:
    """All figures of a result of `graph`; none where it has no vertex.

    Of several crawls, what changed between them comes first; then the figures of the latest ones.
    """
    from analysis.report.graph.crawls import over_crawls

    found = [g for g in graphs(result, need_edges=False) if g.vertices.num_rows]
    figures = over_crawls(result, found, CRAWLS) if len(found) > 1 else []
    for graph in found[: -CRAWLS - 1 : -1]:
        figures += _figures(Drawn(result, graph, len(found) > 1))
    return figures


def _figures(one: Drawn) -> list[Figure]:
    """The figures of one graph; what cannot be drawn is said below the first one's title."""
    panels, sentences = described(one.graph, one.leading, one.hosts, one.called)
    degree, spread = degrees(one.graph, one.called)
    steps, reached = distances(one.graph, one.hosts, one.called)
    threes, three = triads(one.graph, one.called)
    said = ((degree, [spread]), (panels, sentences), (steps, [reached]), (threes, [three]))
    also = [sentence for drawn, told in said if not drawn for sentence in told]
    figures = [_central(one, " ".join(filter(None, also)))]
    if panels:
        told = (
            f"Parts of two or more {one.called.many}, at most {FIRST} a panel; in brackets the share of all."
        )
        told = " ".join([told, *sentences])
        figures.append(one.figure("communities", _together(one, panels), told, panels))
    if links := tuple(p for p in (degree, steps, threes) if p):
        legend = series(True) if degree and one.graph.directed else ()
        told = "An edge is counted once, however many links it stands for." if degree or threes else ""
        figures.append(one.figure("links", _spread(one, links), told, links, legend))
    if drawn := core(one.graph, one.leading, one.hosts, one.called, one.communities):
        panel, legend, title = drawn
        figures.append(one.figure("core", title, _below(one, bool(legend)), (panel,), legend))
    return figures


def _below(one: Drawn, styled: bool) -> str:
    """What stands below the title of the drawn core: its marks, and the innermost k-core where it is known."""
    told = "Marks of the same colour and shape belong to one community." if styled else ""
    k, size = (int(one.graph.measures.get(n) or 0) for n in ("largest_core", "largest_core_vertices"))
    if k < 2:
        return told
    within = f"{one.called.counted(size)} are each linked with {k} or more of each other"
    return f"{told} Most closely knit (the {k}-core): {within}.".strip()


def _spread(one: Drawn, panels: tuple[Panel, ...]) -> str:
    """How much the first tenth has of all edges; what is drawn, where that says nothing."""
    values, size = one.graph.vertices["in_degree"], one.graph.vertices.num_rows
    total = pc.sum(values).as_py()
    if size < 10 or not total:
        return f"How links are spread: {_lower(panels)}"
    top = first(one.graph.vertices, "in_degree", size // 10)["in_degree"]
    how = "most links to them receives" if one.graph.directed else "most links has"
    return f"The tenth of {one.called.many} with {how} {share_of(pc.sum(top).as_py(), total)} of all edges"


def _lower(panels: tuple[Panel, ...]) -> str:
    return listed([p.name[:1].lower() + p.name[1:] for p in panels])


def _central(one: Drawn, also: str) -> Figure:
    """Who is central, and the size of the graph."""
    graph, called = one.graph, one.called
    edges = graph.edge_count
    links = f"{number(edges) if edges else 'no'} {'edges' if edges > 1 else 'edge'}"
    of = f" of {clean(graph.crawl)}" if graph.crawl else ""
    told = f"The graph{of} has {called.counted(graph.vertices.num_rows)} and {links}."
    if edges:
        told += f" An edge stands for all links {'from one to another' if graph.directed else 'between two'}."
    if edges and graph.directed and (returned := graph.measures.get("reciprocity")) is not None:
        told += f" {share_of(returned, 1)} of edges have one back."
    panels = tuple(ranked(graph, one.hosts, called))
    if not panels:
        names = names_of(first(graph.vertices, one.leading, 3), one.hosts)
        which = f", among them {quoted(names[0])}" if len(names) > 1 else f": {quoted(names[0])}"
        title = f"{called.counted(graph.vertices.num_rows).capitalize()}{which}; none is more central than another"
        title = title if len(names) > 1 else title.partition(";")[0]
        return one.figure("ranks", title, f"{told} {also}".strip(), ())
    shown = f" At most {FIRST} {called.many} a panel, equal ones in order of their names."
    rows = first(graph.vertices, one.leading, 3)
    values = rows[one.leading].to_pylist()
    names = [f"{quoted(n)} ({number(v)})" for n, v in zip(names_of(rows, one.hosts), values, strict=True)]
    title = f"Highest {spoken(one.leading, graph.directed)}: {listed(names)}"
    return one.figure("ranks", title, f"{told}{shown} {also}".strip(), panels)


def _together(one: Drawn, panels: tuple[Panel, ...]) -> str:
    """The largest community, or what else is drawn."""
    if not any(p.name == "Communities" for p in panels):
        return f"Who belongs together: {_lower(panels)}"
    largest, size = one.communities[0], one.graph.vertices.num_rows
    share = share_of(largest.size, size)
    return f"The largest community, around {quoted(largest.leading[0])}, has {share} of all {one.called.many}"

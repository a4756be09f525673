"""Metrics of one graph on a laptop: memory estimated first, then each metric asked for on the same compressed rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.graph import summary as graph_summary
from analysis.graph.found import Measured, View
from analysis.graph.lake_edges import basic, degree, distances
from analysis.graph.memory import check
from analysis.graph.options import Graph
from analysis.kernels.graph import components, cores, harmonic, hyperball, labels, pagerank, triangles
from analysis.kernels.graph.adding import Chunk, added
from analysis.kernels.graph.edges import Edges


def measured(edges: Edges, options: Graph) -> Measured:
    """The metrics that the options ask for.

    Raises:
        EngineError: They need more memory than they may take; the message has the estimate and the cure.
        LookupError: The vertex from which steps are to be counted is none of the graph's.
    """
    check(edges.size, len(edges.source) * (1 if options.directed else 2), options)
    edges = edges if options.directed else both_ways(edges)
    view, found = View(edges), Measured(edges)
    basic(view, found)
    for metric in options.chosen:
        STEPS[metric](view, options, found)
    return found


def both_ways(edges: Edges) -> Edges:
    """The same graph with each edge in both directions; weights of edges that were there in both are added up."""
    weights = list(edges.weights.values())
    ways: list[Chunk] = [(edges.source, edges.target, weights), (edges.target, edges.source, weights)]
    source, target, sums = added(ways, edges.size, len(weights))
    return replace(edges, source=source, target=target, weights=dict(zip(edges.weights, sums, strict=True)))


def _pagerank(view: View, options: Graph, found: Measured) -> None:
    made = pagerank.pagerank(
        view.come_from, view.to.degrees, options.damping, options.tolerance, options.iterations
    )
    graph_summary.ranked(found, made.ranks, made.iterations, made.change)


def _weak(view: View, _: Graph, found: Measured) -> None:
    names = components.weak(view.edges.source, view.edges.target, view.edges.size)
    graph_summary.connected(found, names, "weak")


def _strong(view: View, _: Graph, found: Measured) -> None:
    graph_summary.connected(found, components.strong(view.to), "strong")


def _labels(view: View, options: Graph, found: Measured) -> None:
    graph_summary.labelled(found, *labels.propagate(view.to, view.come_from, options.label_rounds))


def _triangles(view: View, _: Graph, found: Measured) -> None:
    made, around = view.triangles, view.around.rows.degrees
    graph_summary.closed(found, made.counts, triangles.clustering(made, around), around)


def _cores(view: View, _: Graph, found: Measured) -> None:
    graph_summary.cored(found, cores.core_numbers(view.around.rows))


def _harmonic(view: View, options: Graph, found: Measured) -> None:
    exact = view.edges.size <= options.exact_harmonic
    if exact:
        found.columns["harmonic"] = harmonic.harmonic(view.to)
    else:
        found.columns["harmonic"] = hyperball.estimated(view.come_from, options.registers)
    error = 0.0 if exact else hyperball.standard_error(options.registers)
    found.summary |= {"harmonic_registers": 0 if exact else options.registers, "harmonic_error": error}


def _motifs(view: View, _: Graph, found: Measured) -> None:
    graph_summary.censused(found, view.triangles.kinds)


STEPS: dict[str, Callable[[View, Graph, Measured], None]] = {
    "degree": degree,
    "pagerank": _pagerank,
    "weak": _weak,
    "strong": _strong,
    "labels": _labels,
    "triangles": _triangles,
    "cores": _cores,
    "harmonic": _harmonic,
    "distance": distances,
    "motifs": _motifs,
}

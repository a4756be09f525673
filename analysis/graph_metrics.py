"""Metrics of one graph on a laptop: memory estimated first, then each metric asked for on the same compressed rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.graph_found import Measured, View
from analysis.graph_links import basic, degree, distances
from analysis.graph_memory import check
from analysis.graph_options import Graph
from analysis.kernels.graph import components, cores, harmonic, hyperball, labels, pagerank, triads, triangles
from analysis.kernels.graph.edges import Edges, distinct


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
    source = np.concatenate([edges.source, edges.target])
    target = np.concatenate([edges.target, edges.source])
    weights = {name: np.concatenate([w, w]) for name, w in edges.weights.items()}
    source, target, weights = distinct(source, target, weights, edges.size)  # type: ignore[assignment]
    return replace(edges, source=source, target=target, weights=weights)


def _pagerank(view: View, options: Graph, found: Measured) -> None:
    made = pagerank.pagerank(
        view.come_from, view.to.degrees, options.damping, options.tolerance, options.iterations
    )
    found.columns["pagerank"] = made.ranks
    found.summary |= {"pagerank_iterations": made.iterations, "pagerank_change": made.change}


def _weak(view: View, _: Graph, found: Measured) -> None:
    names = components.weak(view.edges.source, view.edges.target, view.edges.size)
    found.columns["weak_component"] = names
    _largest(names, "weak_components", "largest_weak", found)


def _strong(view: View, _: Graph, found: Measured) -> None:
    names = components.strong(view.to)
    found.columns["strong_component"] = names
    _largest(names, "strong_components", "largest_strong", found)


def _largest(names: NDArray[Any], count: str, largest: str, found: Measured) -> None:
    number, most = components.largest(names)
    share = most / max(1, len(names))
    found.summary |= {count: number, f"{largest}_component": most, f"{largest}_share": share}


def _labels(view: View, options: Graph, found: Measured) -> None:
    made, rounds, changed = labels.propagate(view.to, view.come_from, options.label_rounds)
    found.columns["community"] = made
    number, most = components.largest(made)
    found.summary |= {
        "communities": number, "largest_community": most, "label_rounds": rounds, "labels_changed": changed,
    }  # fmt: skip


def _triangles(view: View, _: Graph, found: Measured) -> None:
    made, around = view.triangles, view.around.rows.degrees
    local = triangles.clustering(made, around)
    found.columns |= {"triangles": made.counts, "clustering": local}
    paths, closed = float((around.astype(float) * (around - 1)).sum()) / 2, int(made.counts.sum())
    found.summary |= {
        "triangles": closed // 3,
        "transitivity": closed / paths if paths else 0.0,
        "mean_clustering": float(local.mean()) if len(local) else 0.0,
    }


def _cores(view: View, _: Graph, found: Measured) -> None:
    numbers = cores.core_numbers(view.around.rows)
    most = int(numbers.max()) if len(numbers) else 0
    found.columns["core"] = numbers
    found.summary |= {"largest_core": most, "largest_core_vertices": int((numbers == most).sum())}


def _harmonic(view: View, options: Graph, found: Measured) -> None:
    exact = view.edges.size <= options.exact_harmonic
    if exact:
        found.columns["harmonic"] = harmonic.harmonic(view.to)
    else:
        found.columns["harmonic"] = hyperball.estimated(view.come_from, options.registers)
    error = 0.0 if exact else hyperball.standard_error(options.registers)
    found.summary |= {"harmonic_registers": 0 if exact else options.registers, "harmonic_error": error}


def _motifs(view: View, _: Graph, found: Measured) -> None:
    into, out, mutual = (found.columns[f"{way}_degree"] for way in ("in", "out", "mutual"))
    counts = triads.census(into, out, mutual, view.triangles.kinds)
    found.summary |= {f"triad_{kind}": count for kind, count in counts.items()}


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

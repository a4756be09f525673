"""Metrics of one graph on a laptop: memory estimated first, then each metric asked for on the same compressed rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from analysis.graph_memory import check
from analysis.graph_options import Graph
from analysis.kernels.graph import degrees
from analysis.kernels.graph.edges import Edges, distinct
from analysis.kernels.graph.rows import Rows, backward, forward


@dataclass(frozen=True)
class View:
    """A graph's edges seen in both directions; each view is made once, when first needed."""

    edges: Edges
    """The canonical edges; of an undirected graph each twice."""

    @cached_property
    def to(self) -> Rows:
        """Where edges lead."""
        return forward(self.edges.source, self.edges.target, self.edges.size)

    @cached_property
    def come_from(self) -> Rows:
        """Where they come from."""
        return backward(self.edges.source, self.edges.target, self.edges.size)


@dataclass
class Measured:
    """What was found of one graph."""

    edges: Edges
    """Its edges, as they were measured."""
    columns: dict[str, Any] = field(default_factory=dict)
    """Columns of `out__graph__vertices`."""
    summary: dict[str, float] = field(default_factory=dict)
    """Measures of `out__graph__summary`."""
    degrees: dict[str, Mapping[int, int]] = field(default_factory=dict)
    """Vertices by degree, by direction."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What else a reader must know."""


def measured(edges: Edges, options: Graph) -> Measured:
    """The metrics that the options ask for.

    Raises:
        EngineError: They need more memory than they may take; the message has the estimate and the cure.
        LookupError: The vertex from which steps are to be counted is none of the graph's.
    """
    check(edges.size, len(edges.source) * (1 if options.directed else 2), options)
    edges = edges if options.directed else both_ways(edges)
    view, found = View(edges), Measured(edges)
    _basic(view, found)
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


def _basic(view: View, found: Measured) -> None:
    """Numbers, names and degrees, which every result has."""
    edges, into, out = view.edges, view.come_from.degrees, view.to.degrees
    mutual = degrees.mutual(view.to, view.come_from)
    found.columns |= {
        "vertex_id": np.arange(edges.size), "vertex_name": edges.names,
        "in_degree": into, "out_degree": out, "mutual_degree": mutual,
    }  # fmt: skip
    n, m = edges.size, len(edges.source)
    found.summary |= {
        "vertices": n,
        "edges": m,
        "loops": edges.loops,
        "unreadable_rows": edges.unreadable_rows,
    }
    for name, weights in edges.weights.items():
        found.summary |= {name: int(weights.sum()), f"loop_{name}": (edges.loop_weights or {}).get(name, 0)}
    if n:
        found.summary |= {
            "mean_degree": m / n, "density": m / (n * (n - 1)) if n > 1 else 0.0,
            "reciprocity": int(mutual.sum()) / m if m else 0.0,
            "isolated": int(((into + out) == 0).sum()),
            "no_links_out": int((out == 0).sum()), "no_links_in": int((into == 0).sum()),
            "largest_in_degree": int(into.max()), "largest_out_degree": int(out.max()),
        }  # fmt: skip


def _degree(view: View, _: Graph, found: Measured) -> None:
    edges, columns = view.edges, found.columns
    for name, weights in edges.weights.items():
        columns[f"in_{name}"] = degrees.weighted(edges.target, weights, edges.size)
        columns[f"out_{name}"] = degrees.weighted(edges.source, weights, edges.size)
    ways = {"in": columns["in_degree"], "out": columns["out_degree"]}
    ways["any"] = ways["in"] + ways["out"] - columns["mutual_degree"]
    found.degrees |= {way: degrees.distribution(values) for way, values in ways.items()}


STEPS: dict[str, Any] = {
    "degree": _degree,
}

"""Degrees of a graph's vertices and what follows from them; steps from one vertex."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.graph import summary as graph_summary
from analysis.graph.found import Measured, View
from analysis.graph.options import Graph
from analysis.kernels.graph import degrees
from analysis.kernels.graph import distances as steps


def basic(view: View, found: Measured) -> None:
    """Numbers, names and degrees, which every result has."""
    edges, into, out = view.edges, view.come_from.degrees, view.to.degrees
    found.columns |= {
        "vertex_id": np.arange(edges.size), "vertex_name": edges.names,
        "in_degree": into, "out_degree": out, "mutual_degree": view.mutual,
    }  # fmt: skip
    if edges.captured is not None:
        found.columns["captured"] = edges.captured
    graph_summary.linked(found, len(edges.source), {name: int(w.sum()) for name, w in edges.weights.items()})


def degree(view: View, _: Graph, found: Measured) -> None:
    """Weighted degrees, and how many vertices have each degree."""
    edges, columns = view.edges, found.columns
    for name, weights in edges.weights.items():
        columns[f"in_{name}"] = degrees.weighted(edges.target, weights, edges.size)
        columns[f"out_{name}"] = degrees.weighted(edges.source, weights, edges.size)
    graph_summary.distributed(found)


def distances(view: View, options: Graph, found: Measured) -> None:
    """Steps from the chosen vertex.

    Raises:
        LookupError: It is none of the graph's.
    """
    away = steps.distances(view.to, vertex(view.edges.names, options.source))
    graph_summary.reached(found, away)


def vertex(names: pa.Array, asked: str) -> int:
    """Number of a vertex by its name, or by a host in its usual order.

    Raises:
        LookupError: No such vertex.
    """
    for name in (asked, ".".join(reversed(asked.lower().split(".")))):
        place = pc.index(names, pa.scalar(name, names.type)).as_py()
        if place >= 0:
            return int(place)
    raise LookupError(
        f"the graph has no vertex '{asked}'; its {len(names):,} vertices are named as in vertex_name, such as "
        f"{', '.join(names[:3].to_pylist())}"
    )

"""Canonical edges: one numbering and one set of edges, whatever the order and number of the rows they come from.

Vertices are numbered by their names in order; edges are distinct, sorted by source and target, and lead to another
vertex. A row whose ends are equal makes a vertex, so that vertices without an edge are there; how many such loops stand
for links is counted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.graph.adding import added
from analysis.kernels.graph.numbering import numbered
from analysis.kernels.graph.order import Ints

Weights = Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Edges:
    """A graph as canonical edges."""

    names: pa.Array
    """Name of each vertex, in order; its place is the vertex's number."""
    source: Ints
    """Vertex each edge comes from, ascending; int32 where it fits. Shape (edges,)."""
    target: Ints
    """Vertex it leads to, ascending for each source. Shape (edges,)."""
    weights: Weights
    """Whole numbers of each edge, by name; shape (edges,) each."""
    loops: int = 0
    """Distinct loops left out; rows that only make a vertex are none."""
    loop_weights: Mapping[str, int] | None = None
    """Their weights, added up."""
    unreadable_rows: int = 0
    """Rows without a source or target, left out."""
    captured: NDArray[np.bool_] | None = None
    """Whether pages of each vertex were captured, shape (vertices,); None where rows do not tell."""

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.names)


def canonical(
    source: pa.ChunkedArray,
    target: pa.ChunkedArray,
    weights: Mapping[str, pa.ChunkedArray],
    vertex_only: str = "",
) -> Edges:
    """The canonical edges of some rows; rows with the same ends are added up.

    Args:
        source: Name of the vertex a link comes from: strings or whole numbers, shape (rows,).
        target: Name of the vertex it leads to, of the same kind.
        weights: Whole numbers to be added up.
        vertex_only: Weight that is 0 in loops that only make a vertex; empty where every loop is one of the data.
    """
    rows = pa.table([source, target, *weights.values()], names=["source", "target", *weights])
    told = pc.and_(pc.is_valid(source), pc.is_valid(target))
    unreadable = len(source) - (pc.sum(told).as_py() or 0)
    found = numbered(rows.filter(told) if unreadable else rows)
    del rows, told
    seen = _Loops(len(found.names), list(weights), vertex_only)
    for one, other, values in found:
        seen.see(one, other, values)
    one, other, sums = added(found, len(found.names), len(weights))
    captured = seen.any if vertex_only else None  # all with pages have such a row
    by_name = dict(zip(weights, sums, strict=True))
    return Edges(found.names, one, other, by_name, seen.count, seen.weights, unreadable, captured)


def nothing(weights: Sequence[str], unreadable: int = 0, captured: NDArray[np.bool_] | None = None) -> Edges:
    """A graph without a vertex."""
    none = np.empty(0, np.int32)
    sums = {name: np.empty(0, np.int64) for name in weights}
    return Edges(
        pa.array([], pa.string()), none, none, sums, 0, dict.fromkeys(weights, 0), unreadable, captured
    )


class _Loops:
    """Loops among rows: where there are any, and what those stand for that are more than a sign of a vertex."""

    def __init__(self, size: int, weights: Sequence[str], vertex_only: str) -> None:
        self.any, self._real = np.zeros(size, bool), np.zeros(size, bool)
        self.weights = dict.fromkeys(weights, 0)
        self._tells = list(weights).index(vertex_only) if vertex_only else -1

    def see(self, source: Ints, target: Ints, values: Sequence[NDArray[np.int64]]) -> None:
        """Look at some rows."""
        loop = source == target
        self.any[source[loop]] = True
        if self._tells >= 0:
            loop &= values[self._tells] > 0
        self._real[source[loop]] = True
        for name, value in zip(self.weights, values, strict=True):
            self.weights[name] += int(value[loop].sum())

    @property
    def count(self) -> int:
        """Distinct loops."""
        return int(self._real.sum())

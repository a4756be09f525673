"""Canonical edges: one numbering and one set of edges, whatever the order and number of the rows they come from.

Vertices are numbered by their names in order; edges are distinct, sorted by source and target, and lead to another
vertex. A row whose ends are equal makes a vertex, so that vertices without an edge are there; how many such loops stand
for links is counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.graph.order import Ints, order_by

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
    told = pc.and_(pc.is_valid(source), pc.is_valid(target))
    unreadable = len(source) - (pc.sum(told).as_py() or 0)
    if unreadable:
        source, target = source.filter(told), target.filter(told)
        weights = {name: rows.filter(told) for name, rows in weights.items()}
    names, one, other = numbered(source, target)
    values: Weights = {n: rows.to_numpy().astype(np.int64, copy=False) for n, rows in weights.items()}
    loop = one == other
    captured = _among(one[loop], len(names)) if vertex_only else None  # all with pages have such a row
    loops, loop_weights = _loops(one[loop], {n: v[loop] for n, v in values.items()}, vertex_only)
    if len(one) and loop.any():
        keep = ~loop
        one, other = one[keep], other[keep]
        values = {name: v[keep] for name, v in values.items()}
    one, other, values = distinct(one, other, values, len(names))
    return Edges(names, one, other, values, loops, loop_weights, unreadable, captured)


def distinct(source: Ints, target: Ints, weights: Weights, size: int) -> tuple[Ints, Ints, Weights]:
    """Edges sorted by source and target, each once, its weights added up.

    Args:
        source: Shape (rows,), numbers of vertices.
        target: Shape (rows,).
        weights: Shape (rows,) each.
        size: Number of vertices.
    """
    if not len(source):
        return source, target, weights
    order = order_by(target, size)
    order = order[order_by(source[order], size)]
    source, target = source[order], target[order]
    new = np.empty(len(source), bool)
    new[0] = True
    np.logical_or(source[1:] != source[:-1], target[1:] != target[:-1], out=new[1:])
    if new.all():
        return source, target, {name: w[order] for name, w in weights.items()}
    first = np.flatnonzero(new)
    added = {name: np.add.reduceat(w[order], first) for name, w in weights.items()}
    return source[first], target[first], added


def numbered(source: pa.ChunkedArray, target: pa.ChunkedArray) -> tuple[pa.Array, Ints, Ints]:
    """All names in order, and both columns as numbers of them (int32 where it fits)."""
    columns = [_encoded(c) for c in (source, target)]
    found = pc.unique(pa.chunked_array([names for names, _ in columns]))
    order = pc.sort_indices(found)
    names = found.take(order)
    place = np.empty(len(names), np.int32 if len(names) <= np.iinfo(np.int32).max else np.int64)
    place[order.to_numpy()] = np.arange(len(names), dtype=place.dtype)
    ids = []
    for own_names, codes in columns:
        at = pc.index_in(own_names, value_set=found).to_numpy(zero_copy_only=False)
        ids.append(place[at.astype(np.int64)][codes] if len(codes) else place[:0])
    text = names if pa.types.is_string(names.type) else names.cast(pa.string())
    return text, ids[0], ids[1]


def _among(ends: Ints, size: int) -> NDArray[np.bool_]:
    """Whether each vertex is among these, shape (size,)."""
    found = np.zeros(size, bool)
    found[ends] = True
    return found


def _encoded(column: pa.ChunkedArray) -> tuple[pa.Array, Ints]:
    """Distinct names of a column, and its rows as numbers of them."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    coded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    chunks = coded.unify_dictionaries().chunks
    if not chunks:
        return pa.array([], kind), np.empty(0, np.int32)
    return chunks[0].dictionary, np.concatenate([chunk.indices.to_numpy() for chunk in chunks])


def _loops(ends: Ints, weights: Weights, vertex_only: str) -> tuple[int, dict[str, int]]:
    """Distinct loops and their weights, without those rows that only make a vertex."""
    if vertex_only:
        real = weights[vertex_only] > 0
        ends, weights = ends[real], {name: w[real] for name, w in weights.items()}
    return len(np.unique(ends)), {name: int(w.sum()) for name, w in weights.items()}

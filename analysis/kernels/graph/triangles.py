"""Triangles, each found once, with the directions of its edges; local clustering follows from them.

Vertices are renumbered by their number of neighbours and edges kept at the end with fewer, so that no row is long:
the work is of the order of edges^1.5 at most (Latapy 2008, "Main-memory triangle computations").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.neighbours import Neighbours
from analysis.kernels.graph.order import Ints, order_by
from analysis.kernels.graph.rows import Rows, cores, share

Counts = NDArray[np.int64]
Ways = NDArray[np.uint8]
Linked = tuple[Rows, Ways]
_BOTH = 3  # as in neighbours.py, said again for the compiled loop: see tests/analysis/test_compiled.py
MOST_THREADS = 16
"""Each has counts and marks of its own, 17 bytes a vertex."""


@dataclass(frozen=True)
class Triangles:
    """What was found."""

    counts: Counts
    """Triangles of each vertex, shape (vertices,)."""
    arcs: Counts
    """Edges among the neighbours of each vertex, each direction by itself; shape (vertices,)."""
    kinds: Counts
    """Triangles by the ways of their edges (v to u, u to w, v to w): place 16 · vu + 4 · uw + vw; shape (64,)."""


def triangles(around: Neighbours) -> Triangles:
    """All triangles of a graph."""
    size, degrees = around.rows.size, around.rows.degrees
    order = order_by(degrees, int(degrees.max()) + 1) if size else np.empty(0, np.int64)
    place = np.empty(size, around.rows.ends.dtype)
    place[order] = np.arange(size, dtype=place.dtype)
    upward, ways = _upward(around, order, place)
    threads = min(cores(), MOST_THREADS)
    counts, arcs = np.zeros((threads, size), np.int64), np.zeros((threads, size), np.int64)
    kinds, marks = np.zeros((threads, 64), np.int64), np.zeros((threads, size), np.uint8)
    free = list(range(threads))

    def work(first: int, last: int) -> None:
        own = free.pop()
        _find(first, last, upward, ways, marks[own], (counts[own], arcs[own], kinds[own]))
        free.append(own)

    share(work, upward.begin, threads, pieces=32)
    return Triangles(counts.sum(0)[place], arcs.sum(0)[place], kinds.sum(0))


def clustering(found: Triangles, degrees: Counts) -> NDArray[np.float64]:
    """LDBC's local clustering: edges among d neighbours as a share of d · (d - 1); 0 where d is below 2.

    Args:
        found: Triangles and edges among neighbours.
        degrees: Neighbours of each vertex in whatever direction, shape (vertices,).
    """
    pairs = degrees.astype(np.float64) * (degrees - 1)
    return np.divide(found.arcs, pairs, out=np.zeros(len(pairs)), where=pairs > 0)


def _upward(around: Neighbours, order: Counts, place: Ints) -> Linked:
    """Rows of the renumbered vertices, each with its neighbours of higher number only."""
    rows = around.rows
    begin = np.zeros(rows.size + 1, np.int64)
    ends, ways = np.empty(len(rows.ends) // 2, rows.ends.dtype), np.empty(len(rows.ends) // 2, np.uint8)

    def count(first: int, last: int) -> None:
        _higher(first, last, rows, order, place, begin)

    def fill(first: int, last: int) -> None:
        _fill(first, last, (rows, around.ways), order, place, (Rows(begin, ends), ways))

    share(count, rows.begin)
    np.cumsum(begin, out=begin)
    share(fill, begin)
    return Rows(begin, ends), ways


@compiled
def _higher(first: int, last: int, rows: Rows, order: Counts, place: Ints, found: Counts) -> None:
    for new in range(first, last):
        v = order[new]
        more = 0
        for edge in range(rows.begin[v], rows.begin[v + 1]):
            more += place[rows.ends[edge]] > new
        found[new + 1] = more


@compiled
def _fill(first: int, last: int, given: Linked, order: Counts, place: Ints, put: Linked) -> None:
    rows, ways = given
    new_rows, new_ways = put
    for new in range(first, last):
        v, at = order[new], new_rows.begin[new]
        for edge in range(rows.begin[v], rows.begin[v + 1]):
            u = place[rows.ends[edge]]
            if u > new:
                new_rows.ends[at], new_ways[at] = u, ways[edge]
                at += 1


@compiled
def _find(
    first: int, last: int, rows: Rows, ways: Ways, marks: Ways, put: tuple[Counts, Counts, Counts]
) -> None:
    begin, ends = rows.begin, rows.ends
    counts, arcs, kinds = put
    for v in range(first, last):
        if begin[v + 1] - begin[v] < 2:
            continue
        for edge in range(begin[v], begin[v + 1]):
            marks[ends[edge]] = ways[edge]
        for edge in range(begin[v], begin[v + 1]):
            u, vu = ends[edge], ways[edge]
            for other in range(begin[u], begin[u + 1]):
                w = ends[other]
                vw = marks[w]
                if vw:
                    uw = ways[other]
                    counts[v] += 1
                    counts[u] += 1
                    counts[w] += 1
                    arcs[v] += 1 + (uw == _BOTH)
                    arcs[u] += 1 + (vw == _BOTH)
                    arcs[w] += 1 + (vu == _BOTH)
                    kinds[16 * vu + 4 * uw + vw] += 1
        for edge in range(begin[v], begin[v + 1]):
            marks[ends[edge]] = 0

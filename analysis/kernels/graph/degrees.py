"""Degrees of vertices, and how many vertices have each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows, share

Counts = NDArray[np.int64]


def weighted(ends: Ints, weights: Counts, size: int) -> Counts:
    """Sum of the weights of each vertex's edges.

    Args:
        ends: The vertex of each edge that is looked at, shape (edges,).
        weights: Shape (edges,).
        size: Number of vertices.
    """
    sums = np.zeros(size, np.int64)
    _add(ends, weights, sums)
    return sums


def mutual(to: Rows, come_from: Rows) -> Counts:
    """Neighbours that each vertex is linked with in both directions, shape (vertices,)."""
    found = np.zeros(to.size, np.int64)

    def work(first: int, last: int) -> None:
        _common(first, last, to, come_from, found)

    share(work, to.begin)
    return found


def distribution(degrees: Counts) -> dict[int, int]:
    """How many vertices have each degree that occurs."""
    found, count = np.unique(degrees, return_counts=True)
    return dict(zip(found.tolist(), count.tolist(), strict=True))


@compiled
def _add(ends: Ints, weights: Counts, sums: Counts) -> None:
    for edge in range(len(ends)):
        sums[ends[edge]] += weights[edge]


@compiled
def _common(first: int, last: int, one: Rows, other: Rows, found: Counts) -> None:
    """Both rows are sorted, so they are walked side by side."""
    for v in range(first, last):
        a, b, both = one.begin[v], other.begin[v], 0
        while a < one.begin[v + 1] and b < other.begin[v + 1]:
            left, right = one.ends[a], other.ends[b]
            both += left == right
            a += left <= right
            b += right <= left
        found[v] = both

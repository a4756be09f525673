"""Degrees of vertices, and how many vertices have each."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows, share

Counts = NDArray[np.int64]


def weighted(ends: Ints, weights: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """Sum of the weights of each vertex's edges.

    Args:
        ends: The vertex of each edge that is looked at, shape (edges,).
        weights: Shape (edges,).
        size: Number of vertices.
    """
    sums = np.zeros(size, np.int64)
    _add(ends, weights, sums)
    return sums


def mutual(to: Rows, come_from: Rows) -> NDArray[np.int64]:
    """Neighbours that each vertex is linked with in both directions, shape (vertices,)."""
    found = np.zeros(to.size, np.int64)

    def work(first: int, last: int) -> None:
        _common(first, last, to.begin, to.ends, come_from.begin, come_from.ends, found)

    share(work, to.begin)
    return found


def distribution(degrees: NDArray[np.int64]) -> dict[int, int]:
    """How many vertices have each degree that occurs."""
    found, count = np.unique(degrees, return_counts=True)
    return dict(zip(found.tolist(), count.tolist(), strict=True))


@compiled
def _add(ends: Ints, weights: NDArray[np.int64], sums: NDArray[np.int64]) -> None:
    for edge in range(len(ends)):
        sums[ends[edge]] += weights[edge]


@compiled
def _common(
    first: int,
    last: int,
    one_begin: NDArray[np.int64],
    one_ends: Ints,
    other_begin: NDArray[np.int64],
    other_ends: Ints,
    found: NDArray[np.int64],
) -> None:
    """Both rows are sorted, so they are walked side by side."""
    for v in range(first, last):
        a, b, both = one_begin[v], other_begin[v], 0
        while a < one_begin[v + 1] and b < other_begin[v + 1]:
            left, right = one_ends[a], other_ends[b]
            both += left == right
            a += left <= right
            b += right <= left
        found[v] = both

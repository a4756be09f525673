"""PageRank by the recurrence of LDBC Graphalytics (specification 1.0.2, section 2.3.2), in which sinks are spread."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import on_vectors
from analysis.kernels.graph.rows import Rows, share

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranks:
    """PageRank, and how it was reached."""

    ranks: Floats
    """Shape (vertices,); they sum to 1."""
    iterations: int
    """How many were made."""
    change: float
    """Sum of absolute changes in the last."""


def pagerank(
    come_from: Rows, out_degrees: NDArray[np.int64], damping: float, tolerance: float, iterations: int = 0
) -> Ranks:
    """PageRank of each vertex; every sum is made in a fixed order, whatever the number of threads.

    Args:
        come_from: Where edges come from.
        out_degrees: Edges that leave each vertex, shape (vertices,).
        damping: Chance to follow an edge.
        tolerance: Sum of absolute changes at which it stops.
        iterations: Exactly so many, and no test of the tolerance, where not 0.
    """
    size = come_from.size
    if not size:
        return Ranks(np.empty(0), 0, 0.0)
    sinks = np.flatnonzero(out_degrees == 0)
    shares = 1.0 / np.maximum(out_degrees, 1)
    ranks, new, given = np.full(size, 1.0 / size), np.empty(size), np.empty(size)
    most = iterations or _enough(damping, tolerance)
    change, done = math.inf, 0
    while done < most and (iterations or change > tolerance):
        base = (1.0 - damping) / size + damping * float(ranks[sinks].sum()) / size
        np.multiply(ranks, shares, out=given)
        _step(come_from, given, base, damping, new)
        done += 1
        np.subtract(new, ranks, out=given)
        change = float(np.abs(given, out=given).sum())
        ranks, new = new, ranks
    return Ranks(ranks, done, change)


def _enough(damping: float, tolerance: float) -> int:
    """Each iteration shrinks the changes by the damping at least, from 2 at most; rounding gets some more."""
    return math.ceil(math.log(tolerance / 2) / math.log(damping)) + 10


def _step(come_from: Rows, given: Floats, base: float, damping: float, new: Floats) -> None:
    def work(first: int, last: int) -> None:
        _pull(first, last, come_from, given, base, damping, new)

    share(work, come_from.begin)


@on_vectors
def _pull(first: int, last: int, rows: Rows, given: Floats, base: float, damping: float, new: Floats) -> None:
    for v in range(first, last):
        total = 0.0
        for edge in range(rows.begin[v], rows.begin[v + 1]):
            total += given[rows.ends[edge]]
        new[v] = base + damping * total

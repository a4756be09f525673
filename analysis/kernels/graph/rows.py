"""Neighbours of each vertex in compressed sparse rows (CSR), and work shared among threads by rows."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.graph.order import Ints, order_by, starts

SMALL = 1 << 15
"""Rows and edges up to which starting threads would take longer than the work."""
PIECES_PER_THREAD = 8
"""Rows differ in their work by more than their number of edges; small pieces leave no thread idle for long."""


class Rows(NamedTuple):
    """Neighbours of vertex v: `ends[begin[v]:begin[v + 1]]`, ascending, each once. Compiled loops take it as it is."""

    begin: NDArray[np.int64]
    """Shape (vertices + 1,)."""
    ends: Ints
    """Shape (edges,)."""

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.begin) - 1

    @property
    def degrees(self) -> NDArray[np.int64]:
        """Neighbours of each vertex, shape (vertices,)."""
        return np.diff(self.begin)


def forward(source: Ints, target: Ints, size: int) -> Rows:
    """Where edges lead to; they are sorted by source and target, each once."""
    return Rows(starts(source, size), np.require(target, requirements=["C", "W"]))


def backward(source: Ints, target: Ints, size: int) -> Rows:
    """Where edges come from; they are sorted as for `forward`."""
    return Rows(starts(target, size), source[order_by(target, size)])


def share(
    work: Callable[[int, int], Any],
    begin: NDArray[np.int64],
    threads: int = 0,
    pieces: int = PIECES_PER_THREAD,
    small: int = SMALL,
) -> list[Any]:
    """Call `work(first, last)` for pieces of the rows, about as many edges each, in several threads.

    What is computed of a row must depend on no other piece: then the answer is the same for any number of threads.

    Args:
        work: Compiled, so that it holds no lock of the interpreter.
        begin: Where rows begin, as `Rows.begin`.
        threads: How many; as many as there are cores where 0.
        pieces: Pieces for each thread.
        small: Rows and edges up to which one thread does all.

    Returns:
        What each call returned, in the order of the rows.
    """
    threads = threads or cores()
    size = len(begin) - 1
    costs = begin + np.arange(len(begin))
    if threads == 1 or costs[-1] <= small:
        return [work(0, size)]
    wanted = np.linspace(0, costs[-1], threads * pieces + 1)
    bounds = np.unique(np.append(np.searchsorted(costs, wanted), (0, size)))
    pairs = list(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True))
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda pair: work(*pair), pairs))


def cores() -> int:
    """Cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

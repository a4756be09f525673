"""Edges sorted by source and target, each once, made of rows in any order.

Rows are put where their source's rows stand, sorted there, and added up in place: beside the rows themselves this
holds one copy of them, which becomes the edges.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import share

Chunk = tuple[Ints, Ints, list[NDArray[np.int64]]]
"""Sources, targets and weights of some rows; shape (rows,) each."""
SHORT = 24
"""Rows of a source up to which inserting beats merging."""
LEAST_KEPT = 0.8
"""Where less is left of the rows, edges are copied, so that the rest's memory can be taken."""


def added(
    chunks: Iterable[Chunk], size: int, weights: int, targets: int = 0
) -> tuple[Ints, Ints, list[NDArray[np.int64]]]:
    """Sources, targets and weights of distinct edges, sorted; rows whose ends are equal are passed over.

    Args:
        chunks: The rows; gone through twice.
        size: Number of vertices.
        weights: Number of weights.
        targets: What targets are below, where they are more than vertices (0: as many).
    """
    kind, wide = (
        np.int32 if most <= np.iinfo(np.int32).max else np.int64 for most in (size, max(size, targets))
    )
    begin = np.zeros(size + 1, np.int64)
    for source, target, _ in chunks:
        _count(source, target, begin)
    np.cumsum(begin, out=begin)
    ends, amounts = np.empty(begin[-1], wide), np.empty((weights, begin[-1]), np.int64)
    free = begin[:-1].copy()
    for source, target, values in chunks:
        slots = _put(source, target, free, ends)
        kept = slots >= 0
        for amount, value in zip(amounts, values, strict=True):
            amount[slots[kept]] = value[kept]
    del free
    share(partial(_sort, begin, ends, amounts), begin)
    left = _add_up(begin, ends, amounts)
    if left < LEAST_KEPT * len(ends):
        ends, amounts = ends[:left].copy(), amounts[:, :left].copy()
    sources = np.repeat(np.arange(size, dtype=kind), np.diff(begin))
    return sources, ends[:left], [amount[:left] for amount in amounts]


@compiled
def _count(source: Ints, target: Ints, found: NDArray[np.int64]) -> None:
    for row in range(len(source)):
        if source[row] != target[row]:
            found[source[row] + 1] += 1


@compiled
def _put(source: Ints, target: Ints, free: NDArray[np.int64], ends: Ints) -> NDArray[np.int64]:
    """Write targets where their source has room; where each row went, -1 where it has equal ends."""
    slots = np.empty(len(source), np.int64)
    for row in range(len(source)):
        slots[row] = -1
        if source[row] != target[row]:
            slot = free[source[row]]
            ends[slot] = target[row]
            slots[row] = slot
            free[source[row]] = slot + 1
    return slots


@compiled
def _sort(begin: NDArray[np.int64], ends: Ints, amounts: NDArray[np.int64], first: int, last: int) -> None:
    """Sort the rows of some sources by target."""
    for vertex in range(first, last):
        start, stop = begin[vertex], begin[vertex + 1]
        if stop - start > SHORT:
            order = np.argsort(ends[start:stop], kind="mergesort")  # no input makes it quadratic
            ends[start:stop] = ends[start:stop][order]
            for n in range(len(amounts)):
                amounts[n, start:stop] = amounts[n, start:stop][order]
            continue
        for row in range(start + 1, stop):
            at = row
            while at > start and ends[at - 1] > ends[at]:
                ends[at - 1], ends[at] = ends[at], ends[at - 1]
                for n in range(len(amounts)):
                    amounts[n, at - 1], amounts[n, at] = amounts[n, at], amounts[n, at - 1]
                at -= 1


@compiled
def _add_up(begin: NDArray[np.int64], ends: Ints, amounts: NDArray[np.int64]) -> int:
    """Each target of a source once, rows closed up; where sources begin is set anew. The number of edges."""
    made, start = 0, 0
    for vertex in range(len(begin) - 1):
        stop, own = begin[vertex + 1], made
        for row in range(start, stop):
            if made > own and ends[made - 1] == ends[row]:
                for n in range(len(amounts)):
                    amounts[n, made - 1] += amounts[n, row]
                continue
            ends[made] = ends[row]
            for n in range(len(amounts)):
                amounts[n, made] = amounts[n, row]
            made += 1
        begin[vertex + 1], start = made, stop
    return made

"""Communities by label propagation as LDBC Graphalytics defines it (CDLP, specification 1.0.2, section 2.3.4).

Two savings change no answer. At first all labels differ, so that a label has two votes only where a vertex is linked
both ways. And a vertex none of whose neighbours changed in a round votes in the next as it did, so it need not.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows, share

Flags = NDArray[np.bool_]
FEW = 0.5
"""Share of all ends of edges that belong to changed vertices up to which it is worth to find their neighbours."""


def propagate(to: Rows, come_from: Rows, rounds: int) -> tuple[Ints, int, int]:
    """Label of each vertex after some rounds: the most frequent among neighbours, ties to the least.

    All vertices change at once. Neighbours in both directions count, twice where linked both ways; a vertex without
    any keeps its label. It stops early where nothing changes any more.

    Args:
        to: Where edges lead to.
        come_from: Where they come from.
        rounds: At most so many.

    Returns:
        Labels of shape (vertices,), rounds made, and labels that the last one changed.
    """
    labels = np.arange(to.size, dtype=to.ends.dtype)
    new, changed, done = np.empty_like(labels), to.size, 0
    waiting = np.ones(to.size, np.bool_)
    while done < rounds and changed:
        changed, ends = _round(to, come_from, waiting if done else None, labels, new)
        labels, new = new, labels
        done += 1
        if changed and done < rounds:
            _wait(to, come_from, new, labels, ends, waiting)
    return labels, done, changed


def _round(to: Rows, come_from: Rows, waiting: Flags | None, labels: Ints, new: Ints) -> tuple[int, int]:
    """One round, the first where nobody waits; vertices that changed, and how many ends of edges are theirs."""

    def work(first: int, last: int) -> tuple[int, int]:
        if waiting is None:
            return _first_vote(first, last, to, come_from, new)
        return _vote(first, last, to, come_from, waiting, labels, new)

    told = share(work, to.begin + come_from.begin)
    return sum(int(vertices) for vertices, _ in told), sum(int(ends) for _, ends in told)


def _wait(to: Rows, come_from: Rows, old: Ints, labels: Ints, ends: int, waiting: Flags) -> None:
    """Who must vote in the next round: all, where most have changed, else their neighbours."""
    few = ends < FEW * (len(to.ends) + len(come_from.ends))
    waiting[:] = not few
    if few:
        share(
            lambda first, last: _mark(first, last, to, come_from, old, labels, waiting),
            to.begin + come_from.begin,
        )


@compiled
def _first_vote(first: int, last: int, to: Rows, come_from: Rows, new: Ints) -> tuple[int, int]:
    """Labels are the vertices' numbers: the least neighbour that is linked both ways, else the least of all."""
    changed = ends = 0
    for v in range(first, last):
        a, to_end = to.begin[v], to.begin[v + 1]
        b, from_end = come_from.begin[v], come_from.begin[v + 1]
        degree = to_end - a + from_end - b
        best = v
        if a < to_end:
            best = to.ends[a]
        if b < from_end and (a == to_end or come_from.ends[b] < best):
            best = come_from.ends[b]
        while a < to_end and b < from_end:
            one, other = to.ends[a], come_from.ends[b]
            if one == other:
                best = one
                break
            a += one < other
            b += other < one
        new[v] = best
        if best != v:
            changed += 1
            ends += degree
    return changed, ends


@compiled
def _vote(
    first: int, last: int, to: Rows, come_from: Rows, waiting: Flags, labels: Ints, new: Ints
) -> tuple[int, int]:
    """Votes are counted in a small open table that grows with the row, in a cache rather than in memory."""
    keys, votes = np.empty(16, labels.dtype), np.zeros(16, np.int32)
    changed = ends = 0
    for v in range(first, last):
        degree = to.begin[v + 1] - to.begin[v] + come_from.begin[v + 1] - come_from.begin[v]
        if degree == 0 or not waiting[v]:
            new[v] = labels[v]
            continue
        span = _room(degree)
        if span > len(keys):
            keys, votes = np.empty(span, labels.dtype), np.zeros(span, np.int32)
        best, most, place = labels[v], 0, 0
        for part in range(2):
            rows = to if part == 0 else come_from
            for edge in range(rows.begin[v], rows.begin[v + 1]):
                label = labels[rows.ends[edge]]
                if label == best and most:  # as most are where communities have formed
                    most += 1
                    votes[place] = most
                    continue
                slot = ((label * 2654435761) >> 12) & (span - 1)  # Fibonacci hashing (Knuth)
                while votes[slot] and keys[slot] != label:
                    slot = (slot + 1) & (span - 1)
                keys[slot] = label
                votes[slot] += 1
                if votes[slot] > most or (votes[slot] == most and label < best):
                    best, most, place = label, votes[slot], slot
        votes[:span] = 0
        new[v] = best
        if best != labels[v]:
            changed += 1
            ends += degree
    return changed, ends


@compiled
def _room(degree: int) -> int:
    """Slots of a table for so many labels, a power of 2."""
    span = 16
    while span < 2 * degree:
        span *= 2
    return span


@compiled
def _mark(first: int, last: int, to: Rows, come_from: Rows, one: Ints, other: Ints, waiting: Flags) -> None:
    """Neighbours of vertices whose labels differ; threads may say the same of one, which does no harm."""
    for v in range(first, last):
        if one[v] != other[v]:
            for edge in range(to.begin[v], to.begin[v + 1]):
                waiting[to.ends[edge]] = True
            for edge in range(come_from.begin[v], come_from.begin[v + 1]):
                waiting[come_from.ends[edge]] = True

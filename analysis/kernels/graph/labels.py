"""Communities by label propagation as LDBC Graphalytics defines it (CDLP, specification 1.0.2, section 2.3.4)."""

from __future__ import annotations

import numpy as np

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows, share


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
    costs = to.begin + come_from.begin
    while done < rounds and changed:

        def work(first: int, last: int, old: Ints = labels, put: Ints = new) -> int:
            return _vote(first, last, to, come_from, old, put)

        changed = sum(share(work, costs))
        labels, new = new, labels
        done += 1
    return labels, done, int(changed)


@compiled
def _vote(first: int, last: int, to: Rows, come_from: Rows, labels: Ints, new: Ints) -> int:
    """Votes are counted in a small open table that grows with the row, in a cache rather than in memory."""
    size = 16
    keys, votes = np.empty(size, labels.dtype), np.zeros(size, np.int32)
    changed = 0
    for v in range(first, last):
        degree = to.begin[v + 1] - to.begin[v] + come_from.begin[v + 1] - come_from.begin[v]
        if degree == 0:
            new[v] = labels[v]
            continue
        while size < 2 * degree:
            size *= 2
            keys, votes = np.empty(size, labels.dtype), np.zeros(size, np.int32)
        span = 16
        while span < 2 * degree:
            span *= 2
        best, most = labels[v], 0
        for part in range(2):
            rows = to if part == 0 else come_from
            for edge in range(rows.begin[v], rows.begin[v + 1]):
                label = labels[rows.ends[edge]]
                slot = ((label * 2654435761) >> 12) & (span - 1)  # Fibonacci hashing (Knuth)
                while votes[slot] and keys[slot] != label:
                    slot = (slot + 1) & (span - 1)
                keys[slot] = label
                votes[slot] += 1
                if votes[slot] > most or (votes[slot] == most and label < best):
                    best, most = label, votes[slot]
        votes[:span] = 0
        new[v] = best
        changed += best != labels[v]
    return changed

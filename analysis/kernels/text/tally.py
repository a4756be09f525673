"""The inner loop of counting: term and document frequency in one pass."""
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled


@compiled
def count(
    ids: NDArray[np.int32],
    bounds: NDArray[np.int64],
    short: int,
    order: NDArray[np.int64],
    groups: NDArray[np.int32],
    before: int,
    counts: NDArray[np.int32],
    rows: NDArray[np.int32],
) -> int:
    """Term and document frequency of every term in a few documents: all together, or by group.

    Args:
        ids: Terms, document after document.
        bounds: Where each document's terms begin, and where the last's end; [documents + 1].
        short: How many of the last places of each document are no term of its own (n - 1 for n-grams).
        order: The documents, those of a group together.
        groups: Group of each document.
        before: Number of documents counted before these.
        counts: Four numbers a term (tf, df, number of the document last seen in, nothing).
        rows: To be filled with group, term, tf, df; [4, terms + 1]. Counts are moved there group by group,
            so `counts` is all zero before and after. Without rows ([4, 0]), they stay in `counts`.

    Returns:
        Number of rows.
    """
    found = begin = 0
    for o in range(order.size):
        d = order[o]
        number = np.int32(before + d + 1)
        for t in range(bounds[d], bounds[d + 1] - short):
            p = 4 * np.int64(ids[t])
            if rows.size:
                rows[1, found] = ids[t]
                found += counts[p] == 0
            counts[p] += 1
            counts[p + 1] += counts[p + 2] != number
            counts[p + 2] = number
        if rows.size and (o + 1 == order.size or groups[order[o + 1]] != groups[d]):
            for r in range(begin, found):
                p = 4 * np.int64(rows[1, r])
                rows[0, r], rows[2, r], rows[3, r] = groups[d], counts[p], counts[p + 1]
                counts[p], counts[p + 1], counts[p + 2] = 0, 0, 0
            begin = found
    return found

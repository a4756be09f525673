"""k-cores by buckets of equal degree (Batagelj and Zaversnik 2003), directions ignored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints, order_by, starts
from analysis.kernels.graph.rows import Rows


def core_numbers(around: Rows) -> NDArray[np.int64]:
    """Largest k for which each vertex is in the k-core, shape (vertices,).

    Args:
        around: Each vertex's neighbours, each once.
    """
    degrees = around.degrees
    if not len(degrees):
        return degrees
    kind = around.ends.dtype
    most = int(degrees.max()) + 1
    left, order = degrees.astype(kind), order_by(degrees, most).astype(kind)
    place = np.empty_like(order)
    place[order] = np.arange(len(order), dtype=kind)
    _peel(around, left, order, place, starts(degrees, most))
    return left.astype(np.int64)


@compiled
def _peel(rows: Rows, left: Ints, order: Ints, place: Ints, bucket: NDArray[np.int64]) -> None:
    """Take away the vertex with fewest neighbours left, again and again; `order` stays sorted by `left`."""
    for at in range(len(order)):
        v = order[at]
        for edge in range(rows.begin[v], rows.begin[v + 1]):
            u = rows.ends[edge]
            if left[u] > left[v]:
                first = bucket[left[u]]
                w = order[first]
                order[first], order[place[u]] = u, w
                place[w], place[u] = place[u], first
                bucket[left[u]] = first + 1
                left[u] -= 1

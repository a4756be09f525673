"""Steps from a vertex, level by level (BFS as in LDBC Graphalytics)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows


def distances(to: Rows, source: int) -> NDArray[np.int32]:
    """Fewest edges from a vertex to each, shape (vertices,); -1 where no way leads."""
    found = np.full(to.size, -1, np.int32)
    _spread(to.begin, to.ends, source, found, np.empty(to.size, to.ends.dtype))
    return found


@compiled
def _spread(begin: NDArray[np.int64], ends: Ints, source: int, found: NDArray[np.int32], queue: Ints) -> None:
    queue[0], found[source] = source, 0
    head, tail = 0, 1
    while head < tail:
        v = queue[head]
        head += 1
        steps = found[v] + 1
        for edge in range(begin[v], begin[v + 1]):
            u = ends[edge]
            if found[u] < 0:
                found[u] = steps
                queue[tail] = u
                tail += 1

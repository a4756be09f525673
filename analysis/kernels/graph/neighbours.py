"""The undirected view: each vertex's neighbours in whatever direction, each once, with the direction kept beside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.rows import Rows, share

TO, FROM, BOTH = 1, 2, 3
"""The neighbour is linked to; it links here; both."""


@dataclass(frozen=True)
class Neighbours:
    """Neighbours of each vertex, ascending, and how they are linked."""

    rows: Rows
    """Each neighbour once: an edge stands in the rows of both its ends."""
    ways: NDArray[np.uint8]
    """`TO`, `FROM` or `BOTH`, seen from the vertex of the row; shape as `rows.ends`."""


def neighbours(to: Rows, come_from: Rows, mutual: NDArray[np.int64]) -> Neighbours:
    """Both directions merged.

    Args:
        to: Where edges lead to.
        come_from: Where they come from.
        mutual: Neighbours of each vertex in both directions, shape (vertices,).
    """
    begin = np.zeros(to.size + 1, np.int64)
    np.cumsum(to.degrees + come_from.degrees - mutual, out=begin[1:])
    ends, ways = np.empty(begin[-1], to.ends.dtype), np.empty(begin[-1], np.uint8)

    def work(first: int, last: int) -> None:
        _merge(first, last, to, come_from, Rows(begin, ends), ways)

    share(work, begin)
    return Neighbours(Rows(begin, ends), ways)


@compiled
def _merge(first: int, last: int, to: Rows, come_from: Rows, put: Rows, ways: NDArray[np.uint8]) -> None:
    for v in range(first, last):
        a, b = to.begin[v], come_from.begin[v]
        for at in range(put.begin[v], put.begin[v + 1]):
            more_to, more_from = a < to.begin[v + 1], b < come_from.begin[v + 1]
            if more_to and (not more_from or to.ends[a] <= come_from.ends[b]):
                both = more_from and to.ends[a] == come_from.ends[b]
                put.ends[at], ways[at] = to.ends[a], BOTH if both else TO
                a += 1
                b += both
            else:
                put.ends[at], ways[at] = come_from.ends[b], FROM
                b += 1

"""Harmonic centrality, exact: steps from 64 vertices at once, a bit each (Then et al. 2014, "The more the merrier").

H(v) is the sum of 1 / d(y, v) over all y from which a way leads to v, as Common Crawl and NetworkX have it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows, share

Floats = NDArray[np.float64]
Bits = NDArray[np.uint64]
PIECES = 16
"""Sums are made for each piece of the sources and then added in order, however many threads there are."""


def harmonic(to: Rows) -> Floats:
    """Harmonic centrality of each vertex, shape (vertices,).

    Args:
        to: Where edges lead to.
    """
    batches = -(-to.size // 64)
    pieces = np.linspace(0, batches, PIECES + 1).astype(np.int64)
    sums = np.zeros((PIECES, to.size))

    def work(first: int, last: int) -> None:
        for piece in range(first, last):
            _reach(64 * pieces[piece], min(64 * pieces[piece + 1], to.size), to.begin, to.ends, sums[piece])

    share(work, np.arange(PIECES + 1), small=0 if to.size > 256 else PIECES * 2)
    total = np.zeros(to.size)
    for one in sums:
        total += one
    return total


@compiled
def _reach(first: int, last: int, begin: NDArray[np.int64], ends: Ints, sums: Floats) -> None:
    size = len(begin) - 1
    seen, front, more = np.zeros(size, np.uint64), np.zeros(size, np.uint64), np.zeros(size, np.uint64)
    active, coming = np.empty(size, ends.dtype), np.empty(size, ends.dtype)
    one = np.uint64(1)
    for start in range(first, last, 64):
        seen[:] = 0
        count = min(64, last - start)
        for bit in range(count):
            v = start + bit
            seen[v] = front[v] = one << np.uint64(bit)
            active[bit] = v
        level = 0
        while count:
            level += 1
            found = 0
            for at in range(count):
                v = active[at]
                bits = front[v]
                for edge in range(begin[v], begin[v + 1]):
                    u = ends[edge]
                    new = bits & ~seen[u]
                    if new:
                        if not more[u]:
                            coming[found] = u
                            found += 1
                        more[u] |= new
            for at in range(count):
                front[active[at]] = 0
            for at in range(found):
                u = coming[at]
                front[u], more[u] = more[u], 0
                seen[u] |= front[u]
                sums[u] += _ones(front[u]) / level
            active, coming, count = coming, active, found


@compiled
def _ones(bits: int) -> int:
    """Bits that are set (Warren, Hacker's Delight, figure 5-2)."""
    x = np.uint64(bits)
    x -= (x >> np.uint64(1)) & np.uint64(0x5555555555555555)
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return int((x * np.uint64(0x0101010101010101)) >> np.uint64(56))

"""Harmonic centrality estimated: HyperBall (Boldi and Vigna 2013), a HyperLogLog counter for each vertex's ball.

The ball of radius t has all vertices that reach v in at most t steps; H(v) adds up (ball(t) - ball(t - 1)) / t. The
first step is exact: it is the number of edges that lead to v.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.rows import Rows, share

Floats = NDArray[np.float64]
Bytes = NDArray[np.uint8]
Flags = NDArray[np.bool_]
ALPHA = {16: 0.673, 32: 0.697, 64: 0.709}
"""Correction of a counter's bias by its registers (Flajolet et al. 2007, figure 3); beyond 64 there is a formula."""


def standard_error(registers: int) -> float:
    """Relative standard error of a counter (Flajolet et al. 2007)."""
    return float(1.04 / registers**0.5)


def estimated(come_from: Rows, registers: int) -> Floats:
    """Harmonic centrality of each vertex, estimated; shape (vertices,).

    Args:
        come_from: Where edges come from.
        registers: Registers of each counter, a power of 2; a byte each, twice.
    """
    size = come_from.size
    held = np.zeros((size, registers), np.uint8)
    _first(held)
    next_held = held.copy()
    changed, changes = np.ones(size, np.bool_), np.empty(size, np.bool_)
    ball, sums = np.ones(size), come_from.degrees.astype(float)
    alpha = ALPHA.get(registers, 0.7213 / (1 + 1.079 / registers))
    powers: Floats = 0.5 ** np.arange(65, dtype=np.float64)
    step = 0
    while changed.any():
        step += 1
        _step(come_from, (held, next_held), (changed, changes), (powers, alpha, step), (ball, sums))
        held, next_held = next_held, held
        changed, changes = changes, changed
    return sums


@compiled
def _first(held: Bytes) -> None:
    """A counter with the vertex itself: its hash (splitmix64) chooses the register and says how full it is."""
    registers = np.uint64(held.shape[1])
    for v in range(held.shape[0]):
        x = np.uint64(v) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
        rest, zeros = x // registers, 1
        while zeros < 48 and rest & np.uint64(1) == 0:
            rest >>= np.uint64(1)
            zeros += 1
        held[v, x % registers] = zeros


def _step(
    come_from: Rows,
    held: tuple[Bytes, Bytes],
    changed: tuple[Flags, Flags],
    told: tuple[Floats, float, int],
    put: tuple[Floats, Floats],
) -> None:
    def work(first: int, last: int) -> None:
        _union(first, last, come_from, held, changed)
        _grow(first, last, held[1], changed[1], told, put)

    share(work, come_from.begin)


@compiled
def _union(
    first: int, last: int, rows: Rows, counters: tuple[Bytes, Bytes], flags: tuple[Flags, Flags]
) -> None:
    """The largest of each register, over a vertex and those with an edge to it whose counter changed before."""
    held, new = counters
    changed, changes = flags
    registers = held.shape[1]
    for v in range(first, last):
        if changed[v]:  # else the row still has what it had two steps ago, which is the same
            new[v, :] = held[v, :]
        more = False
        for edge in range(rows.begin[v], rows.begin[v + 1]):
            u = rows.ends[edge]
            if changed[u]:
                for r in range(registers):
                    new[v, r] = max(new[v, r], held[u, r])
                more = True
        changes[v] = False
        if more:
            for r in range(registers):
                if new[v, r] != held[v, r]:
                    changes[v] = True
                    break


@compiled
def _grow(
    first: int,
    last: int,
    held: Bytes,
    changes: Flags,
    told: tuple[Floats, float, int],
    put: tuple[Floats, Floats],
) -> None:
    powers, alpha, step = told
    ball, sums = put
    registers = held.shape[1]
    for v in range(first, last):
        if not changes[v]:
            continue
        total, empty = 0.0, 0
        for r in range(registers):
            total += powers[held[v, r]]
            empty += held[v, r] == 0
        size = alpha * registers * registers / total
        if size <= 2.5 * registers and empty:
            size = registers * np.log(registers / empty)
        size = max(size, ball[v])
        if step > 1:
            sums[v] += (size - ball[v]) / step
        ball[v] = size

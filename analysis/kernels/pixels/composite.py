"""One picture of many: per pixel the mean, the maximum or the median of all its usable observations.

Pixels are worked on in blocks, so that a block's observations of all dates fit into the processor's cache and memory
does not grow with the size of a tile. A block is a matrix with a row for each observation and a column for each pixel.
The median sorts its columns by a network of exchanges between rows (K. E. Batcher, Sorting networks and their
applications, AFIPS Spring Joint Computing Conference 1968, 307-314; the odd-even merge in the form for any number of
rows, D. E. Knuth, The Art of Computer Programming 3, 2nd ed., 5.2.2, algorithm M): which rows are exchanged depends
on no value, so many pixels are sorted at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

Method = Literal["mean", "max", "median"]
METHODS: tuple[Method, ...] = get_args(Method)
BLOCK = 4096
"""Pixels worked on at once: 40 dates of them are 640 kB."""
MOST = 65535
"""Observations that a pixel may have: they are counted in 16 bits."""

Floats = NDArray[np.float32]
Look = Callable[[slice], Floats]
"""What one scene says of some pixels of the tile: their index, NaN where it is not usable."""


def composite(
    passes: Sequence[Sequence[Look]], method: Method, pixels: int
) -> tuple[Floats, NDArray[np.uint16]]:
    """The composite of a tile.

    Args:
        passes: Overflights in the order in which means are added up; of each the scenes that show the tile, the
            preferred one first: a pixel that several of them saw is one observation.
        method: `mean`, `max` (of an index of vegetation: the greenest pixel) or `median` (of an even number of
            observations the mean of the two in the middle).
        pixels: Pixels of the tile.

    Returns:
        The value of each pixel, NaN where it has no usable observation, and how many it has.

    Raises:
        ValueError: More than 65,535 overflights.
    """
    if len(passes) > MOST:
        raise ValueError(
            f"{len(passes):,} overflights of one tile in one period; at most {MOST:,} can be counted"
        )
    values, counts = np.empty(pixels, np.float32), np.empty(pixels, np.uint16)
    reduce = {"mean": _mean, "max": _max, "median": _median}[method]
    for start in range(0, pixels, BLOCK):
        part = slice(start, min(start + BLOCK, pixels))
        stack = np.empty((len(passes), part.stop - part.start), np.float32)
        for row, looks in zip(stack, passes, strict=True):
            row[:] = looks[0](part)
            for look in looks[1:]:
                _fill(row, look(part))
        reduce(stack, values[part], counts[part])
    return values, counts


@compiled
def _fill(row: Floats, other: Floats) -> None:
    """Take another scene's values where this one has none."""
    for i in range(row.size):
        if not np.isfinite(row[i]):
            row[i] = other[i]


@compiled
def _mean(stack: Floats, values: Floats, counts: NDArray[np.uint16]) -> None:
    """Means, added up row by row in double precision."""
    sums = np.zeros(values.size, np.float64)
    counts[:] = 0
    for row in range(stack.shape[0]):
        for i in range(values.size):
            if np.isfinite(stack[row, i]):
                sums[i] += stack[row, i]
                counts[i] += 1
    for i in range(values.size):
        values[i] = sums[i] / counts[i] if counts[i] else np.nan


@compiled
def _max(stack: Floats, values: Floats, counts: NDArray[np.uint16]) -> None:
    """Largest values."""
    counts[:] = 0
    values[:] = np.nan
    for row in range(stack.shape[0]):
        for i in range(values.size):
            value = stack[row, i]
            if np.isfinite(value):
                values[i] = value if counts[i] == 0 or value > values[i] else values[i]
                counts[i] += 1


@compiled
def _median(stack: Floats, values: Floats, counts: NDArray[np.uint16]) -> None:
    """Medians; the stack is sorted on the way, what is not usable behind everything else."""
    counts[:] = 0
    for row in range(stack.shape[0]):
        for i in range(values.size):
            if np.isfinite(stack[row, i]):
                counts[i] += 1
            else:
                stack[row, i] = np.inf
    _sort(stack)
    for i in range(values.size):
        n = counts[i]
        if n:
            values[i] = (np.float64(stack[(n - 1) // 2, i]) + np.float64(stack[n // 2, i])) / 2
        else:
            values[i] = np.nan


@compiled
def _sort(stack: Floats) -> None:
    """Sort every column, by odd-even merging."""
    rows = stack.shape[0]
    width = 1
    while width < rows:
        step = width
        while step:
            for start in range(step % width, rows - step, 2 * step):
                for low in range(start, min(start + step, rows - step)):
                    if low // (2 * width) == (low + step) // (2 * width):
                        _exchange(stack[low], stack[low + step])
            step //= 2
        width *= 2


@compiled
def _exchange(low: Floats, high: Floats) -> None:
    """Put the smaller of two values into one row and the larger into the other, for all columns."""
    for i in range(low.size):
        a, b = low[i], high[i]
        low[i] = a if a < b else b
        high[i] = b if a < b else a

"""The compiled loops that tell how much of each pixel of a tile lies in an area, exactly.

Each edge of the polygon is cut at the lines between pixels. A piece within pixel (r, c) that falls by d rows at the
mean column c + m adds d (1 - m) to that pixel and d to all right of it. The running sum along a row is then the area
of the polygon in each pixel (Green's theorem), without error but for rounding. Rasterisers of fonts do the same.
"""

from __future__ import annotations

from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

_TINY = 1e-9
"""A share this near to 0 or to 1 is that: rounding of floats leaves about 1e-12 of a pixel."""


@compiled
def _spread(row: NDArray[np.float64], begin: float, end: float, fall: float) -> None:
    """Add a piece of an edge, from column `begin` to column `end` of one row of pixels."""
    left, right = min(begin, end), max(begin, end)
    width, size = right - left, row.size - 2
    if right <= 0.0 or width == 0.0:
        column = floor(left)
        inside = left - column
        if column < 0:  # left of the tile: all of its pixels lie right of it
            row[0] += fall
        elif column < size:
            row[column] += fall * (1.0 - inside)
            row[column + 1] += fall * inside
        return
    if left < 0.0:
        row[0] += fall * -left / width
    for column in range(max(floor(left), 0), min(ceil(right), size)):
        here, there = max(left, float(column)), min(right, column + 1.0)
        part = fall * (there - here) / width
        inside = 0.5 * (here + there) - column
        row[column] += part * (1.0 - inside)
        row[column + 1] += part * inside


@compiled
def _draw(
    points: NDArray[np.float64], rings: NDArray[np.int64], held: NDArray[np.float64]
) -> tuple[int, int]:
    """Add all edges; gives back the first row that was written to, and the one after the last."""
    size = held.shape[0]
    top, bottom = size, 0
    for r in range(rings.size - 1):
        for p in range(rings[r], rings[r + 1] - 1):
            x0, y0, x1, y1 = points[p, 0], points[p, 1], points[p + 1, 0], points[p + 1, 1]
            sign = 1.0
            if y0 > y1:
                x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
            if y0 == y1 or y1 <= 0 or y0 >= size or min(x0, x1) >= size:
                continue
            slope = (x1 - x0) / (y1 - y0)
            first, last = max(floor(y0), 0), min(ceil(y1), size)
            top, bottom = min(top, first), max(bottom, last)
            for row in range(first, last):
                upper, lower = max(y0, float(row)), min(y1, row + 1.0)
                begin = x0 if upper == y0 else x0 + (upper - y0) * slope
                end = x1 if lower == y1 else x0 + (lower - y0) * slope
                _spread(held[row], begin, end, sign * (lower - upper))
    return top, bottom


@compiled
def cover(
    points: NDArray[np.float64],
    rings: NDArray[np.int64],
    held: NDArray[np.float64],
    starts: NDArray[np.uint16],
    lengths: NDArray[np.uint16],
    borders: NDArray[np.uint16],
    weights: NDArray[np.float32],
) -> tuple[int, int]:
    """Share of each pixel of a tile that lies in a polygon, holes and parts included.

    Args:
        points: Column and row of each corner, in pixels from the upper left corner of the tile; [points, 2].
        rings: Where each closed ring begins in points, and where the last ends; shells one way round, holes the
            other. [rings + 1]
        held: Room for sums, all zero before and after; [size, size + 2] for a tile of size × size pixels.
        starts: To be filled with the first pixel of each run of pixels that lie wholly inside; [size²].
        lengths: To be filled with the pixels of each run; [size²].
        borders: To be filled with the pixels that lie partly inside; [size²].
        weights: To be filled with the share of each that does; [size²].

    Returns:
        Number of runs and of border pixels.
    """
    size = held.shape[0]
    top, bottom = _draw(points, rings, held)
    runs = edges = 0
    for row in range(top, bottom):
        share, goes_on = 0.0, False
        for column in range(size):
            share += held[row, column]
            found = abs(share)
            whole = found >= 1.0 - _TINY
            if whole and goes_on:
                lengths[runs - 1] += 1
            elif whole:
                starts[runs], lengths[runs] = row * size + column, 1
                runs += 1
            elif found > _TINY:
                borders[edges], weights[edges] = row * size + column, found
                edges += 1
            goes_on = whole
        held[row, :] = 0.0
    return runs, edges

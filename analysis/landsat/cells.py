"""From combined sums to measures: an area in a period seen by a sensor is a cell.

The mean is the ratio Σ w x / Σ w over usable pixels w. Its interval takes the passes of the satellite as the sampling
unit (pixels of one pass share haze, sun and season): the linearised variance of a ratio of sums over passes,

    v = n / (n - 1) · Σ (S - mean · W)² / (Σ W)²

(Cochran, Sampling Techniques, 1977, chapter 6), with Student's t of n - 1 degrees of freedom; none for one pass.
Quantiles are read from the histogram, straight within a bin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.pixels import classes as c
from analysis.kernels.pixels.sums import MOMENT_BITS, SQUARES, TOTAL, TOUCHED, UNIT, USABLE, WHAT_BITS, split
from analysis.landsat.prepare import Prepared

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
CONFIDENCE = 0.95
CELLS_AT_ONCE = 4096
"""Cells whose histograms are in memory in more than one form."""
ROWS_AT_ONCE = 1 << 18
"""Rows of partial results that are looked at together: there are millions, and a copy of a column is a tenth of all
that a run may take."""


@dataclass(frozen=True)
class Cells:
    """Measures of cells, sorted by area, period and sensor; NaN where there is none."""

    area: Integers
    """Number of the area."""
    period: Integers
    """Number of the period."""
    sensor: Integers
    """Place in `ndvi_prepare.GROUPS`."""
    scenes: Integers
    """Scenes that show some of the area."""
    passes: Integers
    """Passes of a satellite that do."""
    pixels: Floats
    """Usable pixels, by the share that lies in the area."""
    touched: Integers
    """The same counted whole."""
    usable: Floats
    """Share of the area's pixels that were usable, over all passes."""
    lost: dict[str, Floats]
    """Share lost, by cause."""
    mean: Floats
    """Mean index."""
    half: Floats
    """Half the width of its interval."""
    sd: Floats
    """Standard deviation of the index."""
    quantiles: dict[float, Floats]
    """Quantiles of the index, where a histogram was kept."""


def cells(partials: pa.Table, prepared: Prepared[Any], quantiles: tuple[float, ...] = ()) -> Cells:
    """Measures of all cells that some pass shows."""
    keys, amounts = partials["key"].to_numpy(), partials["amount"].to_numpy()
    if (keys[1:] < keys[:-1]).any():  # some engines sort already
        order = np.argsort(keys)
        keys, amounts = keys[order], amounts[order]
    moment = keys >> WHAT_BITS
    moment &= (1 << MOMENT_BITS) - 1
    by_scene = moment >= prepared.plan.cells
    del moment
    shown = _shown(keys[by_scene], amounts[by_scene] * UNIT, prepared)
    del by_scene
    kept, per_cell = np.unique(shown["cell"], return_inverse=True)
    count = len(kept)
    weight, total = _added(per_cell, shown["usable"], count), _added(per_cell, shown["total"], count)
    whole = _added(per_cell, np.maximum(shown["size"], shown["seen"]), count)
    missing = shown["size"] - shown["seen"]  # of areas that reach beyond the tiles; else what rounding leaves
    beyond = _added(per_cell, np.where(missing > 1e-6 * shown["size"], missing, 0.0), count)
    squares, touched = (_pooled(keys, amounts, kept, what) for what in (SQUARES, TOUCHED))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / weight
        lost = {name: _added(per_cell, shown[name], count) / whole for name in c.CAUSES}
        lost["fill"] = lost["fill"] + beyond / whole
        sd = np.sqrt(np.maximum(squares * UNIT / weight - mean**2, 0.0))
    period, sensor = np.array(prepared.cells, np.int64).reshape(-1, 2)[kept & ((1 << MOMENT_BITS) - 1)].T
    found = _quantiles(keys, amounts, kept, quantiles)
    return Cells(
        kept >> MOMENT_BITS, period, sensor, _added(per_cell, shown["scenes"], count).astype(np.int64),
        np.bincount(per_cell, minlength=count), weight, touched.astype(np.int64), weight / whole, lost,
        mean, _half(shown, per_cell, mean), sd, found,
    )  # fmt: skip


def _pooled(keys: Integers, amounts: Integers, kept: Integers, what: int) -> Floats:
    """Amounts of one kind, that only cells have, in each of some cells; 0 where there is none."""
    found = np.zeros(len(kept))
    for start in range(0, len(keys), ROWS_AT_ONCE):
        some = keys[start : start + ROWS_AT_ONCE]
        chosen = np.flatnonzero((some & ((1 << WHAT_BITS) - 1)) == what)
        found[np.searchsorted(kept, some[chosen] >> WHAT_BITS)] = amounts[start + chosen]
    return found


def _added(where: Integers, values: Floats, count: int, kept: Integers | slice = slice(None)) -> Floats:
    found: Floats = np.bincount(where, values, count).astype(np.float64)[kept]
    return found


def _groups(*keys: NDArray[Any]) -> tuple[Integers, Integers]:
    """Of rows sorted by keys: the first of each group, and each row's group."""
    if not len(keys[0]):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    starts = np.ones(len(keys[0]), bool)
    starts[1:] = np.any([k[1:] != k[:-1] for k in keys], axis=0)
    return np.flatnonzero(starts), np.cumsum(starts) - 1


def _shown(keys: Integers, amounts: Floats, prepared: Prepared[Any]) -> dict[str, NDArray[Any]]:
    """Sums by cell and pass, of passes that show some of an area.

    A scene that has nothing but fill in an area does not show it, and neither its fill nor it is counted.
    """
    area, moment, what = split(keys)
    first, which = _groups(keys >> WHAT_BITS)
    seen = _added(which, np.where(what == TOTAL, 0.0, amounts), len(first))
    blank = _added(which, np.where(what == c.FIRST_CAUSE + c.FILL, amounts, 0.0), len(first))
    shows = seen > blank
    scene, area = moment[first] - prepared.plan.cells, area[first]
    cell = np.array([s.cell for s in prepared.plan.scenes.values()], np.int64)[scene] + (area << MOMENT_BITS)
    number = np.array([p.number for p in prepared.passes], np.int64)[scene]
    order = np.lexsort((number, cell, ~shows))  # those that show nothing come last
    start, pass_of = _groups(cell[order], number[order], shows[order])
    passes = np.empty(len(first), np.int64)
    passes[order] = pass_of
    count = int(shows[order][start].sum())

    def added(values: Floats, rows: Integers) -> Floats:
        return _added(rows, values, len(start))[:count]

    one = order[start][:count]
    grids = {grid: n for n, grid in enumerate(prepared.sizes)}
    grid = np.array([grids[p.grid] for p in prepared.passes], np.int64)[scene[one]]
    made: dict[str, NDArray[Any]] = {"cell": cell[one], "seen": added(seen, passes)}
    made["size"] = np.array(list(prepared.sizes.values()))[grid, area[one]]
    made["scenes"] = added(np.ones(len(first)), passes)
    codes = {"usable": USABLE, "total": TOTAL} | {n: c.FIRST_CAUSE + k for k, n in enumerate(c.CAUSES)}
    for name, code in codes.items():
        made[name] = added(amounts[what == code], passes[which[what == code]])
    return made


def _half(shown: dict[str, NDArray[Any]], cell: Integers, mean: Floats) -> Floats:
    """Half the width of the interval of the mean."""
    from scipy.special import stdtrit

    some = shown["usable"] > 0
    cell, weight, total = cell[some], shown["usable"][some], shown["total"][some]
    n = np.bincount(cell, minlength=len(mean))
    squares = np.bincount(cell, (total - mean[cell] * weight) ** 2, len(mean))
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(n / (n - 1) * squares) / np.bincount(cell, weight, len(mean))
        half = stdtrit(np.maximum(n - 1, 1), 0.5 + CONFIDENCE / 2) * error
    found: Floats = np.where(n > 1, half, np.nan)
    return found


def _quantiles(
    keys: Integers, amounts: NDArray[np.int64], kept: Integers, quantiles: tuple[float, ...]
) -> dict[float, Floats]:
    """Quantiles of each cell, some thousands of cells at a time: there are millions of bins, which only cells have."""
    found = {q: np.full(len(kept), np.nan) for q in quantiles}
    if not quantiles:
        return found
    for first in range(0, len(kept), CELLS_AT_ONCE):
        cells = kept[first : first + CELLS_AT_ONCE]
        rows = slice(*np.searchsorted(keys, [cells[0] << WHAT_BITS, (cells[-1] + 1) << WHAT_BITS]))
        bins = keys[rows] & ((1 << WHAT_BITS) - 1) <= c.ABOVE
        weights = (amounts[rows][bins] * UNIT).astype(np.float64)
        histogram = _Histogram(keys[rows][bins], weights, cells)
        for q, values in found.items():
            values[first : first + CELLS_AT_ONCE] = histogram.quantile(q)
    return found


class _Histogram:
    """Weights by bin, of some cells one after the other."""

    def __init__(self, keys: Integers, weights: Floats, kept: Integers) -> None:
        self._weights, self._codes = weights, keys & ((1 << WHAT_BITS) - 1)
        self._first, which = _groups(keys >> WHAT_BITS)
        self._cells = np.searchsorted(kept, keys[self._first] >> WHAT_BITS)
        self._up_to = np.cumsum(weights)
        self._before = self._up_to[self._first] - weights[self._first]
        self._totals = _added(which, weights, len(self._first))
        self._last = np.append(self._first[1:], len(keys)) - 1
        self._count = len(kept)

    def quantile(self, q: float) -> Floats:
        """A quantile of each cell; the ends of the scale where it lies beyond them, NaN where nothing is."""
        target = self._before + q * self._totals
        row = np.clip(np.searchsorted(self._up_to, target), self._first, self._last)
        within = 1 - (self._up_to[row] - target) / self._weights[row]
        code = self._codes[row]
        place = (code - 1 + np.clip(within, 0.0, 1.0)) / (c.BINS / 2) - 1.0
        found = np.full(self._count, np.nan)
        found[self._cells] = np.where(code == c.BELOW, -1.0, np.where(code == c.ABOVE, 1.0, place))
        return found

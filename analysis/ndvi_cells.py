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
from analysis.kernels.pixels.sums import SQUARES, TOTAL, TOUCHED, UNIT, USABLE
from analysis.ndvi_prepare import Prepared

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ORDER = ("area", "period", "sensor", "scene", "what")
CONFIDENCE = 0.95


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
    rows = partials.sort_by([(name, "ascending") for name in ORDER])
    columns = {name: rows[name].to_numpy() for name in rows.column_names}
    first, cell = _groups(*(columns[name] for name in ORDER[:3]))
    amount = columns["amount"] * np.where(columns["what"] == TOUCHED, 1.0, UNIT)
    by_pass, shown, scenes = _passes(columns, amount, cell, prepared)
    kept, per_cell = np.unique(by_pass["cell"][shown], return_inverse=True)  # cells that some pass shows
    count = len(kept)

    def over_passes(values: Floats) -> Floats:
        return _added(per_cell, values[shown], count)

    def pooled(what: int) -> Floats:
        chosen = columns["what"] == what
        return _added(cell[chosen], amount[chosen], len(first), kept)

    weight, total = over_passes(by_pass["usable"]), over_passes(by_pass["total"])
    whole = over_passes(np.maximum(by_pass["size"], by_pass["seen"]))
    beyond = over_passes(np.maximum(by_pass["size"] - by_pass["seen"], 0.0))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / weight
        lost = {name: over_passes(by_pass[name]) / whole for name in c.CAUSES}
        lost["fill"] = lost["fill"] + beyond / whole
        sd = np.sqrt(np.maximum(pooled(SQUARES) / weight - mean**2, 0.0))
    area, period, sensor = (columns[name][first[kept]].astype(np.int64) for name in ORDER[:3])
    return Cells(
        area, period, sensor, np.bincount(per_cell, scenes[shown], count).astype(np.int64),
        np.bincount(per_cell, minlength=count), weight, pooled(TOUCHED).astype(np.int64), weight / whole, lost,
        mean, _half(by_pass, shown, per_cell, mean), sd,
        {q: _quantile(columns, amount, cell, len(first), q)[kept] for q in quantiles},
    )  # fmt: skip


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


def _passes(
    columns: dict[str, NDArray[Any]], amount: Floats, cell: Integers, prepared: Prepared[Any]
) -> tuple[dict[str, NDArray[Any]], NDArray[np.bool_], Floats]:
    """Sums by cell and pass; which passes show some of the area; and of how many scenes each consists.

    A scene that has nothing but fill in an area does not show it, and neither its fill nor it is counted.
    """
    by_scene = np.flatnonzero(columns["scene"] > 0)
    scene, what, here, amounts = (
        columns["scene"][by_scene],
        columns["what"][by_scene],
        cell[by_scene],
        amount[by_scene],
    )
    first, which = _groups(here, scene)
    seen = np.bincount(which, np.where(what == TOTAL, 0.0, amounts), len(first))
    blank = np.bincount(which, np.where(what == c.FIRST_CAUSE + c.FILL, amounts, 0.0), len(first))
    shows = seen > blank
    number = np.array([p.number for p in prepared.passes], np.int64)[scene[first] - 1]
    grids = {grid: n for n, grid in enumerate(prepared.sizes)}
    sizes = np.array(list(prepared.sizes.values()))
    grid = np.array([grids[p.grid] for p in prepared.passes], np.int64)[scene[first] - 1]
    size = sizes[grid, columns["area"][by_scene][first]]
    order = np.lexsort((number, here[first]))
    start, pass_of = _groups(here[first][order], number[order])
    scene_pass = np.empty(len(first), np.int64)
    scene_pass[order] = pass_of
    counted = shows[which]

    def added(code: int) -> Floats:
        chosen = counted & (what == code)
        return _added(scene_pass[which[chosen]], amounts[chosen], len(start))

    made: dict[str, NDArray[Any]] = {"cell": here[first][order][start], "size": size[order][start]}
    made["usable"], made["total"] = added(USABLE), added(TOTAL)
    made["seen"] = np.bincount(scene_pass, np.where(shows, seen, 0.0), len(start))
    made.update({name: added(c.FIRST_CAUSE + n) for n, name in enumerate(c.CAUSES)})
    scenes = _added(scene_pass, shows.astype(np.float64), len(start))
    return made, scenes > 0, scenes


def _half(by_pass: dict[str, NDArray[Any]], shown: NDArray[np.bool_], cell: Integers, mean: Floats) -> Floats:
    """Half the width of the interval of the mean."""
    from scipy.stats import t

    usable = by_pass["usable"][shown]
    some = usable > 0
    cell, weight, total = cell[some], usable[some], by_pass["total"][shown][some]
    n = np.bincount(cell, minlength=len(mean))
    squares = np.bincount(cell, (total - mean[cell] * weight) ** 2, len(mean))
    with np.errstate(invalid="ignore", divide="ignore"):
        error = np.sqrt(n / (n - 1) * squares) / np.bincount(cell, weight, len(mean))
        half = t.ppf(0.5 + CONFIDENCE / 2, np.maximum(n - 1, 1)) * error
    found: Floats = np.where(n > 1, half, np.nan)
    return found


def _quantile(
    columns: dict[str, NDArray[Any]], amount: Floats, cell: Integers, count: int, q: float
) -> Floats:
    """A quantile of the index in each cell, from its histogram; the ends of the scale where it lies beyond them."""
    bins = np.flatnonzero(columns["what"] <= c.ABOVE)
    found = np.full(count, np.nan)
    if not len(bins):
        return found
    order = bins[np.lexsort((columns["what"][bins], cell[bins]))]
    weight, where = amount[order], cell[order]
    first, which = _groups(where)
    below = np.cumsum(weight) - weight
    below -= below[first][which]  # weight of the cell's lower bins
    target = q * np.bincount(which, weight)
    inside = (below <= target[which]) & (target[which] < below + weight)
    row = np.zeros(len(first), np.int64)
    row[which[inside]] = np.flatnonzero(inside)
    code = columns["what"][order][row]
    place = (code - 1 + (target - below[row]) / weight[row]) / (c.BINS / 2) - 1.0
    found[where[first]] = np.where(code == c.BELOW, -1.0, np.where(code == c.ABOVE, 1.0, place))
    return found

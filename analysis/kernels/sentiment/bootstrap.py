"""How far series would differ with other outlets and other stories: a bootstrap with clusters of both kinds.

Each draw gives every cluster a weight from the exponential distribution (Rubin 1981, The Bayesian bootstrap), so that
no draw lacks a period or comes apart. Three variances of each value are found so: with outlets as clusters, with
stories, and with what one outlet has of one story; the first two less the third is the variance under dependence
within outlets and within stories (Cameron, Gelbach and Miller 2011, Robust inference with multiway clustering). That
may come out too small by chance, so it is never taken to be less than either of the first two. Weights of G clusters
make variances that are too small by (G - 1) / (G + 1), as for a mean; this is put right.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.sentiment.effects import Floats, Integers, Panel, series

CELLS_AT_ONCE = 4 << 20
"""Weighted cells that are held at once: a few arrays of 32 MB."""
MANY = 50
"""From so many on, sums of independently weighted cells are drawn as normal: a draw then costs as much as there are
pairs, not articles."""


@dataclass(frozen=True)
class Cells:
    """What an outlet has of a story in a period, sorted by period, outlet and story."""

    pair: Integers
    """Number of the pair of period and outlet (see `Panel`), ascending; each has a cell."""
    story: Integers
    """Number of the story, from 0."""
    weight: Floats
    """Articles, or shares of one."""
    total: Floats
    """Sum of their scores."""


@dataclass(frozen=True)
class Spread:
    """Variances of all values, shaped as those of `effects.series` without the draws, and what they rest on."""

    variance: Floats
    """Variance; NaN where it cannot be told."""
    clusters: Integers
    """Fewest clusters behind it: outlets or stories; [periods + 1], the last for slopes."""


def value(cells: Cells, panel: Panel) -> Floats:
    """The series themselves; [3, periods + 1]."""
    starts = _starts(cells.pair)
    weight, total = (np.add.reduceat(v, starts)[None] for v in (cells.weight, cells.total))
    found: Floats = series(weight, total, np.ones((1, panel.outlets)), panel)[0]
    return found


def spread(cells: Cells, panel: Panel, draws: int, seed: int) -> Spread:
    """Variances by outlet and story; where all is of one outlet, by story alone.

    Args:
        cells: The data.
        panel: Their pairs.
        draws: Number of draws, for each kind of cluster.
        seed: Seed of the draws.
    """
    outlet = panel.outlet[cells.pair]
    period = panel.period[cells.pair]
    stories = int(cells.story.max()) + 1
    counted = _clusters(period, cells.story, panel.periods)
    variance = _corrected(_of_cells(cells, cells.story, panel, draws, [seed, 1]), counted)
    if panel.outlets == 1:
        return Spread(variance, counted)
    outlets = _clusters(period, outlet, panel.periods)
    by_outlet = _corrected(_of_outlets(cells, panel, draws, [seed, 0]), outlets)
    each, both = np.unique(cells.story * panel.outlets + outlet, return_inverse=True)
    shared = variance
    if len(each) > stories:  # else no story is told by two outlets, and the third variance is the second
        by_both = _of_cells(cells, both, panel, draws, [seed, 2])
        shared = _corrected(by_both, _clusters(period, both, panel.periods))
    largest = np.maximum(by_outlet, variance)
    return Spread(np.maximum(by_outlet + variance - shared, largest), np.minimum(outlets, counted))


def _of_outlets(cells: Cells, panel: Panel, draws: int, seed: list[int]) -> Floats:
    starts = _starts(cells.pair)
    weight, total = (np.add.reduceat(v, starts) for v in (cells.weight, cells.total))
    generator = np.random.default_rng(seed)
    found = []
    size = len(weight) + panel.outlets + panel.periods**2
    for count in _blocks(draws, size):
        drawn = generator.standard_exponential((count, panel.outlets))
        each = drawn[:, panel.outlet]
        found.append(series(each * weight, each * total, drawn, panel))
    return _variance(found)


def _of_cells(cells: Cells, which: Integers, panel: Panel, draws: int, seed: list[int]) -> Floats:
    """Variances where cells of one cluster are drawn together; outlets keep their weight."""
    crowd, rest = _parted(cells, which, len(panel.period))
    cluster = np.unique(which[rest], return_inverse=True)[1]
    clusters = int(cluster.max(initial=-1)) + 1
    present, starts = np.unique(cells.pair[rest], return_index=True)
    weights, normals = (np.random.default_rng([*seed, n]) for n in range(2))
    found = []
    for count in _blocks(draws, len(cluster) + clusters + 4 * len(panel.period) + panel.periods**2):
        each = weights.standard_exponential((count, clusters))[:, cluster]
        weight, total = crowd.drawn(count, len(panel.period), normals)
        if len(starts):
            weight[:, present] += np.add.reduceat(each * cells.weight[rest], starts, axis=1)
            total[:, present] += np.add.reduceat(each * cells.total[rest], starts, axis=1)
        found.append(series(weight, total, np.ones((1, panel.outlets)), panel))
    return _variance(found)


@dataclass(frozen=True)
class _Crowd:
    """Cells whose clusters have no other cell, in pairs that have many such: their sums are drawn, not they."""

    pair: Integers
    """Numbers of the pairs."""
    moments: Floats
    """Of each pair Σ w, Σ y, Σ w², Σ w y, Σ y² of these cells; [5, pairs]."""

    def drawn(self, draws: int, pairs: int, normals: np.random.Generator) -> tuple[Floats, Floats]:
        """Weighted sums of w and y in all pairs: of so many terms normal, with the mean and covariance they have."""
        weight, total = np.zeros((draws, pairs)), np.zeros((draws, pairs))
        one, other = np.moveaxis(normals.standard_normal((draws, 2, len(self.pair))), 1, 0)
        w, y, ww, wy, yy = self.moments
        weight[:, self.pair] = np.maximum(w + np.sqrt(ww) * one, w / 10)
        total[:, self.pair] = y + wy / np.sqrt(ww) * one + np.sqrt(np.maximum(yy - wy**2 / ww, 0)) * other
        return weight, total


def _parted(cells: Cells, which: Integers, pairs: int) -> tuple[_Crowd, NDArray[np.bool_]]:
    """The crowds, and which cells are in none."""
    alone = np.bincount(which)[which] == 1
    many = np.bincount(cells.pair, alone, pairs) >= MANY
    crowded = alone & many[cells.pair]
    w, y, pair = cells.weight[crowded], cells.total[crowded], cells.pair[crowded]
    moments = np.array([np.bincount(pair, v, pairs)[many] for v in (w, y, w * w, w * y, y * y)])
    return _Crowd(np.flatnonzero(many), moments), ~crowded


def _variance(blocks: list[Floats]) -> Floats:
    found: Floats = np.concatenate(blocks).var(0, ddof=1)
    return found


def _blocks(draws: int, size: int) -> list[int]:
    """Draws that are made at once; the numbers drawn do not depend on it."""
    most = max(1, CELLS_AT_ONCE // size)
    return [min(most, draws - first) for first in range(0, draws, most)]


def _starts(sorted_numbers: Integers) -> Integers:
    return np.searchsorted(sorted_numbers, np.arange(int(sorted_numbers[-1]) + 1))


def _clusters(period: Integers, which: Integers, periods: int) -> Integers:
    """Clusters in each period, and in all; [periods + 1]."""
    most = int(which.max()) + 1
    each = np.unique(period * most + which) // most
    return np.append(np.bincount(each, minlength=periods), len(np.unique(which)))


def _corrected(variance: Floats, clusters: Integers) -> Floats:
    some: NDArray[np.bool_] = clusters > 1
    factor = np.where(some, (clusters + 1) / np.maximum(clusters - 1, 1), np.nan)
    found: Floats = variance * factor
    return found

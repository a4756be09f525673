"""From sums by outlet and period to series: pooled, outlets alike, and with the effects of outlets removed.

The adjusted series fits m_ot = a_o + b_t to the means of outlets in periods by least squares (each mean counts once)
and gives, for each period, b_t + mean of a_o over all outlets: what an average outlet would have said. So it needs no
outlet to be there all the time; where all are, it is the mean over outlets. Effects can be compared only between
periods that outlets connect, so it is given for the largest set of connected outlets and periods alone.

All functions take many draws at once: the first axis of an array is the draw.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WEIGHTINGS = ("pooled", "outlets", "adjusted")


@dataclass(frozen=True)
class Panel:
    """Pairs of a period and an outlet that has articles in it, sorted by period, then outlet."""

    period: Integers
    """Number of the period of each pair, 0 to periods - 1; each has a pair."""
    outlet: Integers
    """Number of the outlet of each pair, from 0."""
    time: Floats
    """When each period is, in periods: a missing one leaves a step of 2; [periods]."""
    outlets: int
    """Number of outlets."""
    kept: NDArray[np.bool_]
    """Whether a pair has articles enough to count where outlets count alike; [pairs]."""

    @property
    def periods(self) -> int:
        """Number of periods."""
        return len(self.time)

    @cached_property
    def connected(self) -> NDArray[np.bool_]:
        """Which pairs belong to the largest set of connected outlets and periods (most pairs, then earliest)."""
        label = np.arange(self.periods)
        if not self.kept.any():
            return self.kept
        outlet, period = self.outlet[self.kept], self.period[self.kept]
        while True:
            least = np.full(self.outlets, self.periods)
            np.minimum.at(least, outlet, label[period])
            new = label.copy()
            np.minimum.at(new, period, least[outlet])
            if (new == label).all():
                break
            label = new
        found: NDArray[np.bool_] = self.kept & (label[self.period] == np.bincount(label[period]).argmax())
        return found


def series(weight: Floats, total: Floats, alike: Floats, panel: Panel) -> Floats:
    """Values of all weightings in all periods, and of each the slope of a straight line through them.

    Args:
        weight: Number of articles of each pair; [draws, pairs].
        total: Sum of their scores; [draws, pairs].
        alike: Weight of each outlet; [draws, outlets], or [1, outlets] for all draws.
        panel: The pairs.

    Returns:
        [draws, 3, periods + 1], slopes last, per period; NaN where there is no value.
    """
    starts = np.searchsorted(panel.period, np.arange(panel.periods))
    made = np.full((len(weight), len(WEIGHTINGS), panel.periods + 1), np.nan)
    made[:, 0, :-1] = np.add.reduceat(total, starts, axis=1) / np.add.reduceat(weight, starts, axis=1)
    mean = total / weight
    each = alike[:, panel.outlet] * panel.kept
    with np.errstate(invalid="ignore"):
        made[:, 1, :-1] = np.add.reduceat(each * mean, starts, axis=1) / np.add.reduceat(each, starts, axis=1)
    if panel.connected.any():
        made[:, 2, :-1] = _adjusted(mean, alike, panel)
    made[:, :, -1] = _slopes(made[:, :, :-1], panel.time)
    return made


def _adjusted(mean: Floats, alike: Floats, panel: Panel) -> Floats:
    """Period effects plus the mean outlet effect; [draws, periods]."""
    used = panel.connected
    outlets, outlet = np.unique(panel.outlet[used], return_inverse=True)
    periods, period = np.unique(panel.period[used], return_inverse=True)
    there = np.zeros((len(outlets), len(periods)))
    there[outlet, period] = 1.0
    count, weight, values = there.sum(1), alike[:, outlets], mean[:, used]
    own = _by(outlet, values, len(outlets)) / count  # each outlet's mean over its periods
    right = _by(period, weight[:, outlet] * (values - own[:, outlet]), len(periods))
    left = -np.matmul(there.T * (weight / count)[:, None, :], there)
    diagonal = np.arange(len(periods))
    left[:, diagonal, diagonal] += weight @ there
    # effects of periods are found up to a constant; this makes them sum to 0
    effect = np.linalg.solve(left + 1.0 / len(periods), right[:, :, None])[:, :, 0]
    level = (own - effect @ there.T / count).mean(1)
    made = np.full((len(mean), panel.periods), np.nan)
    made[:, periods] = effect + level[:, None]
    return made


def _by(which: Integers, values: Floats, count: int) -> Floats:
    """Sums of columns that belong together; [draws, count]."""
    order = np.argsort(which, kind="stable")
    starts = np.searchsorted(which[order], np.arange(count))
    found: Floats = np.add.reduceat(values[:, order], starts, axis=1)
    return found


def _slopes(values: Floats, time: Floats) -> Floats:
    """Slopes of straight lines by least squares through values that are there; NaN for fewer than three periods."""
    there = ~np.isnan(values)
    count = there.sum(-1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.where(there, time - (there * time).sum(-1, keepdims=True) / count, 0.0)
        slope = (away * np.nan_to_num(values)).sum(-1) / (away**2).sum(-1)
    found: Floats = np.where(count[..., 0] > 2, slope, np.nan)
    return found

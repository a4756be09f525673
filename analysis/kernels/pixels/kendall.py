"""Trends without assumptions about shape: Theil and Sen's slope, Mann and Kendall's test, also by season.

Seasons (months, quarters) are compared each with itself, so that the course of the year is no trend (Hirsch, Slack and
Smith 1982, Water Resources Research 18, 107-121). Years that resemble the one before make a trend look surer than it
is. With several seasons, their covariance corrects for it (Hirsch and Slack 1984, Water Resources Research 20,
727-732), from ten years on, as they advise; with one value a year, the ranks' autocorrelation does (Hamed and Rao 1998,
Journal of Hydrology 204, 182-196).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc, nan, sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Z = NormalDist().inv_cdf(0.975)
"""Quantile of the normal distribution for an interval of 95 %, and for a correlation that is more than chance."""
YEARS_FOR_COVARIANCE = 10
VALUES_MIN = 4
"""Fewer values in all tell no trend."""


@dataclass(frozen=True)
class Trend:
    """A trend; NaN where there are too few values."""

    slope: float
    """Median slope, a year."""
    low: float
    """Lower end of its 95 % interval (Sen 1968)."""
    high: float
    """Upper end of it."""
    tau: float
    """Kendall's rank correlation with time (tau-a, over pairs of one season)."""
    p: float
    """Two-sided, of no trend."""


NONE = Trend(nan, nan, nan, nan, nan)


def trend(values: Floats) -> Trend:
    """The trend of values by year and season.

    Args:
        values: NaN where there is none; [years, seasons].
    """
    seasons = values[:, (~np.isnan(values)).sum(0) > 1]
    if (~np.isnan(seasons)).sum() < VALUES_MIN:
        return NONE
    earlier, later = np.triu_indices(len(values), 1)
    steps = seasons[later] - seasons[earlier]  # [pairs, seasons]
    there = ~np.isnan(steps)
    signs = np.where(there, np.sign(np.where(there, steps, 0.0)), 0.0)
    slopes = np.sort((steps / (later - earlier)[:, None])[there])
    s, variance = signs.sum(), _variance(seasons)
    error = sqrt(variance)
    z = (s - np.sign(s)) / error if error > 0 else 0.0
    low, high = _interval(slopes, error)
    return Trend(float(np.median(slopes)), low, high, float(s / there.sum()), erfc(abs(z) / sqrt(2)))


def _interval(slopes: Floats, error: float) -> tuple[float, float]:
    """Slopes of the ranks (N ∓ Z σ) / 2, between neighbours in proportion (Gilbert 1987, section 16.5)."""
    ranks = (len(slopes) - Z * error) / 2, (len(slopes) + Z * error) / 2 + 1
    if ranks[0] < 1:
        return nan, nan  # too few values for any interval of 95 %
    found = np.interp(ranks, np.arange(1, len(slopes) + 1), slopes)
    return float(found[0]), float(found[1])


def _variance(values: Floats) -> float:
    """Variance of Kendall's S over seasons, corrected for values that depend on each other."""
    own = [_alone(column[~np.isnan(column)]) for column in values.T]
    total = float(sum(own))
    if values.shape[1] == 1:
        column = values[:, 0]
        return total * _inflation(np.flatnonzero(~np.isnan(column)), column[~np.isnan(column)])
    years = (~np.isnan(values)).any(1).sum()
    if years < YEARS_FOR_COVARIANCE:
        return total
    shared = _covariances(values)
    return max(total + float(shared.sum() - np.trace(shared)), total)


def _alone(values: Floats) -> float:
    """Variance of S of independent values, ties among them allowed for (Kendall 1975)."""
    n = len(values)
    _, ties = np.unique(values, return_counts=True)
    return float(n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18


def _covariances(values: Floats) -> Floats:
    """Covariance of S between seasons (Dietz and Killeen 1981, for gaps as Hirsch and Slack 1984); [seasons, seasons].

    K_gh = Σ over i < j of sgn((x_jg - x_ig) (x_jh - x_ih)); R_jg = (n_g + 1 + Σ_i sgn(x_jg - x_ig)) / 2, and
    (n_g + 1) / 2 where there is no value; cov_gh = (K_gh + 4 Σ_j R_jg R_jh - n (n_g + 1) (n_h + 1)) / 3.
    """
    steps = values[:, None, :] - values[None, :, :]
    signs = np.where(np.isnan(steps), 0.0, np.sign(np.where(np.isnan(steps), 0.0, steps)))  # [j, i, season]
    n = (~np.isnan(values)).sum(0)
    ranks = (n + 1 + signs.sum(1)) / 2
    k = np.einsum("jig,jih->gh", signs, signs) / 2
    found: Floats = (k + 4 * ranks.T @ ranks - len(values) * np.outer(n + 1, n + 1)) / 3
    return found


def _inflation(when: NDArray[np.int64], values: Floats) -> float:
    """By how much the ranks' autocorrelation widens the variance (Hamed and Rao 1998); never below 1.

    n / n* = 1 + 2 / (n (n-1) (n-2)) Σ over i of (n-i) (n-i-1) (n-i-2) r_i, over the r_i that are more than chance.
    """
    n = len(values)
    if n < VALUES_MIN or not values.std():
        return 1.0
    earlier, later = np.triu_indices(n, 1)
    slope = np.median((values[later] - values[earlier]) / (when[later] - when[earlier]))
    left = values - slope * when
    ranks = (left[:, None] > left).sum(1) + (left[:, None] == left).sum(1) / 2
    apart = ranks - ranks.mean()
    lag = np.arange(1, n - 2)
    r = np.array([(apart[:-i] * apart[i:]).sum() for i in lag]) / max((apart**2).sum(), 1e-12)
    r[np.abs(r) <= Z / sqrt(n)] = 0.0
    return max(
        1.0, float(1 + 2 / (n * (n - 1) * (n - 2)) * ((n - lag) * (n - lag - 1) * (n - lag - 2) * r).sum())
    )

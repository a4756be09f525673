"""Krippendorff's alpha and Cohen's kappa with intervals, from a matrix of codes with gaps.

Alpha after K. Krippendorff, Computing Krippendorff's Alpha-Reliability (Annenberg School, 2011): with o the matrix
of coincidences (each unit's pairs of values, weighted 1 / (m_u - 1)), n_c its margins, n their sum,

    α = 1 - (n - 1) Σ o_ck δ²_ck / Σ n_c n_k δ²_ck

Intervals are percentiles of a bootstrap that draws units (texts) anew with all their codes. Krippendorff's own
draws pairs of values from the coincidences instead, which takes the pairs of one text as independent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Codes = NDArray[np.int64]
Level = Literal["nominal", "ordinal", "interval"]
LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
MISSING = -1
PERCENTILES = (2.5, 97.5)


@dataclass(frozen=True)
class Reliability:
    """A coefficient with its interval; NaN where it cannot be told."""

    value: float
    """The coefficient."""
    low: float
    """Lower end of the 95 % interval."""
    high: float
    """Upper end of it."""
    units: int
    """Units with two codes or more."""


def alpha(codes: Codes, level: Level, values: Floats, draws: int = 1000, seed: int = 0) -> Reliability:
    """Krippendorff's alpha of all coders.

    Args:
        codes: Number of the value that each coder gave to each unit, `MISSING` where none; [units, coders].
        level: Level of measurement.
        values: The values as numbers, in order; only their order counts below the level `interval`; [values].
        draws: Draws of the bootstrap; none for 0.
        seed: Seed of them.
    """
    pairs = coincidences(codes, len(values))
    kept = pairs[pairs.sum((1, 2)) > 0]
    return _told(kept, lambda summed: of_coincidences(summed, level, values), draws, seed)


def coincidences(codes: Codes, values: int) -> Floats:
    """Coincidences of each unit; zero where it has fewer than two codes; [units, values, values]."""
    counts = (codes[:, :, None] == np.arange(values)).sum(1).astype(np.float64)
    given = counts.sum(1)
    products = counts[:, :, None] * counts[:, None, :]
    products[:, np.arange(values), np.arange(values)] -= counts
    made: Floats = products / np.maximum(given - 1, 1)[:, None, None]
    return made


def of_coincidences(pairs: Floats, level: Level, values: Floats) -> Floats:
    """Alpha of matrices of coincidences; [draws, values, values] to [draws]. NaN where no two values differ."""
    margins = pairs.sum(2)
    distance = _distance(margins, level, values)
    observed = (pairs * distance).sum((1, 2))
    expected = (margins[:, :, None] * margins[:, None, :] * distance).sum((1, 2))
    number = margins.sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(expected > 0, 1 - (number - 1) * observed / expected, np.nan)
    return found


def _distance(margins: Floats, level: Level, values: Floats) -> Floats:
    """Squared differences of values; [draws, values, values], or [values, values] where margins do not matter."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    if level == "interval":
        return np.subtract.outer(values, values).astype(np.float64) ** 2
    # Values ranked by how many lie between: from the middle of one margin to the middle of the other.
    middle = margins.cumsum(1) - margins / 2
    ranked: Floats = (middle[:, :, None] - middle[:, None, :]) ** 2
    return ranked


def kappa(codes: Codes, values: int, draws: int = 1000, seed: int = 0) -> Reliability:
    """Cohen's kappa of two coders (Educational and Psychological Measurement 20, 1960, 37-46); codes [units, 2]."""
    return _told(_pairs(codes, values), _kappa, draws, seed)


def percent_agreement(codes: Codes, values: int, draws: int = 1000, seed: int = 0) -> Reliability:
    """Share of units that two coders gave the same value; codes [units, 2]."""
    return _told(_pairs(codes, values), lambda t: np.trace(t, axis1=1, axis2=2) / t.sum((1, 2)), draws, seed)


def _pairs(codes: Codes, values: int) -> Floats:
    both = codes[(codes != MISSING).all(1)]
    hot = np.eye(values)
    made: Floats = hot[both[:, 0]][:, :, None] * hot[both[:, 1]][:, None, :]
    return made


def _kappa(table: Floats) -> Floats:
    shares = table / table.sum((1, 2))[:, None, None]
    agreed = np.trace(shares, axis1=1, axis2=2)
    chance = (shares.sum(2) * shares.sum(1)).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(chance < 1, (agreed - chance) / (1 - chance), np.nan)
    return found


def _told(units: Floats, statistic: Callable[[Floats], Floats], draws: int, seed: int) -> Reliability:
    """A statistic of summed units, and the percentiles of it over units drawn anew; units [units, values, values]."""
    number, values = len(units), units.shape[-1]
    if not number:
        return Reliability(np.nan, np.nan, np.nan, 0)
    value = float(statistic(units.sum(0)[None])[0])
    low = high = np.nan
    if draws and number > 1 and not np.isnan(value):
        rng = np.random.default_rng(seed)
        weights = rng.multinomial(number, np.full(number, 1 / number), size=draws).astype(np.float64)
        drawn = statistic((weights @ units.reshape(number, -1)).reshape(draws, values, values))
        low, high = (float(end) for end in np.nanpercentile(drawn, PERCENTILES))
    return Reliability(value, min(low, value), max(high, value), number)

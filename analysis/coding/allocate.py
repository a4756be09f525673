"""How a sample is shared among strata: whole numbers that add up, at least some of each, never more than there are."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from analysis.coding.errors import CodingError

Floats = NDArray[np.float64]
TINY = 1e-9
"""Of the largest weight; strata with less get the least."""


def allocate(
    sizes: Mapping[str, int],
    total: int,
    how: str = "proportional",
    minimum: int = 2,
    sd: Mapping[str, float] | None = None,
) -> dict[str, int]:
    """Texts to draw of each stratum.

    Neyman's allocation (Journal of the Royal Statistical Society 97, 1934, 558-625) makes the variance of a mean
    least for a given size of sample, if the standard deviations are right; if not, only precision is lost.

    Args:
        sizes: Texts of each stratum.
        total: Texts to draw; all where there are fewer.
        how: `proportional`, `equal` or `neyman`.
        minimum: Least number of each stratum; all of a smaller one.
        sd: Standard deviation within each stratum, for `neyman`.

    Raises:
        CodingError: No texts, too many strata for the sample, or a stratum without a standard deviation.
    """
    names = sorted(sizes)
    size = np.array([sizes[name] for name in names], np.float64)
    if not names:
        raise CodingError("no text fits, so there is nothing to draw from; widen languages or partitions")
    least = np.minimum(minimum, size)
    total = min(total, int(size.sum()))
    if least.sum() > total:
        raise CodingError(
            f"{len(names):,} strata with at least {minimum} texts each need a sample of {int(least.sum()):,}, not of "
            f"{total:,}; draw more, or make fewer strata"
        )
    wanted = _filled(_weights(names, size, how, sd), total, least, size)
    return dict(zip(names, _rounded(wanted, total, size), strict=True))


def _weights(names: list[str], size: Floats, how: str, sd: Mapping[str, float] | None) -> Floats:
    if how == "equal":
        return np.ones(len(size))
    if how == "proportional":
        return size
    if missing := [name for name in names if name not in (sd or {})]:
        raise CodingError(
            f"no sd is stated for stratum '{missing[0]}' and {len(missing) - 1:,} others; give all"
        )
    spread = np.array([(sd or {})[name] for name in names])
    if not (np.isfinite(spread) & (spread >= 0)).all() or not spread.any():
        raise CodingError("an sd must be 0 or more, and one of them more")
    weights: Floats = size * spread
    return weights


def _filled(weights: Floats, total: int, least: Floats, most: Floats) -> Floats:
    """Amounts as the weights say, those beyond their ends put there and the rest shared anew."""
    weights = np.where(weights < TINY * weights.max(), 0.0, weights / weights.max())
    low, high = 0.0, (total + 1.0) / TINY
    for _ in range(200):  # the common factor, by halving: amounts rise with it
        factor = (low + high) / 2
        if np.clip(factor * weights, least, most).sum() < total:
            low = factor
        else:
            high = factor
    filled: Floats = np.clip(high * weights, least, most)
    short = total - filled.sum()
    if short > 0.5:  # all with a weight are full: the others share what is left
        room = most - filled
        filled = filled + room * short / room.sum()
    return filled


def _rounded(wanted: Floats, total: int, most: Floats) -> list[int]:
    """Largest remainders, the first by name where they are equal."""
    whole = np.floor(wanted + 1e-6)
    left = total - int(whole.sum())
    order = sorted(range(len(wanted)), key=lambda i: (-round(float(wanted[i] - whole[i]), 6), i))
    for place in [i for i in order if whole[i] < most[i]][: max(left, 0)]:
        whole[place] += 1
    return [int(number) for number in whole]

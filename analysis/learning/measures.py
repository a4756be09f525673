"""Precision, recall and F1 from counts of truth and prediction, with intervals that know which texts go together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
DRAWS = 1000
"""Draws of a bootstrap."""
GROUPS_MIN = 10
"""Groups from which a bootstrap over them says anything."""
Z = 1.959964
"""Quantile of the normal distribution of a 95 % interval."""
Interval = tuple[float, float] | tuple[None, None]


@dataclass(frozen=True)
class Measures:
    """What counts of truth and prediction come to; each [...] or [..., classes]."""

    precision: Floats
    """Share of right ones among those predicted; 0 for a class never predicted."""
    recall: Floats
    """Share found among those there are; not a number for a class that has no text."""
    f1: Floats
    """Harmonic mean of the two; not a number for a class that has no text."""
    macro_f1: Floats
    """Mean F1 of the classes that have texts."""
    accuracy: Floats
    """Share of right ones."""


def counts(
    truth: Integers, said: Integers, classes: int, group: Integers, groups: int, weight: Floats | None = None
) -> Floats:
    """Texts by group, class and predicted class; [groups, classes, classes].

    Args:
        truth: Class of each text; [texts].
        said: Class predicted for it; [texts].
        classes: Classes there are.
        group: Group of each text; [texts].
        groups: Groups there are.
        weight: What each text counts; 1 where None; [texts].
    """
    place = (group * classes + truth) * classes + said
    added = np.bincount(place, weight, minlength=groups * classes * classes)
    return added.astype(np.float64).reshape(groups, classes, classes)


def measures(matrix: Floats) -> Measures:
    """Measures of one matrix of counts, or of many; [..., classes, classes], rows being the truth."""
    right = np.diagonal(matrix, axis1=-2, axis2=-1)
    there, said = matrix.sum(-1), matrix.sum(-2)
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.where(said > 0, right / said, 0.0)
        recall = right / there
        f1 = np.where(there > 0, 2 * right / (there + said), np.nan)
        whole = np.where(there > 0, f1, 0.0).sum(-1) / (there > 0).sum(-1)
        return Measures(precision, recall, f1, whole, right.sum(-1) / matrix.sum((-2, -1)))


def drawn(matrices: Floats, seed: int) -> Measures | None:
    """Measures of bootstrap draws of whole groups (B. Efron and R. Tibshirani 1993, section 8); None for few groups.

    Args:
        matrices: Counts of each group; [groups, classes, classes].
        seed: Seed of the draws.
    """
    matrices = matrices[matrices.any((1, 2))]
    groups, classes = matrices.shape[:2]
    if groups < GROUPS_MIN:
        return None
    times = np.random.default_rng(seed).multinomial(groups, np.full(groups, 1 / groups), DRAWS)
    return measures((times @ matrices.reshape(groups, -1)).reshape(DRAWS, classes, classes))


def interval(values: Floats) -> Interval:
    """The middle 95 % of draws; of those that are numbers."""
    values = values[np.isfinite(values)]
    if not values.size:
        return None, None
    low, high = np.quantile(values, (0.025, 0.975))
    return float(low), float(high)


def wilson(right: float, texts: float) -> tuple[float, float]:
    """95 % interval of a share of independent texts (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927)."""
    share, z2 = right / texts, Z * Z
    middle = (share + z2 / (2 * texts)) / (1 + z2 / texts)
    half = Z * (share * (1 - share) / texts + z2 / (4 * texts * texts)) ** 0.5 / (1 + z2 / texts)
    return max(0.0, middle - half), min(1.0, middle + half)

"""The sampling design as arrays: strata, weights, and the variance of a weighted total.

Texts are a simple random sample without replacement in each stratum. The variance of an estimated total is
then estimated, without bias, by

    v = Σ_h N_h² (1 - n_h / N_h) s_h² / n_h

(W. G. Cochran, Sampling Techniques, 3rd ed., Wiley 1977, equation 5.7 with 5.12). N_h counts the texts of a
stratum, n_h those with a label: texts that were drawn and not coded are taken as missing at random in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from analysis.coding.errors import CodingError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Mask = NDArray[np.bool_]
NAMED = 5


@dataclass(frozen=True)
class Design:
    """Which stratum each coded text is from, and how large the strata are."""

    stratum: Integers
    """Of each coded text: number of its stratum; [texts]."""
    population: Floats
    """Texts of each stratum in the frame, N_h; [strata]."""

    @cached_property
    def coded(self) -> Floats:
        """Coded texts of each stratum, n_h; [strata]."""
        return np.bincount(self.stratum, minlength=len(self.population)).astype(np.float64)

    @cached_property
    def weight(self) -> Floats:
        """How many texts of the frame each coded text stands for, N_h / n_h; [texts]."""
        weights: Floats = (self.population / np.maximum(self.coded, 1))[self.stratum]
        return weights

    @property
    def unsampled(self) -> Floats:
        """Finite population correction of each stratum, 1 - n_h / N_h; [strata]."""
        left: Floats = 1 - self.coded / self.population
        return left

    def covariance(self, a: Floats, b: Floats) -> Floats:
        """Covariance of the weighted totals of two variables; [columns].

        A stratum with one coded text shows no variance of its own: it is given the mean of the others.

        Args:
            a: Values of the coded texts, zero outside a domain; [texts, columns].
            b: The same of another variable.
        """
        products = self._centred(a) * self._centred(b)
        sums = np.zeros((len(self.population), a.shape[1]))
        np.add.at(sums, self.stratum, products)
        several = self.coded > 1
        freedom = np.where(several, self.coded - 1, 1)[:, None]
        within = sums / freedom
        if several.any() and not several.all():
            within[~several] = sums[several].sum(0) / freedom[several].sum()
        share = self.population**2 * self.unsampled / np.maximum(self.coded, 1)
        total: Floats = share @ within
        return total

    def variance(self, values: Floats) -> Floats:
        """Variance of the weighted totals of some variables; [columns]."""
        return self.covariance(values, values)

    def _centred(self, values: Floats) -> Floats:
        sums = np.zeros((len(self.population), values.shape[1]))
        np.add.at(sums, self.stratum, values)
        means = sums / np.maximum(self.coded, 1)[:, None]
        centred: Floats = values - means[self.stratum]
        return centred

    def freedom(self, domain: Mask) -> int:
        """Degrees of freedom that a domain's coded texts leave: their number less their strata's, at least 1."""
        return max(1, int(domain.sum()) - len(np.unique(self.stratum[domain])))

    def is_census(self, domain: Mask) -> bool:
        """Whether all texts of the strata that a domain's coded texts are from were coded."""
        return bool((self.unsampled[self.stratum[domain]] <= 0).all())


def design(strata: Sequence[str], frame: Mapping[str, int]) -> Design:
    """The design of some coded texts.

    Args:
        strata: Stratum of each coded text.
        frame: Texts of each stratum.

    Raises:
        CodingError: A stratum has no coded text, more of them than texts, or is none of the frame's.
    """
    names = {name: number for number, name in enumerate(sorted(frame))}
    if strange := sorted(set(strata) - set(names)):
        raise CodingError(f"the frame has no stratum '{strange[0]}'; the codes belong to another sample")
    made = Design(
        np.array([names[name] for name in strata], np.int64),
        np.array([frame[name] for name in names], np.float64),
    )
    if empty := [name for name in names if not made.coded[names[name]]]:
        raise CodingError(
            f"{len(empty):,} of {len(names):,} strata have no coded text ({', '.join(empty[:NAMED])}), so nothing "
            "stands for their texts; code at least one of each, or draw with fewer strata"
        )
    if (made.coded > made.population).any():
        name = sorted(frame)[int(np.argmax(made.coded > made.population))]
        raise CodingError(f"stratum '{name}' has {frame[name]:,} texts and more codes; name each text once")
    return made

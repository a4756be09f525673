"""Five estimators of means over a whole of which everything is predicted and a sample is coded by hand.

For a domain d (a group in a period) with N_d texts, predictions f of all texts, codes y of the sample s, weights
w = 1 / π:

- counted: the mean of f. Its error is that of the model, which no number of texts reduces.
- adjusted: misclassification undone, p = M⁻¹ q, where q are the counted shares and M[j, k] the share of texts of
  class k that are predicted as j, from the whole coded sample (G. Forman, Data Mining and Knowledge Discovery 17,
  2008, 164-206; D. Hopkins and G. King, American Journal of Political Science 54, 2010, 229-247). It takes M as
  the same in every domain. Of scores: the regression of scores on codes, turned round.
- ppi (prediction-powered inference): λ f̄_d + mean of (y - λ f) in the sample, λ from 0 to 1 making the variance
  least (A. Angelopoulos et al., Science 382, 2023, 669-674; A. Angelopoulos, J. Duchi and T. Zrnic,
  arXiv:2311.01453).
- dsl (design-based supervised learning): the mean of f + (R / π)(y - f), R telling whether a text was coded (N. Egami
  et al., Advances in Neural Information Processing Systems 36, 2023). Its λ is 1.
- coded_only: the weighted mean of y, without predictions.

As every text of the whole is predicted, the mean of f has no sampling error here, and the last three are the
difference estimators of survey sampling (C.-E. Särndal, B. Swensson and J. Wretman, Model Assisted Survey
Sampling, Springer 1992, chapter 6): their variance is that of stratified sampling without replacement, with
finite population correction, for the shares in these texts, not in a process that might have made others.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from analysis.coding.design import Design, Floats, Mask

ESTIMATORS = ("counted", "adjusted", "ppi", "dsl", "coded_only")
CONFIDENCE = 0.95
Z = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
CONDITION_MAX = 100.0
"""Where the matrix of misclassification is worse conditioned, the adjusted shares are noise and left empty."""


@dataclass(frozen=True)
class Whole:
    """Predictions of all texts of a domain, added up."""

    count: int
    """Texts, N_d."""
    mean: Floats
    """Mean of the predictions (of classes: shares predicted); [columns]."""
    square: Floats
    """Mean of their squares; [columns]."""


@dataclass(frozen=True)
class Estimate:
    """Estimates with the ends of their 95 % intervals; NaN where there is none."""

    value: Floats
    """[columns]."""
    low: Floats
    """[columns]."""
    high: Floats
    """[columns]."""

    def within(self, least: float, most: float) -> Estimate:
        """The same, cut where no mean can be: below 0 and above 1 of shares, beyond the ends of a scale."""
        return Estimate(*(np.clip(part, least, most) for part in (self.value, self.low, self.high)))


@dataclass(frozen=True)
class Sampled:
    """Estimates with the variance that the design gives them."""

    value: Floats
    """[columns]."""
    variance: Floats
    """[columns]."""
    freedom: int
    """Degrees of freedom of the variance."""

    @property
    def interval(self) -> Estimate:
        """The estimate plus and minus its standard error times Student's t."""
        return interval(self.value, self.variance, self.freedom)


def interval(value: Floats, variance: Floats, freedom: int) -> Estimate:
    """The estimate plus and minus its standard error times Student's t."""
    from scipy.special import stdtrit

    half = stdtrit(freedom, 0.5 + CONFIDENCE / 2) * np.sqrt(np.maximum(variance, 0))
    return Estimate(value, value - half, value + half)


def steady(found: Sampled, rest: Floats, tuned: Floats, design: Design, domain: Mask) -> Estimate:
    """The interval of a share as if two more texts were coded, half of one each of (y, f) = 00, 01, 10 and 11.

    Few errors show too little of how errors vary, none shows nothing. This is what A. Agresti and B. Coull (The
    American Statistician 52, 1998, 119-126) do for shares, with four texts, and D. Bonett and R. Price (Journal of
    Educational and Behavioral Statistics 37, 2012, 479-488) for differences of paired shares, with two. The number of
    texts is the effective one, (Σw)² / Σw² (L. Kish, Survey Sampling, Wiley 1965); the estimate itself stays as it
    is, and so does the variance where it is the larger.

    Args:
        found: The estimate, λ times the counted share plus the mean of `rest`.
        rest: y - λ f of the coded texts; [texts, columns].
        tuned: λ; [columns].
        design: Where the texts are from.
        domain: Which of them are of the domain; [texts].
    """
    weight = design.weight * domain
    total = weight.sum()
    number = total**2 / (weight**2).sum()
    unsampled = 1 - domain.sum() / total
    mean, square = weight @ rest / total, weight @ rest**2 / total
    mean_2 = (number * mean + 1 - tuned) / (number + 2)
    square_2 = (number * square + (1 + tuned**2 + (1 - tuned) ** 2) / 2) / (number + 2)
    more = (square_2 - mean_2**2) / (number + 2) - (square - mean**2) / number
    variance = found.variance + unsampled * np.maximum(more, 0)
    moved = interval(found.value + unsampled * (mean_2 - mean), variance, found.freedom)
    return Estimate(found.value, np.minimum(moved.low, found.value), np.maximum(moved.high, found.value))


def counted(whole: Whole) -> Estimate:
    """The mean of the predictions, with the interval that takes them for the truth."""
    error = np.sqrt(np.maximum(whole.square - whole.mean**2, 0) / whole.count)
    return Estimate(whole.mean, whole.mean - Z * error, whole.mean + Z * error)


def coded_only(y: Floats, design: Design, domain: Mask, *, share: bool = True) -> Estimate:
    """The weighted mean of the codes of a domain.

    Args:
        y: Codes; [texts, columns].
        design: Where the texts are from.
        domain: Which of them are of the domain; [texts].
        share: Whether columns are classes, so that means are shares (`steady`).
    """
    value, error = _mean(y, design, domain)
    found = Sampled(value, design.variance(error), design.freedom(domain))
    return steady(found, y, np.zeros(y.shape[1]), design, domain) if share else found.interval


def prediction_powered(
    y: Floats, f: Floats, whole: Whole, design: Design, domain: Mask, *, share: bool = True
) -> Estimate:
    """Predictions of all, tuned, and corrected by the coded texts; `f` are predictions of the coded texts.

    λ is estimated from the same texts, which costs a degree of freedom.
    """
    tuned = power(y, f, design, domain)
    rest, error = _mean(y - tuned * f, design, domain)
    freedom = design.freedom(domain)
    variance = design.variance(error) * freedom / max(1, freedom - 1)
    found = Sampled(tuned * whole.mean + rest, variance, max(1, freedom - 1))
    return steady(found, y - tuned * f, tuned, design, domain) if share else found.interval


def power(y: Floats, f: Floats, design: Design, domain: Mask) -> Floats:
    """λ of each column: how far predictions are used, 0 (not at all) to 1; [columns]."""
    _, of_codes = _mean(y, design, domain)
    _, of_predictions = _mean(f, design, domain)
    spread = design.variance(of_predictions)
    together = design.covariance(of_codes, of_predictions)
    tuned: Floats = np.clip(
        np.divide(together, spread, out=np.zeros_like(spread), where=spread > 0), 0.0, 1.0
    )
    return tuned


def design_based(
    y: Floats, f: Floats, whole: Whole, design: Design, domain: Mask, *, share: bool = True
) -> Estimate:
    """The mean of the pseudo-outcomes f + (R / π)(y - f) over all texts of a domain."""
    error = np.where(domain[:, None], y - f, 0.0) / whole.count
    found = Sampled(whole.mean + design.weight @ error, design.variance(error), design.freedom(domain))
    return steady(found, y - f, np.ones(y.shape[1]), design, domain) if share else found.interval


def adjusted(y: Floats, f: Floats, whole: Whole, design: Design) -> Estimate:
    """Counted shares with misclassification undone; its variance is that of M, linearised.

    NaN where a class has no coded text, or where M can hardly be inverted.
    """
    of_class = design.weight @ y
    empty = np.full(y.shape[1], np.nan)
    if not of_class.all():
        return Estimate(empty, empty, empty)
    matrix: Floats = (f * design.weight[:, None]).T @ y / of_class
    if not np.linalg.cond(matrix) < CONDITION_MAX:
        return Estimate(empty, empty, empty)
    value = np.asarray(np.linalg.solve(matrix, whole.mean), np.float64)
    moved = (f - y @ matrix.T) * (y @ (value / of_class))[:, None]
    influence = -np.asarray(np.linalg.solve(matrix, moved.T).T, np.float64)
    variance = design.variance(influence)
    return interval(value, variance, design.freedom(np.ones(len(y), np.bool_)))


def calibrated(y: Floats, f: Floats, whole: Whole, design: Design) -> Estimate:
    """The same for scores: the regression of scores on codes, f = a + b y, turned round at the mean of all scores.

    NaN where the codes do not vary, or where scores fall with them. `y` and `f` are [texts, 1].
    """
    every = np.ones(len(y), np.bool_)
    weight = design.weight[:, None]
    centre_y, _ = _mean(y, design, every)
    centre_f, _ = _mean(f, design, every)
    spread = (weight * (y - centre_y) ** 2).sum(0)
    together = (weight * (f - centre_f) * (y - centre_y)).sum(0)
    if not (together > 0).all():
        return Estimate(*(np.full(y.shape[1], np.nan),) * 3)
    slope = together / spread
    value = centre_y + (whole.mean - centre_f) / slope
    error = f - centre_f - slope * (y - centre_y)
    influence = error * (1 / design.weight.sum() + (value - centre_y) * (y - centre_y) / spread) / slope
    return interval(value, design.variance(influence), max(1, design.freedom(every) - 1))


def _mean(values: Floats, design: Design, domain: Mask) -> tuple[Floats, Floats]:
    """Weighted mean in a domain (a ratio of two totals), and the variable whose total has its variance."""
    weight = design.weight * domain
    total = weight.sum()
    mean = weight @ values / total if total else np.full(values.shape[1], np.nan)
    error = np.where(domain[:, None], values - mean, 0.0) / total if total else np.zeros_like(values)
    return mean, error

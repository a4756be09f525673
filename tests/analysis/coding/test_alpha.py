"""Krippendorff's alpha: published worked examples, an independent computation, gaps, intervals."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from analysis.coding.alpha import alpha, kappa, percent_agreement


def rows(*coders):
    """Codes of coders as [units, coders]; a dot is a gap."""
    letters = sorted({x for coder in coders for x in coder.split()} - {"."})
    return np.array([[letters.index(x) if x != "." else -1 for x in c.split()] for c in coders]).T


BINARY = rows("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0")
TWO = rows("a a b b d c c c e d d a", "b a b b b c c c e d d d")
FOUR = rows(
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


@pytest.mark.parametrize(
    ("codes", "level", "published"),
    [
        (BINARY, "nominal", 0.095),
        (TWO, "nominal", 0.692),
        (FOUR, "nominal", 0.743),
        (FOUR, "ordinal", 0.815),
        (FOUR, "interval", 0.849),
    ],
)
def test_krippendorffs_worked_examples(codes, level, published):
    """K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A, B, C and their metrics."""
    found = alpha(codes, level, np.arange(1.0, codes.max() + 2), draws=0)
    assert round(found.value, 3) == published


def by_definition(codes, level):
    """The same from single pairs of values, in fractions: no matrix of coincidences, no margins reused."""
    units = [[int(v) for v in unit if v >= 0] for unit in codes]
    units = [unit for unit in units if len(unit) > 1]
    values = [v for unit in units for v in unit]

    def delta(a, b):
        if level == "nominal":
            return Fraction(a != b)
        if level == "interval":
            return Fraction((a - b) ** 2)
        low, high = min(a, b), max(a, b)
        between = sum(low <= v <= high for v in values)
        return (between - Fraction(values.count(a) + values.count(b), 2)) ** 2 if a != b else Fraction(0)

    observed = sum(
        (2 * delta(a, b) / (len(unit) - 1) for unit in units for a, b in combinations(unit, 2)), Fraction(0)
    ) / len(values)
    expected = sum((2 * delta(a, b) for a, b in combinations(values, 2)), Fraction(0))
    expected /= len(values) * (len(values) - 1)
    return 1 - observed / expected if expected else None


CODES = hnp.arrays(np.int64, st.tuples(st.integers(2, 8), st.integers(2, 4)), elements=st.integers(-1, 3))


@settings(deadline=None, max_examples=80)
@given(CODES, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_is_its_definition(codes, level):
    found = alpha(codes, level, np.arange(4.0), draws=0)
    wanted = by_definition(codes, level) if found.units else None
    if wanted is None:
        assert np.isnan(found.value)
    else:
        assert found.value == pytest.approx(float(wanted), abs=1e-12)


def test_full_agreement_is_one_and_a_single_value_tells_nothing():
    same = np.repeat(np.array([[0], [1], [2]]), 3, axis=1)
    found = alpha(same, "ordinal", np.arange(3.0))
    assert (found.value, found.high) == (1.0, 1.0)
    assert np.isnan(alpha(np.zeros((5, 2), int), "nominal", np.arange(2.0)).value)
    assert np.isnan(kappa(np.zeros((5, 2), int), 2).value)
    assert alpha(np.full((5, 2), -1), "nominal", np.arange(2.0)).units == 0


def test_kappa_and_agreement_by_hand():
    """Cohen's kappa of 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: (0.7 - 0.5) / (1 - 0.5)."""
    codes = np.array([[1, 1]] * 20 + [[1, 0]] * 5 + [[0, 1]] * 10 + [[0, 0]] * 15 + [[1, -1]] * 7)
    assert kappa(codes, 2).value == pytest.approx(0.4)
    found = percent_agreement(codes, 2, draws=2000)
    assert (found.value, found.units) == (0.7, 50)
    assert found.high - found.low == pytest.approx(2 * 1.96 * np.sqrt(0.7 * 0.3 / 50), rel=0.1)


def test_intervals_hold_the_alpha_of_the_population_and_repeat():
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, 40_000)
    codes = np.stack(
        [np.where(rng.random(40_000) < 0.8, truth, rng.integers(0, 3, 40_000)) for _ in range(3)], 1
    )
    whole = alpha(codes, "nominal", np.arange(3.0), draws=0).value
    found = [
        alpha(codes[rng.integers(0, 40_000, 120)], "nominal", np.arange(3.0), 400, seed)
        for seed in range(100)
    ]
    held = sum(one.low <= whole <= one.high for one in found)
    assert 88 <= held <= 100, held
    again = alpha(codes[:100], "nominal", np.arange(3.0), 200, 7)
    assert again == alpha(codes[:100], "nominal", np.arange(3.0), 200, 7)

"""What labels are worth as numbers, and the scale that scores are put on."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.coding import codebook
from analysis.coding.errors import CodingError
from analysis.coding.numbers import numbers, scale_of
from tests.analysis.coding.means_study import toml


@pytest.fixture
def book():
    return lambda *given, **named: codebook.read(toml(*given, **named))


def test_a_label_is_worth_what_is_stated_or_its_place_around_the_middle(book):
    assert numbers(book()) == {"negative": -1, "neutral": 0, "positive": 1}
    assert numbers(book("interval", (-3.0, 0.5, 3.0))) == {"negative": -3, "neutral": 0.5, "positive": 3}
    assert numbers(book("ordinal", (None,) * 3, labels=("1", "2", "4"))) == {"1": 1, "2": 2, "4": 4}


def test_labels_without_order_or_with_some_values_only_are_refused_with_the_cure(book):
    with pytest.raises(CodingError, match=r"neither order nor values \(level nominal\); draw anew"):
        numbers(book("nominal"))


def test_scores_reach_the_ends_of_the_scale_and_no_further():
    scale = scale_of({"a": -2.0, "b": 2.0}, None, None, 0.5)
    assert scale(np.array([-1, -0.5, 0, 0.25, 0.5, 1])).tolist() == [-2, -2, 0, 1, 2, 2]
    turned = scale_of({"a": -2.0, "b": 2.0}, 10, 0, 1)
    assert turned(np.array([-1.0, 1.0])).tolist() == [10, 0]
    with pytest.raises(CodingError, match="both 3; give the codes of the two ends"):
        scale_of({"a": -2.0, "b": 2.0}, 3, 3, 1)

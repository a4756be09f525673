"""What is said of VADER's validity on news is what the gold texts say."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from analysis.kernels.sentiment import registry
from analysis.kernels.sentiment.gates import for_scorer
from analysis.sentiment.methods import VALIDITY


@pytest.fixture
def gold(data):
    lines = data("sentiment/nytEditorialSnippets_GroundTruth.txt").read_text("utf-8-sig").splitlines()
    ids, ratings, texts = zip(*(line.split("\t") for line in lines), strict=True)
    vader = registry.scorer("vader")
    score = vader.score(for_scorer(vader).clean(pa.array(texts, pa.large_string())))["score"].to_numpy()
    return np.array([i.split("_")[0] for i in ids]), np.array(ratings, float), score


def classes(values, low, high):
    return np.where(values <= low, -1, np.where(values >= high, 1, 0))


def test_correlations(gold):
    articles, ratings, score = gold
    assert (len(score), len(set(articles))) == (5190, 498)
    assert np.corrcoef(score, ratings)[0, 1] == pytest.approx(VALIDITY["r_per_sentence"], abs=5e-4)
    _, which = np.unique(articles, return_inverse=True)
    means = [np.bincount(which, values) / np.bincount(which) for values in (score, ratings)]
    assert np.corrcoef(*means)[0, 1] == pytest.approx(VALIDITY["r_per_article"], abs=5e-4)


def test_about_half_of_three_classes_are_right(gold):
    _, ratings, score = gold
    told = classes(score, -0.05, 0.05)
    human = np.where(ratings > 0.5, 1, np.where(ratings < -0.5, -1, 0))
    assert (told == human).mean() == pytest.approx(VALIDITY["accuracy_of_three_classes"], abs=5e-4)
    most = np.unique(human, return_counts=True)[1].max() / len(human)
    assert most == pytest.approx(VALIDITY["accuracy_of_always_the_most_frequent"], abs=5e-4)
    cuts = np.linspace(0, 1, 21)
    right = [(told == np.where(ratings > c, 1, np.where(ratings < -c, -1, 0))).mean() for c in cuts]
    low, high = VALIDITY["accuracy_over_cuts_of_the_rating_from_0_to_1"]
    assert min(right) == pytest.approx(low, abs=5e-4)
    assert max(right) == pytest.approx(high, abs=5e-4)

"""The package as oracle, the gold texts, and our engine."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from analysis.kernels.sentiment.registry import scorer

FOUR = ("compound", "pos", "neu", "neg")


@pytest.fixture(scope="session")
def package():
    """Scores of the package, in the order of FOUR."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()

    def scores(texts):
        return [tuple(map(analyzer.polarity_scores(text).get, FOUR)) for text in texts]

    return scores


@pytest.fixture(scope="session")
def vader():
    return scorer("vader")


@pytest.fixture(scope="session")
def ours(vader):
    """Our scores, in the order of FOUR."""

    def scores(texts):
        made = vader.score(pa.array(texts, pa.large_string()))
        return list(zip(*(made[name].to_pylist() for name in FOUR), strict=True))

    return scores


@pytest.fixture
def gold(data):
    """Ids, mean human ratings and texts of one of the gold sets."""

    def read(name):
        content = data(f"sentiment/{name}_GroundTruth.txt").read_text("utf-8-sig")
        ids, ratings, texts = zip(*(line.split("\t") for line in content.splitlines()), strict=True)
        return ids, np.array(ratings, float), list(texts)

    return read

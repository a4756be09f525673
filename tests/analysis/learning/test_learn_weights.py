"""Unequal chances of being drawn: scores of the sample beside those of the frame, and learning by weight if asked."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.learning import measures, scores, search
from analysis.learning.card import intended
from analysis.learning.coded import Coded, coded, read
from analysis.learning.errors import LearningError
from analysis.learning.learn import learn_from
from analysis.learning.options import Learn
from analysis.learning.search import Held
from conf.settings import load
from tests.analysis.learning import learning_codes as codes

QUICK = Learn(estimator="logistic", bits=10, ngrams=(1,), folds=3)


def test_scores_of_the_frame_by_hand():
    given = Coded(
        np.array(["t"] * 4, object),
        np.array(["a", "a", "b", "b"]),
        np.arange(4),
        {},
        "",
        weight=np.array([1.0, 3, 2, 2]),
    )
    tally = scores.tallied(given, Held(np.array(["a", "b", "b", "b"]), None))
    sample, frame = scores.scores(tally), scores.scores(tally, in_frame=True)
    assert (sample["accuracy"], frame["accuracy"]) == (0.75, 5 / 8)
    a, b = frame["by_class"]
    assert (a["precision"], a["recall"], a["n"]) == (1.0, 1 / 4, 2)
    assert (b["precision"], b["recall"]) == (4 / 7, 1.0)
    assert frame["macro_f1"] == pytest.approx((2 * (1 / 4) / (5 / 4) + 2 * (4 / 7) / (11 / 7)) / 2)


def test_texts_without_a_label_pass_their_weight_on_in_their_stratum(tmp_path):
    sample = pa.table(
        {"item_id": list("abcdef"), "text": ["t"] * 6, "stratum": list("xxxxyy"),
         "inclusion_probability": [0.4] * 4 + [0.1] * 2}
    )  # fmt: skip
    labels = sample.drop_columns(["text"]).append_column("label", pa.array(["p", "q", None, None, "p", "q"]))
    pq.write_table(sample, tmp_path / "sample.parquet")
    pq.write_table(labels.slice(1), tmp_path / "labels.parquet")  # the first has no code at all
    found = read(str(tmp_path), (), load(environ={}))
    assert found.items.tolist() == ["b", "e", "f"]
    assert found.weight.tolist() == [10.0, 10.0, 10.0]  # 4 / 0.4 texts for one label; 2 / 0.1 for two


def test_a_probability_that_is_none_is_refused():
    for wrong in ([0.0, 1.0], [1.2, 1.0], [None, 1.0]):
        rows = pa.table(
            {"text": ["a", "b"], "label": ["x", "y"], "inclusion_probability": pa.array(wrong, pa.float64())}
        )
        with pytest.raises(LearningError, match="not above 0 and at most 1"):
            coded(rows, ())


def unequal():
    """Texts of no telling words; `rare` ones were drawn nine times as often."""
    rng = np.random.default_rng(4)
    label = ["rare" if n % 5 < 3 else "usual" for n in range(200)]
    rows = {
        "text": [" ".join(rng.choice(codes.FILLER, 8)) for _ in label],
        "label": label,
        "inclusion_probability": [0.9 if one == "rare" else 0.1 for one in label],
    }
    return coded(pa.table(rows), ())


def test_weights_are_taken_only_if_asked():
    given, asked = unequal(), replace(QUICK, estimator="sklearn.naive_bayes:MultinomialNB")
    alike, inverse = (search.held_out(replace(asked, weights=w), given) for w in ("none", "inverse"))
    assert (alike.predicted == "rare").mean() > 0.7
    assert (inverse.predicted == "rare").mean() < 0.3
    card = learn_from(given, replace(asked, weights="inverse")).card
    assert card["scores_in_frame"]["accuracy"] > card["scores"]["accuracy"]
    assert "weighted by the inverse of their inclusion probability" in intended(card)
    assert "in the frame it was drawn from" in intended(card)


@pytest.mark.parametrize("estimator", ["logistic", "sgd", "naive-bayes", "sklearn.svm:LinearSVC"])
def test_every_estimator_takes_weights(estimator):
    given, options = unequal(), replace(QUICK, estimator=estimator, weights="inverse")
    weight = search.weight_of(options, given)
    assert weight.mean() == pytest.approx(1)
    tuned = search.tune(options, given.texts, given.labels, given.together, weight)
    assert set(tuned.fitted.classes_) == {"rare", "usual"}


def test_weights_that_cannot_be_taken_are_refused():
    given = unequal()
    with pytest.raises(
        LearningError, match=r"KNeighborsClassifier\.fit takes no sample_weight; leave weights at none"
    ):
        search.held_out(
            replace(QUICK, estimator="sklearn.neighbors:KNeighborsClassifier", weights="inverse"), given
        )
    with pytest.raises(LearningError, match="the codes have no inclusion_probability"):
        search.held_out(replace(QUICK, weights="inverse"), replace(given, weight=None))


def test_intervals_hold_the_truth_and_few_groups_have_none():
    rng = np.random.default_rng(0)
    inside = 0
    for draw in range(100):
        share = rng.beta(8, 2, 60)  # groups differ: a text more of one tells little new
        right = rng.binomial(10, share)
        matrices = np.zeros((60, 2, 2))
        matrices[:, 0, 0], matrices[:, 0, 1] = right, 10 - right
        low, high = measures.interval(measures.drawn(matrices, draw).accuracy)
        inside += low <= 0.8 <= high
    assert 88 <= inside <= 100
    assert measures.drawn(matrices[:9], 0) is None


def test_wilson_by_its_textbook_example():
    # Newcombe 1998 (Stat. Med. 17:857), table I, method 3: 81 of 263 and 0 of 20.
    assert measures.wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert measures.wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)

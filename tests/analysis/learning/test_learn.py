"""Learning finds planted words, shows the leak of copies, and saves models that are checked before they are made."""

from __future__ import annotations

import hashlib
import json
import pickle
import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from analysis.learning import estimators, saved, scores, search
from analysis.learning.coded import Coded, coded, connected, read
from analysis.learning.errors import LearningError
from analysis.learning.learn import leak, learn, learn_from
from analysis.learning.options import Learn
from analysis.learning.search import Held
from conf.settings import load
from tests.analysis.learning import learning_codes as codes

QUICK = Learn(estimator="naive-bayes", bits=12, ngrams=(1,), folds=3)


@pytest.fixture(scope="module")
def learned():
    return learn_from(coded(codes.planted(), ("outlet", "story")), QUICK)


@pytest.fixture
def model(learned, tmp_path):
    return learned.save(str(tmp_path / "model"), load(environ={}))


def test_planted_words_are_found(learned):
    assert learned.card["scores"]["macro_f1"] > 0.8
    told = {(row["class"], row["term"]) for row in learned.card["telling_words"]}
    assert {("burden", "threat"), ("burden", "burdens"), ("welcome", "hope"), ("welcome", "welcomed")} <= told
    curve = [row["macro_f1"] for row in learned.card["learning_curve"]]
    assert curve[-1] > curve[0]
    wrong = round((1 - learned.card["scores"]["accuracy"]) * 180)
    assert len(learned.errors) == wrong
    assert all(row["label"] != row["predicted"] for row in learned.errors)


@pytest.mark.parametrize(
    "options",
    [
        replace(QUICK, features="counted", tuning="random", draws=2),
        replace(QUICK, estimator="sgd"),
        replace(QUICK, estimator="logistic", bits=10),
        replace(QUICK, estimator="sklearn.naive_bayes:MultinomialNB"),
        replace(QUICK, estimator="sklearn.svm:LinearSVC"),
    ],
    ids=lambda o: f"{o.features}-{o.estimator}",
)
def test_every_estimator_learns_and_is_loaded_without_pickle(options):
    given = coded(codes.planted(90), ("outlet",))
    tuned = search.tune(options, given.texts, given.labels, given.together)
    content = saved.packed(tuned.fitted)
    found = saved.Saved(content, hashlib.sha256(content).hexdigest(), saved.OURS, {})
    saved.refuse_untrusted(found, "model")
    again = saved.load(found)
    assert again.predict(given.texts).tolist() == tuned.fitted.predict(given.texts).tolist()
    assert tuned.tried == {"random": 2}.get(options.tuning, tuned.tried)
    assert (again.predict(given.texts) == given.labels).mean() > 0.8


def test_grouped_folds_show_the_leak_that_a_random_split_hides():
    given = coded(codes.copies(), ("story",))
    assert len(set(given.together.tolist())) == 60  # stories are found by their words
    found = leak(estimators.pipeline(QUICK), given, QUICK)
    assert found["random"] > 0.9  # a copy was seen in training
    assert found["grouped"] < 0.65  # nothing can be learnt: classes were drawn without regard to words


def test_no_group_is_parted_and_every_text_tested_once():
    labels = np.array(["a", "b"] * 60)
    together = connected([np.arange(120) // 4, np.where(np.arange(120) < 24, 0, np.arange(120))], 120)
    assert len(set(together.tolist())) == 25  # the first six fours are one by the second column
    tested = []
    for train, test in search.splits(labels, together, 4, 0):
        assert not set(together[train].tolist()) & set(together[test].tolist())
        tested += test.tolist()
    assert sorted(tested) == list(range(120))


def test_groups_follow_chains():
    assert connected([np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])], 4).tolist() == [0, 0, 0, 1]
    assert connected([], 3).tolist() == [0, 1, 2]


def test_texts_without_label_or_words_are_counted_and_empty_outlets_stand_alone():
    rows = pa.table(
        {
            "text": ["one", "two", " ", "three", None, "four"],
            "label": ["a", "b", "a", None, "a", "b"],
            "outlet": [None, None, "x", "x", "x", "y"],
        }
    )
    given = coded(rows, ("outlet",))
    assert (given.texts.tolist(), given.dropped) == (["one", "two", "four"], 3)
    assert len(set(given.together.tolist())) == 3


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (codes.planted(12), QUICK, "too few for 3 folds"),
        (codes.planted(30).drop_columns(["label"]), QUICK, "no column 'label'"),
        (codes.planted(30).set_column(1, "label", pa.array(["a"] * 30)), QUICK, "two are needed"),
        (codes.planted(30), replace(QUICK, estimator="no.such:thing"), "cannot be found"),
        (
            codes.planted(30),
            replace(QUICK, estimator="sklearn.linear_model:Ridge"),
            "no scikit-learn classifier",
        ),
    ],
)
def test_what_cannot_be_learnt_is_said(rows, options, said):
    with pytest.raises(LearningError, match=said):
        learn_from(coded(rows, ("outlet",)), options)


@pytest.mark.parametrize("wrong", [{"estimator": "forest"}, {"ngrams": (4,)}, {"bits": 2}, {"folds": 1}])
def test_options_are_checked_before_anything_is_read(wrong):
    with pytest.raises(LearningError, match=r"choose|give|must"):
        Learn(**wrong)


def test_calibration_and_scores_by_hand():
    given = Coded(np.array(["t"] * 4, object), np.array(["a", "a", "b", "b"]), np.arange(4), {}, "")
    held = Held(np.array(["a", "b", "b", "b"]), np.array([[0.9, 0.1], [0.4, 0.6], [0.25, 0.75], [0.0, 1.0]]))
    tally = scores.tallied(given, held)
    told = scores.scores(tally)
    told_of_b = {k: told["by_class"][1][k] for k in ("class", "precision", "recall", "f1", "n")}
    assert told_of_b == pytest.approx({"class": "b", "precision": 2 / 3, "recall": 1.0, "f1": 0.8, "n": 2})
    assert told["macro_f1_low"] is None  # four groups say nothing of their spread
    assert scores.scores(tally, in_frame=True) is None
    assert [row["n"] for row in scores.confusion(tally)] == [1, 1, 0, 2]
    assert told["macro_f1"] == pytest.approx((2 / 3 + 0.8) / 2)
    found = scores.calibration(tally)
    assert found["brier"] == pytest.approx((0.02 + 0.72 + 0.125 + 0) / 4)
    assert [(r["from"], r["n"], r["share_right"]) for r in found["reliability"]] == [
        (0.6, 1, 0.0), (0.7, 1, 1.0), (0.9, 2, 1.0),
    ]  # fmt: skip


def test_a_saved_model_predicts_the_same_and_has_its_card(model, learned):
    texts = codes.planted(30, seed=9)["text"].to_pylist()
    again = saved.load(saved.read(model, load(environ={})))
    assert again.predict(texts).tolist() == learned.model.predict(texts).tolist()
    card = (Path(model) / "card.md").read_text("utf-8")
    assert f"{learned.card['scores']['macro_f1']:.3f}" in card
    assert json.loads((Path(model) / "card.json").read_text("utf-8")) == learned.card


def test_strange_types_are_refused_by_their_names(model):
    content = saved.packed({"model": np.random.default_rng, "at": Path("x")})
    _replace(model, content)
    with pytest.raises(LearningError, match=r"not trusted: .*pathlib"):
        saved.read(model, load(environ={}))


def test_a_pickle_or_a_changed_file_is_refused(model):
    (Path(model) / "model.skops").write_bytes(b"changed")
    with pytest.raises(LearningError, match="not the file that its card describes"):
        saved.read(model, load(environ={}))
    _replace(model, pickle.dumps({"a": 1}))
    with pytest.raises(LearningError, match="no model that can be read"):
        saved.read(model, load(environ={}))
    (Path(model) / "model.skops").unlink()
    with pytest.raises(LearningError, match="holds no model"):
        saved.read(model, load(environ={}))


def _replace(model: str, content: bytes) -> None:
    card = json.loads((Path(model) / "card.json").read_text("utf-8"))
    card["model_sha256"] = hashlib.sha256(content).hexdigest()
    (Path(model) / "card.json").write_text(json.dumps(card), "utf-8")
    (Path(model) / "model.skops").write_bytes(content)


def test_codes_come_from_a_file_or_a_samples_folder(tmp_path):
    rows = codes.planted(60)
    csv.write_csv(rows, tmp_path / "codes.csv")
    of_file = read(str(tmp_path / "codes.csv"), ("outlet",), load(environ={}))
    items = pa.array([f"i{n:03}" for n in range(60)])
    labels = rows.drop_columns(["text"]).append_column("item_id", items)
    pq.write_table(labels, tmp_path / "labels.parquet")
    pq.write_table(rows.select(["text"]).append_column("item_id", items), tmp_path / "sample.parquet")
    of_folder = read(str(tmp_path), ("outlet",), load(environ={}))
    assert of_file.texts.tolist() == of_folder.texts.tolist() == rows["text"].to_pylist()
    assert of_file.labels.tolist() == of_folder.labels.tolist()
    assert len(of_file.sha256) == 64
    with pytest.raises(LearningError, match="no coded sample"):
        learn(replace(QUICK, codes=str(tmp_path / "nothing")), load(environ={}))


def test_threads_that_share_filters_of_warnings_leave_none_changed():
    """What two threads in scikit-learn do to each other, one after the other."""
    warnings.simplefilter("error")  # above the exception that all tests make
    before = list(warnings.filters)
    with search.steady_warnings():
        warnings.warn("`sklearn.utils.parallel.delayed` should be used with its Parallel", stacklevel=1)
        with pytest.raises(RuntimeWarning):
            warnings.warn("anything else", RuntimeWarning, stacklevel=1)
        warnings.resetwarnings()
    assert warnings.filters == before

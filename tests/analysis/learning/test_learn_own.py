"""A classifier of one's own: found, learnt with, saved without pickle, trusted by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from pyarrow import csv

from analysis.learning import saved
from analysis.learning.coded import coded
from analysis.learning.errors import LearningError
from analysis.learning.learn import learn_from
from analysis.learning.options import Learn
from conf.settings import load
from flows.cli import cli
from tests.analysis.learning import learning_codes as codes

SOURCE = '''
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.naive_bayes import MultinomialNB


class Doubted(ClassifierMixin, BaseEstimator):
    """Naive Bayes with a parameter of its own."""

    def __init__(self, doubt=0.5):
        self.doubt = doubt

    def fit(self, matrix, labels, sample_weight=None):
        self.inner_ = MultinomialNB(alpha=self.doubt).fit(matrix, labels, sample_weight)
        self.classes_ = self.inner_.classes_
        return self

    def predict(self, matrix):
        return self.inner_.predict(matrix)

    def predict_proba(self, matrix):
        return self.inner_.predict_proba(matrix)


def made():
    return Doubted(0.3)


def needs(argument):
    return Doubted(argument)
'''
OWN = "own_classifier_of_a_test"


@pytest.fixture
def own(tmp_path, monkeypatch):
    """The name of a module of one's own, on Python's path as long as the test runs."""
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / f"{OWN}.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(str(tmp_path / "code"))
    yield OWN
    sys.modules.pop(OWN, None)
    saved.load.cache_clear()


@pytest.fixture
def learned(own):
    options = Learn(estimator=f"{own}:made", bits=12, ngrams=(1,), folds=3)
    return learn_from(coded(codes.planted(), ("outlet",)), options)


def test_it_is_tuned_tested_and_loaded_again_by_name(learned, own, tmp_path):
    assert learned.card["scores"]["macro_f1"] > 0.75
    assert learned.card["trust"] == [f"{own}.Doubted"]
    folder, settings = learned.save(str(tmp_path / "m"), load(environ={})), load(environ={})
    with pytest.raises(LearningError, match=rf"not trusted: {own}\.Doubted; .* --trust {own}\.Doubted"):
        saved.read(folder, settings)
    again = saved.load(saved.read(folder, settings, (f"{own}.Doubted",)))
    texts = codes.planted(30, seed=9)["text"].to_pylist()
    assert again.named_steps["model"].doubt == 0.3
    assert again.predict(texts).tolist() == learned.model.predict(texts).tolist()
    assert not Path(folder, "held_out.parquet").exists()  # no item_id in the codes


def test_a_model_whose_package_is_elsewhere_says_so(learned, own, tmp_path, monkeypatch):
    folder, settings = learned.save(str(tmp_path / "m"), load(environ={})), load(environ={})
    sys.modules.pop(own)
    monkeypatch.setattr(sys, "path", [p for p in sys.path if not p.endswith("code")])
    with pytest.raises(LearningError, match=r"package that is not here .*PYTHONPATH"):
        saved.load(saved.read(folder, settings, (f"{own}.Doubted",)))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("nowhere_at_all:made", r"cannot be found.*PYTHONPATH=\. fieldwork learn"),
        (f"{OWN}:forgotten", r"cannot be found.*no attribute 'forgotten'"),
        (f"{OWN}:needs", "it must need no argument"),
        ("builtins:dict", "returns dict, which is no scikit-learn classifier"),
    ],
)
def test_what_cannot_be_used_is_said_with_the_cure(own, name, said):
    with pytest.raises(LearningError, match=said):
        learn_from(coded(codes.planted(30), ()), Learn(estimator=name, folds=2))


def test_the_command_says_what_to_trust(own, tmp_path):
    csv.write_csv(codes.planted(90), tmp_path / "codes.csv")
    asked = [
        "learn",
        str(tmp_path / "codes.csv"),
        "--estimator",
        f"{own}:made",
        "--ngrams",
        "1",
        "--folds",
        "2",
    ]
    made = CliRunner().invoke(cli, [*asked, "--out", str(tmp_path / "m")])
    assert made.exit_code == 0, made.output
    assert f"--trust {own}.Doubted" in made.output

"""Learning block by block: as by hand, saved and loaded as other models are."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from analysis.kernels.learning.features import as_array
from analysis.kernels.learning.predicting import classes as classes_of
from analysis.kernels.learning.streaming import StreamedClassifier
from analysis.learning import saved
from analysis.learning.stream import learn_stream
from tests.analysis.learning import learning_codes as codes

NAMES = ["burden", "neutral", "welcome"]


@pytest.fixture(scope="module")
def planted():
    rows = codes.planted(600)
    return np.array(rows["text"].to_pylist(), object), np.array(rows["label"].to_pylist())


@pytest.fixture(scope="module")
def streamed(planted):
    from dask import array

    texts, labels = (array.from_array(a, chunks=120) for a in planted)
    return learn_stream(texts, labels, NAMES, StreamedClassifier(bits=12))


def test_blocks_are_learnt_in_order(planted, streamed):
    texts, labels = planted
    by_hand = StreamedClassifier(bits=12)
    for start in range(0, 600, 120):
        by_hand.partial_fit(texts[start : start + 120], labels[start : start + 120], NAMES)
    assert np.array_equal(by_hand.model_.coef_, streamed.model_.coef_)
    unseen = codes.planted(90, seed=5)
    found = streamed.predict(unseen["text"].to_pylist())
    assert (found == np.array(unseen["label"].to_pylist())).mean() > 0.7


def test_it_is_saved_and_predicts_as_any_model(planted, streamed):
    content = saved.packed(streamed)
    found = saved.Saved(content, hashlib.sha256(content).hexdigest(), saved.OURS, {})
    saved.refuse_untrusted(found, "model")
    told, sure = classes_of(as_array(planted[0]), saved.load(found))
    assert told.to_pylist() == streamed.predict(planted[0]).tolist()
    assert sure == pytest.approx(streamed.predict_proba(planted[0]).max(1), rel=1e-12)


def test_fit_forgets(planted):
    texts, labels = planted
    model = StreamedClassifier(bits=10).fit(texts, labels)
    first = model.model_.coef_.copy()
    assert np.array_equal(model.fit(texts, labels).model_.coef_, first)

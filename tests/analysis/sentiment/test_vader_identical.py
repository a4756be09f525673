"""Identical to the package: on gold texts, on its own examples and quirks, on fuzzed texts."""

from __future__ import annotations

import itertools

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment.arrays import CHUNK
from analysis.kernels.sentiment.vader.rules import load
from analysis.kernels.sentiment.vader.weigh import NAMED
from tests.analysis.sentiment.fuzzed import RULE_WORDS, SPACES, Maker

MORE = ["GOOD", "Bad", "war", "💋", "☺", "©", "!", "?", "isn’t", ":)", "no,", "SO", "happy", "worst"]
ONES = [*RULE_WORDS, *MORE]

QUIRKS = {
    "This isn’t good.": 0.4404,  # a curly apostrophe is a letter
    "This isn't good.": -0.3412,
    "“great.”": 0.0,
    "Die Regierung sagte die Lage ist stabil.": -0.8316,
    "Interest rates rise; share prices gain": 0.8225,
}


def both(texts, ours, package):
    for text, mine, theirs in zip(texts, ours(texts), package(texts), strict=True):
        assert mine == theirs, repr(text)


@pytest.mark.parametrize("name", ["nytEditorialSnippets", "tweets"])
def test_all_gold_texts(name, gold, ours, package):
    texts = gold(name)[2]
    assert len(texts) == {"nytEditorialSnippets": 5190, "tweets": 4200}[name]
    both(texts, ours, package)


def test_gold_articles_as_one_text_each(gold, ours, package):
    ids, _, texts = gold("nytEditorialSnippets")
    articles = itertools.groupby(zip(ids, texts, strict=True), lambda row: row[0].split("_")[0])
    both([" ".join(text for _, text in rows) for _, rows in articles][:100], ours, package)


def test_agreement_with_people_is_as_measured(gold, ours):
    ids, ratings, texts = gold("nytEditorialSnippets")
    compound = np.array([row[0] for row in ours(texts)])
    assert np.corrcoef(compound, ratings)[0, 1] == pytest.approx(0.503, abs=5e-4)
    _, article = np.unique([i.split("_")[0] for i in ids], return_inverse=True)
    means = [np.bincount(article, values) / np.bincount(article) for values in (compound, ratings)]
    assert len(means[0]) == 498
    assert np.corrcoef(*means)[0, 1] == pytest.approx(0.630, abs=5e-4)
    _, ratings, texts = gold("tweets")
    compound = np.array([row[0] for row in ours(texts)])
    assert np.corrcoef(compound, ratings)[0, 1] == pytest.approx(0.872, abs=5e-4)


@pytest.mark.parametrize(("text", "compound"), QUIRKS.items())
def test_its_quirks(text, compound, ours, package):
    assert ours([text])[0][0] == compound
    both([text], ours, package)


@pytest.mark.parametrize("seed", [0, 1])
def test_fuzzed(seed, ours, package):
    texts = list(Maker(load(), seed).texts(4000))
    both(texts, ours, package)


@pytest.mark.slow
def test_fuzzed_100_000(ours, package):
    texts = list(Maker(load(), 7).texts(100_000))
    scores = ours(texts)
    assert sum(row[0] != 0 for row in scores) > 50_000  # most say something
    both(texts, ours, package)


@pytest.mark.parametrize("after", ["good", "bad of it", "death", "ass"])
def test_every_order_of_three_words_that_a_rule_names(after, ours, package):
    words = [*NAMED, "kiss", "sort", "the", "bad", "very", "x"]
    both([" ".join((*before, after)) for before in itertools.product(words, repeat=3)], ours, package)


@pytest.mark.slow
def test_every_order_of_four_words_of_rules(ours, package):
    words = [*dict.fromkeys(RULE_WORDS[:16]), "the", "bomb", "GOOD", "bad", "great"]
    both([" ".join(order) for order in itertools.product(words, repeat=4)], ours, package)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4))
def test_any_texts(ours, package, texts):
    both(texts, ours, package)


@settings(deadline=None, max_examples=300)
@given(st.lists(st.tuples(st.sampled_from(ONES), st.sampled_from(SPACES)), max_size=30))
def test_any_order_of_telling_words(ours, package, pieces):
    both(["".join(word + space for word, space in pieces)], ours, package)


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from(["good", "bad", "not good", "good!", "sad", "but", "happy", "SAD", "x"]), max_size=60
    )
)
def test_equal_values_around_but(ours, package, words):
    """Values that repeat, halve and meet again are where the package changes the wrong word."""
    both([" ".join(words)], ours, package)


def test_very_long_pieces_and_odd_bytes(ours, package):
    texts = [
        "good" * 5000,
        "!" * 9999,
        "é" * 9999 + " bad",
        "\x00good \x00 bad\x00",
        "\ufeffgood",
        "n't" * 3000 + " good",
    ]
    both(texts, ours, package)


def test_batches_in_any_shape(vader, package):
    texts = ["good", None, "", "bad 💋", "so so but great!!"]
    expected = package([text or "" for text in texts])
    for kind in (pa.string(), pa.large_string()):
        made = vader.score(pa.array(texts, kind)).to_pylist()
        assert [row["compound"] for row in made] == [
            None if t is None else e[0] for t, e in zip(texts, expected, strict=True)
        ]
        assert made[1] == dict.fromkeys(made[1])
    sliced = vader.score(pa.array(["terrible", *texts]).slice(4, 2))
    assert sliced["compound"].to_pylist() == [expected[3][0], expected[4][0]]
    chunked = vader.score(pa.chunked_array([["good"], ["bad"]]))
    assert chunked["score"].to_pylist() == [0.4404, -0.5423]
    for empty in (pa.array([], pa.string()), pa.nulls(2, pa.string()), pa.nulls(2)):
        assert vader.score(empty).num_rows == len(empty)
    with pytest.raises(TypeError, match="int64; give an Arrow array of string"):
        vader.score(pa.array([1]))


def test_texts_of_many_chunks_keep_their_rows(ours, package):
    texts = [
        ("good bad é " * 300 * (k % 3) + "but great ") * (1 + k % 2) + "war" * (k % 5) for k in range(90)
    ]
    assert sum(map(len, texts)) > CHUNK
    both(texts[:12], ours, package)
    assert ours(texts) == [ours([text])[0] for text in texts]

"""Features equal their plain definition: terms of our words, hashed or counted."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.learning import features
from analysis.kernels.learning.features import CountedTerms, HashedTerms, term_keys
from analysis.kernels.text.tokens import words


def terms(text: str, ngrams: int) -> Counter[str]:
    found = words(text, "default")
    return Counter(
        " ".join(found[i : i + n]) for n in range(1, ngrams + 1) for i in range(len(found) - n + 1)
    )


TEXTS = st.lists(
    st.text(st.sampled_from("aB é\u0301नि\u200d.ß\n"), max_size=20) | st.text(max_size=10), max_size=6
)


@settings(deadline=None, max_examples=60)
@given(TEXTS, st.integers(1, 3))
def test_hashed_columns_hold_the_counts_of_their_terms(texts, ngrams):
    vectors = HashedTerms(12, ngrams)
    matrix = vectors.fit_transform(texts).toarray()
    for row, text in zip(matrix, texts, strict=True):
        expected = np.zeros(1 << 12)
        for term, count in terms(text, ngrams).items():
            expected[vectors.columns_of(pa.array([term]))[0]] += count
        assert row.tolist() == expected.tolist()


@settings(deadline=None, max_examples=60)
@given(TEXTS, TEXTS, st.integers(1, 3))
def test_counted_columns_are_a_term_each_and_forget_unknown_ones(known, texts, ngrams):
    every = sorted(set().union(*(terms(t, ngrams) for t in known)) if known else set())
    vectors = CountedTerms(min_texts=1, ngrams=ngrams)
    if not every:
        with pytest.raises(ValueError, match="smaller min_texts"):
            vectors.fit(known)
        return
    matrix = vectors.fit(known).transform(texts).toarray()
    columns = vectors.columns_of(pa.array(every))
    assert sorted(columns.tolist()) == list(range(len(every)))
    for row, text in zip(matrix, texts, strict=True):
        found = terms(text, ngrams)
        assert [row[c] for c in columns] == [found[term] for term in every]


def test_keys_are_the_same_in_every_process():
    keys = term_keys(pa.array(["migration", "migration policy"]))
    assert keys.tolist() == KEYS


KEYS = [15601363761100950230, 15831608911396325631]


def test_a_row_depends_on_its_text_alone(monkeypatch):
    texts = [f"one {n} two {n % 7} one" for n in range(400)]
    whole = HashedTerms(10, 2).transform(texts)
    apart = [HashedTerms(10, 2).transform(texts[n : n + 1]) for n in range(400)]
    monkeypatch.setattr(features, "MOST_WORDS", 10)  # the vocabulary begins anew again and again
    monkeypatch.setattr("analysis.kernels.text.vocabulary.CHUNK", 100)
    anew = HashedTerms(10, 2).transform(texts)
    for name in ("data", "indices"):
        assert getattr(whole, name).tolist() == getattr(anew, name).tolist()
        assert getattr(whole, name).tolist() == np.concatenate([getattr(a, name) for a in apart]).tolist()


def test_the_rarest_terms_are_left_out():
    vectors = CountedTerms(min_texts=2, most=2).fit(["a b c", "a b", "a d"])
    assert (vectors.columns_of(pa.array(["a", "b", "c", "d"])) >= 0).tolist() == [True, True, False, False]
    assert len(CountedTerms(min_texts=1, most=1).fit(["a b", "a"]).keys_) == 1


@pytest.mark.parametrize("wrong", [HashedTerms(3), HashedTerms(8, 4), HashedTerms(8, 1, "none")])
def test_what_cannot_be_made_is_refused(wrong):
    with pytest.raises(ValueError, match=r"give|choose"):
        wrong.fit([])


def test_empty_values_are_texts_without_words():
    assert HashedTerms(8).transform(pa.array(["a", None, ""])).sum(1).ravel().tolist() == [[1.0, 0.0, 0.0]]

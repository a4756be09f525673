"""Features of texts as scikit-learn's transformers: our tokenizer, terms of one to three words, hashed or counted."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin

from analysis.kernels.learning.hashing import gather, join_keys, word_keys
from analysis.kernels.text.counting import Counts
from analysis.kernels.text.tokens import Tokenizer, check
from analysis.kernels.text.vocabulary import Vocabulary

BITS = 16
"""A hand-coded sample has some ten thousand terms; more columns cost a logistic regression time and gain little."""
NGRAMS_MAX = 3
MOST_WORDS = 1 << 20
"""Distinct words held at most (about 100 bytes each); then the vocabulary begins anew, and no answer changes."""
_ALL_KNOWN = np.zeros(0, np.uint64)


class Terms(TransformerMixin, BaseEstimator, ABC):  # type: ignore[misc]
    """Counts of terms by column; the base of both kinds. Safe to share among threads: transforming changes nothing."""

    ngrams: int
    tokenizer: Tokenizer

    def transform(self, texts: Any) -> Any:
        """Counts of terms as a sparse matrix.

        Args:
            texts: Texts as an Arrow array, or any sequence of str.

        Returns:
            scipy.sparse.csr_matrix of float64; [texts, columns].
        """
        from scipy.sparse import csr_matrix

        known, mask, width = self._columns()
        parts, ends = [], [np.zeros(1, np.int64)]
        vocabulary, keys = Vocabulary(self.tokenizer), np.zeros(0, np.uint64)
        seen = np.zeros(width, np.int32)
        for chunk in vocabulary.encode(as_array(texts)):
            keys = _more_keys(vocabulary, keys)
            room = chunk.ids.size * self.ngrams
            columns, counts = np.empty(room, np.int32), np.empty(room)
            row_ends = np.empty(chunk.bounds.size - 1, np.int64)
            size = gather(
                chunk.ids, chunk.bounds, keys, self.ngrams, known, mask, seen, columns, counts, row_ends
            )
            parts.append((columns[:size].copy(), counts[:size].copy()))
            ends.append(row_ends + ends[-1][-1])
            if len(vocabulary) > MOST_WORDS:
                vocabulary.clear()
                keys = keys[:0]
        indices = np.concatenate([p[0] for p in parts]) if parts else np.zeros(0, np.int32)
        data = np.concatenate([p[1] for p in parts]) if parts else np.zeros(0)
        bounds = np.concatenate(ends)
        return csr_matrix((data, indices, bounds), shape=(bounds.size - 1, width))

    def columns_of(self, terms: pa.Array) -> NDArray[np.int64]:
        """The column of each term (words joined by a blank), -1 where it has none; [terms]."""
        known, mask, _ = self._columns()
        keys = term_keys(terms)
        if mask:
            return (keys & mask).astype(np.int64)
        place = np.searchsorted(known, keys)
        found = known[np.minimum(place, max(len(known) - 1, 0))] == keys if len(known) else place < 0
        return np.where(found, place, -1).astype(np.int64)

    @abstractmethod
    def _columns(self) -> tuple[NDArray[np.uint64], np.uint64, int]:
        """Known keys, mask of hashed ones, number of columns."""

    def _check(self) -> None:
        check(self.tokenizer)
        if not 1 <= self.ngrams <= NGRAMS_MAX:
            raise ValueError(f"ngrams is {self.ngrams}; give 1 (words), 2 or 3")


class HashedTerms(Terms):
    """Terms by a hash of their words: nothing is learnt of the texts, so any number of them can be streamed."""

    def __init__(self, bits: int = BITS, ngrams: int = 1, tokenizer: Tokenizer = "default") -> None:
        self.bits = bits
        self.ngrams = ngrams
        self.tokenizer: Tokenizer = tokenizer

    def fit(self, texts: Any, y: Any = None) -> HashedTerms:
        """Only tests the parameters.

        Raises:
            ValueError: A parameter out of its range.
        """
        self._check()
        if not 4 <= self.bits <= 26:
            raise ValueError(f"bits is {self.bits}; give 4 to 26 (2 to that power are the columns)")
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _columns(self) -> tuple[NDArray[np.uint64], np.uint64, int]:
        return _ALL_KNOWN, np.uint64((1 << self.bits) - 1), 1 << self.bits


class CountedTerms(Terms):
    """The terms of the training texts, each with a column of its own."""

    def __init__(
        self, min_texts: int = 2, most: int = 0, ngrams: int = 1, tokenizer: Tokenizer = "default"
    ) -> None:
        self.min_texts = min_texts
        self.most = most
        self.ngrams = ngrams
        self.tokenizer: Tokenizer = tokenizer

    def fit(self, texts: Any, y: Any = None) -> CountedTerms:
        """Learn which terms there are: those in `min_texts` texts, of them the `most` frequent (0: all).

        Raises:
            ValueError: A parameter out of its range, or no term is that frequent.
        """
        self._check()
        terms, df = vocabulary(texts, self.ngrams, self.tokenizer)
        kept = np.flatnonzero(df >= self.min_texts)
        if not kept.size:
            raise ValueError(f"no term occurs in {self.min_texts} training texts; give a smaller min_texts")
        keys = term_keys(terms.take(pa.array(kept)))
        if self.most:
            keys = keys[np.lexsort((keys, -df[kept]))[: self.most]]
        self.keys_ = np.unique(keys)
        return self

    def _columns(self) -> tuple[NDArray[np.uint64], np.uint64, int]:
        return self.keys_, np.uint64(0), len(self.keys_)


def as_array(texts: Any) -> pa.Array:
    """Texts as an Arrow array of strings."""
    if isinstance(texts, pa.ChunkedArray):
        return texts.combine_chunks()
    if isinstance(texts, pa.Array):
        return texts
    return pa.array(list(texts) if isinstance(texts, Iterable) else texts, pa.large_string())


def vocabulary(texts: Any, ngrams: int, tokenizer: Tokenizer) -> tuple[pa.Array, NDArray[np.int64]]:
    """Terms of some texts that fit into memory, and in how many texts each occurs."""
    counts, given = Counts(tokenizer, ngrams), as_array(texts)
    taken = list(counts.add(given, np.zeros(len(given), np.int32))) + list(counts.take())
    rows = pa.concat_tables([pa.table({"term": c.terms.cast(pa.large_string()), "df": c.df}) for c in taken])
    rows = (
        rows.filter(pc.is_valid(rows["term"])).group_by("term", use_threads=False).aggregate([("df", "sum")])
    )
    return rows["term"].combine_chunks(), rows["df_sum"].to_numpy()


def term_keys(terms: pa.Array) -> NDArray[np.uint64]:
    """Key of each term (words joined by a blank); [terms]."""
    parts = pc.split_pattern(terms.cast(pa.large_string()), " ")
    words = pc.list_flatten(parts)
    keys = np.empty(len(words), np.uint64)
    if len(words):
        starts = np.frombuffer(words.buffers()[1], np.int64)[words.offset : words.offset + len(words) + 1]
        arena = words.buffers()[2]
        word_keys(np.frombuffer(arena or b"", np.uint8), starts, 0, keys)
    lengths = pc.list_value_length(parts).to_numpy().astype(np.int64)
    first = np.cumsum(lengths) - lengths
    made: NDArray[np.uint64] = keys[first]
    for n in range(1, NGRAMS_MAX):
        longer = np.flatnonzero(lengths > n)
        made[longer] = join_keys(made[longer], keys[first[longer] + n])
    return made


def _more_keys(known: Vocabulary, keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Keys of all words of a vocabulary, those of the first ones being given."""
    if len(known) == keys.size:
        return keys
    made = np.empty(len(known), np.uint64)
    made[: keys.size] = keys
    word_keys(known.arena, known.starts, keys.size, made)
    return made

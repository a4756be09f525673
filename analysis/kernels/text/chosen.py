"""Counts of chosen words and phrases, by group, with the sums of squares that intervals need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.text.counting import MOST_BYTES, MOST_ENTRIES
from analysis.kernels.text.tokens import Tokenizer
from analysis.kernels.text.vocabulary import Encoded, Vocabulary

TERM_SUMS = ("tf", "df", "tf_squared", "tf_tokens")
"""Sums over documents of a term's count y, of [y > 0], of y², and of y x."""
ALL_SUMS = ("documents", "tokens", "tokens_squared")
"""Sums over documents of 1, of x (all terms of the same length) and of x².

x² stays far below what 64 bits hold: a document of 32 MiB has fewer than 2²⁴ terms, so the sum is below
2²⁴ Σ x, and Σ x would have to pass 2³⁹ (550 thousand million terms, all in documents of that size).
"""


class Chosen:
    """Counts chosen terms of one to a few words."""

    def __init__(self, terms: Sequence[str], tokenizer: Tokenizer) -> None:
        """Count these terms, as written; each has at least one word."""
        self._written = pa.array(terms, pa.string())
        self._vocabulary = Vocabulary(tokenizer)
        self._learn()
        self._term_sums = np.zeros((len(terms), 0, len(TERM_SUMS)), np.int64)
        self._all_sums = np.zeros((len(terms), 0, len(ALL_SUMS)), np.int64)

    def sums(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """TERM_SUMS and ALL_SUMS of all documents so far; [terms, groups, sums]."""
        return self._term_sums, self._all_sums

    def add(self, texts: pa.Array, groups: NDArray[np.int32], most: int) -> None:
        """Count in documents, `string` or `large_string`, of these groups; all groups are below `most`."""
        self._term_sums, self._all_sums = (
            np.pad(sums, ((0, 0), (0, most - sums.shape[1]), (0, 0))) for sums in self.sums()
        )
        for chunk in self._vocabulary.encode(texts):
            self._add(chunk, groups[chunk.first : chunk.first + chunk.bounds.size - 1])
            if len(self._vocabulary) > MOST_ENTRIES or self._vocabulary.bytes > MOST_BYTES:
                self._vocabulary.clear()
                self._learn()

    def _learn(self) -> None:
        """Give the words of the terms the first ids."""
        self._ids = [
            [int(i) for chunk in self._vocabulary.encode(self._written.slice(t, 1)) for i in chunk.ids]
            for t in range(len(self._written))
        ]
        self._first = len(self._vocabulary)

    def _add(self, chunk: Encoded, groups: NDArray[np.int32]) -> None:
        places = np.flatnonzero(chunk.ids < self._first)  # few words are part of a chosen term
        document = np.searchsorted(chunk.bounds, places, "right") - 1
        for t, ids in enumerate(self._ids):
            x = np.maximum(np.diff(chunk.bounds) - (len(ids) - 1), 0)
            hit = chunk.ids[places] == ids[0]
            hit &= places + len(ids) <= chunk.bounds[document + 1]
            found, where = places[hit], document[hit]
            for k, word in enumerate(ids[1:], 1):
                same = chunk.ids[found + k] == word
                found, where = found[same], where[same]
            y = np.bincount(where, minlength=groups.size)
            np.add.at(self._term_sums[t], groups, np.stack([y, y > 0, y * y, y * x], axis=1))
            np.add.at(self._all_sums[t], groups, np.stack([np.ones_like(x), x, x * x], axis=1))

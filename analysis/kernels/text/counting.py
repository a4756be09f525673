"""Term and document frequencies of words and n-grams, by group of documents, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.text.tally import count
from analysis.kernels.text.tokens import Tokenizer
from analysis.kernels.text.vocabulary import Encoded, Pairs, Vocabulary, longer

MOST_ENTRIES = 1 << 21
"""Entries of all tables (about 100 bytes each) after which the counts are to be taken out."""
MOST_BYTES = 1 << 29
"""Bytes of distinct words after which the counts are to be taken out."""

MOST_OCCURRENCES = 1 << 30
"""Words and documents after which the counts are to be taken out, as they are 32-bit numbers until then."""


@dataclass(frozen=True)
class Counted:
    """Counts of the terms of one length, one row a group and term; a null term: all of the group."""

    n: int
    """Words in each term."""
    groups: NDArray[np.int32]
    """Group of each row, as given to `add`."""
    terms: pa.Array
    """The words, joined by a blank; `large_string`."""
    tf: NDArray[np.int64]
    """Occurrences."""
    df: NDArray[np.int64]
    """Documents with at least one occurrence."""


class Level:
    """Counts of the terms of one length: by term while all documents are of one group, from then on by cell.

    A cell is a pair (group, term) that occurs.
    """

    def __init__(self, n: int) -> None:
        self.n = n
        self.terms = Pairs()
        """Ids of (n-gram without its last word, last word); unused for single words."""
        self.cells = Pairs()
        """Ids of (group, term)."""
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.terms.clear()
        self.cells.clear()
        self.group: int | None = None
        self.by_cell = False
        self.documents = self.occurrences = 0
        self.totals = np.zeros((0, 2), np.int64)
        self.cell_counts = np.zeros((0, 2), np.int64)
        self.term_counts = np.zeros(0, np.int32)

    def add(self, ids: NDArray[np.int32], most: int, chunk: Encoded, groups: NDArray[np.int32]) -> None:
        """Count the terms of some documents, at least one.

        Args:
            ids: Term that begins at each word.
            most: All ids are below.
            chunk: The documents.
            groups: Group of each document.
        """
        if self.term_counts.size < 4 * most:
            self.term_counts = longer(self.term_counts, 8 * most)
        self._add_totals(chunk, groups)
        self.group = int(groups[0]) if self.group is None else self.group
        if not self.by_cell and (groups != self.group).any():
            self._to_cells()
        rows = np.empty((4, ids.size + 1 if self.by_cell else 0), np.int32)
        order = np.argsort(groups, kind="stable")
        found = count(ids, chunk.bounds, self.n - 1, order, groups, self.documents, self.term_counts, rows)
        if self.by_cell:
            self._add_cells(rows[:, :found])
        self.documents += groups.size
        self.occurrences += ids.size

    def rows(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
        """Group, term, and (tf, df) of all that was counted."""
        if self.by_cell:
            group, term = self.cells.pairs.T.astype(np.int32)
            return group, term, self.cell_counts[: len(group)]
        counts = self.term_counts.reshape(-1, 4)
        term = np.flatnonzero(counts[:, 0]).astype(np.int32)
        return np.full(term.size, self.group, np.int32), term, counts[term, :2].astype(np.int64)

    def _to_cells(self) -> None:
        group, term, counts = self.rows()
        self.by_cell = True
        self.term_counts[:] = 0
        self._add_cells(np.stack([group, term, *counts.T]).astype(np.int32))

    def _add_cells(self, rows: NDArray[np.int32]) -> None:
        cells = self.cells.ids(rows[0], rows[1])
        if len(self.cell_counts) < len(self.cells):
            self.cell_counts = _more(self.cell_counts, 2 * len(self.cells))
        self.cell_counts[cells] += rows[2:].T  # no cell stands in two rows

    def _add_totals(self, chunk: Encoded, groups: NDArray[np.int32]) -> None:
        if len(self.totals) <= groups.max():
            self.totals = _more(self.totals, 2 * int(groups.max()) + 1)
        lengths = np.maximum(np.diff(chunk.bounds) - (self.n - 1), 0)
        np.add.at(self.totals, groups, np.stack([lengths, np.ones_like(lengths)], axis=1))


class Counts:
    """Counts words and n-grams of documents."""

    def __init__(self, tokenizer: Tokenizer, ngrams: int = 1) -> None:
        """Count words, and n-grams up to this length."""
        self.vocabulary = Vocabulary(tokenizer)
        self.levels = [Level(n + 1) for n in range(ngrams)]

    @property
    def is_full(self) -> bool:
        """Whether the counts should be taken out now, to keep memory bounded."""
        entries = len(self.vocabulary) + sum(len(v.terms) + len(v.cells) for v in self.levels)
        occurrences = max(v.occurrences + v.documents for v in self.levels)
        return entries > MOST_ENTRIES or self.vocabulary.bytes > MOST_BYTES or occurrences > MOST_OCCURRENCES

    def add(self, texts: pa.Array, groups: NDArray[np.int32]) -> Iterator[Counted]:
        """Count documents; yields what has been counted so far whenever the tables are full.

        Args:
            texts: Documents, `string` or `large_string`.
            groups: Group of each document, from 0.
        """
        for chunk in self.vocabulary.encode(texts):
            documents = groups[chunk.first : chunk.first + chunk.bounds.size - 1]
            ids, most = chunk.ids, len(self.vocabulary)
            for level in self.levels:
                if level.n > 1:
                    ids = level.terms.ids(ids[:-1], chunk.ids[level.n - 1 :])
                    most = len(level.terms)
                level.add(ids, most, chunk, documents)
            if self.is_full:
                yield from self.take()

    def take(self) -> Iterator[Counted]:
        """What has been counted since the last time, totals first; then begin anew."""
        words = self.vocabulary.texts()
        spelt = [np.arange(len(words))]  # the words of each term
        for level in self.levels:
            seen = np.flatnonzero(level.totals[:, 1]).astype(np.int32)
            yield Counted(level.n, seen, pa.nulls(seen.size, words.type), *level.totals[seen].T)
            if level.n > 1:
                left, right = level.terms.pairs.T
                spelt = [*(word[left] for word in spelt), right]
            group, term, counts = level.rows()
            parts = (words.take(pa.array(word[term])) for word in spelt)
            texts = pc.binary_join_element_wise(*parts, pa.scalar(" ", words.type))
            yield Counted(level.n, group, texts, *counts.T)
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self.vocabulary.clear()
        for level in self.levels:
            level.clear()


def _more(array: NDArray[np.int64], rows: int) -> NDArray[np.int64]:
    return longer(array.ravel(), 2 * rows).reshape(-1, 2)

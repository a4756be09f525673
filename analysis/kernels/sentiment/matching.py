"""Finding the entries of a dictionary in texts: the longest at each place, from left to right."""
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes; `Matcher` keeps them together)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.sentiment.word_list import TOKENIZER, Entry
from analysis.kernels.text.vocabulary import Vocabulary, longer

NONE = -1
MOST_ENTRIES, MOST_BYTES = 1 << 20, 1 << 27
"""Distinct words, and bytes of them, after which the vocabulary is forgotten."""


@compiled
def _next(keys: NDArray[np.int64], key: int) -> int:
    """Number of a key among sorted ones, or NONE."""
    at = int(np.searchsorted(keys, key))
    return at if at < keys.size and keys[at] == key else NONE


@compiled
def _longest(
    known: NDArray[np.int32],
    edges: NDArray[np.int64],
    entries: NDArray[np.int32],
    begun: NDArray[np.int64],
    begun_entries: NDArray[np.int32],
    shorter: NDArray[np.int32],
) -> tuple[int, int]:
    """Entry that the words of one text begin with, and how many words it has.

    Of two with as many words, a word spelt out goes before a beginning, and a longer beginning before a shorter one.
    """
    node, entry, size = 0, NONE, 0
    for k in range(known.shape[0]):
        beginning = known[k, 1]
        while beginning != NONE:
            found = _next(begun, np.int64(node) << 32 | beginning)
            if found != NONE:
                entry, size = int(begun_entries[found]), k + 1
                break
            beginning = shorter[beginning]
        if known[k, 0] == NONE:
            break
        edge = _next(edges, np.int64(node) << 32 | known[k, 0])
        if edge == NONE:
            break
        node = edge + 1
        if entries[node] != NONE:
            entry, size = int(entries[node]), k + 1
    return entry, size


@compiled
def match(
    known: NDArray[np.int32],
    bounds: NDArray[np.int64],
    edges: NDArray[np.int64],
    entries: NDArray[np.int32],
    begun: NDArray[np.int64],
    begun_entries: NDArray[np.int32],
    shorter: NDArray[np.int32],
    made: NDArray[np.int64],
) -> int:
    """Find entries in texts; no word is part of two.

    Args:
        known: Number of each word in the dictionary, and of the longest beginning it has, or NONE; [words, 2].
        bounds: Where each text's words begin, and where the last's end; [texts + 1].
        edges: Node << 32 | word, sorted; edge e leads to node e + 1, from node 0.
        entries: Entry that ends at each node, or NONE.
        begun: Node << 32 | beginning, sorted.
        begun_entries: Entry that ends with each.
        shorter: Of each beginning, the next shorter one it begins with, or NONE.
        made: Room for text, place of the first word, words and entry of each; as many as words.

    Returns:
        How many were found.
    """
    count = 0
    for d in range(bounds.size - 1):
        i = bounds[d]
        while i < bounds[d + 1]:
            size = 0
            if known[i, 0] != NONE or known[i, 1] != NONE:
                entry, size = _longest(
                    known[i : bounds[d + 1]], edges, entries, begun, begun_entries, shorter
                )
            if size:
                made[count, 0], made[count, 1], made[count, 2], made[count, 3] = d, i - bounds[d], size, entry
                count += 1
            i += max(size, 1)
    return count


@dataclass(frozen=True)
class Matched:
    """Entries found in some texts."""

    first: int
    """Number of the first text within the array."""
    lengths: NDArray[np.int64]
    """Words of each text."""
    found: NDArray[np.int64]
    """Text (from `first`), place of the first word, words, entry; in order; [found, 4]."""


class Matcher:
    """The entries as a tree of words."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._words = {w: n for n, w in enumerate(dict.fromkeys(w for e in entries for w in e.words))}
        begun = sorted({e.words[-1] for e in entries if e.begins}, key=len)
        self._beginnings = {word: n for n, word in enumerate(begun)}
        self._lengths = sorted({len(word) for word in begun}, reverse=True)
        shorter = [self._beginning(word[:-1]) for word in begun]
        self._tree = (*_tree(entries, self._words, self._beginnings), np.array(shorter, np.int32))
        self._vocabulary = Vocabulary(TOKENIZER)
        self._known = np.zeros((0, 2), np.int32)
        self._learnt = 0

    def find(self, texts: pa.Array) -> Iterator[Matched]:
        """Entries in each text."""
        for chunk in self._vocabulary.encode(texts):
            self._learn()
            made = np.empty((chunk.ids.size, 4), np.int64)
            bounds = chunk.bounds.astype(np.int64)
            count = match(self._known[chunk.ids], bounds, *self._tree, made)
            yield Matched(chunk.first, np.diff(bounds), made[:count])
            if len(self._vocabulary) > MOST_ENTRIES or self._vocabulary.bytes > MOST_BYTES:
                self._vocabulary.clear()
                self._learnt = 0

    def _learn(self) -> None:
        """Look up the words that the vocabulary has got since the last time."""
        every = len(self._vocabulary)
        if every == self._learnt:
            return
        if every > len(self._known):
            self._known = longer(self._known.ravel(), 4 * every).reshape(-1, 2)
        for at in range(self._learnt, every, 1 << 16):
            ids = np.arange(at, min(at + (1 << 16), every))
            spelt = self._vocabulary.texts(ids).to_pylist()
            self._known[ids] = [(self._words.get(w, NONE), self._beginning(w)) for w in spelt]
        self._learnt = every

    def _beginning(self, word: str) -> int:
        """The longest beginning that a word has."""
        for length in self._lengths:
            if length <= len(word) and word[:length] in self._beginnings:
                return self._beginnings[word[:length]]
        return NONE


def _tree(
    entries: tuple[Entry, ...], words: dict[str, int], beginnings: dict[str, int]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32]]:
    """Edges, entries by node, beginnings and their entries; see `match`."""
    ends = {tuple(words[w] for w in e.words): n for n, e in enumerate(entries) if not e.begins}
    stems = {tuple(words[w] for w in e.words[:-1]) for e in entries if e.begins}
    paths = {path[:k] for path in (*ends, *stems) for k in range(1, len(path) + 1)}
    nodes: dict[tuple[int, ...], int] = {(): 0}
    edges: list[int] = []
    # Level by level, each in order: a node's number is then above its parent's, and the edges come out sorted.
    for path in sorted(paths, key=lambda p: (len(p), p)):
        nodes[path] = len(edges) + 1
        edges.append(nodes[path[:-1]] << 32 | path[-1])
    begun = sorted(
        (nodes[tuple(words[w] for w in e.words[:-1])] << 32 | beginnings[e.words[-1]], n)
        for n, e in enumerate(entries)
        if e.begins
    )
    return (
        np.array(edges, np.int64),
        np.array([ends.get(path, NONE) for path in nodes], np.int32),
        np.array([key for key, _ in begun], np.int64),
        np.array([n for _, n in begun], np.int32),
    )

"""Compiled loops of features: a key for each term, and the terms of each text counted by column."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

# FNV-1a of 64 bits (Fowler, Noll and Vo; RFC 9923), then the finaliser of MurmurHash3 (A. Appleby), which
# spreads each bit over all of them; terms of several words are mixed with the golden ratio of SplitMix64.
_OFFSET, _PRIME = np.uint64(14695981039346656037), np.uint64(1099511628211)
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_GOLDEN, _33 = np.uint64(0x9E3779B97F4A7C15), np.uint64(33)


@compiled
def _spread(key: np.uint64) -> np.uint64:
    key = (key ^ (key >> _33)) * _FIRST
    key = (key ^ (key >> _33)) * _SECOND
    return key ^ (key >> _33)


@compiled
def joined(key: np.uint64, word: np.uint64) -> np.uint64:
    """Key of a term and one more word behind it."""
    return _spread(key * _GOLDEN + word)


@compiled
def word_keys(
    arena: NDArray[np.uint8], starts: NDArray[np.int64], first: int, keys: NDArray[np.uint64]
) -> None:
    """Keys of words, the same in every process.

    Args:
        arena: Bytes of the words, one after the other.
        starts: Where each begins, and where the last ends; [words + 1].
        first: Word to begin with.
        keys: To be filled; [words].
    """
    for word in range(first, keys.size):
        key = _OFFSET
        for at in range(starts[word], starts[word + 1]):
            key = (key ^ np.uint64(arena[at])) * _PRIME
        keys[word] = _spread(key)


@compiled
def join_keys(left: NDArray[np.uint64], right: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """`joined` of arrays."""
    made = np.empty(left.size, np.uint64)
    for i in range(left.size):
        made[i] = joined(left[i], right[i])
    return made


@compiled
def _column(key: np.uint64, known: NDArray[np.uint64], mask: np.uint64) -> int | np.int64:
    """Column of a term: its place among those known, -1 where it is none; the low bits of its key where all are."""
    if mask:
        return np.int64(key & mask)
    low, high = 0, known.size
    while low < high:
        middle = (low + high) // 2
        if known[middle] < key:
            low = middle + 1
        else:
            high = middle
    return low if low < known.size and known[low] == key else -1


@compiled
def gather(  # noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes)
    ids: NDArray[np.int32],
    bounds: NDArray[np.int64],
    keys: NDArray[np.uint64],
    ngrams: int,
    known: NDArray[np.uint64],
    mask: np.uint64,
    seen: NDArray[np.int32],
    columns: NDArray[np.int32],
    counts: NDArray[np.float64],
    ends: NDArray[np.int64],
) -> int:
    """Terms of some texts counted by column, in order of first occurrence: a row depends on its text alone.

    Args:
        ids: Words, text after text.
        bounds: Where each text's begin, and where the last's end; [texts + 1].
        keys: Key of each word by its id.
        ngrams: Words of the longest term.
        known: Keys that have a column, ascending; unused where there is a mask.
        mask: Bits of a key that are its column; 0 where columns are those of `known`.
        seen: Zeros; [columns there are]. They are zeros again at the end.
        columns: To be filled; room for `ngrams` times the words.
        counts: The same.
        ends: Where each text's row ends, to be filled; [texts].

    Returns:
        How many columns and counts there are.
    """
    found = 0
    for d in range(bounds.size - 1):
        begin = found
        for t in range(bounds[d], bounds[d + 1]):
            key = keys[ids[t]]
            for n in range(min(ngrams, bounds[d + 1] - t)):
                if n:
                    key = joined(key, keys[ids[t + n]])
                column = _column(key, known, mask)
                if column < 0:
                    continue
                if seen[column] == 0:
                    columns[found] = column
                    counts[found] = 0.0
                    found += 1
                    seen[column] = found - begin
                counts[begin + seen[column] - 1] += 1.0
        for place in range(begin, found):
            seen[columns[place]] = 0
        ends[d] = found
    return found

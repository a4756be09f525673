"""What the first "but" does to all values of a text, as the package does it, in time n log n.

The package goes through the values in order. For each it looks up the first place where the list, as changed so far,
holds an equal value, and changes that place: by half before "but", by one and a half after. The place is mostly the
value's own. Else it is an earlier one, and the value's own place stays as it is, to be found later by another value.

Its search from the start takes quadratic time. Here, the places looked at so far are kept apart by their present value,
each set as a skew heap (Sleator and Tarjan 1986) whose least is the first place.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

BEFORE_BUT, AFTER_BUT = 0.5, 1.5

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)
_FREE, _EMPTY = -2, -1  # no heap yet; a heap without a place


@compiled
def _merge(a: int, b: int, left: NDArray[np.int32], right: NDArray[np.int32]) -> int:
    """The first place of two heaps made one."""
    if a < 0 or b < 0:
        return max(a, b)
    top, other = (a, b) if a < b else (b, a)
    at = top
    while True:
        below = int(right[at])
        right[at] = left[at]
        if below < 0:
            left[at] = other
            return top
        if other < below:
            below, other = other, below
        left[at] = below
        at = below


@compiled
def _slot(word: np.uint64, words: NDArray[np.uint64], roots: NDArray[np.int64]) -> int:
    """Slot of the heap of a value (as 64 bits), made where there is none: open addressing, linear probing."""
    slot = int((word * _SPREAD) >> _SHIFT) & (words.size - 1)
    while roots[slot] != _FREE and words[slot] != word:
        slot = (slot + 1) & (words.size - 1)
    if roots[slot] == _FREE:
        roots[slot], words[slot] = _EMPTY, word
    return slot


@compiled
def _change(values: NDArray[np.float64], factors: NDArray[np.float64]) -> None:
    """Change the values of one text; each place has its factor."""
    size = 8
    while size < 4 * values.size:  # two values a place are looked up
        size *= 2
    roots, words = np.full(size, _FREE, np.int64), np.empty(size, np.uint64)
    below = np.full((2, values.size), _EMPTY, np.int32)
    left, right = below[0], below[1]
    bits = values.view(np.uint64)
    for k in range(values.size):
        value = values[k]
        if value == 0:
            continue
        slot = _slot(bits[k], words, roots)
        j = roots[slot]
        if j == _EMPTY:
            j = k
        else:
            rest = _merge(left[j], right[j], left, right)
            left[j] = right[j] = _EMPTY
            roots[slot] = _merge(rest, k, left, right)
        values[j] = value * factors[j]
        slot = _slot(bits[j], words, roots)
        roots[slot] = _merge(roots[slot], j, left, right)


@compiled
def contrast(
    values: NDArray[np.float64], places: NDArray[np.int32], hits: NDArray[np.int64], buts: NDArray[np.int64]
) -> None:
    """Change values in texts with "but".

    Args:
        values: Value of each word that has one, changed in place.
        places: Its place in the text.
        hits: Where each text's values begin, and where the last's end; [texts + 1].
        buts: Place of each text's first "but", or -1; [texts].
    """
    for d in range(buts.size):
        if buts[d] < 0 or hits[d] == hits[d + 1]:
            continue
        factors = np.ones(hits[d + 1] - hits[d])
        for h in range(factors.size):
            place = places[hits[d] + h]
            if place != buts[d]:
                factors[h] = BEFORE_BUT if place < buts[d] else AFTER_BUT
        _change(values[hits[d] : hits[d + 1]], factors)

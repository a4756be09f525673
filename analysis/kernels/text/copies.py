"""Which texts are copies of each other: candidates by equal keys, each pair verified, connected ones together.

Texts come in an order of their own (by digest), and what is compared depends on that order and on nothing else;
so the same texts give the same groups however they were spread over files, tasks and engines.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.text.shingles import Signatures

CROWD = 4096
"""Texts with an equal key, above which not all pairs of them are compared but each text with the next ones."""
NEXT = 64
"""How many of the next ones."""


@dataclass(frozen=True)
class Groups:
    """Texts in groups of copies."""

    first: NDArray[np.int64]
    """Number of the first text of each text's group; [texts]."""
    jaccard: NDArray[np.float64]
    """Likeness of each text to that first one; [texts]."""
    compared: int
    """Pairs that were compared."""
    alike: int
    """Pairs of them at or above the threshold."""
    crowds: int
    """Keys that more than CROWD texts have."""


def group(signatures: Signatures, most: int, threshold: float) -> Groups:
    """Texts that are connected by pairs of at least this likeness.

    Args:
        signatures: Of the texts, in an order that is a property of the texts.
        most: Hashes kept at most of a text, as in the scheme.
        threshold: Least Jaccard index of a pair of copies, above 0 and up to 1.
    """
    texts = signatures.ends.size - 1
    parents = np.arange(texts)
    worded = np.flatnonzero(np.diff(signatures.ends))
    told = np.zeros(3, np.int64)
    for band in range(signatures.bands.shape[1]):
        keys = signatures.bands[worded, band]
        order = np.argsort(keys, kind="stable")
        link(worded[order], keys[order], signatures.sketches, signatures.ends, most, threshold, parents, told)
    likeness = np.ones(texts)
    settle(signatures.sketches, signatures.ends, most, parents, likeness)
    return Groups(parents, likeness, *(int(n) for n in told))


@compiled
def _jaccard(
    sketches: NDArray[np.uint32],
    ends: NDArray[np.int64],
    most: int,
    one: int | np.int64,
    other: int | np.int64,
) -> float:
    """Jaccard index of two texts by their sketches.

    Exact (but for chance in 32 bits) where both sketches are whole. A sketch of `most` hashes may be cut:
    up to its greatest hash it is whole, so both are compared up to there, as an estimate with a
    standard error of at most 1 / (2 √most) (bottom-k sketches; E. Cohen and H. Kaplan 2007).
    """
    i, j = ends[one], ends[other]
    end_i, end_j = ends[one + 1], ends[other + 1]
    top = np.uint32(0xFFFFFFFF)
    if end_i - i == most:
        top = min(top, sketches[end_i - 1])
    if end_j - j == most:
        top = min(top, sketches[end_j - 1])
    both = either = 0
    while i < end_i or j < end_j:
        if j == end_j or (i < end_i and sketches[i] < sketches[j]):
            least = sketches[i]
            i += 1
        elif i == end_i or sketches[j] < sketches[i]:
            least = sketches[j]
            j += 1
        else:
            least = sketches[i]
            i += 1
            j += 1
            if least <= top:
                both += 1
        if least > top:
            break
        either += 1
    return both / either if either else 0.0


@compiled
def _root(parents: NDArray[np.int64], text: int | np.int64) -> int | np.int64:
    """Least text of the group, as far as it is known; the way there is halved."""
    while parents[text] != text:
        parents[text] = parents[parents[text]]
        text = parents[text]
    return text


@compiled
def link(  # noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes)
    texts: NDArray[np.int64],
    keys: NDArray[np.uint32],
    sketches: NDArray[np.uint32],
    ends: NDArray[np.int64],
    most: int,
    threshold: float,
    parents: NDArray[np.int64],
    told: NDArray[np.int64],
) -> None:
    """Join the groups of texts that have an equal key and are alike.

    Pairs that are in one group already are not compared again, as the groups would stay the same.

    Args:
        texts: Numbers of texts, sorted by key and number.
        keys: Key of each.
        sketches: See `Signatures`.
        ends: See there.
        most: Hashes kept at most of a text.
        threshold: Least Jaccard index of a pair.
        parents: A text of a lower number in the same group, or itself.
        told: Pairs compared, pairs alike, crowds: added to.
    """
    begin = 0
    while begin < keys.size:
        end = begin + 1
        while end < keys.size and keys[end] == keys[begin]:
            end += 1
        crowd = end - begin > CROWD
        told[2] += crowd
        for i in range(begin, end - 1):
            for j in range(i + 1, min(end, i + 1 + NEXT) if crowd else end):
                one, other = _root(parents, texts[i]), _root(parents, texts[j])
                if one == other:
                    continue
                told[0] += 1
                if _jaccard(sketches, ends, most, texts[i], texts[j]) >= threshold:
                    told[1] += 1
                    parents[max(one, other)] = min(one, other)
        begin = end


@compiled
def settle(
    sketches: NDArray[np.uint32],
    ends: NDArray[np.int64],
    most: int,
    parents: NDArray[np.int64],
    likeness: NDArray[np.float64],
) -> None:
    """Put the group's first text in place of every parent, and its likeness beside it."""
    for text in range(parents.size):
        parents[text] = _root(parents, text)
        if parents[text] != text:
            likeness[text] = _jaccard(sketches, ends, most, text, parents[text])

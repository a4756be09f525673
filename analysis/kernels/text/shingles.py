"""Shingles of texts: which texts share runs of words, told from a small signature of each.

A shingle is a run of k words (A. Broder, On the resemblance and containment of documents, 1997); two texts are as
alike as their sets of shingles, by Jaccard's index |A ∩ B| / |A ∪ B|. A text's signature has two parts:

- bands of MinHash values: over a random permutation the least shingles of two texts are the same with a
  probability equal to their Jaccard index J. `rows` such values make a band's key, so two texts share at least
  one of `bands` keys with probability 1 - (1 - J^rows)^bands;
- a sketch: the `most` least shingle hashes, which is all of them for a text of up to `most` shingles.

Nothing in it depends on the order of texts, on the process or on the machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.text.counting import MOST_BYTES, MOST_ENTRIES
from analysis.kernels.text.tokens import Tokenizer
from analysis.kernels.text.vocabulary import Vocabulary, longer

_PRIME = np.uint64(0x9E3779B97F4A7C15)  # 2^64 divided by the golden ratio; odd, so its powers never vanish
_MIX1, _MIX2 = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)  # MurmurHash3, final mix
_32, _33 = np.uint64(32), np.uint64(33)
_NONE = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True)
class Scheme:
    """How signatures are made; those of two schemes cannot be compared."""

    words: int
    """Words in a shingle."""
    bands: int
    """Keys of a signature."""
    rows: int
    """MinHash values in a key."""
    most: int
    """Shingle hashes kept at most."""
    seed: int
    """Seed of the permutations."""

    def chance(self, jaccard: float) -> float:
        """Probability that two texts of this likeness share a key and are compared."""
        return 1 - (1 - float(jaccard) ** self.rows) ** self.bands

    @property
    def permutations(self) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Constants a, odd, and b of the permutations h → a h + b (mod 2³²); [bands × rows] each."""
        return _permutations(self.seed, self.bands * self.rows)


@cache
def _permutations(seed: int, count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Drawn by PCG64 as NumPy promises to keep it: raw 64-bit numbers, not a distribution of theirs."""
    drawn = np.random.PCG64(seed).random_raw(count)
    return (drawn >> 32 | 1).astype(np.uint32), (drawn & 0xFFFFFFFF).astype(np.uint32)


@dataclass(frozen=True)
class Signatures:
    """Signatures of some texts, in their order."""

    bands: NDArray[np.uint32]
    """Keys; [texts, bands]."""
    sketches: NDArray[np.uint32]
    """Shingle hashes of all texts, those of a text ascending and each once."""
    ends: NDArray[np.int64]
    """Where each text's hashes begin, and where the last's end; [texts + 1]. A text without a word has none."""


class Signer:
    """Makes signatures; keeps the words it has met, in bounded memory."""

    def __init__(self, scheme: Scheme, tokenizer: Tokenizer = "default") -> None:
        self._scheme = scheme
        self._vocabulary = Vocabulary(tokenizer)
        self._hashes = np.zeros(0, np.uint64)
        self._hashed = 0

    def sign(self, texts: pa.Array) -> Signatures:
        """Signatures of documents, `string` or `large_string`; an empty value is an empty document."""
        found = list(self._parts(texts))
        bands = [part.bands for part in found] or [np.zeros((0, self._scheme.bands), np.uint32)]
        lengths = [np.diff(part.ends) for part in found]
        ends = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]) if lengths else np.zeros(1)
        sketches = [part.sketches for part in found] or [np.zeros(0, np.uint32)]
        return Signatures(np.concatenate(bands), np.concatenate(sketches), ends.astype(np.int64))

    def _parts(self, texts: pa.Array) -> Iterator[Signatures]:
        scheme = self._scheme
        multipliers, shifts = scheme.permutations
        for chunk in self._vocabulary.encode(texts):
            documents = chunk.bounds.size - 1
            bands = np.zeros((documents, scheme.bands), np.uint32)
            sketches = np.empty(chunk.ids.size, np.uint32)
            ends = np.zeros(documents + 1, np.int64)
            sign(
                chunk.ids, chunk.bounds, self._of_words(), scheme.words, scheme.most,
                multipliers, shifts, bands, sketches, ends,
            )  # fmt: skip
            yield Signatures(bands, sketches[: ends[-1]].copy(), ends)
            if len(self._vocabulary) > MOST_ENTRIES or self._vocabulary.bytes > MOST_BYTES:
                self._vocabulary.clear()
                self._hashed = 0

    def _of_words(self) -> NDArray[np.uint64]:
        """Hash of each word of the vocabulary, by id."""
        words = self._vocabulary
        if self._hashes.size < len(words):
            self._hashes = longer(self._hashes, 2 * len(words))
        hash_words(words.arena, words.starts, self._hashed, len(words), self._hashes)
        self._hashed = len(words)
        return self._hashes


@compiled
def _mixed(x: np.uint64) -> np.uint64:
    """Spread what a number's bits say over all of its bits (final mix of MurmurHash3, A. Appleby)."""
    x = (x ^ (x >> _33)) * _MIX1
    x = (x ^ (x >> _33)) * _MIX2
    return x ^ (x >> _33)


@compiled
def hash_words(
    arena: NDArray[np.uint8], starts: NDArray[np.int64], first: int, end: int, hashes: NDArray[np.uint64]
) -> None:
    """Hash the bytes of the entries from `first` up to `end`: a polynomial in them, mixed."""
    for entry in range(first, end):
        hashed = np.uint64(starts[entry + 1] - starts[entry])
        for q in range(starts[entry], starts[entry + 1]):
            hashed = (hashed ^ np.uint64(arena[q])) * _PRIME
            hashed ^= hashed >> _32
        hashes[entry] = _mixed(hashed)


@compiled
def _shingles(
    ids: NDArray[np.int32], hashes: NDArray[np.uint64], words: int, drop: np.uint64, room: NDArray[np.uint32]
) -> int:
    """Put the hashes of a document's shingles into `room`, ascending, each once; how many they are.

    A shingle's hash is a polynomial in its words' hashes, mixed; `drop` is the weight of the word that leaves it.
    """
    found = 0
    rolled = np.uint64(0)
    for t in range(ids.size):
        rolled = rolled * _PRIME + hashes[ids[t]]
        if t >= words:
            rolled -= hashes[ids[t - words]] * drop
        if t >= words - 1 or t + 1 == ids.size:
            room[found] = np.uint32(_mixed(rolled) >> _32)
            found += 1
    room[:found].sort()
    distinct = min(found, 1)
    for s in range(1, found):
        if room[s] != room[distinct - 1]:
            room[distinct] = room[s]
            distinct += 1
    return distinct


@compiled
def _keys(
    shingles: NDArray[np.uint32],
    multipliers: NDArray[np.uint32],
    shifts: NDArray[np.uint32],
    least: NDArray[np.uint32],
    keys: NDArray[np.uint32],
) -> None:
    """Least value of each permutation over some shingles, at least one; a key from every few values."""
    least[:] = _NONE
    for s in range(shingles.size):
        shingle = shingles[s]
        for p in range(least.size):
            value = np.uint32(multipliers[p] * shingle + shifts[p])
            least[p] = min(least[p], value)
    rows = least.size // keys.size
    for b in range(keys.size):
        key = np.uint64(b + 1)
        for p in range(b * rows, (b + 1) * rows):
            key = _mixed(key ^ np.uint64(least[p])) * _PRIME
        keys[b] = np.uint32(key >> _32)


@compiled
def sign(  # noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes)
    ids: NDArray[np.int32],
    bounds: NDArray[np.int64],
    hashes: NDArray[np.uint64],
    words: int,
    most: int,
    multipliers: NDArray[np.uint32],
    shifts: NDArray[np.uint32],
    bands: NDArray[np.uint32],
    sketches: NDArray[np.uint32],
    ends: NDArray[np.int64],
) -> None:
    """Fill bands, sketches and ends for the documents of a chunk.

    A document of fewer words than a shingle has is one shingle; one without words has none, and keys of 0.

    Args:
        ids: Words, document after document.
        bounds: Where each document's words begin, and where the last's end; [documents + 1].
        hashes: Hash of each word by id.
        words: Words in a shingle.
        most: Hashes kept at most of a document.
        multipliers: See `Scheme.permutations`.
        shifts: See there.
        bands: To be filled, all 0; [documents, bands].
        sketches: To be filled; [words] suffices.
        ends: To be filled; [documents + 1].
    """
    drop = np.uint64(1)
    for _ in range(words):
        drop *= _PRIME
    least = np.empty(multipliers.size, np.uint32)
    written = 0
    for d in range(bounds.size - 1):
        mine = ids[bounds[d] : bounds[d + 1]]
        room = sketches[written:]  # shingles are no more than words, and those of later documents come later
        distinct = _shingles(mine, hashes, words, drop, room)
        if distinct:
            _keys(room[:distinct], multipliers, shifts, least, bands[d])
        written += min(distinct, most)
        ends[d + 1] = written

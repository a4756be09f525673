"""Texts into sentences, in one pass over their bytes.

The rule. A sentence ends at a line feed, and at . ! ? … (one or more, then any closing quotes and brackets) if white
space follows and then, after any opening quotes, brackets and dashes, no lower-case letter and no punctuation.
A single full stop without closing quote does not end it after an initial (J. Smith), after a title or the like
(Mr. Dr. vs.), before a digit after No. or a month (Dec. 19), and after Inc., Jr., etc. or letters with stops between
them (U.S., a.m.) unless a word follows that often begins a sentence (The, He, But …; `sentence_words`). A stop
between digits (3.5) has no white space after it. White space around a sentence is no part of it.
"""
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes)

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.sentiment import sentence_words as known
from analysis.kernels.sentiment.arrays import chunks, raw

# As in `sentence_words`; repeated, as the cache of compiled code looks at this file alone.
WHITE, STOP, MARK, CLOSES, OPENS, BEGINS, LETTER, UPPER = 1, 2, 4, 8, 16, 32, 64, 128
ALWAYS, BEFORE_NUMBER, PERHAPS, STARTER = 1, 2, 4, 8
_LONGEST = 8


@compiled
def _at(data: NDArray[np.uint8], i: int, end: int, kinds: NDArray[np.uint8]) -> tuple[int, int]:
    """Kind of the character at a place, and its bytes."""
    first = int(data[i])
    if first < 0x80:
        return int(kinds[first]), 1
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if i + size > end:
        return 0, end - i
    point = first & (0xFF >> (size + 1))
    for k in range(1, size):
        point = point << 6 | (int(data[i + k]) & 0x3F)
    return int(kinds[point]), size


@compiled
def _over(data: NDArray[np.uint8], i: int, end: int, kinds: NDArray[np.uint8], bits: int) -> tuple[int, int]:
    """First place from `i` on without one of these bits, and how many characters were passed over."""
    passed = 0
    while i < end:
        kind, size = _at(data, i, end, kinds)
        if not kind & bits:
            break
        i += size
        passed += 1
    return i, passed


@compiled
def _word(word: np.uint64, keys: NDArray[np.uint64], bits: NDArray[np.uint8]) -> int:
    at = np.searchsorted(keys, word)
    return int(bits[at]) if at < keys.size and keys[at] == word else 0


@compiled
def _spelt(data: NDArray[np.uint8], i: int, end: int, kinds: NDArray[np.uint8]) -> np.uint64:
    """The word of ASCII letters (and stops between them) from `i` on as a number; 0 where it is longer than eight."""
    word = np.uint64(0)
    for k in range(end - i):
        byte = int(data[i + k])
        if byte >= 0x80 or not kinds[byte] & (LETTER | STOP):
            return word
        if k == _LONGEST:
            return np.uint64(0)
        word |= np.uint64(byte | 0x20 if kinds[byte] & LETTER else byte) << np.uint64(8 * k)
    return word


@compiled
def _abbreviated(
    data: NDArray[np.uint8],
    start: int,
    stop: int,
    following: int,
    end: int,
    kinds: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    bits: NDArray[np.uint8],
) -> bool:
    """Whether the full stop at `stop` belongs to the word before it; `following`: where the next word begins."""
    i, stops = stop, 0
    while (
        i > start and i > stop - 2 * _LONGEST and data[i - 1] < 0x80 and kinds[data[i - 1]] & (LETTER | STOP)
    ):
        i -= 1
        stops += (kinds[data[i]] & STOP) != 0
    letters = stop - i
    if i > start and (data[i - 1] >= 0x80 or 48 <= data[i - 1] <= 57):
        return False  # part of a longer word
    if letters == 1 and kinds[data[i]] & UPPER:
        return True
    word = _word(_spelt(data, i, stop, kinds), keys, bits)
    if word & ALWAYS or (word & BEFORE_NUMBER and 48 <= data[following] <= 57):
        return True
    if word & PERHAPS or (0 < stops < letters and letters == 2 * stops + 1):
        return not _word(_spelt(data, following, end, kinds), keys, bits) & STARTER
    return False


@compiled
def _cut(
    data: NDArray[np.uint8],
    start: int,
    i: int,
    end: int,
    kinds: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    bits: NDArray[np.uint8],
) -> tuple[int, bool]:
    """Where the run of ends at `i` and what closes with it is over, and whether the sentence is, too."""
    after, count = _over(data, i, end, kinds, STOP | MARK)
    closed, closing = _over(data, after, end, kinds, CLOSES)
    space, white = _over(data, closed, end, kinds, WHITE)
    following, _ = _over(data, space, end, kinds, OPENS)
    if not white or following == end or not _at(data, following, end, kinds)[0] & BEGINS:
        return closed, False
    if count == 1 and not closing and data[i] == 46:
        return closed, not _abbreviated(data, start, i, following, end, kinds, keys, bits)
    return closed, True


@compiled
def _split(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint8],
    keys: NDArray[np.uint64],
    bits: NDArray[np.uint8],
    made: NDArray[np.int64],
) -> int:
    """Find the sentences of texts.

    Args:
        data: Bytes of the texts.
        offsets: Where each begins, and where the last ends; [texts + 1].
        kinds: See `sentence_words.kinds`.
        keys: See `sentence_words.words`.
        bits: See `sentence_words.words`.
        made: Room for text, begin and end of each; half as many as bytes, and one a text more, suffice; […, 3].

    Returns:
        How many there are.
    """
    count = 0
    for d in range(offsets.size - 1):
        i, end = offsets[d], offsets[d + 1]
        begin, last = -1, i
        while i < end:
            kind, size = _at(data, i, end, kinds)
            over = data[i] == 10
            if kind & WHITE:
                i += size
            else:
                begin = i if begin < 0 else begin
                if kind & (STOP | MARK):
                    i, over = _cut(data, begin, i, end, kinds, keys, bits)
                else:
                    i += size
                last = i
            if over and begin >= 0:
                made[count, 0], made[count, 1], made[count, 2] = d, begin, last
                count += 1
                begin = -1
        if begin >= 0:
            made[count, 0], made[count, 1], made[count, 2] = d, begin, last
            count += 1
    return count


@compiled
def _gather(data: NDArray[np.uint8], edges: NDArray[np.int64], made: NDArray[np.uint8]) -> None:
    at = 0
    for k in range(edges.shape[0]):
        for q in range(edges[k, 1], edges[k, 2]):
            made[at] = data[q]
            at += 1


@dataclass(frozen=True)
class Sentences:
    """The sentences of some texts, in order; a text without words has none."""

    texts: pa.Array
    """Each sentence, without white space around it; `large_string`."""
    parents: NDArray[np.int64]
    """Number of the text it is of, within the array."""
    begins: NDArray[np.int64]
    """Where it begins in that text, in bytes."""


def sentences(texts: pa.Array) -> Iterator[Sentences]:
    """The sentences of texts (`string` or `large_string`), some texts at a time."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    data, offsets = raw(texts)
    for first, end in chunks(offsets):
        yield _sentences(data, offsets[first : end + 1], first)


def _sentences(data: NDArray[np.uint8], offsets: NDArray[np.int64], first: int) -> Sentences:
    room = np.empty((int(offsets[-1] - offsets[0]) // 2 + offsets.size, 3), np.int64)
    edges = room[: _split(data, offsets, known.kinds(), *known.words(), room)]
    starts = np.concatenate([[0], np.cumsum(edges[:, 2] - edges[:, 1])]).astype(np.int64)
    made = np.empty(int(starts[-1]), np.uint8)
    _gather(data, edges, made)
    texts = pa.LargeStringArray.from_buffers(len(edges), pa.py_buffer(starts), pa.py_buffer(made))
    return Sentences(texts, first + edges[:, 0], edges[:, 1] - offsets[edges[:, 0]])

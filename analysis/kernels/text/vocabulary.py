"""Tables that give words, and pairs of numbers, small ids."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.text.lookup import intern, pair, refill
from analysis.kernels.text.scan import PAD, scan
from analysis.kernels.text.tokens import Tokenizer, canonical, classes

Number = TypeVar("Number", bound=np.generic)

CHUNK = 1 << 18
"""Bytes of text treated at a time (a longer document is one chunk): they and their ids stay in the cache."""
LONGEST = (1 << 31) - (1 << 20)
"""Bytes a document may have, as places in a chunk are 32-bit numbers."""
START = 1 << 13
"""Entries a new table has room for."""


@dataclass(frozen=True)
class Encoded:
    """The words of a few documents as ids; valid until the next chunk is asked for."""

    first: int
    """Number of the first document within the array that was encoded."""
    bounds: NDArray[np.int64]
    """Where each document's ids begin, and where the last's end; [documents + 1]."""
    ids: NDArray[np.int32]
    """Ids of the words, document after document."""


class Table:
    """Open addressing over keys of two 64-bit numbers; the arrays that the compiled loops fill."""

    def __init__(self) -> None:
        self.seeds = np.array([secrets.randbits(64), secrets.randbits(64)], np.uint64)
        self.entries = 0
        self.slots = np.zeros(2 * START, np.uint64)
        self.keys = np.zeros(2 * START, np.uint64)

    def __len__(self) -> int:
        return self.entries

    def clear(self) -> None:
        """Forget all entries; their room is kept for the next."""
        self.entries = 0
        self.slots[:] = 0

    def grow(self) -> None:
        """Double the room for entries."""
        self.slots = np.zeros(2 * self.slots.size, np.uint64)
        refill(self.slots, self.keys, self.entries, self.seeds)
        self.keys = longer(self.keys, 2 * self.keys.size)


class Pairs(Table):
    """Ids of pairs of numbers below 2³¹, in order of first occurrence."""

    def ids(self, left: NDArray[np.int32], right: NDArray[np.int32]) -> NDArray[np.int32]:
        """The id of each pair."""
        ids = np.empty(left.size, np.int32)
        done = 0
        while True:
            done, self.entries = pair(left, right, done, ids, self.seeds, self.slots, self.keys, self.entries)
            if done == ids.size:
                return ids
            self.grow()

    @property
    def pairs(self) -> NDArray[np.int64]:
        """The pairs by id; [entries, 2]."""
        return self.keys[: 2 * self.entries].reshape(-1, 2).astype(np.int64)


class Vocabulary(Table):
    """Ids of words; words that the tokenizer counts as the same have the same id."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer: Tokenizer = tokenizer
        self.classes = classes(tokenizer)
        super().__init__()
        self.starts = np.zeros(START + 1, np.int64)
        self.arena = np.zeros(16 * START, np.uint8)
        self.counted_as = np.zeros(START, np.int32)
        self._text = np.zeros(0, np.uint8)
        self._edges = np.zeros(0, np.int32)

    def grow(self) -> None:
        """Double what is full: the entries, or the bytes."""
        if self.entries == self.starts.size - 1:
            super().grow()
            self.starts = longer(self.starts, 2 * self.entries + 1)
            self.counted_as = longer(self.counted_as, 2 * self.entries)
        else:
            self.arena = longer(self.arena, 2 * self.arena.size)

    def encode(self, texts: pa.Array) -> Iterator[Encoded]:
        """Ids of the words of documents, some documents at a time.

        Args:
            texts: Documents, `string` or `large_string`; an empty value is an empty document.

        Raises:
            ValueError: A document is longer than LONGEST.
        """
        data, offsets = _bytes(texts)
        first = 0
        while first < len(texts):
            end = int(np.searchsorted(offsets, offsets[first] + CHUNK, "right")) - 1
            end = min(max(end, first + 1), len(texts))
            yield self._chunk(data, offsets[first : end + 1], first)
            first = end

    @property
    def bytes(self) -> int:
        """Bytes of all distinct words together."""
        return int(self.starts[self.entries])

    def texts(self, ids: NDArray[np.integer] | None = None) -> pa.Array:
        """The words of these ids (or of all, by id), as `large_string`."""
        starts = pa.py_buffer(self.starts[: self.entries + 1])
        used = pa.py_buffer(self.arena[: self.starts[self.entries]])
        every = pa.LargeStringArray.from_buffers(self.entries, starts, used)
        return every if ids is None else every.take(pa.array(ids))

    def _chunk(self, data: NDArray[np.uint8], offsets: NDArray[np.int64], first: int) -> Encoded:
        begins = offsets - offsets[0] + np.arange(offsets.size)
        size = int(begins[-1])
        if size > LONGEST:
            raise ValueError(
                f"document {first} of a batch has {size - 1} bytes, the most is {LONGEST}; cut it first"
            )
        if self._text.size < size + PAD:
            self._text = np.empty(size + PAD, np.uint8)
            self._edges = np.empty(size + PAD, np.int32)
        found = scan(data, offsets, self.classes, self._text, self._edges)
        ids = self._intern(self._text, self._edges[:found])
        bounds = np.searchsorted(self._edges[:found:2], begins.astype(np.int32))
        return Encoded(first, bounds, self.counted_as[ids])

    def _intern(self, text: NDArray[np.uint8], edges: NDArray[np.int32]) -> NDArray[np.int32]:
        before = self.entries
        ids = self._raw(text, edges)
        while before < self.entries:  # what words are counted as may be new entries in turn
            after = self.entries
            self.counted_as[before:after] = np.arange(before, after)
            start = self.starts[before]
            mixed = np.bitwise_or.reduceat(
                self.arena[start : self.starts[after]], self.starts[before:after] - start
            )
            written = before + np.flatnonzero(mixed >= 0x80)  # `scan` has put ASCII in lower case
            if written.size:
                self.counted_as[written] = self._canonical(written)
            before = after
        return ids

    def _canonical(self, written: NDArray[np.int64]) -> NDArray[np.int32]:
        together = pa.ListArray.from_arrays([0, written.size], self.texts(written))
        lines = pc.binary_join(together, pa.scalar("\n", pa.large_string()))[0].as_py()
        text = np.frombuffer(canonical(lines, self.tokenizer).encode() + b"\n" + bytes(PAD), np.uint8)
        ends = np.flatnonzero(text == ord("\n"))
        edges = np.stack([np.concatenate([[0], ends[:-1] + 1]), ends], axis=1)
        return self._raw(text.copy(), edges.ravel().astype(np.int32))

    def _raw(self, text: NDArray[np.uint8], edges: NDArray[np.int32]) -> NDArray[np.int32]:
        ids = np.empty(edges.size // 2, np.int32)
        done = 0
        while True:
            done, self.entries = intern(
                text,
                edges,
                done,
                ids,
                self.seeds,
                self.slots,
                self.keys,
                self.starts,
                self.arena,
                self.entries,
            )
            if done == ids.size:
                return ids
            self.grow()


def longer(array: NDArray[Number], size: int) -> NDArray[Number]:
    """The array with zeros after it."""
    made = np.zeros(size, array.dtype)
    made[: array.size] = array
    return made


def _bytes(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """The bytes of strings and where each begins and ends, whatever their type, slice and empty values."""
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    wide = pa.types.is_large_string(texts.type)
    _, where, what = texts.buffers()
    if where is None or not len(texts):
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    offsets = np.frombuffer(where, np.int64 if wide else np.int32)[
        texts.offset : texts.offset + len(texts) + 1
    ]
    data = np.frombuffer(what, np.uint8) if what is not None else np.zeros(0, np.uint8)
    return data, offsets.astype(np.int64)

"""Links of many pages looked at together, byte by byte of all of them at once: which name a host, and where it stands.

Links are lines of UTF-8. Only what most links look like is told here; whatever else there may be is left to
`flows.sources.links.address`.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Positions = NDArray[np.int64]
Words = NDArray[np.uint64]
Bools = NDArray[np.bool_]
WORD = 8
PADDING = bytes(2 * WORD)
LINE_END = 0x0A
HTTPS = np.uint64(int.from_bytes(b"https://", "little"))
HTTP = np.uint64(int.from_bytes(b"http://", "little"))
SEVEN = np.uint64((1 << 56) - 1)
ONES = np.uint64(0x0101010101010101)
HIGH = np.uint64(0x8080808080808080)
ONE = np.uint64(1)
# Behind a slash they may make it the beginning of a host; line ends there are none, since links are lines.
NO_SECOND = np.frombuffer(b"/\\\t\r", np.uint8)


class Lines:
    """Links, one a line, each with its end."""

    def __init__(self, text: bytes) -> None:
        """Find the lines.

        Args:
            text: Lines of UTF-8, each ending in a line feed.
        """
        self._text = text + PADDING
        self._bytes = np.frombuffer(self._text, np.uint8)
        self._words: Words = np.ndarray((len(self._text) - WORD + 1,), "<u8", self._text, strides=(1,))
        self._ends: Positions = np.flatnonzero(self._bytes[: len(text)] == LINE_END)
        self._starts: Positions = np.concatenate([[0], self._ends[:-1] + 1])
        self._first = self._words[self._starts]

    def __getitem__(self, number: int) -> str:
        """A line's text."""
        return self._text[self._starts[number] : self._ends[number]].decode()

    def on_own_host(self) -> Bools:
        """Which begin with one slash, and cannot name a host."""
        second = self._bytes[self._starts + 1]
        found: Bools = (self._bytes[self._starts] == ord("/")) & ~np.isin(second, NO_SECOND)
        return found

    def fragments(self) -> Bools:
        """Which are fragments, or empty."""
        first = self._bytes[self._starts]
        found: Bools = (first == ord("#")) | (first == LINE_END)
        return found

    def with_host(self) -> tuple[Positions, pa.DictionaryArray]:
        """Which begin with `http://` or `https://`; and what stands behind that, up to a slash or the end."""
        secure = self._first == HTTPS
        numbers = np.flatnonzero(secure | (self._first & SEVEN == HTTP))
        begins = self._starts[numbers] + np.where(secure[numbers], 8, 7)
        ends = self._ends_of_hosts(begins)
        # Between any two of them lies what is not wanted: with it they are one array over the bytes as they are.
        between = np.stack([begins, ends], axis=1).astype(np.int32).ravel()
        if not len(between):
            return numbers, pa.array([], pa.string()).dictionary_encode()
        every = pa.StringArray.from_buffers(len(between) - 1, pa.py_buffer(between), pa.py_buffer(self._text))
        return numbers, every.take(pa.array(np.arange(0, len(between), 2))).dictionary_encode()

    def _ends_of_hosts(self, begins: Positions) -> Positions:
        """Place of the first slash or line end from each place on, looked for in eight bytes at a time."""
        ends = begins.copy()
        todo = np.arange(len(begins))
        while len(todo):
            word = self._words[ends[todo]]
            found = _zero(word ^ ONES * np.uint8(ord("/"))) | _zero(word ^ ONES * np.uint8(LINE_END))
            ends[todo] += (
                np.bitwise_count((found & (~found + ONE)) - ONE) >> 3
            )  # all eight where none is found
            todo = todo[found == 0]
        return ends


def _zero(word: Words) -> Words:
    """High bit of the lowest byte that is zero set, and none below it (Hacker's Delight, 2nd edition, 6-1)."""
    return (word - ONES) & ~word & HIGH

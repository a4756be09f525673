"""Texts as codes of their pieces, some texts at a time."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.sentiment import arrays
from analysis.kernels.sentiment.vader import scan
from analysis.kernels.sentiment.vader.rules import Rules
from analysis.kernels.sentiment.vader.words import Words

POINTS = 1 << 21
"""Code points that four bytes of UTF-8 could spell, so that no look-up can miss."""
REMEMBERED, LONGEST = 1 << 17, 64
"""Most pieces beyond ASCII whose codes are kept, and their most characters: bounds for hostile texts."""


@dataclass(frozen=True)
class Encoded:
    """Some texts as codes."""

    first: int
    """Number of the first text within the array."""
    codes: NDArray[np.int32]
    """Code of each piece (`words`), text after text."""
    bounds: NDArray[np.int64]
    """Where each text's codes begin, and where the last's end; [texts + 1]."""
    points: NDArray[np.int64]
    """Numbers of ! and ?; [texts, 2]."""


class Pieces:
    """Splits texts at white space as the package does, and knows each piece."""

    def __init__(self, rules: Rules, words: Words) -> None:
        self.words = words
        self._names, self._name_starts = _joined(list(rules.characters.values()))
        self._kinds = _kinds(list(rules.characters))
        self._classes = _classes()
        self._spelt, self._starts = _joined(words.spelt)
        self._slots = np.zeros(1 << max(8, (8 * len(words.spelt)).bit_length()), np.int32)
        scan.fill(self._slots, self._spelt, self._starts)
        self._remembered: dict[str, int] = {}

    def encode(self, texts: pa.Array) -> Iterator[Encoded]:
        """Codes of the pieces of each text."""
        data, offsets = arrays.raw(texts)
        for first, end in arrays.chunks(offsets):
            yield self._encode(first, *self._without_emoji(data, offsets[first : end + 1]))

    def _without_emoji(
        self, data: NDArray[np.uint8], offsets: NDArray[np.int64]
    ) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
        tables = (self._kinds, self._name_starts)
        found, more = scan.emoji_bytes(data, offsets, *tables)
        if not found:
            return data, offsets
        made, made_offsets = np.empty(int(offsets[-1] - offsets[0]) + more, np.uint8), np.empty_like(offsets)
        scan.named(data, offsets, *tables, self._names, made, made_offsets)
        return made, made_offsets

    def _encode(self, first: int, data: NDArray[np.uint8], offsets: NDArray[np.int64]) -> Encoded:
        most = int(offsets[-1] - offsets[0]) // 2 + offsets.size
        codes, slow = np.empty(most, np.int32), np.empty(2 * most, np.int64)
        bounds, points = np.empty_like(offsets), np.empty((offsets.size - 1, 2), np.int64)
        tables = (self._kinds, self._classes, self._slots, self._spelt, self._starts)
        found = scan.encode(data, offsets, *tables, codes, bounds, slow, points)
        codes = codes[: bounds[-1]]
        if found:
            codes[codes == scan.SLOW] = self._slow(data, slow[: 2 * found])
        return Encoded(first, codes, bounds, points)

    def _slow(self, data: NDArray[np.uint8], edges: NDArray[np.int64]) -> NDArray[np.int32]:
        made = np.empty(int(np.diff(edges)[::2].sum()) + edges.size // 2, np.uint8)
        written = scan.lines(data, edges, made)
        found = made[:written].tobytes().decode("utf-8", "replace").split("\n")[:-1]
        if len(self._remembered) > REMEMBERED:
            self._remembered.clear()
        known = self._remembered
        for piece in set(found).difference(known):
            if len(piece) <= LONGEST:
                known[piece] = self.words.code(piece)
        return np.array([known[p] if p in known else self.words.code(p) for p in found], np.int32)


def _joined(texts: list[str] | tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    encoded = [text.encode() for text in texts]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return np.frombuffer(b"".join(encoded) or b"\0", np.uint8), starts


def _kinds(emoji: list[str]) -> NDArray[np.uint16]:
    kinds = np.zeros(POINTS, np.uint16)
    kinds[[p for p in range(0x80, 0x10000) if chr(p).isspace()]] = scan.IS_WHITE
    for number, character in enumerate(emoji):
        kinds[ord(character)] = scan.FIRST_EMOJI + number
    return kinds


def _classes() -> NDArray[np.uint8]:
    classes = np.zeros(256, np.uint8)
    for byte in map(chr, range(128)):
        is_a = (byte.isspace(), byte in string.punctuation, byte.isupper(), byte.islower())
        classes[ord(byte)] = sum(flag << bit for bit, flag in enumerate(is_a))
    return classes

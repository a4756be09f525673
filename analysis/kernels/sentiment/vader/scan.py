"""From the bytes of texts to the codes of their pieces: one pass over the bytes, compiled."""
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes; `pieces` keeps them together)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

WHITE, PUNCTUATION, UPPER_CASE, LOWER_CASE = 1, 2, 4, 8
"""Bits of an ASCII character's class."""
IS_WHITE, FIRST_EMOJI = 1, 2
"""Kinds of a code point: 0 is any other, FIRST_EMOJI + n the emoji number n."""
SLOW = -1
"""Code of a piece with characters beyond ASCII, whose case only Python knows."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2⁶⁴ / golden ratio: Fibonacci hashing
_SHIFT = np.uint64(40)
_ZERO = np.uint64(0)
# As `weigh.UPPER`, `weigh.NOT`, `words.SHORTEST`; repeated, as the cache of compiled code looks at this file alone.
_UPPER, _NOT, _SHORTEST = 1 << 24, 1 << 25, 3


@compiled
def _character(data: NDArray[np.uint8], i: int, end: int) -> tuple[int, int]:
    """Code point of the two to four bytes that begin at `i`, and how many they are; 0 where they pass the end."""
    first = int(data[i])
    size = 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if i + size > end:
        return 0, end - i
    point = first & (0xFF >> (size + 1))
    for k in range(1, size):
        point = point << 6 | (int(data[i + k]) & 0x3F)
    return point, size


@compiled
def emoji_bytes(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], kinds: NDArray[np.uint16], starts: NDArray[np.int64]
) -> tuple[int, int]:
    """How many emoji texts have, and how many bytes longer they are with names for them.

    Args:
        data: Bytes of the texts.
        offsets: Where each begins, and where the last ends; [texts + 1].
        kinds: Kind of each code point; [2²¹].
        starts: Where each emoji's name begins in the names, and where the last ends.
    """
    found, more = 0, 0
    i, end = offsets[0], offsets[-1]
    while i < end:
        if data[i] < 0xC0:
            i += 1
            continue
        point, size = _character(data, i, end)
        if kinds[point] >= FIRST_EMOJI:
            emoji = kinds[point] - FIRST_EMOJI
            found += 1
            more += starts[emoji + 1] - starts[emoji] + 1 - size
        i += size
    return found, more


@compiled
def named(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    starts: NDArray[np.int64],
    names: NDArray[np.uint8],
    made: NDArray[np.uint8],
    made_offsets: NDArray[np.int64],
) -> None:
    """Write texts with a blank and its name for each emoji.

    The package leaves the blank out after another blank, which no rule sees.
    """
    at = 0
    for d in range(offsets.size - 1):
        made_offsets[d] = at
        i, end = offsets[d], offsets[d + 1]
        while i < end:
            point, size = (0, 1) if data[i] < 0xC0 else _character(data, i, end)
            if kinds[point] >= FIRST_EMOJI:
                emoji = kinds[point] - FIRST_EMOJI
                made[at] = 32
                at += 1
                for q in range(starts[emoji], starts[emoji + 1]):
                    made[at] = names[q]
                    at += 1
            else:
                for q in range(i, i + size):
                    made[at] = data[q]
                    at += 1
            i += size
    made_offsets[offsets.size - 1] = at


@compiled
def fill(slots: NDArray[np.int32], spelt: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
    """Put the entries from 1 on into empty slots: open addressing, linear probing, 0 is free.

    Args:
        slots: A power of two of them, at least twice as many as entries.
        spelt: Bytes of all entries, one after the other.
        starts: Where each begins, and where the last ends; [entries + 1].
    """
    for entry in range(1, starts.size - 1):
        hashed = _ZERO
        for q in range(starts[entry], starts[entry + 1]):
            hashed = (hashed ^ np.uint64(spelt[q])) * _SPREAD
        slot = np.int64(hashed >> _SHIFT) & (slots.size - 1)
        while slots[slot]:
            slot = (slot + 1) & (slots.size - 1)
        slots[slot] = entry


@compiled
def _entry(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    hashed: np.uint64,
    slots: NDArray[np.int32],
    spelt: NDArray[np.uint8],
    starts: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> int:
    slot = np.int64(hashed >> _SHIFT) & (slots.size - 1)
    while slots[slot]:
        entry = slots[slot]
        start = starts[entry]
        same = starts[entry + 1] - start == end - begin
        q = 0
        while same and q < end - begin:
            byte = data[begin + q]
            same = spelt[start + q] == (byte | 0x20 if classes[byte] & UPPER_CASE else byte)
            q += 1
        if same:
            return int(entry)
        slot = (slot + 1) & (slots.size - 1)
    return 0


@compiled
def _code(
    data: NDArray[np.uint8],
    begin: int,
    end: int,
    classes: NDArray[np.uint8],
    slots: NDArray[np.int32],
    spelt: NDArray[np.uint8],
    starts: NDArray[np.int64],
) -> int:
    """What `Words.code` is, of a piece in ASCII."""
    i, j = begin, end
    while i < j and classes[data[i]] & PUNCTUATION:
        i += 1
    while i < j and classes[data[j - 1]] & PUNCTUATION:
        j -= 1
    if j - i < _SHORTEST:
        i, j = begin, end
    hashed = _ZERO
    seen, code = 0, 0
    for q in range(i, j):
        byte = data[q]
        seen |= classes[byte]
        if classes[byte] & UPPER_CASE:
            byte |= 0x20
        hashed = (hashed ^ np.uint64(byte)) * _SPREAD
        if byte == 39 and i < q < j - 1 and data[q - 1] | 0x20 == 110 and data[q + 1] | 0x20 == 116:
            code = _NOT  # n't
    if seen & UPPER_CASE and not seen & LOWER_CASE:
        code |= _UPPER
    return code | _entry(data, i, j, hashed, slots, spelt, starts, classes)


@compiled
def encode(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    kinds: NDArray[np.uint16],
    classes: NDArray[np.uint8],
    slots: NDArray[np.int32],
    spelt: NDArray[np.uint8],
    starts: NDArray[np.int64],
    codes: NDArray[np.int32],
    bounds: NDArray[np.int64],
    slow: NDArray[np.int64],
    points: NDArray[np.int64],
) -> int:
    """Split texts at white space and give each piece its code.

    Args:
        data: Bytes of the texts.
        offsets: Where each begins, and where the last ends; [texts + 1].
        kinds: Kind of each code point; [2²¹].
        classes: Class of each ASCII character; [256].
        slots: See `fill`.
        spelt: See `fill`.
        starts: See `fill`.
        codes: Room for a code a piece (or SLOW); half as many as bytes, and one a text more, suffice.
        bounds: Room for where each text's codes begin, and where the last's end; [texts + 1].
        slow: Room for begin and end of each SLOW piece; twice as many as codes.
        points: Room for the numbers of ! and ? in each text; [texts, 2].

    Returns:
        Number of SLOW pieces.
    """
    count, found = 0, 0
    for d in range(offsets.size - 1):
        bounds[d] = count
        points[d] = 0
        i, end = offsets[d], offsets[d + 1]
        begin, wide = -1, False
        while i <= end:
            white, size = True, 1
            if i < end:
                byte = data[i]
                if byte < 0x80:
                    white = (classes[byte] & WHITE) != 0
                    points[d, 0] += byte == 33
                    points[d, 1] += byte == 63
                else:
                    point, size = _character(data, i, end)
                    white = kinds[point] == IS_WHITE
                    wide |= not white
            if not white:
                if begin < 0:
                    begin = i
            elif begin >= 0:
                if wide:
                    codes[count] = SLOW
                    slow[2 * found], slow[2 * found + 1] = begin, i
                    found += 1
                else:
                    codes[count] = _code(data, begin, i, classes, slots, spelt, starts)
                count += 1
                begin, wide = -1, False
            i += size
    bounds[offsets.size - 1] = count
    return found


@compiled
def lines(data: NDArray[np.uint8], edges: NDArray[np.int64], made: NDArray[np.uint8]) -> int:
    """Write pieces of a text, a line feed after each; the number of bytes written."""
    at = 0
    for k in range(edges.size // 2):
        for q in range(edges[2 * k], edges[2 * k + 1]):
            made[at] = data[q]
            at += 1
        made[at] = 10
        at += 1
    return at

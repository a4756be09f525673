"""Headers of many WARC records at once, each the only one of its gzip member and written as nearly all are.

What is unlike that in any way is left alone: `flows.sources.warc` reads it, or says what is wrong with it.
"""
# ruff: noqa: SIM110, PLR0913, PLR0917 (numba compiles no generator, and takes no objects)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from flows.sources.compiled import borrowed, compiled, inlined, integer

Bytes = NDArray[np.uint8]
Positions = NDArray[np.int64]

UNLIKE, WANTED, OTHER = 0, 1, 2
"""What a record is: not understood; of the type and content type asked for; of others."""
HEADER_CAP = 64 << 10
_LENGTH, _TYPE, _MEDIA = range(3)


@inlined
def _same(text: Bytes, begin: int, end: int, wanted: bytes) -> bool:
    """Whether bytes are the ones wanted."""
    if end - begin != len(wanted):
        return False
    for i in range(len(wanted)):
        if text[begin + i] != wanted[i]:
            return False
    return True


@inlined
def _means(text: Bytes, begin: int, end: int, wanted: bytes) -> bool:
    """Whether bytes are the ones wanted, which are in lower case, in any case."""
    if end - begin != len(wanted):
        return False
    for i in range(len(wanted)):
        byte = text[begin + i]
        if byte != wanted[i] and not (65 <= byte <= 90 and byte + 32 == wanted[i]):
            return False
    return True


@inlined
def _line(text: Bytes, at: int, end: int) -> int:
    """Where the line ends that begins here; -1 where it has control characters, or other line ends than CRLF."""
    while at < end and text[at] >= 32:
        at += 1
    return at if at + 1 < end and text[at] == 13 and text[at + 1] == 10 else -1


@inlined
def _number(text: Bytes, begin: int, end: int) -> int:
    """A number of one to fifteen digits, else -1."""
    if not 1 <= end - begin <= 15:
        return -1
    number = 0
    for i in range(begin, end):
        if not 48 <= text[i] <= 57:
            return -1
        number = number * 10 + integer(text[i]) - 48
    return number


@inlined
def _field(text: Bytes, at: int, end: int, fields: Positions) -> bool:
    """Note where the value stands if the field is looked for; False where it is oddly written, or comes again."""
    colon = at
    while colon < end and text[colon] != 58:
        colon += 1
    if colon in {at, end} or text[at] == 32 or text[colon - 1] == 32:
        return False
    for field, name in ((_LENGTH, b"content-length"), (_TYPE, b"warc-type"), (_MEDIA, b"content-type")):
        if _means(text, at, colon, name):
            if fields[field, 1] >= 0:
                return False
            begin = colon + 1
            while begin < end and text[begin] == 32:
                begin += 1
            while end > begin and text[end - 1] == 32:
                end -= 1
            fields[field, 0], fields[field, 1] = begin, end
    return True


@inlined
def _header(text: Bytes, at: int, end: int, fields: Positions) -> int:
    """Where the block begins behind the header that begins here, else -1."""
    if end - at < 5 or not _same(text, at, at + 5, b"WARC/"):
        return -1
    stop = min(end, at + HEADER_CAP)
    fields[:] = -1
    begin = _line(text, at, stop) + 2
    while begin >= 2:
        line_end = _line(text, begin, stop)
        if line_end == begin:
            return begin + 2
        if line_end < 0 or not _field(text, begin, line_end, fields):
            return -1
        begin = line_end + 2
    return -1


@compiled
def frame(
    text: Bytes,
    members: Positions,
    cap: int,
    kind: bytes,
    media: bytes,
    fields: Positions,
    states: Bytes,
    blocks: Positions,
) -> None:
    """Say of each member what its record is, and where its block stands.

    Args:
        text: The members' bytes, one after another.
        members: Where each begins, and where the last ends; [members + 1].
        cap: Longest block, in bytes.
        kind: WARC-Type that is wanted, as written.
        media: Content-Type that is wanted, in lower case, without parameters.
        fields: Room for what it keeps in mind; [3, 2].
        states: UNLIKE, WANTED or OTHER; [members].
        blocks: Begin and end of each block; [members, 2].
    """
    text, fields = borrowed(text), borrowed(fields)
    for r in range(members.size - 1):
        states[r] = UNLIKE
        end = members[r + 1]
        begin = _header(text, members[r], end, fields)
        if begin < 0 or fields[_LENGTH, 1] < 0:
            continue
        length = _number(text, fields[_LENGTH, 0], fields[_LENGTH, 1])
        if not 0 <= length <= cap or begin + length + 4 != end:
            continue
        if not _same(text, end - 4, end, b"\r\n\r\n"):
            continue
        blocks[r, 0], blocks[r, 1] = begin, end - 4
        states[r] = OTHER
        if fields[_TYPE, 1] >= 0 and _same(text, fields[_TYPE, 0], fields[_TYPE, 1], kind):
            begin, stop = fields[_MEDIA, 0], fields[_MEDIA, 0]
            while stop < fields[_MEDIA, 1] and text[stop] != 59:  # a semicolon: parameters follow
                stop += 1
            while stop > begin and text[stop - 1] == 32:
                stop -= 1
            if _means(text, begin, stop, media):
                states[r] = WANTED

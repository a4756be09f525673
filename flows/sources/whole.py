"""Gzip members unpacked whole, and many of them offered together to whoever looks at many records at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from isal import isal_zlib

from flows.sources.members import STEP, Member, Packed, go_on, skip_padding

AT_ONCE = 4 << 20
"""Unpacked bytes of members that are offered together, about."""
LARGEST = 256 << 10
"""A member with more packed bytes is not offered."""
LARGE = 1 << 20
"""A member with more unpacked bytes is not offered; caps on ratios mean nothing below that."""
Take = Callable[[Sequence[bytes]], Sequence[int]]
"""Takes those it can of some unpacked members; returns the numbers of the others, in order."""


class Whole:
    """A member that is unpacked already, with the same face."""

    def __init__(self, start: int, text: bytes) -> None:
        self.start = start
        self.packed_size = 1 << 62  # too small for a ratio to mean anything
        self._text = text

    def raw_head(self, size: int) -> bytes:
        """Nothing: what there is has been pulled."""
        return b""

    def pull(self) -> bytes:
        """All of it; then nothing."""
        text, self._text = self._text, b""
        return text


def left(packed: Packed, take: Take) -> Iterator[Member | Whole]:
    """Offer a file's members to `take`; those it does not take, and those damaged or large, come out, in order."""
    starts: list[int] = []
    texts: list[bytes] = []
    size = 0
    while step := packed.peek(STEP):
        start = packed.offset
        text = _unpacked(packed, step)
        if text is not None:
            starts.append(start)
            texts.append(text)
            size += len(text)
        if text is None or size >= AT_ONCE:
            yield from _offered(starts, texts, take)
            starts, texts, size = [], [], 0
        if text is None:
            member = Member(packed)
            yield member
            go_on(packed, member)
    yield from _offered(starts, texts, take)


def _offered(starts: Sequence[int], texts: Sequence[bytes], take: Take) -> Iterator[Whole]:
    for number in take(texts) if texts else ():
        yield Whole(starts[number], texts[number])


def _unpacked(packed: Packed, step: memoryview) -> bytes | None:
    """The member that begins here, and move behind it and its padding; None of one that is damaged or large.

    Args:
        packed: The file.
        step: Its next bytes.
    """
    unpacker = isal_zlib.decompressobj(31)
    try:
        text: bytes = unpacker.decompress(step, LARGE + 1)
        if not unpacker.eof and len(text) <= LARGE:
            step = packed.peek(LARGEST)
            text += unpacker.decompress(step[STEP:], LARGE + 1)
    except isal_zlib.error:  # type: ignore[misc]
        return None
    if not unpacker.eof or len(text) > LARGE:
        return None
    packed.anchor = packed.offset
    packed.offset += len(step) - len(unpacker.unused_data)
    skip_padding(packed)
    return text

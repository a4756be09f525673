"""Gzip members of an archive file, one after another, with every fault noticed.

Common readers end silently where a .warc.gz is cut or damaged. Here each member's checksum and length are
verified (RFC 1952), a cut is told from an end, and after a damaged member reading goes on at the next one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isal import isal_zlib

MAGIC = b"\x1f\x8b\x08"
STEP = 16 << 10  # packed bytes unpacked at once: deflate's best ratio of 1032 bounds the result to 16 MiB
REWIND = 4 << 20  # packed bytes kept of the current member, to look for the next one from its start
PEEK = 64  # unpacked bytes looked at to tell a true member from chance


class Fault(Exception):
    """A record that cannot be read; after a final one nothing of its member can."""

    def __init__(self, reason: str, detail: str, *, final: bool = False) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.final = final


class Packed:
    """The packed bytes of a file, held in a window that only moves forward."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = iter(blocks)
        self._window = b""
        self._base = 0
        self.offset = 0
        self.anchor = 0  # bytes from here on are kept, so that reading can go back to them

    def peek(self, size: int) -> memoryview:
        """The next bytes, fewer only at the end of the file."""
        start = self.offset - self._base
        while len(self._window) - start < size:
            block = next(self._blocks, None)
            if block is None:
                break
            kept = max(min(self.anchor, self.offset), self.offset - REWIND, self._base)
            self._window = self._window[kept - self._base :] + block
            self._base = kept
            start = self.offset - kept
        return memoryview(self._window)[start : start + size]

    def held(self, offset: int, size: int) -> bytes:
        """Bytes read before, none where they are no longer kept."""
        start = offset - self._base
        return self._window[start : start + size] if start >= 0 else b""

    def rewind(self, offset: int) -> None:
        """Go back to an offset, or as far as bytes were kept."""
        self.offset = max(offset, self._base)

    def find_magic(self) -> bool:
        """Move to the next bytes that look like the head of a member; False at the end of the file."""
        while len(head := bytes(self.peek(1 << 20))) >= len(MAGIC):
            at = head.find(MAGIC)
            if at >= 0:
                self.offset += at
                return True
            self.offset += len(head) - len(MAGIC) + 1
        self.offset += len(head)
        return False


class Member:
    """One gzip member, unpacked piece by piece."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self._unpacker = isal_zlib.decompressobj(31)
        self.start = packed.anchor = packed.offset

    @property
    def ended(self) -> bool:
        """Whether its end was reached and its checksum was right."""
        return bool(self._unpacker.eof)

    @property
    def packed_size(self) -> int:
        """Packed bytes used so far."""
        return self._packed.offset - self.start

    def raw_head(self, size: int) -> bytes:
        """Its first bytes as packed, if they are still held."""
        return self._packed.held(self.start, size)

    def pull(self) -> bytes:
        """The next unpacked bytes; empty once the member has ended and its checksum was right.

        Raises:
            Fault: `corrupt_gzip` or `truncated`.
        """
        while not self._unpacker.eof:
            step = self._packed.peek(STEP)
            if not step:
                raise Fault(
                    "truncated", f"file ends at byte {self._packed.offset} inside a gzip member", final=True
                )
            try:
                out: bytes = self._unpacker.decompress(step)
            except isal_zlib.error as error:  # type: ignore[misc]
                raise Fault("corrupt_gzip", str(error), final=True) from None
            self._packed.offset += len(step) - len(self._unpacker.unused_data)
            if out:
                return out
        return b""


def members(packed: Packed) -> Iterator[Member]:
    """Members of a gzip file; the caller reads each as far as it can, and damage is stepped over.

    A member left unread or faulty is followed by the next place that unpacks to the head of a WARC record.
    Bytes between members that are no zero padding come as a member that raises `corrupt_gzip` at once.
    """
    while len(packed.peek(1)):
        member = Member(packed)
        yield member
        go_on(packed, member)


def go_on(packed: Packed, member: Member) -> None:
    """Move to where the next member begins, behind one that was read as far as it can be."""
    if member.ended:
        skip_padding(packed)
    else:
        packed.rewind(member.start + 1)
        _resynchronise(packed)


def skip_padding(packed: Packed) -> None:
    """Move behind zero bytes."""
    while (head := packed.peek(STEP)) and head[0] == 0:
        packed.offset += len(head) - len(bytes(head).lstrip(b"\0"))


def _resynchronise(packed: Packed) -> None:
    while packed.find_magic():
        if _unpacks_to_a_record(packed.peek(STEP)):
            return
        packed.offset += 1


def _unpacks_to_a_record(packed: memoryview) -> bool:
    return bytes(packed[: len(MAGIC)]) == MAGIC and beginning(packed).startswith(b"WARC/")


def beginning(packed: memoryview) -> bytes:
    """The first unpacked bytes of a member, none where it does not unpack; of what is no member, its bytes."""
    if bytes(packed[: len(MAGIC)]) != MAGIC:
        return bytes(packed[:PEEK])
    try:
        return bytes(isal_zlib.decompressobj(31).decompress(packed, PEEK))
    except isal_zlib.error:  # type: ignore[misc]
        return b""

"""WARC records (ISO 28500) from a file's bytes, packed or plain: each whole, verified, with its offset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from conf.settings import Ingest
from flows.sources.members import STEP, Fault, Member, Packed, beginning, members
from flows.sources.source import Account
from flows.sources.trouble import FetchError
from flows.sources.whole import Take, Whole, left

HEADER_CAP = 64 << 10
CRLF, LF = b"\r\n\r\n", b"\n\n"  # end a header and a record; LF alone is met in files edited by hand
BEGIN = b"\nWARC/1."
OTHERS = {
    b"filedesc://": "an ARC file, which came before WARC; convert it, for example with `warcio recompress`",
    b"\x28\xb5\x2f\xfd": "packed with zstd; unpack it, or pack it with gzip, record by record",
    b"\x5d\x2a\x4d\x18": "packed with zstd and a dictionary; unpack it, or pack it with gzip, record by record",
    b"BZh": "packed with bzip2; unpack it, or pack it with gzip, record by record",
    b"\xfd7zXZ\0": "packed with xz; unpack it, or pack it with gzip, record by record",
    b"\x04\x22\x4d\x18": "packed with lz4; unpack it, or pack it with gzip, record by record",
}
RATIO_FLOOR = 1 << 20  # smaller payloads may pack as well as they like


@dataclass(frozen=True)
class Record:
    """One record; its block is as long as its Content-Length says."""

    offset: int
    """Where it begins in the file, in bytes; in a gzip member with several records, the member's place plus
    the record's number there."""
    headers: dict[bytes, bytes]
    """Named fields, names in lower case; a repeated field keeps its last value."""
    block: bytes
    """The content block."""


class Plain:
    """An unpacked file, with the same face as a gzip member."""

    def __init__(self, packed: Packed) -> None:
        self._packed = packed
        self.start = packed.offset
        self.packed_size = 1 << 62  # no ratio to speak of

    def raw_head(self, size: int) -> bytes:
        """Nothing: what there is has been pulled."""
        return b""

    def pull(self) -> bytes:
        """The next bytes; empty at the end."""
        step = bytes(self._packed.peek(1 << 20))
        self._packed.offset += len(step)
        return step


def records(
    blocks: Iterable[bytes], account: Account, limits: Ingest, take: Take | None = None
) -> Iterator[Record]:
    """Every record that can be read; every other one is counted and set aside in the account.

    Members of a packed file are offered to `take` first, where it is given; of what it takes it counts the records.

    Raises:
        FetchError: `not_warc`, of a file that is plainly of another kind.
    """
    packed = Packed(blocks)
    _refuse_others(packed)
    if bytes(packed.peek(5)) == b"WARC/":
        yield from Payload(Plain(packed), account, limits, plain=True).records()
        return
    for member in left(packed, take) if take else members(packed):
        yield from Payload(member, account, limits).records()


def _refuse_others(packed: Packed) -> None:
    """ARC files and other packings are told by their first bytes; else each record of theirs would be damage."""
    head = beginning(packed.peek(STEP))
    for sign, told in OTHERS.items():
        if head.startswith(sign):
            raise FetchError("not_warc", told)


class Payload:
    """The unpacked bytes of one member, cut into records."""

    def __init__(
        self, member: Member | Whole | Plain, account: Account, limits: Ingest, *, plain: bool = False
    ) -> None:
        self._member = member
        self._account = account
        self._limits = limits
        self._plain = plain
        self._buffer = b""
        self._start = 0  # where the current record begins in the buffer
        self._at = 0  # where reading goes on in the buffer
        self._pulled = 0
        self._drained = False
        self._number = 0
        self._end = CRLF

    def records(self) -> Iterator[Record]:
        """Records until the member ends or cannot be read further."""
        while True:
            self._start = self._at
            offset = self._position() if self._plain else self._member.start + self._number
            self._number += 1
            try:
                if self._at_end():
                    return
                record = self._next(offset)
            except Fault as fault:
                self._account.seen += 1
                self._account.reject(offset, fault.reason, fault.detail, self._head())
                if fault.final:
                    return
                self._to_next_record()
            else:
                self._account.seen += 1
                yield record

    def _next(self, offset: int) -> Record:
        """The record that begins here; the line ends behind its block prove its length right."""
        headers, length = self._header()
        if length > self._limits.record_cap_bytes:
            whole = self._skip(length)
            detail = f"{length} bytes, more than {self._limits.record_cap_bytes}"
            raise Fault("over_cap", detail, final=not whole)
        self._fill(length + len(self._end))
        if not self._buffer.startswith(self._end, self._at + length):
            length = self._true_length(length)
        self._at += length + len(self._end)
        self._at_end()  # a last record counts only once the member's checksum is known to be right
        end = self._at - len(self._end)
        return Record(offset, headers, self._buffer[end - length : end])

    def _true_length(self, stated: int) -> int:
        """Length of a block whose Content-Length is wrong, if that may be mended: up to the next record."""
        if self._limits.wrong_lengths == "set_aside":
            if self._plain and len(self._buffer) - self._at < stated + len(self._end):
                raise Fault("truncated", "file ends inside a record", final=True)
            raise Fault("bad_length", f"Content-Length says {stated}, but no record ends there")
        while (found := self._buffer.find(BEGIN, self._at)) < 0:
            before = len(self._buffer) - self._at
            self._fill(before + 1)
            if before > self._limits.record_cap_bytes:
                raise Fault("over_cap", f"no end of the record in {before} bytes", final=True)
            if len(self._buffer) - self._at == before:
                break
        end = len(self._buffer) if found < 0 else found + 1
        block = self._buffer[self._at : end].rstrip(b"\r\n")
        self._account.repaired += 1
        self._buffer = self._buffer[: self._at] + block + self._end + self._buffer[end:]
        return len(block)

    def _header(self) -> tuple[dict[bytes, bytes], int]:
        """Named fields and the stated length of the block."""
        end = self._header_end()
        if end < 0:
            self._fill(HEADER_CAP)
            end = self._header_end()
        if not self._buffer.startswith(b"WARC/", self._at):
            begins = self._buffer[self._at : self._at + 20]
            raise Fault("bad_header", f"a record begins with {begins!r}, not with WARC/")
        if end < 0 and self._plain and len(self._buffer) - self._at < HEADER_CAP:
            raise Fault("truncated", "file ends inside a record's header", final=True)
        if end < 0:
            raise Fault("bad_header", f"no end of the header in {HEADER_CAP} bytes")
        headers = {}
        for line in self._buffer[self._at : end].split(b"\n")[1:]:
            name, _, value = line.partition(b":")
            headers[name.strip().lower()] = value.strip()
        stated = headers.get(b"content-length", b"")
        if not stated.isdigit():
            raise Fault("bad_header", f"Content-Length is {stated.decode('latin-1')!r}, not a number")
        self._at = end + len(self._end)
        return headers, int(stated)

    def _head(self) -> bytes:
        """The current record's first bytes; as packed, where nothing of it could be unpacked."""
        return self._buffer[self._start :] or self._member.raw_head(self._account.head_bytes)

    def _header_end(self) -> int:
        """Where the header ends, -1 if not in what is held; tells how this record's lines end."""
        first = self._buffer.find(b"\n", self._at, self._at + HEADER_CAP)
        self._end = LF if first > self._at and self._buffer[first - 1 : first] != b"\r" else CRLF
        return self._buffer.find(self._end, self._at, self._at + HEADER_CAP)

    def _position(self) -> int:
        """Where the current record begins in a plain file."""
        return self._pulled - len(self._buffer) + self._start

    def _at_end(self) -> bool:
        if self._at >= len(self._buffer):
            self._fill(HEADER_CAP)
        return self._at >= len(self._buffer)

    def _fill(self, size: int) -> None:
        """Hold at least `size` bytes from here on, or all there are; the current record stays held.

        Raises:
            Fault: The member is damaged, or unpacks to too many times its size.
        """
        have = len(self._buffer) - self._at
        if have >= size or self._drained:
            return
        pieces = [self._buffer[self._start :]]
        self._at -= self._start
        self._start = 0
        try:
            while have < size:
                if not (piece := self._member.pull()):
                    self._drained = True
                    break
                pieces.append(piece)
                have += len(piece)
                self._pulled += len(piece)
                if size > HEADER_CAP and self._ratio() > self._limits.ratio_cap:
                    detail = f"unpacks to {self._ratio()} times its size, more than {self._limits.ratio_cap}"
                    raise Fault("over_ratio", detail, final=True)
        finally:
            self._buffer = b"".join(pieces)

    def _skip(self, length: int) -> bool:
        """Pass over a block without holding it; False where it is a bomb and unpacking was given up."""
        missing = length + 1 - (len(self._buffer) - self._at)  # one byte is left: a line end before the next
        behind = self._buffer[self._at + length + 1 :]
        while missing > 0:
            piece = self._member.pull()
            if not piece:
                raise Fault("bad_length", f"Content-Length says {length}, but no record ends there")
            self._pulled += len(piece)
            if self._ratio() > self._limits.ratio_cap:
                return False
            behind = piece[missing:]
            missing -= len(piece)
        self._buffer = self._buffer[: self._at] + behind
        return True

    def _ratio(self) -> int:
        """How many times its packed size the member has unpacked to; 0 below a floor."""
        return self._pulled // max(1, self._member.packed_size) if self._pulled > RATIO_FLOOR else 0

    def _to_next_record(self) -> None:
        """Move to the next line that begins a record, or to the end of the member."""
        self._at = max(self._at, self._start + 1)
        while (found := self._buffer.find(BEGIN, self._at)) < 0:
            self._start = self._at = max(self._at, len(self._buffer) - 8)
            before = len(self._buffer) - self._at
            try:
                self._fill(before + 1)
            except Fault:  # counted already, with the record that led here
                self._at = len(self._buffer)
                return
            if len(self._buffer) - self._at <= before:
                self._at = len(self._buffer)
                return
        self._at = found + 1

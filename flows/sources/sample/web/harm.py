"""Damage to WARC and WAT files: one of each kind, with what a perfect reader must say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from flows.sources.sample.damage import flipped
from flows.sources.sample.web.record import Record

What = Literal[
    "truncated", "corrupt_gzip", "length_too_long", "bad_header", "bad_http", "bad_json", "bad_metadata"
]


@dataclass(frozen=True)
class Harm:
    """A kind of damage."""

    what: What
    """What is done."""
    reason: str
    """What a reader must call it."""
    detail: str
    """What was done, in words."""


_CUT = Harm("truncated", "truncated", "the file ends in the middle of a response's member")
_FLIPPED = Harm("corrupt_gzip", "corrupt_gzip", "eight bytes inside a response's member are flipped")
WARC: dict[tuple[int, int], Harm] = {
    (0, 1): _CUT,
    (1, 1): _FLIPPED,
    (2, 1): Harm("length_too_long", "bad_length", "Content-Length is 100 bytes more than the block has"),
    (3, 1): Harm("bad_header", "bad_header", "the record's first line is not a WARC version"),
    (4, 1): Harm("bad_http", "bad_http", "the answer's first line has no status"),
}
"""By place of the crawl and number of the file; the last crawl besides lists a file that is not there."""
WAT: dict[tuple[int, int], Harm] = {
    (0, 2): _CUT,
    (1, 2): _FLIPPED,
    (2, 2): Harm("bad_json", "bad_json", "the JSON of a response ends in the middle"),
    (3, 2): Harm("bad_metadata", "bad_metadata", "the JSON of a response lacks WARC-Target-URI"),
    (4, 2): Harm("length_too_long", "bad_length", "Content-Length is 100 bytes more than the block has"),
}
"""The same of WAT files."""


@dataclass(frozen=True)
class Damage:
    """One loss that a perfect reader reports."""

    key: str
    """Key of the file."""
    reason: str
    """What it must call it."""
    detail: str
    """What was done."""
    offset: int | None = None
    """Where the record begins, in bytes as stored; none where the whole file is missing."""
    url: str | None = None
    """Address of the capture that is lost."""


def packed(record: Record, harm: Harm) -> bytes:
    """The record with this damage, as stored."""
    if harm.what == "length_too_long":
        record = replace(record, stated_bytes=len(record.block) + 100)
    if harm.what == "bad_header":
        record = replace(record, headers=("WRAC/1.0", *record.headers[1:]))
    if harm.what == "bad_http":
        record = replace(record, block=record.block.replace(b"HTTP/1.1 200 OK", b"HTTP/1.1 fine", 1))
    if harm.what == "bad_json":
        record = replace(record, block=record.block[: len(record.block) // 2])
    if harm.what == "bad_metadata":
        record = replace(record, block=record.block.replace(b'"WARC-Target-URI"', b'"WARC-Target"', 1))
    member = record.packed()
    if harm.what == "truncated":
        return member[: len(member) // 2]
    return flipped(member) if harm.what == "corrupt_gzip" else member

"""Damage on purpose: one of each kind, at stated places, with what a perfect reader must say of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Literal

Reason = Literal["truncated", "corrupt_gzip", "bad_length", "not_utf8", "over_cap", "bad_header", "missing"]
Kind = Literal[
    "truncated", "corrupt_gzip", "length_too_long", "length_too_short", "not_utf8", "over_cap", "bad_header"
]

OVER_CAP_BYTES = 40_000_000
"""Text of the record over the cap: above `Settings.ingest.record_cap_bytes`, 32 MiB where nothing is set."""


@dataclass(frozen=True)
class Harm:
    """A kind of damage and where it is."""

    kind: Kind
    """What is done."""
    reason: Reason
    """What a reader must call it."""
    language: str
    """Language of the page it is done to, ISO 639-3."""
    detail: str
    """What was done, in words."""


HARMS: dict[tuple[int, int], Harm] = {
    (0, 1): Harm("truncated", "truncated", "eng", "the file ends in the middle of its last member"),
    (1, 0): Harm("corrupt_gzip", "corrupt_gzip", "eng", "eight bytes inside one member are flipped"),
    (2, 0): Harm(
        "length_too_long", "bad_length", "spa", "Content-Length is 100 bytes more than the body has"
    ),
    (2, 1): Harm("length_too_short", "bad_length", "eng", "Content-Length is half of what the body has"),
    (3, 0): Harm("not_utf8", "not_utf8", "deu", "the body is in Latin-1"),
    (4, 0): Harm("over_cap", "over_cap", "eng", f"the body unpacks to {OVER_CAP_BYTES} bytes"),
    (4, 1): Harm("bad_header", "bad_header", "eng", "the record's first line is not a WARC version"),
}
"""By place of the crawl and number of the file; the last crawl besides lists a file that is not there."""


@dataclass(frozen=True)
class Damage:
    """One loss that a perfect reader reports."""

    key: str
    """Key of the file."""
    reason: Reason
    """What it must call it."""
    detail: str
    """What was done."""
    offset: int | None = None
    """Where the record begins, in bytes as stored; none where the whole file is missing."""
    url: str | None = None
    """Address of the page that is lost."""
    record_id: str | None = None
    """WARC-Record-ID of the record that is lost, without brackets."""


def harmed_page(harm: Harm | None, pages: int) -> int:
    """Which page of the file is harmed: the last by truncation, else one in the middle; -1 for none."""
    if harm is None:
        return -1
    return pages - 1 if harm.kind == "truncated" else pages // 2


def harm_body(harm: Harm, body: bytes) -> bytes:
    """The body that is written in place of the right one; header and digest will fit it."""
    if harm.kind == "not_utf8":
        return body.decode().encode("latin-1", "replace") + "Grüße aus Köln\n".encode("latin-1")
    if harm.kind == "over_cap":
        return (body * (OVER_CAP_BYTES // len(body) + 1))[:OVER_CAP_BYTES]
    return body


def harm_length(harm: Harm, body: bytes) -> int:
    """The Content-Length that is stated; one too short still ends between two characters."""
    if harm.kind == "length_too_long":
        return len(body) + 100
    if harm.kind == "length_too_short":
        return len(body[: len(body) // 2].decode("utf-8", "ignore").encode())
    return len(body)


def harm_member(harm: Harm, member: bytes) -> bytes:
    """The gzip member that is written in place of the right one."""
    if harm.kind == "truncated":
        return member[: len(member) // 2]
    return flipped(member) if harm.kind == "corrupt_gzip" else member


def flipped(member: bytes) -> bytes:
    """Flip eight bytes near the middle, so that inflating fails inside this member and not after it."""
    for at in range(len(member) // 2, len(member) - 16):
        harmed = member[:at] + bytes(b ^ 0xFF for b in member[at : at + 8]) + member[at + 8 :]
        try:
            zlib.decompressobj(wbits=31).decompress(harmed)
        except zlib.error:
            return harmed
    raise ValueError(f"no place found where flipped bytes show in a member of {len(member)} bytes")

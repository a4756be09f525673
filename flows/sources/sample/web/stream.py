"""Very large things in few bytes: gzip streams in which one block is repeated, made without holding what they hold."""

from __future__ import annotations

import zlib
from hashlib import sha1

from flows.sources.sample.records import LEVEL

GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03"
"""RFC 1952 without time stamp, as zlib writes it."""


def repeated(begin: bytes, middle: bytes, times: int, end: bytes) -> bytes:
    """A gzip member of `begin`, `middle` so many times, and `end`.

    After a full flush deflate knows nothing of what came before, so the packed middle can be repeated as it is.
    """
    packer = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    first = packer.compress(begin) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(middle) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(end) + packer.flush(zlib.Z_FINISH)
    checksum = zlib.crc32(begin)
    for _ in range(times):
        checksum = zlib.crc32(middle, checksum)
    checksum = zlib.crc32(end, checksum)
    size = len(begin) + times * len(middle) + len(end)
    tail = checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")
    return GZIP_HEAD + first + block * times + last + tail


def digest_of(begin: bytes, middle: bytes, times: int, end: bytes) -> str:
    """SHA-1 of the same bytes as WARC headers state it."""
    from base64 import b32encode

    found = sha1(begin, usedforsecurity=False)
    for _ in range(times):
        found.update(middle)
    found.update(end)
    return f"sha1:{b32encode(found.digest()).decode()}"

"""Codings of HTTP bodies undone: chunks (RFC 9112, 7.1), gzip, deflate, br and zstd (RFC 9110, 8.4)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from functools import partial

from flows.sources.members import Fault

STEP = 16 << 10  # packed bytes unpacked at once: deflate's best ratio of 1032 bounds the result to 16 MiB
RATIO_FLOOR = 1 << 20  # smaller bodies may pack as well as they like
CHUNK = re.compile(rb"[ \t]*([0-9a-fA-F]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
SIGNS = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
NAMES = {b"gzip": "gzip", b"x-gzip": "gzip", b"deflate": "deflate", b"br": "brotli", b"zstd": "zstd"}


def dechunked(body: bytes, *, cut: bool = False) -> bytes:
    """A body sent in chunks, put together; one that does not begin with a chunk was put together by the crawler.

    Raises:
        Fault: `bad_http`, where the chunks break off (unless it is known to be `cut`).
    """
    pieces: list[bytes] = []
    at = 0
    while found := CHUNK.match(body, at):
        size = int(found[1], 16)
        if not size:
            return b"".join(pieces)
        start = found.end()
        if start + size > len(body):
            if not pieces and not cut:
                return body  # a text that happens to begin with a number
            pieces.append(body[start:])
            break
        pieces.append(body[start : start + size])
        at = start + size
        at += 2 if body.startswith(b"\r\n", at) else body.startswith(b"\n", at)
    if not pieces:
        return body
    if cut:
        return b"".join(pieces)
    raise Fault("bad_http", f"the chunks of the body break off at byte {at} of {len(body)}")


def unpacked(body: bytes, coding: bytes, cap_bytes: int, ratio_cap: int, *, cut: bool = False) -> bytes:
    """A body without one content coding; as it is where it does not have that coding (any more).

    Raises:
        Fault: `bad_http`, `over_cap` or `over_ratio`.
    """
    name = NAMES.get(coding)
    if name is None or not body or not body.startswith(SIGNS.get(name, b"")):
        return body
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in filter(None, _pieces(body, name)):
            pieces.append(piece)
            size += len(piece)
            if size > cap_bytes:
                raise Fault("over_cap", f"a body of more than {cap_bytes} bytes")
            if size > RATIO_FLOOR and size > ratio_cap * len(body):
                raise Fault("over_ratio", f"the body unpacks to more than {ratio_cap} times its size")
    except (zlib.error, OSError, EOFError) as error:
        if not pieces and name not in SIGNS:
            return body  # these codings have no sign, so one cannot tell before
        if not cut:
            raise Fault("bad_http", f"the body's {coding.decode('latin-1')} coding: {error}") from None
    return b"".join(pieces)


def _pieces(body: bytes, name: str) -> Iterator[bytes]:
    if name in ("gzip", "deflate"):
        yield from _inflated(body, name)
        return
    import pyarrow as pa

    with pa.CompressedInputStream(pa.BufferReader(body), name) as stream:
        yield from iter(partial(stream.read, STEP), b"")


def _inflated(body: bytes, name: str) -> Iterator[bytes]:
    """Gzip, or deflate with its zlib head (as the standard has it) or without (as some servers send it)."""
    zlib_head = len(body) > 1 and body[0] & 15 == 8 and not (body[0] << 8 | body[1]) % 31
    bits = 31 if name == "gzip" else 15 if zlib_head else -15
    unpacker, at = zlib.decompressobj(bits), 0
    while at < len(body):
        step = body[at : at + STEP]
        yield unpacker.decompress(step)
        at += len(step) - len(unpacker.unused_data)
        if not unpacker.eof:
            continue
        if name != "gzip" or not body.startswith(SIGNS[name], at):
            return  # what follows is none of it
        unpacker = zlib.decompressobj(bits)
    if not unpacker.eof:
        raise EOFError("ends early")

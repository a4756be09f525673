"""What a server answers to a ranged read, checked against what it says of itself."""

from __future__ import annotations

import re
import tempfile
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import IO

from flows.sources.trouble import Trouble, of_status

CHUNK = 1 << 20
"""Bytes taken from a connection at once."""


@dataclass(frozen=True)
class Span:
    """A stretch of a file."""

    start: int
    """First byte."""
    length: int
    """Bytes asked for; the file may end earlier."""

    @property
    def header(self) -> str:
        """Value of the header Range."""
        return f"bytes={self.start}-{self.start + self.length - 1}"


@dataclass(frozen=True)
class Facts:
    """What tells one version of a file from another."""

    size: int
    """Bytes of the whole file."""
    tag: str
    """ETag, else Last-Modified, else empty."""


@dataclass(frozen=True)
class Answer:
    """A stretch of a file, or all of it."""

    facts: Facts
    """The file as the server sees it now."""
    body: bytes = b""
    """The stretch."""
    whole: IO[bytes] | None = None
    """The whole file, from a server that knows no ranges; on disk where it is longer than the stretch."""


async def take(status: int, headers: Mapping[str, str], chunks: AsyncIterator[bytes], span: Span) -> Answer:
    """Read an answer's body and check its length.

    Args:
        status: HTTP status.
        headers: Headers, names in lower case.
        chunks: The body.
        span: What was asked for.

    Raises:
        Trouble: An error status, or fewer or other bytes than promised.
    """
    if status == 206:
        size = _size_of_range(headers, span)
        body = await _exactly(chunks, min(span.length, size - span.start))
        return Answer(Facts(size, _tag(headers)), body)
    if status == 200:
        whole = facts(headers)
        return Answer(whole, whole=await _spooled(chunks, whole.size, span.length))
    raise of_status(status, headers)


def facts(headers: Mapping[str, str]) -> Facts:
    """Size and version from the headers of an answer about the whole file.

    Raises:
        Trouble: No length; a cut could not be told from the end.
    """
    length = headers.get("content-length", "")
    if not length.isdigit():
        raise Trouble(
            "unavailable", "the server does not say how long the file is, so a cut could not be seen"
        )
    return Facts(int(length), _tag(headers))


def _tag(headers: Mapping[str, str]) -> str:
    return headers.get("etag") or headers.get("last-modified") or ""


def _size_of_range(headers: Mapping[str, str], span: Span) -> int:
    said = headers.get("content-range", "")
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", said.strip())
    if not found or int(found[1]) != span.start or int(found[3]) <= span.start:
        raise Trouble("short_body", f"asked for {span.header}, got '{said}'", again=True)
    return int(found[3])


async def _exactly(chunks: AsyncIterator[bytes], length: int) -> bytes:
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > length:
            break
    _same_length(len(body), length)
    return bytes(body)


async def _spooled(chunks: AsyncIterator[bytes], length: int, in_memory: int) -> IO[bytes]:
    spool: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=in_memory)  # noqa: SIM115  the reader closes it
    try:
        async for chunk in chunks:
            spool.write(chunk)
        _same_length(spool.tell(), length)
    except BaseException:
        spool.close()
        raise
    return spool


def _same_length(got: int, promised: int) -> None:
    if got != promised:
        raise Trouble("short_body", f"{got} bytes instead of {promised}", again=True)

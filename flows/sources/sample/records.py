"""WET records as Common Crawl writes them, each a gzip member of its own."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from base64 import b32encode
from datetime import datetime

LEVEL = 6
"""zlib's level, the usual one, so that inflating costs what it costs with real files. Python's own zlib:
ISA-L is faster, but chooses its code, and with it the bytes, by the processor."""


def member(header: list[str], body: bytes) -> bytes:
    """A record as one gzip member without time stamp: header lines, blank line, body, two line ends."""
    head = "\r\n".join(header).encode() + b"\r\n\r\n"
    return zlib.compress(head + body + b"\r\n\r\n", LEVEL, 31)


def digest(body: bytes) -> str:
    """Digest of a block as WARC headers state it: SHA-1 in base 32."""
    return f"sha1:{b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def identity(sixteen: bytes) -> str:
    """A record's name (UUID, version 4) from sixteen random bytes."""
    return f"urn:uuid:{uuid.UUID(bytes=sixteen, version=4)}"


def stamp(moment: datetime) -> str:
    """WARC-Date."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def warcinfo(filename: str, crawl: str, moment: datetime, sixteen: bytes) -> bytes:
    """The first record of a file."""
    body = (
        "Software-Info: fieldwork sample\r\n"
        f"Extracted-Date: {moment:%a, %d %b %Y %H:%M:%S} GMT\r\n"
        f"isPartOf: {crawl}\r\n"
        "description: Miniature of a crawl with planted truth; no page of it was ever on the web\r\n"
        "\r\n"
    ).encode()
    header = [
        "WARC/1.0",
        "WARC-Type: warcinfo",
        f"WARC-Date: {stamp(moment)}",
        f"WARC-Filename: {filename}",
        f"WARC-Record-ID: <{identity(sixteen)}>",
        "Content-Type: application/warc-fields",
        f"Content-Length: {len(body)}",
        f"WARC-Block-Digest: {digest(body)}",
    ]
    return member(header, body)


def conversion(
    url: str, moment: datetime, names: tuple[str, str], languages: str | None, body: bytes, length: int
) -> list[str]:
    """Header lines of a page's record; `names` are its own and that of the response it was made from."""
    header = [
        "WARC/1.0",
        "WARC-Type: conversion",
        f"WARC-Target-URI: {url}",
        f"WARC-Date: {stamp(moment)}",
        f"WARC-Record-ID: <{names[0]}>",
        f"WARC-Refers-To: <{names[1]}>",
        f"WARC-Block-Digest: {digest(body)}",
    ]
    if languages is not None:
        header.append(f"WARC-Identified-Content-Language: {languages}")
    return [*header, "Content-Type: text/plain", f"Content-Length: {length}"]

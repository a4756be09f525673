"""WARC records as Common Crawl writes them since 2018, and the HTTP messages in them."""

from __future__ import annotations

import hashlib
import uuid
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flows.sources.sample.records import LEVEL, digest, stamp

Headers = Sequence[tuple[str, str]]
AGENT = "CCBot/2.0 (https://commoncrawl.org/faq/)"
REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 303: "See Other", 304: "Not Modified",
           307: "Temporary Redirect", 404: "Not Found", 500: "Internal Server Error"}  # fmt: skip


@dataclass(frozen=True)
class Record:
    """A record before it is packed."""

    kind: str
    """WARC-Type."""
    headers: tuple[str, ...]
    """Header lines, the version first, without Content-Length."""
    block: bytes
    """Content block."""
    stated_bytes: int | None = None
    """Content-Length where it is wrong."""

    def head(self) -> bytes:
        """Header with the blank line behind it."""
        length = len(self.block) if self.stated_bytes is None else self.stated_bytes
        return ("\r\n".join((*self.headers, f"Content-Length: {length}")) + "\r\n\r\n").encode()

    def packed(self) -> bytes:
        """The record as one gzip member without time stamp."""
        return zlib.compress(self.head() + self.block + b"\r\n\r\n", LEVEL, 31)


def derived(name: str, kind: str) -> str:
    """The name of a record that belongs to another one, from that one's name."""
    sixteen = hashlib.blake2b(f"{name} {kind}".encode(), digest_size=16).digest()
    return f"urn:uuid:{uuid.UUID(bytes=sixteen, version=4)}"


def record(kind: str, of_type: str, name: str, moment: datetime, block: bytes, *more: str) -> Record:
    """A record with the lines that all have; `more` stand behind them."""
    lines = ("WARC/1.0", f"WARC-Type: {kind}", f"WARC-Date: {stamp(moment)}", f"WARC-Record-ID: <{name}>")
    return Record(kind, (*lines, f"Content-Type: {of_type}", *more), block)


def warcinfo(filename: str, crawl: str, moment: datetime, name: str) -> Record:
    """The first record of a file."""
    block = (
        f"isPartOf: {crawl}\r\n"
        "publisher: fieldwork sample\r\n"
        "description: Miniature of a crawl with planted truth; no page of it was ever on the web\r\n"
        "format: WARC File Format 1.1\r\n\r\n"
    ).encode()
    more = (f"WARC-Filename: {filename}", f"WARC-Block-Digest: {digest(block)}")
    return record("warcinfo", "application/warc-fields", name, moment, block, *more)


def http_head(first: str, headers: Headers) -> bytes:
    """First line and header fields with the blank line behind them."""
    return ("\r\n".join((first, *(f"{name}: {value}" for name, value in headers))) + "\r\n\r\n").encode()


def status_line(status: int) -> str:
    """First line of an answer."""
    return f"HTTP/1.1 {status} {REASONS[status]}"


def request(url: str, authority: str, moment: datetime, response: str, info: str) -> tuple[Record, Headers]:
    """What the crawler asked; `response` and `info` are the names of the answer's and the file's record."""
    path = "/" + url.split("//", 1)[1].partition("/")[2]
    headers = [
        ("User-Agent", AGENT),
        ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
        ("Accept-Language", "en-US,en;q=0.5"),
        ("Accept-Encoding", "br,gzip"),
        ("Host", authority),
        ("Connection", "Keep-Alive"),
    ]
    block = http_head(f"GET {path} HTTP/1.1", headers)
    more = (f"WARC-Warcinfo-ID: <{info}>", "WARC-IP-Address: 192.0.2.80", f"WARC-Target-URI: {url}",
            f"WARC-Payload-Digest: {digest(b'')}", f"WARC-Block-Digest: {digest(block)}")  # fmt: skip
    name = derived(response, "request")
    return record("request", "application/http; msgtype=request", name, moment, block, *more), headers


def response(
    url: str,
    moment: datetime,
    name: str,
    info: str,
    head: bytes,
    body: bytes,
    *more: str,
    kind: str = "response",
) -> Record:
    """What the server answered; `more` are header lines such as WARC-Identified-Payload-Type."""
    block = head + body
    lines = (
        f"WARC-Warcinfo-ID: <{info}>",
        f"WARC-Concurrent-To: <{derived(name, 'request')}>",
        "WARC-IP-Address: 192.0.2.80",
        f"WARC-Target-URI: {url}",
        f"WARC-Payload-Digest: {digest(body)}",
        f"WARC-Block-Digest: {digest(block)}",
    )
    return record(kind, "application/http; msgtype=response", name, moment, block, *lines, *more)


def metadata(url: str, moment: datetime, response: str, info: str, told: Headers) -> Record:
    """What the crawler noted of the capture."""
    block = "".join(f"{name}: {value}\r\n" for name, value in told).encode() + b"\r\n"
    more = (f"WARC-Warcinfo-ID: <{info}>", f"WARC-Concurrent-To: <{response}>", f"WARC-Target-URI: {url}",
            f"WARC-Payload-Digest: {digest(block)}", f"WARC-Block-Digest: {digest(block)}")  # fmt: skip
    return record("metadata", "application/warc-fields", derived(response, "metadata"), moment, block, *more)

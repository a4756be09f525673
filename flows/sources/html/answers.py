"""What a web server answered, as a WARC `response` record holds it: status, headers, body with its codings undone.

Crawlers often store the body with its codings undone and leave the headers as they were, so a coding that the
body plainly does not have counts as undone already. What was undone part of the way is damaged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.sources.html.codings import dechunked, unpacked
from flows.sources.members import Fault

HEAD_CAP = 256 << 10
STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
BLANK = re.compile(rb"\r?\n\r?\n")


@dataclass(frozen=True)
class Answer:
    """A server's answer."""

    status: int
    """Status code, 200 for a page that is there."""
    headers: dict[bytes, bytes]
    """Header fields, names in lower case; a repeated field has its values joined by commas."""
    raw: bytes
    """The body as stored."""

    def body(self, cap_bytes: int, ratio_cap: int, *, cut: bool = False) -> bytes:
        """The body without transfer and content coding.

        Args:
            cap_bytes: Size above which unpacking is given up.
            ratio_cap: So many times its packed size at most.
            cut: Whether the crawler says that it cut the answer short; what there is then counts as whole.

        Raises:
            Fault: `bad_http`, `over_cap` or `over_ratio`.
        """
        found = self.raw
        if b"chunked" in self.headers.get(b"transfer-encoding", b"").lower():
            found = dechunked(found, cut=cut)
        for coding in reversed(self.headers.get(b"content-encoding", b"").lower().split(b",")):
            found = unpacked(found, coding.strip(), cap_bytes, ratio_cap, cut=cut)
        if len(found) > cap_bytes:
            raise Fault("over_cap", f"a body of {len(found)} bytes, more than {cap_bytes}")
        return found


def parse(block: bytes) -> Answer:
    """The answer in a record's block.

    Raises:
        Fault: `bad_http`.
    """
    found = STATUS.match(block)
    if not found:
        raise Fault("bad_http", f"an answer begins with {block[:20]!r}, not with HTTP/ and a status")
    end = BLANK.search(block, 0, HEAD_CAP)
    if not end and len(block) > HEAD_CAP:
        raise Fault("bad_http", f"no end of the head in {HEAD_CAP} bytes")
    head, body = (block[: end.start()], block[end.end() :]) if end else (block, b"")
    headers: dict[bytes, bytes] = {}
    name = b""
    for line in head.split(b"\n")[1:]:
        if line[:1] in (b" ", b"\t") and name:  # a folded line goes on with the field before
            headers[name] += b" " + line.strip()
            continue
        name, _, value = (part.strip() for part in line.partition(b":"))
        name = name.lower()
        headers[name] = headers[name] + b", " + value if name in headers else value
    return Answer(int(found[1]), headers, body)

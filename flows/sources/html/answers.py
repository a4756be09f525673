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
CODINGS_CAP = 4  # one is usual; each could be a bomb in a bomb
STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
BLANK = re.compile(rb"\r?\n\r?\n")
FOLD = re.compile(rb"\r?\n[ \t]+")  # a line that goes on with the field before


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
        codings = self.headers.get(b"content-encoding", b"").lower().split(b",")
        if len(codings) > CODINGS_CAP:
            raise Fault("bad_http", f"{len(codings)} content codings, more than {CODINGS_CAP}")
        for coding in reversed(codings):
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
    return Answer(int(found[1]), _fields(FOLD.sub(b" ", head).split(b"\n")[1:]), body)


def _fields(lines: list[bytes]) -> dict[bytes, bytes]:
    values: dict[bytes, list[bytes]] = {}
    for line in lines:
        name, _, value = line.partition(b":")
        values.setdefault(name.strip().lower(), []).append(value.strip())
    return {name: b", ".join(several) for name, several in values.items()}

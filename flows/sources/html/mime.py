"""Whether a body is an HTML page: by what the archive found, else by what the server said and the first bytes.

Common Crawl writes WARC-Identified-Payload-Type, which Apache Tika tells from content, name and header. Where it is
absent, a stated type counts unless it is one of those that say nothing, or the first bytes plainly speak against it
(signs of the WHATWG's MIME Sniffing Standard, 7.1).
"""

from __future__ import annotations

import re

HTML, XHTML = "text/html", "application/xhtml+xml"
PAGES = (HTML, XHTML)
LOOKED_AT = 1445  # bytes the standard looks at
SAYS_NOTHING = ("", "*/*", "unknown/unknown", "application/unknown", "application/octet-stream")
SAYS_XML = ("text/xml", "application/xml")
ROOT = re.compile(rb"\s*(?:<!--(?>.*?-->)\s*+)*+(?:<!doctype\s+html|<html)[\s>]", re.IGNORECASE | re.DOTALL)
TAG = re.compile(
    rb"\s*(?:<!--|<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p)[\s>])",
    re.IGNORECASE,
)
XHTML_ROOT = re.compile(
    rb"\s*<\?xml[^>]*>\s*(?:<!--(?>.*?-->)\s*+)*+(?:<!doctype\s+html|<html)", re.IGNORECASE | re.DOTALL
)
BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
OTHER_SIGNS = (
    b"%PDF-", b"%!PS-Adobe-", b"GIF8", b"\x89PNG\r\n", b"\xff\xd8\xff", b"PK\x03\x04", b"\x1f\x8b\x08", b"Rar!\x1a\x07",
    b"wOFF", b"wOF2", b"OggS\x00", b"\x1aE\xdf\xa3", b"\xd0\xcf\x11\xe0", b"\x7fELF", b"\x00asm",
    b"7z\xbc\xaf",
)  # fmt: skip


def may_be_page(identified: bytes | None, stated: bytes | None) -> bool:
    """Whether what is stated leaves open that it is a page, so that the body is worth unpacking."""
    if identified:
        return _plain(identified) in PAGES
    return _plain(stated or b"") in (*PAGES, *SAYS_NOTHING, *SAYS_XML, "text/plain")


def page_type(identified: bytes | None, stated: bytes | None, body: bytes) -> str | None:
    """`text/html` or `application/xhtml+xml`; None of what is no page.

    Args:
        identified: WARC-Identified-Payload-Type, if the archive has it.
        stated: Content-Type of the server.
        body: The body, without codings.
    """
    if identified:
        found = _plain(identified)
        return found if found in PAGES else None
    head = body[:LOOKED_AT]
    for bom in BOMS:
        head = head.removeprefix(bom)
    said = _plain(stated or b"")
    if said in PAGES:
        return None if head.startswith(OTHER_SIGNS) else said
    if (said in SAYS_NOTHING and TAG.match(head)) or (said == "text/plain" and ROOT.match(head)):
        return HTML
    return XHTML if said in (*SAYS_NOTHING, *SAYS_XML) and XHTML_ROOT.match(head) else None


def _plain(stated: bytes) -> str:
    """The type without its parameters; of several, as a repeated header gives them, the last that is one."""
    types = [part.partition(b";")[0].strip().lower() for part in stated.split(b",")]
    return next((t.decode("latin-1") for t in reversed(types) if b"/" in t), "")

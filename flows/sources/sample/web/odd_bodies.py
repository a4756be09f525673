"""Captures with odd bodies: hostile markup, bombs, codings, other types than HTML."""

from __future__ import annotations

import zlib
from dataclasses import replace

from flows.sources.sample.web import boilerplate
from flows.sources.sample.web.capture import Capture, Long
from flows.sources.sample.web.charsets import UTF_8
from flows.sources.sample.web.markup import page_html
from flows.sources.sample.web.odd_page import AWAY, TITLE, WORDS, Moment, odd_page
from flows.sources.sample.web.pages import headers, truth
from flows.sources.sample.web.stream import repeated

LONG_LINES, LINE = 100, b"never ending " * 80_660
"""A line of 100 MB: a hundred times a megabyte of words."""
BOMB_BYTES = 64 << 20


def script_in_title(number: int, when: Moment) -> Capture:
    """A script in the title."""
    page, made = odd_page(
        number, "script_in_title", when, title="<script>alert('title')</script> & \"ferry\""
    )
    body = page_html(page).replace("&lt;", "<").replace("&gt;", ">").encode()
    return replace(made, body=body, headers=headers(when.at, body, "text/html; charset=UTF-8"))


def unclosed_tags(number: int, when: Moment) -> Capture:
    """Nothing is closed."""
    _, made = odd_page(number, "unclosed_tags", when)
    text = "".join(f"<p><b>{line}" for line in WORDS[1:])
    body = (
        f"<html><head><title>{TITLE}</title><body bgcolor=white><div class=main><h1>{WORDS[0]}</h1>"
        f"{text}<ul><li><a href=/>{boilerplate.label(number)}<li><a href={AWAY.written} >{boilerplate.label(1)}"
    ).encode()
    return replace(made, body=body, headers=headers(when.at, body, "text/html; charset=UTF-8"))


def nested_divs(number: int, when: Moment) -> Capture:
    """100,000 elements deep."""
    page, made = odd_page(number, "nested_divs", when)
    html = page_html(page).replace("</body>", "<div>" * 100_000 + "zqdeep" + "</div>" * 100_000 + "</body>")
    body = html.encode()
    head = headers(when.at, body, "text/html; charset=UTF-8")
    return replace(made, body=body, headers=head, truth=None, set_aside="over_depth")


def gzip_bomb(number: int, when: Moment) -> Capture:
    """64 KB that unpack to 64 MB."""
    _, made = odd_page(number, "gzip_bomb", when)
    body = repeated(b"<html><body>", bytes(1 << 20), BOMB_BYTES >> 20, b"</body></html>")
    head = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    return _unread(replace(made, body=body, headers=head), "over_ratio")


def long_line(number: int, when: Moment) -> Capture:
    """A line of 100 MB."""
    _, made = odd_page(number, "long_line", when)
    begin, end = b"<html><body><h1>Long</h1><p>", b"</p></body></html>"
    size = len(begin) + LONG_LINES * len(LINE) + len(end)
    head = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(size))]
    made = replace(made, body=begin, headers=head, long=Long(LINE, LONG_LINES, end))
    return _unread(made, "over_cap")


def still_coded(number: int, when: Moment) -> Capture:
    """Chunked and packed."""
    page, made = odd_page(number, "still_coded", when)
    packed = zlib.compress(page_html(page).encode(), 6, 31)
    body = _chunks(packed, len(packed) // 2 + 1) + b"0\r\n\r\n"
    return replace(made, body=body, headers=_coded("gzip"))


def broken_chunks(number: int, when: Moment) -> Capture:
    """Chunks that break off."""
    page, made = odd_page(number, "broken_chunks", when)
    body = _chunks(page_html(page).encode(), 700)[:1_000]
    return _unread(replace(made, body=body, headers=_coded(None)), "bad_http")


def no_http(number: int, when: Moment) -> Capture:
    """No head."""
    page, made = odd_page(number, "no_http", when)
    return _unread(replace(made, body=page_html(page).encode(), headers=()), "bad_http")


def _chunks(body: bytes, size: int) -> bytes:
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)


def _coded(coding: str | None) -> list[tuple[str, str]]:
    packed = [("Content-Encoding", coding)] if coding else []
    return [("Content-Type", "text/html; charset=UTF-8"), *packed, ("Transfer-Encoding", "chunked")]


def _unread(made: Capture, reason: str) -> Capture:
    """A capture that no reader can read; WAT has no links of it."""
    return replace(made, truth=None, noted=None, planned=None, set_aside=reason)


def xhtml(number: int, when: Moment) -> Capture:
    """XHTML."""
    page, made = odd_page(number, "xhtml", when)
    body = b'<?xml version="1.0" encoding="utf-8"?>\n' + page_html(page).encode()
    mime = "application/xhtml+xml"
    return replace(
        made, body=body, identified=mime, headers=headers(when.at, body, f"{mime}; charset=utf-8"),
        truth=truth(page, UTF_8, mime),
    )  # fmt: skip


def pdf_as_html(number: int, when: Moment) -> Capture:
    """A PDF that the server calls HTML."""
    return _other(number, "pdf_as_html", when, "text/html", "application/pdf", b"%PDF-1.4\n% zqalo\n%%EOF\n")


def pdf(number: int, when: Moment) -> Capture:
    """A PDF."""
    return _other(number, "pdf", when, "application/pdf", "application/pdf", b"%PDF-1.4\n% zqbeni\n%%EOF\n")


def plain_text(number: int, when: Moment) -> Capture:
    """Text."""
    return _other(number, "plain_text", when, "text/plain", "text/plain", "\n".join(WORDS).encode())


def _other(number: int, what: str, when: Moment, stated: str, found: str, body: bytes) -> Capture:
    _, made = odd_page(number, what, when)
    plain = replace(made, truth=None, noted=None, planned=None, passed="not_html")
    return replace(plain, body=body, headers=headers(when.at, body, stated), identified=found)

"""Captures that trip readers: each with what a good reader makes of it."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from flows.sources.sample.hosts import Host
from flows.sources.sample.records import identity
from flows.sources.sample.web import boilerplate
from flows.sources.sample.web.capture import Capture, Long
from flows.sources.sample.web.charsets import UTF_8
from flows.sources.sample.web.links import Link, Planned
from flows.sources.sample.web.markup import Page, page_html
from flows.sources.sample.web.pages import captured, headers, truth
from flows.sources.sample.web.stream import repeated

ODD = {
    "script_in_title": "the title is the text of a script element; a title element holds text, so it is kept as it is",
    "unclosed_tags": "no element is closed, quotes are missing; a page all the same",
    "nested_divs": "100,000 div elements, one in another: set aside, though WAT has its links",
    "gzip_bomb": "a body of 64 KB that unpacks to 64 MB",
    "long_line": "a page with one line of 100 MB",
    "still_coded": "the body still is in chunks, and packed with gzip, as the headers say; a page",
    "broken_chunks": "the body is in chunks, and ends within the second one",
    "no_http": "the record has no HTTP head, but the page at once",
    "xhtml": "application/xhtml+xml; a page",
    "pdf_as_html": "the server says text/html, the crawler found a PDF",
    "pdf": "a PDF",
    "plain_text": "text/plain",
    "not_found": "status 404",
    "server_error": "status 500",
    "redirect": "status 301, with the address in Location",
    "redirect_relative": "status 302, Location is relative",
    "redirect_to_ip": "status 307, to an IP address",
    "redirect_nowhere": "status 303, Location is no address of the web",
    "unchanged": "a revisit record with status 304",
    "copy": "a revisit record of the same content",
    "robots": "a robots.txt with Sitemap lines",
}
"""Everything odd that is planted, and what it is."""
HOST = Host("odd.openmeadow-sample.org", "openmeadow-sample.org")
_TOP = "com.stoneforum-sample.www"
_AWAY = Link("a", "anchor", "https://www.stoneforum-sample.com/odd.html", _TOP)
_PLAIN = Planned(None, (Link("a", "anchor", "/"), _AWAY), None)
_WORDS = (
    "The ferry to the outer islands runs again after the long winter",
    "Harbour masters say that the new engine needs half the fuel and makes far less noise than the old one did",
    "Tickets are sold at the pier and in the market hall until the evening before the journey",
    "Children below the age of six travel free of charge if somebody holds their hand on the gangway",
)
"""Text of the odd pages, the heading first."""
LONG_LINES, LINE = 100, b"never ending " * 80_660
"""A line of 100 MB: a hundred times a megabyte of words."""
BOMB_BYTES = 64 << 20


@dataclass(frozen=True)
class Moment:
    """When and under which names odd things are captured."""

    at: datetime
    """When."""
    sixteen: bytes
    """From which the record's name is made."""


def _page(number: int, what: str, when: Moment, **more: str) -> tuple[Page, Capture]:
    title = more.get("title", f"{_WORDS[0]} | zqsite")
    page = Page(
        title, "en", _WORDS, _PLAIN, number, None, more.get("head_more", ""), more.get("body_more", "")
    )
    url = f"https://{HOST.authority}/{what}-{number}.html"
    made = captured(url, HOST, when.at, identity(when.sixteen), "eng", page, UTF_8)
    return page, replace(made, what=what)


def script_in_title(number: int, when: Moment) -> Capture:
    """A script in the title."""
    page, made = _page(number, "script_in_title", when, title="<script>alert('title')</script> & \"ferry\"")
    body = page_html(page).replace("&lt;", "<").replace("&gt;", ">").encode()
    return replace(made, body=body, headers=headers(when.at, body, "text/html; charset=UTF-8"))


def unclosed_tags(number: int, when: Moment) -> Capture:
    """Nothing is closed."""
    _, made = _page(number, "unclosed_tags", when)
    text = "".join(f"<p><b>{line}" for line in _WORDS[1:])
    body = (
        f"<html><head><title>{_WORDS[0]} | zqsite</title><body bgcolor=white><div class=main><h1>{_WORDS[0]}</h1>"
        f"{text}<ul><li><a href=/>{boilerplate.label(number)}<li><a href={_AWAY.written} >{boilerplate.label(1)}"
    ).encode()
    return replace(made, body=body, headers=headers(when.at, body, "text/html; charset=UTF-8"))


def nested_divs(number: int, when: Moment) -> Capture:
    """100,000 elements deep."""
    page, made = _page(number, "nested_divs", when)
    html = page_html(page).replace("</body>", "<div>" * 100_000 + "zqdeep" + "</div>" * 100_000 + "</body>")
    body = html.encode()
    head = headers(when.at, body, "text/html; charset=UTF-8")
    return replace(made, body=body, headers=head, truth=None, set_aside="over_depth")


def gzip_bomb(number: int, when: Moment) -> Capture:
    """64 KB that unpack to 64 MB."""
    _, made = _page(number, "gzip_bomb", when)
    body = repeated(b"<html><body>", bytes(1 << 20), BOMB_BYTES >> 20, b"</body></html>")
    head = [("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
    return _unread(replace(made, body=body, headers=head), "over_ratio")


def long_line(number: int, when: Moment) -> Capture:
    """A line of 100 MB."""
    _, made = _page(number, "long_line", when)
    begin, end = b"<html><body><h1>Long</h1><p>", b"</p></body></html>"
    size = len(begin) + LONG_LINES * len(LINE) + len(end)
    head = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(size))]
    made = replace(made, body=begin, headers=head, long=Long(LINE, LONG_LINES, end))
    return _unread(made, "over_cap")


def still_coded(number: int, when: Moment) -> Capture:
    """Chunked and packed."""
    page, made = _page(number, "still_coded", when)
    packed = zlib.compress(page_html(page).encode(), 6, 31)
    body = _chunks(packed, len(packed) // 2 + 1) + b"0\r\n\r\n"
    return replace(made, body=body, headers=_coded("gzip"))


def broken_chunks(number: int, when: Moment) -> Capture:
    """Chunks that break off."""
    page, made = _page(number, "broken_chunks", when)
    body = _chunks(page_html(page).encode(), 700)[:1_000]
    return _unread(replace(made, body=body, headers=_coded(None)), "bad_http")


def no_http(number: int, when: Moment) -> Capture:
    """No head."""
    page, made = _page(number, "no_http", when)
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
    page, made = _page(number, "xhtml", when)
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
    return _other(number, "plain_text", when, "text/plain", "text/plain", "\n".join(_WORDS).encode())


def _other(number: int, what: str, when: Moment, stated: str, found: str, body: bytes) -> Capture:
    _, made = _page(number, what, when)
    plain = replace(made, truth=None, noted=None, planned=None, passed="not_html")
    return replace(plain, body=body, headers=headers(when.at, body, stated), identified=found)


def not_found(number: int, when: Moment) -> Capture:
    """404."""
    return _status(number, "not_found", when, 404)


def server_error(number: int, when: Moment) -> Capture:
    """500."""
    return _status(number, "server_error", when, 500)


def _status(number: int, what: str, when: Moment, status: int, to: Link | None = None) -> Capture:
    """An answer that is no page; where it leads elsewhere its address stands in Location."""
    _, made = _page(number, what, when)
    body = f"<html><head><title>{status}</title></head><body>{boilerplate.words(number, 5)}</body></html>".encode()
    more = [("Location", to.written)] if to else []
    return replace(
        made, status=status, body=body, headers=headers(when.at, body, "text/html", more), truth=None,
        noted={"Head": {"Title": str(status)}}, planned=None, elsewhere=(to,) if to else (), passed="not_ok",
    )  # fmt: skip


def redirect(number: int, when: Moment) -> Capture:
    """301."""
    to = Link("location", "redirect", "https://www.stoneforum-sample.com/moved.html", _TOP)
    return _status(number, "redirect", when, 301, to)


def redirect_relative(number: int, when: Moment) -> Capture:
    """302."""
    return _status(number, "redirect_relative", when, 302, Link("location", "redirect", "/moved/here.html"))


def redirect_to_ip(number: int, when: Moment) -> Capture:
    """307."""
    return _status(number, "redirect_to_ip", when, 307, Link("location", "ip_address", "http://192.0.2.1/"))


def redirect_nowhere(number: int, when: Moment) -> Capture:
    """303."""
    return _status(
        number, "redirect_nowhere", when, 303, Link("location", "other_scheme", "market://details")
    )


def unchanged(number: int, when: Moment) -> Capture:
    """A revisit: 304."""
    _, made = _page(number, "unchanged", when)
    return _revisit(replace(made, status=304, body=b"", headers=[("ETag", '"zq"')]))


def copy(number: int, when: Moment) -> Capture:
    """A revisit: the same content as before."""
    _, made = _page(number, "copy", when)
    return _revisit(replace(made, body=b""))


def _revisit(made: Capture) -> Capture:
    return replace(made, truth=None, noted=None, planned=None, passed="revisit", revisit=True)


def robots(number: int, when: Moment) -> Capture:
    """robots.txt."""
    _, made = _page(number, "robots", when)
    host = Host(f"r{number}.openmeadow-sample.org", "openmeadow-sample.org")
    maps = (
        Link("sitemap", "sitemap", f"https://{host.authority}/map.xml", f"org.openmeadow-sample.r{number}"),
        Link("sitemap", "sitemap", "https://www.stoneforum-sample.com/map.xml", _TOP),
    )
    lines = [f"sitemap: {link.written}" for link in maps]
    body = "\r\n".join(("User-agent: *", "Disallow: /zq/", *lines, "")).encode()
    return replace(
        made, url=f"https://{host.authority}/robots.txt", authority=host.authority, body=body, truth=None, noted=None,
        headers=headers(when.at, body, "text/plain"), planned=None, elsewhere=maps, identified="text/x-robots",
        passed="robots_txt",
    )  # fmt: skip


Make = Callable[[int, Moment], Capture]
EVERY: tuple[Make, ...] = (not_found, redirect, pdf, plain_text, copy)
"""In the first file of every crawl."""
BY_CRAWL: dict[int, tuple[Make, ...]] = {
    0: (script_in_title, pdf_as_html),
    1: (unclosed_tags, xhtml),
    2: (nested_divs,),
    3: (gzip_bomb, still_coded),
    4: (long_line,),
    5: (broken_chunks, no_http),
}
"""Besides, in the first file of each crawl, by its place among them."""
DIAGNOSTICS: tuple[Make, ...] = (
    not_found, server_error, redirect, redirect_relative, redirect_to_ip, redirect_nowhere, unchanged
)  # fmt: skip
"""In crawldiagnostics."""

"""Captures that are no pages by their answer: errors, redirects, revisits, robots.txt."""

from __future__ import annotations

from dataclasses import replace

from flows.sources.sample.hosts import Host
from flows.sources.sample.web import boilerplate
from flows.sources.sample.web.capture import Capture
from flows.sources.sample.web.links import Link
from flows.sources.sample.web.odd_page import TOP, Moment, odd_page
from flows.sources.sample.web.pages import headers


def not_found(number: int, when: Moment) -> Capture:
    """404."""
    return _status(number, "not_found", when, 404)


def server_error(number: int, when: Moment) -> Capture:
    """500."""
    return _status(number, "server_error", when, 500)


def _status(number: int, what: str, when: Moment, status: int, to: Link | None = None) -> Capture:
    """An answer that is no page; where it leads elsewhere its address stands in Location."""
    _, made = odd_page(number, what, when)
    body = f"<html><head><title>{status}</title></head><body>{boilerplate.words(number, 5)}</body></html>".encode()
    more = [("Location", to.written)] if to else []
    return replace(
        made, status=status, body=body, headers=headers(when.at, body, "text/html", more), truth=None,
        noted={"Head": {"Title": str(status)}}, planned=None, elsewhere=(to,) if to else (), passed="not_ok",
    )  # fmt: skip


def redirect(number: int, when: Moment) -> Capture:
    """301."""
    to = Link("location", "redirect", "https://www.stoneforum-sample.com/moved.html", TOP)
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
    _, made = odd_page(number, "unchanged", when)
    return _revisit(replace(made, status=304, body=b"", headers=[("ETag", '"zq"')]))


def copy(number: int, when: Moment) -> Capture:
    """A revisit: the same content as before."""
    _, made = odd_page(number, "copy", when)
    return _revisit(replace(made, body=b""))


def _revisit(made: Capture) -> Capture:
    return replace(made, truth=None, noted=None, planned=None, passed="revisit", revisit=True)


def robots(number: int, when: Moment) -> Capture:
    """robots.txt."""
    _, made = odd_page(number, "robots", when)
    host = Host(f"r{number}.openmeadow-sample.org", "openmeadow-sample.org")
    maps = (
        Link("sitemap", "sitemap", f"https://{host.authority}/map.xml", f"org.openmeadow-sample.r{number}"),
        Link("sitemap", "sitemap", "https://www.stoneforum-sample.com/map.xml", TOP),
    )
    lines = [f"sitemap: {link.written}" for link in maps]
    body = "\r\n".join(("User-agent: *", "Disallow: /zq/", *lines, "")).encode()
    return replace(
        made, url=f"https://{host.authority}/robots.txt", authority=host.authority, body=body, truth=None, noted=None,
        headers=headers(when.at, body, "text/plain"), planned=None, elsewhere=maps, identified="text/x-robots",
        passed="robots_txt",
    )  # fmt: skip

"""A page from its bytes: text, title, canonical address, language. Works on hostile input, so it runs in a worker."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from flows.sources.hosts import host_of
from flows.sources.html.charset import text_of
from flows.sources.html.depth import depth
from flows.sources.html.extractors import Extract
from flows.sources.language import detect
from flows.sources.members import Fault

TITLE_CAP = 1000
URL_CAP = 2083  # what browsers and Common Crawl's index take
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Captured:
    """A page as it was captured."""

    body: bytes
    """Its bytes, without codings."""
    content_type: bytes | None
    """What the server stated."""
    url: str
    """Its address."""


@dataclass(frozen=True)
class Page:
    """What was got out of it."""

    text: bytes
    """Main text, UTF-8."""
    title: str | None
    """Its title, white space as single blanks."""
    canonical_url: str | None
    """Address it states as its proper one, made absolute."""
    charset: str
    """Encoding it was read in."""
    language: str
    """ISO 639-3."""


def page(captured: Captured, extract: Extract, depth_cap: int) -> Page:
    """Read a page.

    Raises:
        Fault: `over_depth`.
    """
    from resiliparse.parse.html import HTMLTree

    html, charset = text_of(captured.body, captured.content_type)
    html = html.replace("\0", "\ufffd")  # as browsers do
    tree = HTMLTree.parse(html)
    deep = depth(tree, captured.body, depth_cap)
    if deep > depth_cap:
        raise Fault("over_depth", f"elements nest {deep} deep or deeper, more than {depth_cap}")
    text = UNSEEN.sub("", extract(tree, html)).strip().encode()
    return Page(text, _title(tree), canonical(tree, captured.url), charset, detect(text))


def _title(tree: Any) -> str | None:
    found = UNSEEN.sub("", " ".join((tree.title or "").split()))
    return found[:TITLE_CAP] or None


def canonical(tree: Any, url: str) -> str | None:
    """What the page's `<link rel=canonical>` says, made absolute; None where it says nothing or nonsense."""
    link = tree.head.query_selector('link[rel~="canonical" i][href]') if tree.head else None
    stated = link.getattr("href").strip() if link else ""
    if not stated or len(stated) > URL_CAP:
        return None
    base = tree.head.query_selector("base[href]")
    try:
        absolute = urljoin(urljoin(url, base.getattr("href").strip() if base else ""), stated)
        scheme = urlsplit(absolute).scheme
    except ValueError:
        return None
    fits = scheme in ("http", "https") and len(absolute) <= URL_CAP and host_of(absolute)
    return absolute if fits and not re.search(r"[\s<>\"]", absolute) and not UNSEEN.search(absolute) else None

"""A planned page as a capture: its HTML in some encoding, the server's headers, and what is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flows.sources.sample.hosts import Host
from flows.sources.sample.web.capture import Capture, Truth
from flows.sources.sample.web.charsets import Coding
from flows.sources.sample.web.links import Planned
from flows.sources.sample.web.markup import Page, http_links, noted, page_html

LANG = {"eng": "en", "deu": "de", "fra": "fr", "spa": "es", "por": "pt", "tur": "tr", "rus": "ru", "ell": "el",
        "hin": "hi", "ara": "ar", "zho": "zh", "tha": "th"}  # fmt: skip
"""BCP 47 of the sample's languages."""


def headers(
    moment: datetime, body: bytes, of_type: str, more: Sequence[tuple[str, str]] = ()
) -> list[tuple[str, str]]:
    """Header fields as Common Crawl stores them: codings are undone, and their headers renamed."""
    return [
        ("Date", f"{moment:%a, %d %b %Y %H:%M:%S} GMT"),
        ("Server", "sample/1.0"),
        ("Content-Type", of_type),
        ("X-Crawler-Content-Encoding", "gzip"),
        *more,
        ("X-Crawler-Transfer-Encoding", "chunked"),
        ("Content-Length", str(len(body))),
    ]


def paragraphs(text: str) -> tuple[str, ...]:
    """Heading and paragraphs of a page's text: its lines, without blanks at their ends."""
    return tuple(line for raw in text.split("\n") if (line := raw.strip()))


def captured(
    url: str, host: Host, moment: datetime, name: str, language: str, page: Page, coding: Coding
) -> Capture:
    """The capture of a page.

    Args:
        url: Its address.
        host: Host of that.
        moment: When.
        name: Name of its record.
        language: ISO 639-3.
        page: The page.
        coding: In what it is written.
    """
    body = coding.encode(page_html(page))
    of_type = f"text/html; charset={coding.http}" if coding.http else "text/html"
    return Capture(
        url, host.authority, host.registered_domain, moment, name, 200,
        headers(moment, body, of_type, http_links(page.planned.links)), body, language,
        truth(page, coding), noted(page), page.planned,
    )  # fmt: skip


def truth(page: Page, coding: Coding, mime: str = "text/html") -> Truth:
    """What is true of it."""
    title = " ".join(page.title.split())
    return Truth(title, "\n".join(page.paragraphs), coding.name, page.planned.canonical, mime)


def of_text(text: str, language: str, planned: Planned, number: int, coding: Coding) -> Page:
    """A page with this text; its title is its heading and the name of the site."""
    lines = paragraphs(text)
    title = f"{lines[0]} | zqsite"
    return Page(title, LANG.get(language, language), lines, planned, number, coding.meta)

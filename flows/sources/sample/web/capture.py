"""A capture before it is a record: what the server answered, and what a perfect reader makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from flows.sources.sample.web.links import Link, Planned
from flows.sources.sample.web.record import Headers

Subset = Literal["warc", "crawldiagnostics", "robotstxt"]
"""Part of the archive, and of the index, that a capture is in."""


@dataclass(frozen=True)
class Truth:
    """What is true of a page that can be read."""

    title: str
    """Text of its title element, white space as single blanks."""
    main_text: str
    """Its main text, a paragraph a line, the heading first."""
    charset: str
    """Encoding, as the WHATWG names it."""
    canonical: str | None
    """Its canonical address, absolute."""
    mime: str = "text/html"
    """`text/html` or `application/xhtml+xml`."""


@dataclass(frozen=True)
class Long:
    """The rest of a very long body."""

    middle: bytes
    """What is repeated."""
    times: int
    """How often."""
    end: bytes
    """What stands behind it."""


@dataclass(frozen=True)
class Capture:
    """A capture."""

    url: str
    """Address."""
    authority: str
    """Host of it, with a port where it has one."""
    registered_domain: str | None
    """Part below the public suffix, with its label."""
    moment: datetime
    """When it was captured."""
    name: str
    """Name of its record."""
    status: int
    """Status of the answer."""
    headers: Headers
    """Header fields of the answer."""
    body: bytes
    """Body as stored."""
    language: str = "und"
    """Language, ISO 639-3."""
    truth: Truth | None = None
    """What it says, where it is a page that can be read."""
    noted: dict[str, Any] | None = None
    """HTML-Metadata of WAT."""
    planned: Planned | None = None
    """Links, where pages with status 200 are read for them."""
    elsewhere: tuple[Link, ...] = ()
    """A redirect or sitemaps, where all captures are read for links."""
    identified: str = "text/html"
    """Type that the crawler found."""
    passed: str | None = None
    """Why a reader of pages passes it (`schemas.reasons.PASSED`)."""
    set_aside: str | None = None
    """Why it must set it aside (`schemas.reasons.REASONS`)."""
    what: str | None = None
    """What is odd about it, a key of `odd.ODD`."""
    revisit: bool = False
    """Whether it is a revisit record."""
    long: Long | None = None
    """What follows the body where it is too long to be held."""

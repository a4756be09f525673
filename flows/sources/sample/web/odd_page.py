"""The plain page that odd captures are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flows.sources.sample.hosts import Host
from flows.sources.sample.records import identity
from flows.sources.sample.web.capture import Capture
from flows.sources.sample.web.charsets import UTF_8
from flows.sources.sample.web.links import Link, Planned
from flows.sources.sample.web.markup import Page
from flows.sources.sample.web.pages import captured

HOST = Host("odd.openmeadow-sample.org", "openmeadow-sample.org")
TOP = "com.stoneforum-sample.www"
AWAY = Link("a", "anchor", "https://www.stoneforum-sample.com/odd.html", TOP)
_PLAIN = Planned(None, (Link("a", "anchor", "/"), AWAY), None)
WORDS = (
    "The ferry to the outer islands runs again after the long winter",
    "Harbour masters say that the new engine needs half the fuel and makes far less noise than the old one did",
    "Tickets are sold at the pier and in the market hall until the evening before the journey",
    "Children below the age of six travel free of charge if somebody holds their hand on the gangway",
)
"""Text of the odd pages, the heading first."""


@dataclass(frozen=True)
class Moment:
    """When and under which names odd things are captured."""

    at: datetime
    """When."""
    sixteen: bytes
    """From which the record's name is made."""


TITLE = f"{WORDS[0]} | zqsite"


def odd_page(number: int, what: str, when: Moment, title: str = TITLE) -> tuple[Page, Capture]:
    """A plain page, and its capture under an address that says what will be odd about it."""
    page = Page(title, "en", WORDS, _PLAIN, number)
    url = f"https://{HOST.authority}/{what}-{number}.html"
    made = captured(url, HOST, when.at, identity(when.sixteen), "eng", page, UTF_8)
    return page, replace(made, what=what)

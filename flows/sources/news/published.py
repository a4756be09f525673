"""When an article was published: the most trustworthy date that can be true."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from flows.sources.news.dates import Resolution, Stated, in_path, parse
from flows.sources.news.linked import Linked
from flows.sources.news.markup import Markup

Source = Literal["json-ld", "meta", "time", "url", "capture"]
Confidence = Literal["high", "medium", "low"]

WEB_BEGAN = datetime(1991, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)  # clocks differ, and a day without a zone may begin half a day earlier elsewhere
# Names of meta tags that can mean nothing but the date of publication, and such that may mean another date.
PUBLISHED = ("article:published_time", "og:article:published_time", "article:published", "datepublished",
             "og:published_time", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime",
             "article.published", "published_time", "publish-date", "publishdate", "publish_date")  # fmt: skip
DATES = ("dc.date.issued", "dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "date",
         "pubdate", "og:pubdate", "article_date_original", "datecreated", "originalpublicationdate")  # fmt: skip


@dataclass(frozen=True)
class Published:
    """A date of publication, and how it is known."""

    at: datetime
    """The time, UTC."""
    source: Source
    """Where it stands."""
    confidence: Confidence
    """How far it can be trusted."""
    resolution: Resolution
    """How exactly it is stated."""


def published(url: str, markup: Markup, linked: Linked, captured_at: datetime) -> Published:
    """The first date that can be true, in the order of trust; the time of capture where there is none.

    A date before the web began or more than a day after the capture cannot be true.
    """
    for source, confidence, stated in _candidates(url, markup, linked):
        if stated and WEB_BEGAN <= stated.at <= captured_at + AHEAD:
            return Published(stated.at, source, confidence, stated.resolution)
    return Published(captured_at, "capture", "low", "time")


def _candidates(
    url: str, markup: Markup, linked: Linked
) -> Iterator[tuple[Source, Confidence, Stated | None]]:
    """Dates on the page, the most trustworthy first."""
    for text in linked.of_article:
        yield "json-ld", "high", parse(text)
    for text in _contents(markup, PUBLISHED):
        yield "meta", "high", parse(text)
    for text in linked.of_others:
        yield "json-ld", "medium", parse(text)
    for text in _contents(markup, DATES):
        yield "meta", "medium", parse(text)
    marked = [t for t in markup.times if "pubdate" in t or "date" in t.get("itemprop", "").lower()]
    for time in marked:
        yield "time", "medium", parse(time.get("datetime", ""))
    for tag in markup.dated:
        yield "meta", "medium", parse(tag.get("content") or tag.get("datetime", ""))
    for day in in_path(_path(url)):
        yield "url", "medium", day
    for time in markup.times:
        yield "time", "low", parse(time.get("datetime", ""))


def _contents(markup: Markup, names: tuple[str, ...]) -> Iterator[str]:
    for wanted in names:
        for name, content in markup.metas:
            if name == wanted:
                yield content


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:  # an address that cannot be one, such as http://[x
        return ""

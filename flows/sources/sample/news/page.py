"""An article's page: where its date stands, its title, what is around it; and pages that are no articles."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from flows.sources.sample.news.outlets import Outlet
from flows.sources.sample.news.plan import Article
from flows.sources.sample.web import boilerplate as around
from flows.sources.sample.web.markup import attribute
from flows.sources.sample.web.pages import LANG


@dataclass(frozen=True)
class Written:
    """A page, and what is true of it."""

    url: str
    """Its address."""
    body: bytes
    """Its bytes, UTF-8."""
    title: str
    """Title that it states."""
    published_at: datetime
    """Date that a perfect reader finds: as stated, or that of the capture."""
    published_source: str
    """Where it stands: json-ld, meta, time, url or capture."""


_PLAIN = '<html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'
ZONE = timezone(timedelta(hours=2))


def _slug(article: Article) -> str:
    """Words of an address; letters beyond ASCII are left out."""
    words = ["".join(c for c in word if c.isascii()) for word in article.headline.lower().split()]
    return f"{'-'.join(word or 'x' for word in words)}-{article.number}.html"


def article_page(article: Article) -> Written:
    """The page of an article."""
    host = f"www.{article.outlet.domain}"
    when, kind = article.published, article.date_in
    day = f"{when:%Y/%m/%d}/" if kind == "url" else "world/"
    url = f"https://{host}/{day}{_slug(article)}"
    head, inside, found = _dated(article)
    title = f"{article.headline} | zqpress"
    stated = kind in ("json-ld", "impossible")
    heading, *rest = (attribute(text) for text in article.paragraphs)
    parts = [f"<p>{text}</p>\n" for text in rest]
    parts.insert(len(parts) // 2, around.within(article.number))
    html = (
        f'<!DOCTYPE html>\n<html lang="{LANG[article.outlet.language]}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{attribute(title)}</title>\n{head}"
        f'<link rel="canonical" href="{attribute(url)}">\n<meta property="og:type" content="article">\n'
        "</head>\n<body>\n"
        f"{around.banner(article.number)}<header><nav>{_menu(article.number)}</nav></header>\n"
        f"<main><article>\n<h1>{heading}</h1>\n{inside}"
        f"{''.join(parts)}</article></main>\n{around.comments(article.number)}"
        f'<aside class="sidebar"><ul>{_menu(article.number + 3)}</ul></aside>\n{around.footer(article.number)}'
        "</body>\n</html>\n"
    )
    at, source = found
    return Written(url, html.encode(), article.headline if stated else title, at, source)


def _menu(number: int) -> str:
    return "".join(
        f'<li><a href="/{around.WORDS[(number + i) % 24]}">{around.label(number + i)}</a></li>'
        for i in range(4)
    )


def _dated(article: Article) -> tuple[str, str, tuple[datetime, str]]:
    """HTML for the head, HTML below the heading, and the date that a perfect reader finds with its source."""
    when, kind = article.published, article.date_in
    local = when.astimezone(ZONE)
    if kind == "json-ld":
        return _ld(article, local.isoformat()), "", (when, "json-ld")
    if kind == "impossible":
        meta = f'<meta property="article:published_time" content="{when:%Y-%m-%dT%H:%M:%SZ}">\n'
        wrong = ("2031-02-03T04:05:06Z", "2023-02-31T10:00:00Z")[article.number % 20 > 9]
        return _ld(article, wrong) + meta, "", (when, "meta")
    if kind == "meta":
        told = f'<meta property="article:published_time" content="{local.isoformat()}">\n'
        return told, "", (when, "meta")
    if kind == "time":
        stamp = f"{when:%Y-%m-%dT%H:%M:%SZ}"
        shown = around.label(article.number)
        return "", f'<time itemprop="datePublished" datetime="{stamp}">{shown}</time>\n', (when, "time")
    if kind == "url":
        return "", "", (when.replace(hour=0, minute=0), "url")
    return "", "", (article.captured, "capture")


def _ld(article: Article, published: str) -> str:
    told = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline,
        "datePublished": published,
        "dateModified": "2023-12-24T00:00:00Z",
        "publisher": {"@type": "Organization", "name": "zqpress"},
    }
    return f'<script type="application/ld+json">{json.dumps(told, ensure_ascii=False)}</script>\n'


def front_page(outlet: Outlet, number: int) -> tuple[str, bytes]:
    """Address and bytes of an outlet's front page."""
    return f"https://www.{outlet.domain}/", _list(number)


def section_page(outlet: Outlet, number: int) -> tuple[str, bytes]:
    """Address and bytes of a page that lists others."""
    return f"https://www.{outlet.domain}/topics/ferry", _list(number)


def stub_page(outlet: Outlet, number: int) -> tuple[str, bytes]:
    """Address and bytes of a page with a sentence of text."""
    html = _PLAIN.format(title="Correction", body="<h1>Correction</h1><p>A line was left out.</p>")
    return f"https://www.{outlet.domain}/notes/a-short-correction-{number}.html", html.encode()


def _list(number: int) -> bytes:
    items = "".join(
        f'<li><a href="/world/{around.label(n).replace(" ", "-")}-{n}">{around.words(n, 6)}</a></li>'
        for n in range(number, number + 40)
    )
    return _PLAIN.format(title="zqpress", body=f"<ul>{items}</ul>").encode()

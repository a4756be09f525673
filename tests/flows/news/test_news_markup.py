"""What a page says of itself: where dates stand, which is trusted, what is no article; hostile pages do no harm."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.news import article, linked, markup
from flows.sources.news.published import published

CAPTURED = datetime(2024, 5, 13, 9, 30, tzinfo=UTC)
URL = "https://www.example.org/news/a-title-of-three"


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


def dated(page: str, url: str = URL):
    found = markup.read(page)
    told = published(url, found, linked.read(found.blocks), CAPTURED)
    return told.at.isoformat()[:16], told.source, told.confidence, told.resolution


ARTICLE = {"@type": "NewsArticle", "datePublished": "2024-05-12T10:00:00+02:00"}
HIGH = ("2024-05-12T08:00", "json-ld", "high", "time")


@pytest.mark.parametrize(
    "block",
    [
        ARTICLE,
        [ARTICLE],
        {"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": {"@type": ["Thing", "http://schema.org/OpinionNewsArticle"], **ARTICLE}},
        {"@type": "schema:NewsArticle", "datePublished": {"@value": "2024-05-12T10:00:00+02:00"}},
        [{"@type": "BreadcrumbList"}, [ARTICLE, ARTICLE | {"datePublished": "2019-01-01"}]],
        ARTICLE | {"comment": [{"@type": "NewsArticle", "datePublished": "2024-05-13"}]},
        {"itemListElement": [ARTICLE | {"datePublished": "2011-01-01"}], "mainEntityOfPage": ARTICLE},
    ],
)  # fmt: skip
def test_dates_in_json_ld_wherever_they_are_nested(block):
    assert dated(ld(block)) == HIGH


def test_json_ld_that_is_no_json():
    broken = '{"@type": "NewsArticle", "headline": "a " quote", "datePublished" : "2024-05-12T08:00:00Z",}'
    assert dated(f"<script type='application/ld+json'>{broken}</script>") == HIGH
    commented = f"<!-- {json.dumps(ARTICLE)} -->"
    assert dated(f"<script type=application/ld+json>{commented}</script>") == HIGH
    lines = json.dumps(ARTICLE | {"headline": "x y"}).replace("x y", "x\n\ty")
    assert dated(f'<SCRIPT TYPE="application/LD+JSON">{lines}</SCRIPT>') == HIGH


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ('<meta property="article:published_time" content="2024-05-12T08:00Z">', ("meta", "high", "time")),
        ("<META CONTENT='2024-05-12T08:00Z' NAME=Article:Published_Time />", ("meta", "high", "time")),
        ('<meta itemprop="datePublished" content="2024-05-12T08:00:00Z">', ("meta", "high", "time")),
        ('<meta name="DC.date.issued" content="2024-05-12T08:00Z">', ("meta", "medium", "time")),
        ('<meta name=date content="12 May 2024 08:00 GMT">', ("meta", "medium", "time")),
        ('<meta name="date"content="2024-05-12T08:00Z"">', ("meta", "medium", "time")),
        ('<span itemprop="datePublished" content="2024-05-12T08:00Z">x</span>', ("meta", "medium", "time")),
        ("<time itemprop=datePublished datetime=2024-05-12T08:00Z>", ("time", "medium", "time")),
        ("<time pubdate datetime='2024-05-12T08:00&#43;00:00'>today</time>", ("time", "medium", "time")),
        ('<p><time class="x" datetime="2024-05-12 08:00">', ("time", "low", "local")),
        (ld({"@type": "WebPage", "datePublished": "2024-05-12T08:00Z"}), ("json-ld", "medium", "time")),
    ],
)
def test_each_place_of_a_date(page, told):
    assert dated(page) == ("2024-05-12T08:00", *told)


def test_the_order_of_trust():
    sources = [
        (ld(ARTICLE), "json-ld", "high"),
        ('<meta property="article:published_time" content="2024-05-11T08:00Z">', "meta", "high"),
        (ld({"@type": "WebPage", "datePublished": "2024-05-10"}), "json-ld", "medium"),
        ('<meta name="dc.date" content="2024-05-09">', "meta", "medium"),
        ('<time pubdate datetime="2024-05-08">', "time", "medium"),
    ]
    while sources:
        page = "".join(part for part, *_ in reversed(sources))
        assert dated(page, "https://x.org/2024/05/07/a")[1:3] == tuple(sources[0][1:])
        del sources[0]
    assert dated("", "https://x.org/2024/05/07/a") == ("2024-05-07T00:00", "url", "medium", "day")
    low = '<time datetime="2024-05-06">'
    assert dated(low, "https://x.org/2024/05/07/a")[1:3] == ("url", "medium")
    assert dated(low) == ("2024-05-06T00:00", "time", "low", "day")
    assert dated("") == ("2024-05-13T09:30", "capture", "low", "time")


@pytest.mark.parametrize("impossible", ["2024-05-14T10:00:00Z", "1990-12-31", "0000-00-00", "3024-01-01"])
def test_an_impossible_date_is_refused_and_the_next_taken(impossible):
    page = ld(ARTICLE | {"datePublished": impossible}) + '<meta name="date" content="2024-05-12">'
    assert dated(page) == ("2024-05-12T00:00", "meta", "medium", "day")
    assert dated(ld(ARTICLE | {"datePublished": impossible}))[1] == "capture"


def test_a_day_ahead_of_the_capture_may_be_a_clock():
    assert dated(ld(ARTICLE | {"datePublished": "2024-05-14T09:00:00Z"}))[1] == "json-ld"


def test_what_is_not_shown_is_not_read():
    page = (
        "<!-- <meta name=date content=2020-01-01> --><script>'<meta name=date content=2020-01-02>'</script>"
    )
    assert dated(page + "<meta name=date content=2024-05-12>")[0] == "2024-05-12T00:00"
    assert dated(page)[1] == "capture"


def left_out(page: str, url: str = URL) -> str | None:
    found = markup.read(page)
    return article.left_out(url, found, linked.read(found.blocks))


@pytest.mark.parametrize(
    ("url", "page", "reason"),
    [
        ("https://x.org", "", "front_page"),
        ("https://x.org/?utm=1", "", "front_page"),
        ("https://x.org/index.html", "", "front_page"),
        ("https://x.org/", ld(ARTICLE), "front_page"),
        ("https://x.org/?p=123", ld(ARTICLE), None),
        ("https://x.org/sport", "", "listing"),
        ("https://x.org/world/europe/", "", "listing"),
        ("https://x.org/world/middle-east", "", "listing"),
        ("https://x.org/tag/man-bites-dog", "", "listing"),
        ("https://x.org/news/page/2", "", "listing"),
        ("https://x.org/a-long-title-here", ld({"@type": "CollectionPage"}), "listing"),
        ("https://x.org/sport", ld(ARTICLE), None),
        ("https://x.org/sport", '<meta property="og:type" content="article">', None),
        ("https://x.org/topics/x", ld([{"@type": "ItemList"}, ARTICLE]), None),
        ("https://x.org/world/man-bites-dog", "", None),
        ("https://x.org/world/12345", "", None),
        ("https://x.org/news.php?id=5", "", None),
        ("https://x.org/2024/05/12/dog", "", None),
        ("http://[x", "", None),
    ],
)
def test_what_is_no_article(url, page, reason):
    assert left_out(page, url) == reason


def test_title_and_section():
    nothing = linked.read([])
    found = markup.read(
        '<meta name="twitter:title" content="C"><meta property="og:title" content="A &#38;\n B">'
    )
    assert (article.title(found, nothing), article.section(found, nothing)) == ("A & B", None)
    told = linked.read([json.dumps(ARTICLE | {"headline": "A\ud800B", "articleSection": ["Sport", "News"]})])
    assert (article.title(found, told), article.section(found, told)) == ("A?B", "Sport")
    stated = markup.read("<meta property=article:section content='World'>")
    assert article.section(stated, nothing) == "World"


def test_the_digest_is_of_words_not_of_blanks():
    assert article.digest("Man  bites\nDog ") == article.digest("man bites dog")
    assert article.digest("man bites dog") != article.digest("man bites a dog")
    plain = hashlib.blake2b("mańn bites dog".encode(), digest_size=16).hexdigest()
    assert article.digest(" MAŃN bites\u00a0dog") == plain


PIECES = ["<", ">", '"', "'", "=", "/", " ", "<meta ", "name=", "content=", "date", "<time datetime=", "<!--", "-->",
          "<script type=application/ld+json>", "</script>", "{", "}", "[", "]", ":", '"@type"', '"NewsArticle"', ",",
          '"datePublished"', '"2024-05-12"', "itemprop=datePublished", "<title>", "&#x41;", "&#99999999999;", "\0",
          "\ud800", "2024-05-12", "<link rel=canonical href=", "http://[", "é", "<html lang=", '"@graph"']  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join), st.text(max_size=30))
@settings(deadline=None, max_examples=400)
def test_no_page_is_an_error(page, url):
    for address in (url, "https://x.org/" + url):
        found = markup.read(page)
        told = linked.read(found.blocks)
        when = published(address, found, told, CAPTURED)
        assert when.at.year >= 1991
        assert article.left_out(address, found, told) in (None, "front_page", "listing")
        for text in (article.title(found, told), article.section(found, told)):
            assert text is None or (text.strip() and text.encode())


@pytest.mark.parametrize(
    "piece",
    ["<meta ", "<meta a='", '<meta a="', "<!--", "<title>", "<script>", "<script type=application/ld+json>[", "<",
     "<time/", "<meta  =  ", " itemprop=datePublished ", "<link rel=canonical href=//", "<meta " + "a " * 70, "&#9",
     "<html" + " " * 500, "<meta content='" + "&amp" * 99 + "'>"],
)  # fmt: skip
def test_a_page_without_end_takes_linear_time(piece):
    """Four megabytes of it: were any step quadratic, this test would not end."""
    found = markup.read(piece * ((4 << 20) // len(piece)))
    told = linked.read(found.blocks)
    assert published(URL, found, told, CAPTURED).source == "capture"
    assert max(len(found.metas), len(found.times), len(found.dated), len(found.blocks)) <= 500


def test_deep_json_is_no_error():
    for block in (
        "[" * 100_000,
        '{"a":' * 100_000,
        "9" * 10_000,
        '{"@type":"NewsArticle","x":' + "[" * 50_000,
    ):
        assert dated(f"<script type=application/ld+json>{block}</script>")[1] == "capture"

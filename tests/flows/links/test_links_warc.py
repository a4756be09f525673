"""Links read from HTML: the same as WAT's on the same pages, and the known answers of real archives."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.hosts import registered_domain, reverse
from flows.sources.html.pages import Captured
from flows.sources.links.edges import Edges
from flows.sources.links.html import links_of
from flows.sources.links.warc import warc_links
from schemas.links import KINDS, links
from tests.flows.links.wats import LIMITS, edges, own, page_record, read_warc, read_wat, record, wat_record

URL = "https://www.example.org/dir/page.html"
A = "org.example.www"
HEAD = """<!DOCTYPE html><html><head><title>t</title>{base}
<link rel=canonical href="https://l1.com/"><link rel="apple-touch-icon" href="https://l2.com/">
<link href="//l3.com/feed" rel="alternate" type="application/rss+xml">
<meta property="og:image" content="https://m1.com/x.png"><meta name=x content="no https://m0.com/">
<meta http-equiv=refresh content="5;url=https://m2.com/">
<script src="https://s.com/x.js"></script>
<style>@import "https://c1.com/a.css"; a {{ background: url( 'https://c2.com/' ) }}</style>
</head><body background="https://k9.com/b.png">"""
WAT_HEAD = {
    "Link": [
        {"path": "LINK@/href", "url": "https://l1.com/", "rel": "canonical"},
        {"path": "LINK@/href", "url": "https://l2.com/", "rel": "apple-touch-icon"},
        {"path": "LINK@/href", "url": "//l3.com/feed", "rel": "alternate", "type": "application/rss+xml"},
    ],
    "Metas": [
        {"property": "og:image", "content": "https://m1.com/x.png"},
        {"name": "x", "content": "no https://m0.com/"},
        {"http-equiv": "refresh", "content": "5;url=https://m2.com/"},
    ],
    "Scripts": [{"path": "SCRIPT@/src", "url": "https://s.com/x.js"}],
}
WAT_LINKS = [
    {"path": "STYLE/#text", "href": "https://c2.com/"},
    {"path": "STYLE/#text", "href": "https://c1.com/a.css"},
    {"path": "BODY@/background", "url": "https://k9.com/b.png"},
]
urls = st.sampled_from(
    ["", "#x", "/x?a=1&b=2", "x.html", "//b.com/x", "https://B.com:443/", "http://www.c.org/", "mailto:x@y.com",
     "http://10.0.0.1/", "http://localhost/", "\\\\d.net\\x", "https://bücher.de/", " https://e.com/ ", "http://f.nosuch/"]
)  # fmt: skip
elements = st.tuples(
    st.sampled_from(["a href", "area href", "img src", "img longdesc", "iframe src", "form action", "video poster",
                     "source src", "embed src", "object data", "q cite", "button formaction", "input src",
                     "div data-href", "table background", "audio src"]),
    urls,
    st.sampled_from(["", "nofollow", "ugc NOFOLLOW", "noopener"]),
)  # fmt: skip


def escaped(url: str) -> str:
    return url.replace("&", "&amp;")


@given(st.lists(elements, max_size=12), st.sampled_from([None, "https://base.net/d/", "/d/", "//base.net"]))
@settings(deadline=None, max_examples=60)
def test_both_roads_find_the_same_edges(found, base):
    body, noted = [], list(WAT_LINKS)
    for place, url, rel in found:
        tag, attribute = place.split()
        body.append(f'<{tag} {attribute}="{escaped(url)}" rel="{rel}">x</{tag}>')
        link = {"path": f"{tag.upper()}@/{attribute}", "url": url}
        noted.append(link | ({"rel": rel} if tag in ("a", "area") else {}))
    html = HEAD.format(base=f'<base href="{base}">' if base else "") + "\n".join(body)
    head = WAT_HEAD | ({"Base": base} if base else {})
    by_html = links_of(Captured(html.encode(), b"text/html; charset=utf-8", URL), 1000)
    from_wat, _ = read_wat(wat_record(URL, {"Head": head, "Links": noted}))
    assert rows_of(by_html) == [{k: v for k, v in row.items() if k != "source_file"} for row in from_wat]


def rows_of(page) -> list[dict]:
    """The page's links added up, as both roads do."""
    made = Edges(fold_www=False)
    assert made.add(URL, page.base, [code for code, _ in page.links], [url for _, url in page.links])
    table = pa.Table.from_batches(made.batches("k"), links.schema())
    return table.drop_columns(["source_file"]).to_pylist()


def test_both_sources_land_the_same():
    html = HEAD.format(base="") + '<a href="https://b.com/" rel=nofollow>x</a>'
    noted = [*WAT_LINKS, {"path": "A@/href", "url": "https://b.com/", "rel": "nofollow"}]
    headers = 'Link: <https://h1.com/>; rel="next", <https://h2.com/>\r\nContent-Location: /x\r\n'
    wat_headers = {"Link": '<https://h1.com/>; rel="next", <https://h2.com/>', "Content-Location": "/x"}
    from_warc, account = read_warc(page_record(URL, html, headers=headers))
    from_wat, _ = read_wat(wat_record(URL, {"Head": WAT_HEAD, "Links": noted}, headers=wat_headers))
    assert from_warc == from_wat
    assert account.kept == 1
    assert edges(from_warc)[A, "com.b", "anchor"] == (1, 1, 1)


def test_redirects_and_sitemaps_are_taken_where_all_captures_are_asked_for():
    robots = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n"
    robots += b"User-agent: *\nSitemap: https://maps.net/1.xml # x\n sitemap:/2\n"
    records = (
        page_record(URL, "", status="301 Moved", headers="Location: https://b.com/x\r\n"),
        page_record(URL, "<a href=https://c.com>", status="404 Not Found"),
        record("response", "https://www.example.org/robots.txt", "application/http", robots),
        record("response", "dns:example.org", "text/dns", b"x"),
    )
    rows, account = read_warc(*records, captures="all")
    assert edges(rows) == {(A, "com.b", "redirect"): (1, 1, 0), (A, "net.maps", "sitemap"): (1, 1, 0)}
    assert own(rows, "sitemap") == {A: (1, 1)}
    assert (account.kept, account.passed_by) == (2, {"not_ok": 1, "other_record": 1})
    rows, account = read_warc(*records)
    assert rows == []
    assert account.passed_by == {"not_ok": 2, "not_html": 1, "other_record": 1}


def test_a_page_that_costs_too_much_is_set_aside(monkeypatch):
    """Thirty thousand attributes of one element take a parser time that grows with their square."""
    from tests.flows.links import wats

    monkeypatch.setattr(wats, "EXTRACT", wats.EXTRACT.model_copy(update={"page_cpu_s": 0.2}))
    hostile = "<a " + " ".join(f"a{n}=1" for n in range(40_000)) + ">"
    rows, account = read_warc(page_record(URL, hostile), page_record(URL, "<a href=https://b.com>"))
    assert account.by_reason == {"over_time": 1}
    assert edges(rows) == {(A, "com.b", "anchor"): (1, 1, 0)}


def test_elements_that_nest_too_deep_are_set_aside():
    rows, account = read_warc(page_record(URL, "<div>" * 5000 + "<a href=https://b.com>"))
    assert (rows, account.by_reason) == ([], {"over_depth": 1})


def test_the_first_base_counts():
    page = links_of(Captured(b"<base target=x><base href=//a.com><base href=//b.com>", None, URL), 100)
    assert page.base == "//a.com"


def test_common_archive_of_2008(data):
    """Counts of archivesunleashed/aut: 94 valid pages; 37,826 links of a elements; from archive.org 37,511 to
    archive.org, of which eleven are ftp: and so no links of the web here; to etree.org 31."""
    rows, account = read_warc(data("web/aut/example.warc.gz").read_bytes(), www="folded")
    assert account.kept == 94
    assert {h: pages for h, (pages, _) in own(rows, "page").items()} == {
        "org.archive": 91, "com.deadlists": 2, "br.com.hideout": 1
    }  # fmt: skip
    of_anchors = [r for r in rows if r["kind"] in ("anchor", "same_page", "other_scheme")]
    assert sum(r["links"] for r in of_anchors) == 37_826
    by_domain: Counter[str | None] = Counter()
    for row in rows:
        if row["kind"] in ("anchor", "same_page") and row["source_host_reversed"] == "org.archive":
            by_domain[registered_domain(reverse(row["target_host_reversed"]))] += row["links"]
    assert (by_domain["archive.org"], by_domain["etree.org"]) == (37_511 - 11, 31)


def test_pages_made_to_test_link_extraction(data):
    """What their authors linked to (six of the ten records state a wrong length)."""
    limits = LIMITS.model_copy(update={"wrong_lengths": "repair"})
    content = data("web/ia-web-commons/link-extraction-test.warc").read_bytes()
    rows, account = read_warc(content, limits=limits)
    assert (account.kept, account.repaired) == (9, 6)
    assert {(t, kind) for _, t, kind in edges(rows)} == {
        ("com.example", "citation"), ("com.example", "onclick"), ("com.x.www", "onclick"),
        ("com.facebook.www", "anchor"), ("com.facebook.www", "citation"), ("com.facebook.www", "data"),
        ("com.facebook.developers", "data"), ("com.grabaperch", "data"), ("com.your-domain.www", "data"),
        ("com.youtube.www", "frame"), ("com.youtube.www", "data"), ("net.codecanyon", "data"),
        ("org.archive", "image"), ("org.archive", "media"), ("org.example.img", "image"),
        ("org.flowplayer.edge", "media"), ("org.flowplayer.edge", "data"),
    }  # fmt: skip
    counts = {(r["target_host_reversed"], r["kind"]): r["links"] for r in rows}
    assert counts["org.archive", "media"] == 3  # one video in three formats
    assert counts["com.example.www", "canonical"] == 1  # written http:///www.example.com/
    assert counts["com.example.www", "meta_refresh"] == 2  # one of them with escaped slashes
    assert counts["com.example.www", "invalid_host"] == 1  # //venobox-destination
    assert sum(r["nofollow_links"] for r in rows if r["kind"] == "anchor") == 1


@pytest.mark.parametrize(
    ("name", "kept", "reasons"),
    [
        ("resiliparse/warcfile.warc.gz", 16, {}),
        ("resiliparse/clipped.warc.gz", 0, {"truncated": 1}),
        ("warcio/example-trunc.warc", 0, {"bad_length": 1}),
        ("warcio/example-wrong-chunks.warc.gz", 0, {"bad_length": 1, "bad_header": 2}),
        ("whirlwind/whirlwind.warc.gz", 1, {}),
    ],
)
def test_real_archives_good_and_damaged(data, name, kept, reasons):
    _, account = read_warc(data(f"web/{name}").read_bytes())
    assert (account.kept, account.by_reason) == (kept, reasons)


def test_the_declaration():
    assert warc_links.table is links
    assert len(KINDS) <= 31  # a kind's number has five bits

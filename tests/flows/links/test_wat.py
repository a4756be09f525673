"""WAT records as edges: every kind of link, every place it can lead to, every record that is none."""

from __future__ import annotations

import gzip
import json

import pytest

from flows.sources.links.wat import wat
from schemas.links import links
from tests.flows.links.wats import anchors, edges, own, page_record, read_wat, record, wat_record

URL = "https://www.example.org/dir/page.html"
A = "org.example.www"


def test_edges_count_pages_links_and_nofollow():
    page = {"Links": [
        {"path": "A@/href", "url": "https://b.com/1", "text": "x"},
        {"path": "A@/href", "url": "http://b.com/2", "rel": "ugc NoFollow"},
        {"path": "IMG@/src", "url": "//b.com/i.png", "alt": ""},
    ]}  # fmt: skip
    rows, account = read_wat(wat_record(URL, page), wat_record(URL + "2", anchors("https://b.com/")))
    assert edges(rows) == {(A, "com.b", "anchor"): (2, 3, 1), (A, "com.b", "image"): (1, 1, 0)}
    assert own(rows, "page") == {A: (2, 4)}
    assert (account.seen, account.kept) == (2, 2)


def test_every_place_has_its_kind():
    page = {
        "Head": {
            "Base": "https://base.net/x/",
            "Title": "t",
            "Link": [
                {"path": "LINK@/href", "url": "https://l1.com/", "rel": "canonical"},
                {"path": "LINK@/href", "url": "https://l2.com/", "rel": "Stylesheet", "type": "text/css"},
                {"path": "LINK@/href", "url": "https://l3.com/", "rel": "shortcut icon"},
                {"path": "LINK@/href", "url": "https://l4.com/", "rel": "alternate"},
                {"path": "LINK@/href", "url": "//l5.com", "rel": "dns-prefetch"},
                {"path": "LINK@/href", "url": "https://l6.com/", "rel": "pingback"},
                {"path": "LINK@/href", "url": "https://l7.com/"},
                {"rel": "next"},
            ],
            "Scripts": [{"path": "SCRIPT@/src", "url": "https://s.com/x.js"}, {"type": "text/javascript"}],
            "Metas": [
                {"property": "og:image", "content": "https://m1.com/x.png"},
                {"http-equiv": "Refresh", "content": "5; URL='https://m2.com/'"},
                {"name": "description", "content": "not https://m3.com/"},
                {"name": "only"},
            ],
        },
        "Links": [
            {"path": "AREA@/href", "url": "https://k1.com"},
            {"path": "IFRAME@/src", "url": "https://k2.com"},
            {"path": "FORM@/action", "url": "https://k3.com", "method": "post"},
            {"path": "VIDEO@/poster", "url": "https://k4.com"},
            {"path": "SOURCE@/src", "url": "https://k5.com"},
            {"path": "OBJECT@/data", "url": "https://k6.com"},
            {"path": "Q@/cite", "url": "https://k7.com"},
            {"path": "BUTTON@/data-href", "url": "https://k8.com"},
            {"path": "TABLE@/background", "url": "https://k9.com"},
            {"path": "DIV@/onclick", "url": "https://k10.com"},
            {"path": "STYLE/#text", "href": "https://k11.com/x.png"},
            {"path": "FOO@/bar", "url": "https://k12.com"},
            {"path": "A@/href", "url": "relative.html"},
            {},
        ],
    }  # fmt: skip
    headers = {"LINK": ['<https://h1.com/>; rel="https://api.w.org/"', "<https://h2.com>, </x>"],
               "content-location": "https://h3.com/"}  # fmt: skip
    rows, _ = read_wat(wat_record(URL, page, headers=headers))
    wanted = {
        "com.l1": "canonical", "com.l2": "stylesheet", "com.l3": "icon", "com.l4": "alternate", "com.l5": "hint",
        "com.l6": "relation", "com.l7": "relation", "com.s": "script", "com.m1": "meta", "com.m2": "meta_refresh",
        "com.k1": "anchor", "com.k2": "frame", "com.k3": "form", "com.k4": "image", "com.k5": "media",
        "com.k6": "embed", "com.k7": "citation", "com.k8": "data", "com.k9": "image", "com.k10": "onclick",
        "com.k11": "style", "com.h1": "http_link", "com.h2": "http_link", "com.h3": "http_link",
    }  # fmt: skip
    relative = {("net.base", "anchor"), ("net.base", "http_link")}
    assert {(target, kind) for _, target, kind in edges(rows)} == {*wanted.items(), *relative}


@pytest.mark.parametrize(
    ("link", "kind"),
    [
        ("/x", "anchor"),
        ("x.html?y=http://b.com/", "anchor"),
        ("https:/x", "anchor"),
        ("https://WWW.example.ORG:443/x", "anchor"),
        ("#top", "same_page"),
        ("", "same_page"),
        (" \n", "same_page"),
        ("mailto:x@b.com", "other_scheme"),
        ("JavaScript:void(0)", "other_scheme"),
        ("ftp://b.com/", "other_scheme"),
        ("http://192.168.0.1/", "ip_address"),
        ("http://[::1]/", "ip_address"),
        ("http://0x7f.1/", "ip_address"),
        ("http://localhost/", "invalid_host"),
        ("http://-b.com/", "invalid_host"),
        ("http://b..com/", "invalid_host"),
        ("http://", "invalid_host"),
        ("http://[broken/", "invalid_host"),
        ("http://b.nosuchtld/", "unknown_suffix"),
        ("http://\ud800.com/", "invalid_host"),
    ],
)
def test_what_leads_to_no_other_host_is_counted(link, kind):
    rows, account = read_wat(wat_record(URL, anchors(link)))
    assert not edges(rows)
    assert own(rows, kind) == {A: (1, 1)}
    assert not account.rejects


@pytest.mark.parametrize(
    ("www", "host", "target"),
    [
        ("kept", "www.b.com", "com.b.www"),
        ("folded", "www.b.com", "com.b"),
        ("folded", "www.com", "com.www"),
        ("folded", "www.gov.uk", "uk.gov"),
        ("folded", "www2.b.com", "com.b.www2"),
    ],
)
def test_www_is_kept_or_folded(www, host, target):
    rows, _ = read_wat(wat_record(URL, anchors(f"http://{host}/")), www=www)
    assert [t for _, t, _ in edges(rows)] == [target]


def test_with_www_folded_a_link_to_the_bare_host_is_a_loop():
    rows, _ = read_wat(wat_record(URL, anchors("https://example.org/")), www="folded")
    assert own(rows, "anchor") == {"org.example": (1, 1)}


@pytest.mark.parametrize(
    ("base", "link", "target"),
    [
        ("https://b.com/d/", "x.html", "com.b"),
        ("//b.com/d/", "/x", "com.b"),
        ("https://b.com/d/", "#top", "com.b"),
        ("/elsewhere/", "x.html", A),
        ("javascript:x", "x.html", A),
        ("http://b.com/", "http:x", "com.b"),
        ("http://b.com/", "https:x.com", "com.x"),
    ],
)
def test_relative_links_begin_at_the_base(base, link, target):
    rows, _ = read_wat(wat_record(URL, {"Head": {"Base": base}, **anchors(link)}))
    assert [r["target_host_reversed"] for r in rows if r["kind"] == "anchor"] == [target]


def test_links_below_a_base_that_is_no_host_lead_nowhere():
    rows, _ = read_wat(wat_record(URL, {"Head": {"Base": "http://10.0.0.1/"}, **anchors("x", "/y")}))
    assert own(rows, "ip_address") == {A: (1, 2)}


def test_other_records_are_passed_by_reason():
    request = json.dumps({"Envelope": {"WARC-Header-Metadata": {"WARC-Type": "request"}}}).encode()
    rows, account = read_wat(
        record("warcinfo", "", "application/warc-fields", b"x"),
        record("metadata", URL, "application/json", request),
        page_record(URL, "<a href=https://b.com/>"),
        wat_record(URL, anchors("https://b.com/"), status="404"),
        wat_record(URL, status="301", headers={"Location": "https://b.com/"}),
        wat_record(URL, headers={"Content-Type": "application/pdf"}),
        wat_record("http://10.0.0.1/", anchors("https://b.com/")),
        wat_record("dns:example.org", anchors("https://b.com/")),
    )
    assert rows == []
    assert account.passed_by == {"other_record": 3, "not_ok": 2, "not_html": 1, "no_graph_host": 2}


def test_redirects_are_taken_where_all_captures_are_asked_for():
    moved = wat_record(URL, anchors("https://c.com"), status="301", headers={"location": "https://b.com/"})
    rows, account = read_wat(moved, wat_record(URL, status="404"), captures="all")
    assert edges(rows) == {(A, "com.b", "redirect"): (1, 1, 0)}
    assert account.passed_by == {"not_ok": 1}


@pytest.mark.parametrize(
    ("block", "reason"),
    [
        (b"", "bad_json"),
        (b'{"Envelope":', "bad_json"),
        (b"[" * 100_000, "bad_json"),
        (b"\xff{}", "bad_json"),
        (b"[]", "bad_metadata"),
        (b"{}", "bad_metadata"),
        (b'{"Envelope":{"WARC-Header-Metadata":{"WARC-Type":"response"}}}', "bad_metadata"),
    ],
)
def test_what_is_no_wat_json_is_set_aside(block, reason):
    bad = record("metadata", URL, "application/json", block)
    rows, account = read_wat(bad, wat_record(URL, anchors("https://b.com/")))
    assert account.by_reason == {reason: 1}
    assert account.rejects[0].offset == 0
    assert edges(rows) == {(A, "com.b", "anchor"): (1, 1, 0)}


@pytest.mark.parametrize(
    "html",
    [
        {"Links": {"path": "A@/href"}},
        {"Links": [3]},
        {"Links": [{"path": ["A"], "url": "x"}]},
        {"Links": [{"path": "A@/href", "url": 3}]},
        {"Links": [{"path": "A@/href", "url": "x", "rel": 3}]},
        {"Head": []} | {"Links": "x"},
        {"Head": {"Base": 3}},
        {"Head": {"Metas": [{"content": None}]}},
        {"Head": {"Link": [{"url": None}]}},
        [],
        "x",
    ],
)
def test_a_description_of_another_shape_is_set_aside_whole(html):
    """Whatever stands where a text or a list should, the record adds nothing, and the next one is read."""
    rows, account = read_wat(wat_record(URL, html), wat_record(URL, anchors("https://b.com/")))
    assert account.by_reason == {"bad_metadata": 1}
    assert own(rows, "page") == {A: (1, 1)}


def test_half_pairs_of_utf_16_cost_nothing():
    """Java writes them, the standard library reads them, orjson does not."""
    rows, account = read_wat(wat_record(URL, anchors("https://b.com/\ud800", "https://c.com/")))
    assert {t for _, t, _ in edges(rows)} == {"com.b", "com.c"}
    assert not account.rejects


def test_a_cut_a_flipped_bit_and_a_wrong_length_are_noticed():
    good = wat_record(URL, anchors("https://b.com/"))
    rows, account = read_wat(good, good[:-20])
    assert (len(edges(rows)), account.by_reason) == (1, {"truncated": 1})
    flipped = bytearray(good)
    flipped[len(good) // 2] ^= 4
    rows, account = read_wat(bytes(flipped), good)
    assert (len(edges(rows)), account.by_reason["corrupt_gzip"]) == (1, 1)
    wrong = gzip.decompress(good).replace(b"Content-Length: ", b"Content-Length: 1")
    rows, account = read_wat(gzip.compress(wrong), good)
    assert (len(edges(rows)), account.by_reason) == (1, {"bad_length": 1})


def test_a_real_wat_file_about_a_request_yields_nothing(data):
    rows, account = read_wat(data("web/whirlwind/whirlwind.warc.wat.gz").read_bytes())
    assert rows == []
    assert account.passed_by == {"other_record": account.seen}


def test_the_declaration():
    assert wat.table is links

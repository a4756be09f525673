"""Which chart suits which table, what the page says, and that nothing on it is alive but our own script."""

import base64
import hashlib
import json
import math
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import report
from analysis.report import charts, context, facts, page, shape, text, words
from schemas import fields as f
from schemas import words as out
from schemas.table import Column, Table


class Page(HTMLParser):
    """Elements, text and attributes as a browser's parser sees them."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.scripts, self.text = [], [], [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *pair) for pair in attrs]

    def handle_data(self, data):
        if self.cdata_elem != "style":
            (self.scripts if self.cdata_elem == "script" else self.text).append(data)


def test_one_page_holds_everything_and_its_script_once(samples, tmp_path):
    path = report.write(samples, tmp_path / "deep" / "er" / "report.html")
    html = path.read_text("utf-8")
    read = Page(html)
    assert (
        read.tags.count("script") == 2
        and read.tags.count("style") == 1 + sum("gt_table" in html for _ in [0]) * 6
    )
    assert len(html.encode()) < 1.3 * 2**20
    assert not [a for a in read.attributes if a[1] == "src"]
    outside = [a for a in read.attributes if a[1] == "href" and not a[2].startswith(("#", "data:,"))]
    assert {tag for tag, *_ in outside} == {"a"}
    assert all(url.startswith(("http://", "https://")) for *_, url in outside)


def test_the_same_results_make_the_same_page(samples):
    assert page.render(samples) == page.render(samples)


def test_the_policy_allows_our_script_and_nothing_else(trends):
    read = Page(page.render([trends]))
    policy = next(v for tag, k, v in read.attributes if k == "content" and "default-src" in v)
    digest = base64.b64encode(hashlib.sha256("".join(read.scripts[1:]).encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy and "unsafe-inline'" not in policy.split("style-src")[0]


def test_a_page_without_charts_has_no_script_at_all(keywords):
    read = Page(page.render([keywords]))
    assert "script" not in read.tags
    assert any("script-src 'none'" in (v or "") for _, _, v in read.attributes)


def test_no_result_is_no_report(tmp_path):
    with pytest.raises(ValueError, match="at least one result"):
        report.write([], tmp_path / "none.html")


def test_coverage_comes_first_with_reasons_and_failed_inputs(words, trends):
    html = page.render([words, trends])
    seen = " ".join(Page(html).text)
    assert html.index("What it covers") < html.index("Highest relative frequency")
    assert html.count("99.27\u202f% of 412 inputs, 99.98\u202f% of 120,000 records</p>") == 1
    for said in (
        "not_utf8",
        "the text is not valid UTF-8",
        "part-00002.warc.wet.gz",
        "forbidden",
        "404 Not Found",
    ):
        assert said in seen


def test_results_of_different_coverage_are_told_apart(words, trends):
    other = trends.manifest | {"coverage": trends.manifest["coverage"] | {"inputs": 7, "inputs_share": 1.0}}
    html = page.render([words, replace(trends, manifest=other)])
    assert "99.27\u202f% of 412 inputs" in html and "100\u202f% of 7 inputs" in html
    # Several would push the first chart far down: what was lost is in view, why it was is one click away.
    assert html.count("<summary>What was set aside or failed, and why</summary>") == 2
    assert "What was set aside or failed" not in page.render([words, trends])


def test_results_of_the_same_coverage_share_it_though_one_was_made_from_the_other(words, trends):
    """Changes of graphs read saved graphs, whose coverage is theirs."""
    other = trends.manifest | {"inputs": trends.manifest["inputs"] | {"count": 2, "sha256": "cd" * 32}}
    html = page.render([words, replace(trends, manifest=other)])
    assert html.count("99.27\u202f% of 412 inputs, 99.98\u202f% of 120,000 records</p>") == 1


def test_a_result_without_rows_says_so(words):
    html = page.render([replace(words, table=words.table.slice(0, 0))])
    assert "No row: nothing in the data answers this." in html
    assert report.figures(replace(words, table=words.table.slice(0, 0)), None) == []


def test_what_was_asked_is_a_sentence(trends, plain_words, words):
    from analysis.report.words import asked

    assert asked(trends) == "Trends by month: words “harbour”, “winter” and “letter”."
    assert asked(plain_words) == "Words: min count 5."
    assert asked(words) == "Words by language, with the default options."


def test_methods_citation_manifest_and_facts_are_there(trends):
    seen = " ".join(Page(page.render([trends])).text)
    assert trends.manifest["methods"] in seen
    assert words.citation(trends.manifest) in seen
    assert "commit 0123456789ab" in seen and "SHA-256 abab" in seen and "2026-03-01" in seen
    shown = seen[seen.index("{\n") : seen.rindex("}") + 1]
    assert json.loads(shown[: shown.index("\n}") + 2]) == trends.manifest
    assert "tokens by n" in seen and "1 4,000,000" in seen and "9,000" in seen


def test_a_manifest_without_commit_and_failures_is_fine(trends):
    clean = {
        "damaged": 0,
        "failed": 0,
        "failed_inputs": [],
        "set_aside_by_reason": {},
        "records_set_aside": 0,
    }
    made = trends.manifest | {"code": {"version": "0.1.0"}, "facts": {}, "methods": ""}
    made["coverage"] = made["coverage"] | clean
    html = page.render([replace(trends, manifest=made)])
    assert "No record was set aside." in html and "commit" not in words.citation(made)


# Shapes and charts


def part_names(found):
    return found.measure.name, found.time and found.time.name, found.category and found.category.name


def test_counts_by_language_are_bars_in_panels(words):
    found = shape.shape_of(out.counts, words.table)
    assert part_names(found) == ("per_million", None, "term")
    assert [c.name for c in found.facets] == ["language"] and [c.name for c in found.fixed] == ["n"]
    figure = charts.figure_of(words)
    assert [p.name for p in figure.panels] == ["eng", "deu", "hin", "arb", "zho"]
    assert figure.title.startswith("Highest relative frequency: “the” in eng, “die” in deu")
    assert figure.note == "Source: Fieldwork, 412 inputs, coverage 99.27\u202f%"
    assert "the 10 highest of each group" in figure.subtitle


def test_panels_beyond_nine_are_cut_and_it_is_said(words):
    row = words.table.to_pylist()[0]
    rows = [row | {"language": f"l{i:02d}", "tf": 1000 - i} for i in range(12)]
    rows += [r | {"term": "x"} for r in rows]
    many = replace(words, table=pa.Table.from_pylist(rows, schema=words.table.schema))
    figure = charts.figure_of(many)
    assert [p.name for p in figure.panels] == [f"l{i:02d}" for i in range(9)]
    assert "Shown: 9 of 12 groups (language), the largest by term frequency." in figure.subtitle


def test_trends_are_lines_with_bands_that_break_at_gaps(trends):
    found = shape.shape_of(out.trends, trends.table)
    assert part_names(found) == ("per_million", "month", "term") and found.has_interval
    figure = charts.figure_of(trends)
    assert figure.title == (
        "“harbour” rises from 100 (2022-01) to 278.9 (2023-12); "
        "“letter” falls from 180 (2022-01) to 65 (2023-12); 1 of 3 lines without a clear change"
    )
    spec = figure.panels[0].spec
    assert [layer["mark"]["type"] for layer in spec["layer"]] == ["area", "line", "point"]
    values = spec["data"]["values"] if "data" in spec else spec["layer"][0]["data"]["values"]
    gap = [v for v in values if v["category"] == "letter" and v["period"] == "2022-10"]
    assert len(gap) == 1 and gap[0]["value"] is None
    assert len(values) == 72


def test_lines_beyond_six_are_cut_and_it_is_said(trends):
    rows = [
        r | {"term": f"w{i}", "per_million": 10.0 + i}
        for i in range(8)
        for r in trends.table.to_pylist()[:6:3]
    ]
    many = replace(trends, table=pa.Table.from_pylist(rows, schema=trends.table.schema))
    figure = charts.figure_of(many)
    assert [name for name, *_ in figure.series] == [f"w{i}" for i in (7, 6, 5, 4, 3, 2)]
    assert "6 of 8 lines (term), those of highest mean" in figure.subtitle


def test_one_line_needs_no_legend(trends):
    one = trends.table.filter(pa.compute.equal(trends.table["term"], "winter"))
    figure = charts.figure_of(replace(trends, table=one))
    assert figure.series == () and "shows no clear change" not in figure.subtitle
    assert figure.title.startswith("Relative frequency shows no clear change, 210 (2022-01) to")


def test_an_unknown_table_gets_a_chart_from_its_shape(toy):
    figure = charts.figure_of(toy)
    assert figure.title == "Highest greenness: “north” (0.61), “east” (0.35) and “south” (\u22120.2)"
    assert {layer["mark"]["type"] for layer in figure.panels[0].spec["layer"]} == {"point", "rule"}
    seen = " ".join(Page(page.render([toy])).text)
    assert "Greenness: mean of the index" in seen and '["red", "nir08"]' in seen


def test_hits_in_context_have_no_chart(keywords):
    assert charts.figure_of(keywords) is None
    assert shape.is_context(keywords.table)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["2024", "2025"], True),
        (["2024-01", None], True),
        (["2024-01-31"], True),
        (["CC-MAIN-2024-22", "CC-MAIN-2024-26"], True),
        (["2024-01", "eng"], False),
        (["20241"], False),
        ([None], False),
    ],
)
def test_periods_are_known_by_how_they_are_written(values, expected):
    assert shape.is_period(pa.chunked_array([pa.array(values, pa.string())])) is expected


def test_dates_are_periods_and_crawls_have_no_distances():
    assert shape.is_period(pa.chunked_array([pa.array([date(2024, 1, 1)])]), dated=True)
    assert not shape.is_period(pa.chunked_array([pa.array([1, 2])]))
    assert not shape.is_period(pa.chunked_array([pa.array(["CC-MAIN-2024-22"])]), dated=True)


def made(table, rows, like):
    return replace(
        like,
        analysis=replace(like.analysis, writes=table),
        table=pa.Table.from_pylist(rows, schema=table.schema()),
    )


def test_a_table_of_hosts_by_day_without_interval(toy):
    day = Column("day", pa.date32(), "Day.")
    table = Table("out__toy__days", "A host on a day.", key=(f.host, day), values=(f.hits,))
    rows = [
        {"host": h, "day": date(2024, 5, d), "hits": d * k}
        for k, h in ((1, "a.org"), (2, None))
        for d in (1, 2)
    ]
    figure = charts.figure_of(made(table, rows, toy))
    assert figure.title == (
        "“–” goes from 2 (2024-05-01) to 4 (2024-05-02); “a.org” goes from 1 (2024-05-01) to 2 (2024-05-02)"
    )


def test_a_table_without_measure_or_without_numbers_has_no_chart(toy):
    only_key = Table("out__toy__names", "A name.", key=(f.host,))
    assert charts.figure_of(made(only_key, [{"host": "a.org"}], toy)) is None
    empty = Table("out__toy__nothing", "A name.", key=(f.url,), values=(f.bytes_expected,))
    assert charts.figure_of(made(empty, [{"url": "u", "bytes_expected": None}], toy)) is None


def test_numbers_that_are_not_finite_are_not_drawn(toy):
    rows = [
        r | {"greenness": v}
        for r, v in zip(toy.table.to_pylist(), (math.nan, math.inf, 0.5, 0.1), strict=True)
    ]
    odd = replace(toy, table=pa.Table.from_pylist(rows, schema=toy.table.schema))
    assert charts.figure_of(odd).title == "Highest greenness: “east” (0.5) and “west” (0.1)"
    assert "NaN" not in Page(page.render([odd])).scripts[0]


def test_long_terms_that_look_alike_stay_two_bars(plain_words):
    rows = [r | {"term": "a" * 300 + str(i)} for i, r in enumerate(plain_words.table.to_pylist()[:3])]
    long = replace(plain_words, table=pa.Table.from_pylist(rows, schema=plain_words.table.schema))
    spec = charts.figure_of(long).panels[0].spec
    values = (spec.get("data") or spec["layer"][0]["data"])["values"]
    assert len({v["category"] for v in values}) == 3 and max(len(v["category"]) for v in values) < 210


def test_figures_are_written_from_the_same_specification(trends_by_language, tmp_path):
    png, svg = report.figures(trends_by_language, tmp_path / "figures")
    assert (png.name, svg.name) == ("trends.png", "trends.svg")
    assert png.read_bytes().startswith(b"\x89PNG") and png.stat().st_size > 10_000
    drawn = svg.read_text("utf-8")
    assert drawn.startswith("<svg") and "coverage 99.27" in drawn and ">harbour<" in drawn
    with pytest.raises(ValueError, match=r"'pdf'; choose from png, svg"):
        report.figures(trends_by_language, tmp_path, ["pdf"])


# Hostile text


def test_hostile_text_is_text_everywhere(keywords, hostile_words):
    html = page.render([keywords, hostile_words], title="</title><script>alert(0)</script>")
    read = Page(html)
    assert set(read.tags) & {"img", "svg", "iframe", "object", "embed", "form", "base"} == set()
    assert [a for a in read.attributes if a[1].startswith("on")] == []
    assert read.tags.count("script") == 2
    assert "</script><script>alert(2)</script>" in "".join(read.text)
    assert "\x00" not in html and "\u202e" not in html
    assert "<" not in read.scripts[0] and json.loads(read.scripts[0])


def test_only_web_addresses_become_links(keywords):
    links = [h.link for h in context.hits(keywords.table)]
    assert links[:2] == ["https://example.org/ferry", "http://example.com/a?b=1&c=2"]
    hostile = [link for link in links[5:] if link]
    assert hostile == ["https://example.org/<script>alert(14)</script>"]


def test_many_hits_are_taken_evenly_from_all(keywords):
    row = keywords.table.to_pylist()[0]
    rows = [row | {"record_offset": i, "query": f"q{i % 2}"} for i in range(175)]
    many = pa.Table.from_pylist(rows, schema=keywords.table.schema)
    shown = context.hits(many)
    assert [h.facts[-1].rsplit(" ", 1)[1] for h in shown] == [str(i * 175 // 50) for i in range(50)]
    assert {h.facts[0] for h in shown} == {"query “q0”", "query “q1”"}
    seen = " ".join(Page(page.render([replace(keywords, table=many)])).text)
    assert "50 of the 175 hits of this result, taken evenly from all of them" in seen


def test_facts_are_pairs_and_tables_cut_where_long():
    known = {"unicode": "15.0", "by_n": {"1": 2000}, "none": [], "list": ["a", 1], "odd": None}
    totals = [{"query": f"q{i}", "hits": i} for i in range(60)] + [{"query": "last", "documents": 3}]
    pairs, rows = facts.facts(known | {"all_totals": totals})
    assert pairs == [("unicode", "15.0"), ("by n", "1 2,000"), ("list", "a, 1")]
    assert (rows[0].name, rows[0].columns, len(rows[0].rows), rows[0].total) == (
        "all totals",
        ("query", "hits", "documents"),
        50,
        61,
    )


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "java\tscript:alert(1)",
        "\x01https://a.org",
        "file:///etc/passwd",
        "https://",
        "a.org",
        "",
        None,
    ],
)
def test_unsafe_addresses_are_no_links(url):
    assert text.web_link(url) is None


@settings(deadline=None)
@given(st.recursive(st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_in_a_script_can_neither_end_nor_open_one(value):
    shown = text.script_json(value)
    assert not set("<>&\u2028\u2029") & set(shown)
    assert json.loads(shown) == value


# Words and numbers


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (1.0, "100"),
        (0.0, "0"),
        (0.992, "99.2"),
        (0.99981, "99.98"),
        (0.999999, "99.9999"),
        (0.5, "50"),
        (1e-9, "0.0000001"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(share, shown):
    assert text.percent(share) == f"{shown}\u202f%"


@settings(deadline=None)
@given(st.floats(1e-9, 1 - 1e-9))
def test_a_loss_is_never_rounded_away(share):
    assert 0 < float(text.percent(share).removesuffix("\u202f%")) < 100


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"),
        (12345.6, "12,346"),
        (0.0012345678, "0.001235"),
        (-0.5, "\u22120.5"),
        (0.0, "0"),
        (float("nan"), "\u2013"),
        (None, "\u2013"),
        (True, "yes"),
        (b"abc", "3 bytes"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 12, tzinfo=UTC), "2024-02-29 12:00:00 UTC"),
        (["a", 1], '["a", 1]'),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_cells_are_readable(value, shown):
    assert text.cell(value) == shown


def test_columns_have_short_names():
    assert text.label(f.per_million) == "Relative frequency"
    assert text.label(f.document_share) == "Document share"
    assert text.label(f.month) == "Month"
    assert text.label(f.n) == "n"


@pytest.mark.parametrize(
    ("word", "rtl"), [("الميناء", True), ("harbour", False), ("12 שלום", True), ("", False)]
)
def test_direction_is_that_of_the_first_letter(word, rtl):
    assert text.reads_right_to_left(word) is rtl


def test_importing_the_report_is_cheap():
    heavy = "altair pandas great_tables vl_convert jinja2 dask"
    code = f"import sys, analysis.report; print([m for m in '{heavy}'.split() if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"

"""WARC files as pages: what becomes a row, what is passed and why, what is set aside; texts of two extractors apart."""

from __future__ import annotations

import gzip
import random
from collections import Counter

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.coverage import coverage, ledger
from analysis.lake import Mixed, dataset
from conf.places import place
from conf.settings import load
from conf.typed import OptionError, build
from flows.landing.land import land
from flows.landing.run import land_all, ledger_of, pending
from flows.sources.html.kept_apart import Worker
from flows.sources.html.pages import Page
from flows.sources.source import Account, Input
from flows.sources.warc_pages import Selection, pages_of, warc
from schemas import ops
from schemas.web import pages

BASE = load(environ={})
COLUMNS = [c.name for c in pages.columns]


def record(block: bytes, kind: str = "response", **headers: str) -> bytes:
    fields = {
        "WARC-Type": kind,
        "WARC-Target-URI": "https://www.example.org/page",
        "WARC-Date": "2024-05-18T01:58:10Z",
        "WARC-Record-ID": "<urn:uuid:1>",
        "Content-Type": "application/http; msgtype=response",
    } | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v)
    return gzip.compress(
        f"WARC/1.0\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"
    )


def http(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    fields = {"Content-Type": "text/html"} | {k.replace("_", "-"): v for k, v in headers.items()}
    return (
        f"HTTP/1.1 {status}\r\n{''.join(f'{k}: {v}' + chr(13) + chr(10) for k, v in fields.items())}\r\n".encode()
        + body
    )


def pages_in(*records: bytes, extract=BASE.extract, name="resiliparse"):
    account = Account()
    item = Input("k", {"crawl": "X", "extractor": name})
    found = list(pages_of(extract, [b"".join(records)], item, account, BASE.ingest))
    table = pa.Table.from_batches(found, pages.schema())
    pages.check(table)
    assert account.seen == account.kept + account.passed + len(account.rejects)
    assert account.kept == table.num_rows
    return table.to_pylist(), account


def test_a_page_with_all_its_columns():
    html = "<title>Über uns</title><link rel=canonical href=/us>Größe zeigt sich im Kleinen, sagt ein altes Sprichwort."
    headers = {"WARC_Block_Digest": "sha1:ABC", "WARC_Identified_Payload_Type": "application/xhtml+xml"}
    (row,), _ = pages_in(
        record(http(html.encode("latin-1"), Content_Type="text/html; charset=latin1"), **headers)
    )
    assert row["captured_at"].isoformat() == "2024-05-18T01:58:10+00:00"
    assert row["extractor_version"].startswith("2.")
    del row["captured_at"], row["extractor_version"], row["text_bytes"]
    assert row == {
        "source_file": "k",
        "record_offset": 0,
        "url": "https://www.example.org/page",
        "host": "www.example.org",
        "registered_domain": "example.org",
        "language": "deu",
        "language_source": "cld2",
        "record_id": "urn:uuid:1",
        "digest": "sha1:ABC",
        "http_status": 200,
        "mime": "application/xhtml+xml",
        "charset": "windows-1252",
        "title": "Über uns",
        "canonical_url": "https://www.example.org/us",
        "text": "Größe zeigt sich im Kleinen, sagt ein altes Sprichwort.",
    }


def test_what_is_no_page_is_passed_with_its_reason():
    rows, account = pages_in(
        record(b"software: x", "warcinfo", Content_Type="application/warc-fields"),
        record(b"GET / HTTP/1.1\r\n\r\n", "request", Content_Type="application/http; msgtype=request"),
        record(b"a: b", "metadata", Content_Type="application/warc-fields"),
        record(b"<html>", "resource", Content_Type="text/html"),
        record(http(b""), "revisit"),
        record(b"20080430204825\nx 1 IN A 1.2.3.4", Content_Type="text/dns"),
        record(http(b"<p>not here", "404 Not Found")),
        record(http(b"\x89PNG\r\n", Content_Type="image/png")),
        record(
            http(b"no gzip", Content_Type="image/png", Content_Encoding="gzip", Transfer_Encoding="chunked")
        ),
        record(http(b"%PDF", Content_Type="text/html"), WARC_Identified_Payload_Type="application/pdf"),
        record(http(b"<p>page")),
    )
    assert [r["text"] for r in rows] == ["page"]
    assert account.passed_by == {"other_record": 5, "revisit": 1, "not_ok": 1, "not_html": 3}
    assert account.rejects == []


def test_what_cannot_be_read_is_set_aside_with_its_reason():
    half = gzip.compress(random.Random(0).randbytes(5000))[:3000]
    rows, account = pages_in(
        record(b"<html>no head"),
        record(http(half, Content_Encoding="gzip")),
        record(http(gzip.compress(bytes(9_000_000)), Content_Encoding="gzip")),
        record(http(b"<div>" * 3000)),
        record(http(b"x"), WARC_Date="never"),
        record(http(b"x"), WARC_Target_URI=""),
        record(http(b"a" * 2000)),
        record(http(b"<p>page")),
        extract=BASE.extract.model_copy(update={"page_cap_bytes": 16000}),
    )
    assert [r["text"] for r in rows] == ["a" * 2000, "page"]
    reasons = ["bad_http", "bad_http", "over_cap", "over_depth", "bad_header", "bad_header"]
    assert [r.reason for r in account.rejects] == reasons
    assert all(r.head for r in account.rejects)
    assert len({r.offset for r in account.rejects}) == 6


def test_other_statuses_by_setting():
    error = record(http(b"<p>gone", "410 Gone"))
    rows, _ = pages_in(error, extract=BASE.extract.model_copy(update={"statuses": (200, 410)}))
    assert [(r["http_status"], r["text"]) for r in rows] == [(410, "gone")]


def test_an_answer_that_the_crawler_cut_is_kept():
    body = gzip.compress(b"<p>" + b"word " * 5000)[:-8]
    rows, account = pages_in(record(http(body, Content_Encoding="gzip"), WARC_Truncated="length"))
    assert rows[0]["text"].startswith("word word")
    assert account.rejects == []


@pytest.fixture
def landed(data, tmp_path):
    """Lands a file of the real data; its ledger row and pages."""

    def bring(name: str, extractor: str = "resiliparse"):
        path = data(f"web/{name}")
        settings = load(environ={}, lake=str(tmp_path), archives={"commoncrawl": str(path.parent)})
        item = Input(path.name, {"crawl": "X", "extractor": extractor})
        row = land("warc", item, settings)
        return row, pq.ParquetFile(tmp_path / row["part"]).read() if row["status"] != "failed" else None

    return bring


@pytest.mark.parametrize("extractor", ["resiliparse", "trafilatura"])
def test_sixteen_pages_in_many_languages(landed, extractor):
    row, found = landed("resiliparse/warcfile.warc.gz", extractor)
    assert (row["status"], row["records_seen"], row["records_kept"]) == ("complete", 50, 16)
    assert row["passed_by_reason"] == [("other_record", 34)]
    assert {"zho", "rus", "nld"} <= set(found["language"].to_pylist())
    assert {"gbk", "utf-8", "windows-1251"} <= set(found["charset"].to_pylist())
    assert all(found["title"].to_pylist())


def test_ninety_four_pages_as_another_reader_counts_them(landed):
    row, found = landed("aut/example.warc.gz")
    domains = Counter(found["registered_domain"].to_pylist())
    assert domains == {"archive.org": 91, "deadlists.com": 2, "hideout.com.br": 1}
    assert row["records_seen"] == 822
    assert dict(row["passed_by_reason"]) == {"not_html": 120, "not_ok": 47, "other_record": 561}


@pytest.mark.parametrize(
    ("name", "status", "kept", "reasons"),
    [
        ("resiliparse/clipped.warc.gz", "damaged", 0, {"truncated": 1}),
        ("warcio/example-trunc.warc", "damaged", 0, {"bad_length": 1}),
        ("warcio/example-wrong-chunks.warc.gz", "damaged", 0, {"bad_length": 1, "bad_header": 2}),
        # packed as one member: others cannot read it, nothing of it is lost
        ("warcio/example-bad-non-chunked.warc.gz", "complete", 1, {}),
        ("warcio/example-bad.warc.gz.bad", "complete", 1, {}),
        ("warcio/example.warc.gz", "complete", 1, {}),
        ("whirlwind/whirlwind.warc.gz", "complete", 1, {}),
        ("ia-web-commons/text-extraction-test.warc", "complete", 1, {}),
    ],
)
def test_damaged_files_end_so_in_the_ledger(landed, name, status, kept, reasons):
    row, _ = landed(name)
    assert (row["status"], row["records_kept"], dict(row["set_aside_by_reason"])) == (status, kept, reasons)


def test_500_cuts_are_all_noticed(data, monkeypatch):
    monkeypatch.setattr(Worker, "page", lambda self, captured: Page(b"", None, None, "utf-8", "und"))
    content = data("web/resiliparse/warcfile.warc.gz").read_bytes()
    starts = {0, len(content)} | {r["record_offset"] for r in pages_in(content)[0]}
    chance = random.Random(1)
    for cut in (chance.randrange(1, len(content)) for _ in range(500)):
        rows, account = pages_in(content[:cut])
        assert [r.reason for r in account.rejects] == ["truncated"]
        assert {r["record_offset"] for r in rows} <= {s for s in starts if s < cut}


@pytest.mark.parametrize("packed", [gzip.compress, bytes])
def test_an_arc_file_is_refused_with_the_cure(tmp_path, packed):
    (tmp_path / "x.arc.gz").write_bytes(
        packed(b"filedesc://x.arc 0.0.0.0 20080430204825 text/plain 76\n1 0 X\n" * 9)
    )
    settings = load(environ={}, lake=str(tmp_path / "lake"), archives={"commoncrawl": str(tmp_path)})
    row = land("warc", Input("x.arc.gz", {"crawl": "X", "extractor": "resiliparse"}), settings)
    assert (row["status"], row["reason"], row["records_seen"]) == ("failed", "not_warc", 0)
    assert "warcio recompress" in row["detail"]


@pytest.fixture
def two(tmp_path):
    """A lake with the pages of one file by both extractors, and one broken record."""
    text = "<article><p>" + "The harvest was larger than in any year since records began. " * 9 + "</article>"
    (tmp_path / "a.warc.gz").write_bytes(record(http(text.encode())) + record(b"no answer"))
    settings = load(environ={}, lake=str(tmp_path / "lake"), archives={"commoncrawl": str(tmp_path)})
    items = [Input("a.warc.gz", {"crawl": "X", "extractor": e}) for e in ("resiliparse", "trafilatura")]
    land_all(
        "warc", items, settings.model_copy(update={"ingest": BASE.ingest.model_copy(update={"processes": 1})})
    )
    return settings, items


def test_two_extractors_of_one_file_have_a_part_a_ledger_row_and_a_quarantine_each(two):
    settings, items = two
    root = place(settings.lake, settings)
    rows = ledger(root, pages)
    assert rows["records_kept"].to_pylist() == [1, 1]
    assert len(set(rows["part"].to_pylist())) == 2
    assert pending("warc", items, settings) == []
    assert ledger_of("warc", items[:1], settings).num_rows == 1
    aside = dataset(root, ops.quarantine)
    assert len(aside.parts) == 2
    assert {
        r["reason"] for p in aside.parts for b in aside.batches(p, ["reason"]) for r in b.to_pylist()
    } == {"bad_http"}


def test_their_texts_are_not_mixed_unless_that_is_asked_for(two):
    settings, _ = two
    with pytest.raises(
        Mixed, match=r"extractor resiliparse and trafilatura.*choose one: --extractor resiliparse"
    ):
        run("words", settings=settings)
    one = run("words", settings=settings, where={"extractor": ["trafilatura"]})
    assert one.manifest["coverage"]["inputs"] == 1
    assert one.manifest["partition_filter"] == {"extractor": ["trafilatura"]}
    assert run("words", settings=settings, where={"extractor": ["trafilatura", "resiliparse"]}).table.num_rows
    with pytest.raises(Mixed):
        run("words", settings=settings, where={"crawl": ["X"]})


def test_a_run_covers_the_inputs_of_its_extractor_only(two):
    settings, _ = two
    lost = Input("b.warc.gz", {"crawl": "X", "extractor": "new"})
    assert land("warc", lost, settings)["status"] == "failed"
    told = run("words", settings=settings, where={"extractor": ["resiliparse"]}).manifest["coverage"]
    assert (told["inputs"], told["failed"]) == (1, 0)
    assert coverage(ledger(place(settings.lake, settings), pages)).inputs == 3


def test_the_extractor_is_an_option():
    chosen = build(Selection, {"crawl": ("CC-MAIN-2024-22",), "extractor": "trafilatura"}, "warc")
    assert chosen.extractor == "trafilatura"
    with pytest.raises(OptionError, match="unknown extractor 'bs4'; choose from resiliparse, trafilatura"):
        build(Selection, {"crawl": ("CC-MAIN-2024-22",), "extractor": "bs4"}, "warc")


def test_real_keys_with_their_extractor(data):
    chosen = Selection(paths=str(data("web/paths/test-100.warc.paths")), extractor="trafilatura")
    found = warc.inputs(chosen, place("/nowhere", BASE), BASE)
    assert len(found) == 100
    assert {i.partition["extractor"] for i in found} == {"trafilatura"}

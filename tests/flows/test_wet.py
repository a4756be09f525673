"""WET records as pages: what is kept, what is set aside, what hosts and languages become."""

from __future__ import annotations

import gzip

import pyarrow as pa
import pytest

from conf.settings import load
from flows.sources.hosts import host_of, registered_domain
from flows.sources.language import alpha3, detect, from_header
from flows.sources.source import Account, Input
from flows.sources.wet import read, wet
from schemas.web import pages

LIMITS = load(environ={}).ingest


def wet_record(text: bytes, **headers: str) -> bytes:
    fields = {
        "WARC-Type": "conversion",
        "WARC-Target-URI": "https://www.example.org/page",
        "WARC-Date": "2024-05-18T01:58:10Z",
        "WARC-Record-ID": "<urn:uuid:1>",
        "Content-Type": "text/plain",
    } | {k.replace("_", "-"): v for k, v in headers.items()}
    lines = "".join(f"{k}: {v}\r\n" for k, v in fields.items() if v)
    return f"WARC/1.0\r\n{lines}Content-Length: {len(text)}\r\n\r\n".encode() + text + b"\r\n\r\n"


def pages_of(*wet_records: bytes):
    account = Account()
    content = b"".join(gzip.compress(r) for r in wet_records)
    batches = list(read([content], Input("k", {}), account, LIMITS))
    table = pa.Table.from_batches(batches, pages.schema())
    pages.check(table)
    assert account.seen == account.kept + account.passed + len(account.rejects)
    assert account.kept == table.num_rows
    return table.to_pylist(), account


def test_a_page_with_all_its_columns():
    (row,), _ = pages_of(wet_record("Grüße".encode(), WARC_Identified_Content_Language="deu,eng"))
    assert row["text"] == "Grüße"
    assert row["text_bytes"] == 7
    assert (row["host"], row["registered_domain"]) == ("www.example.org", "example.org")
    assert (row["language"], row["language_source"]) == ("deu", "header")
    assert row["captured_at"].isoformat() == "2024-05-18T01:58:10+00:00"
    assert row["record_id"] == "urn:uuid:1"


def test_language_is_detected_only_where_none_is_stated():
    text = "Dies ist ein deutscher Satz über das Wetter und die Nachrichten von gestern Abend.".encode()
    (row,), _ = pages_of(wet_record(text))
    assert (row["language"], row["language_source"]) == ("deu", "cld2")


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"WARC_Target_URI": ""}, "bad_header"),
        ({"WARC_Date": ""}, "bad_header"),
        ({"WARC_Date": "yesterday"}, "bad_header"),
        ({"WARC_Date": "1969-01-01T00:00:00Z"}, "bad_header"),
    ],
)
def test_a_bad_header_is_set_aside(over, reason):
    rows, account = pages_of(wet_record(b"x", **over), wet_record(b"y"))
    assert [r["text"] for r in rows] == ["y"]
    assert [r.reason for r in account.rejects] == [reason]


def test_text_that_is_no_utf8_is_set_aside():
    rows, account = pages_of(wet_record("é".encode("latin-1") + b"tude"), wet_record(b"y"))
    assert [r["text"] for r in rows] == ["y"]
    assert account.rejects[0].reason == "not_utf8"
    assert b"\xe9tude" in account.rejects[0].head


def test_other_records_are_passed_and_counted():
    rows, account = pages_of(
        wet_record(b"software: x", WARC_Type="warcinfo"), wet_record(b"{}", Content_Type="application/json")
    )
    assert (rows, account.passed, account.rejects) == ([], 2, [])


def test_a_real_wet_file(data):
    content = data("web/whirlwind/whirlwind.warc.wet.gz").read_bytes()
    account = Account()
    (batch,) = read([content], Input("k", {}), account, LIMITS)
    (row,) = batch.to_pylist()
    assert (row["url"], row["language"]) == ("https://an.wikipedia.org/wiki/Escopete", "spa")
    assert (account.seen, account.kept, account.passed) == (2, 1, 1)


def test_cc_nets_sample_parses_in_three_languages_once_its_lengths_are_repaired(data):
    """Its Content-Lengths count characters, not bytes: set aside by default, read when asked to repair."""
    content = data("web/cc_net/sample.warc.wet").read_bytes()
    strict = Account()
    assert list(read([content], Input("k", {}), strict, LIMITS)) == []
    assert strict.by_reason == {"bad_length": 4}
    lenient, repair = Account(), LIMITS.model_copy(update={"wrong_lengths": "repair"})
    (batch,) = read([content], Input("k", {}), lenient, repair)
    assert batch["language"].to_pylist() == ["eng", "zho", "rus"]
    assert lenient.repaired == 4


@pytest.mark.parametrize(
    ("url", "host", "domain"),
    [
        ("https://WWW.BBC.co.uk:443/news", "www.bbc.co.uk", "bbc.co.uk"),
        ("http://user:pw@example.com./x", "example.com", "example.com"),
        ("http://under_score.example.com/", "under_score.example.com", "example.com"),
        ("http://президент.рф/", "xn--d1abbgf6aiiy.xn--p1ai", "xn--d1abbgf6aiiy.xn--p1ai"),
        ("http://192.168.0.1/", "192.168.0.1", None),
        ("http://[::1]:8080/", "::1", None),
        ("http://[broken/", None, None),
        ("http://co.uk/", "co.uk", None),
        ("http://localhost/", "localhost", None),
        ("http://-bad-.com/", "-bad-.com", None),
        (f"http://{'a' * 64}.com/", f"{'a' * 64}.com", None),
        ("mailto:someone@example.com", None, None),
        ("", None, None),
    ],
)
def test_hosts_and_registered_domains(url, host, domain):
    assert host_of(url) == host
    assert registered_domain(host) == domain


def test_languages_are_iso_639_3():
    assert [alpha3(c) for c in ("en", "zh-Hant", "iw", "no", "un", "xxx", "zzp")] == [
        "eng",
        "zho",
        "heb",
        "nor",
        "und",
        "und",
        "und",
    ]
    assert from_header(b"deu,eng") == "deu"
    assert from_header(b"") is None
    assert from_header(b"de") is None
    assert detect(b"\x00\x01") == "und"


def test_the_declaration():
    assert wet.table is pages

"""Articles of a generated CC-NEWS: everything planted is recovered, everything left out is counted by reason."""

from __future__ import annotations

import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.coverage import coverage, ledger
from conf.places import place
from conf.settings import load
from flows.landing.run import land_all, ledger_of
from flows.sources.cc_news import Selection, cc_news
from flows.sources.source import SelectionError
from schemas import news as tables
from tests.flows.news.small_ccnews import NOON, page, record


@pytest.fixture(scope="session")
def landed(news, tmp_path_factory):
    """A lake with the two files of the archive that are there."""
    settings = load(
        environ={}, lake=str(tmp_path_factory.mktemp("lake")), archives={"commoncrawl": str(news.root)},
        ingest={"processes": 1},
    )  # fmt: skip
    archive = place(settings.archives.commoncrawl, settings)
    items = cc_news.inputs(Selection(paths=str(news.root / "two.paths")), archive, settings)
    rows = land_all("cc-news", items, settings)
    assert [row["status"] for row in rows] == ["complete"] * 2, rows
    return settings


def articles_of(settings) -> list[dict]:
    return pq.read_table(f"{settings.lake}/core/ccnews/articles").to_pylist()


def test_everything_planted_is_recovered(news, landed):
    rows = {row["url"]: row for row in articles_of(landed)}
    assert rows.keys() == news.articles.keys()
    for url, planted in news.articles.items():
        row = rows[url]
        for name in ("outlet", "title", "published_at", "published_source", "captured_at"):
            assert row[name] == planted[name], (url, name)
        assert row["text"].split()[-len(planted["words"]) :] == planted["words"], url
        assert (row["archive_month"], row["extractor"]) == ("2024-05", "resiliparse")
        assert (row["language"], row["http_status"], row["mime"]) == ("eng", 200, "text/html")
    wire = [rows[url]["content_digest"] for url, planted in news.articles.items() if planted["wire"]]
    assert len(wire) == 3


def test_what_is_left_out_is_counted_by_reason(news, landed):
    rows = ledger(place(landed.lake, landed), tables.articles)
    total = coverage(rows)
    assert total.passed_by_reason == news.passed
    assert (total.records_seen, total.records_kept, total.loss) == (12, 12, 0)
    assert "left out: front_page 1, listing 1, not_html 1, not_ok 1, too_little_text 1" in total.sentence


def test_copies_are_one_story(news, landed, engine):
    table = run("stories", settings=landed, engine=engine).table
    by_key = {(r["source_file"], r["record_offset"]): r for r in table.to_pylist()}
    wire = set()
    for row in articles_of(landed):
        story = by_key[row["source_file"], row["record_offset"]]
        copied = news.articles[row["url"]]["wire"]
        assert (story["story_articles"], story["story_outlets"]) == ((3, 3) if copied else (1, 1))
        wire |= {story["story_id"]} if copied else set()
    assert len(wire) == 1


def test_a_month_brings_its_list_and_knows_its_gaps(news, tmp_path):
    settings = load(
        environ={}, lake=str(tmp_path), archives={"commoncrawl": str(news.root)}, ingest={"processes": 1}
    )
    archive = place(settings.archives.commoncrawl, settings)
    from flows.sources import find

    for name in (*cc_news.before, "cc-news"):
        items = find(name).inputs(Selection(month=("2024-05",)), archive, settings)
        land_all(name, items, settings)
    told = coverage(ledger_of("cc-news", items, settings))
    assert (told.inputs, told.failed_by_reason) == (len(news.files), {"missing": len(news.files) - 2})
    result = run("gaps", settings=settings)
    day = next(r for r in result.table.to_pylist() if r["day"].day == 12)
    assert (day["files_listed"], day["files_landed"], day["files_not_landed"]) == (4, 2, 2)
    assert day["articles"] == len(news.articles)


def lake_of(tmp_path, *records: bytes):
    key = "crawl-data/CC-NEWS/2024/05/CC-NEWS-20240512100000-00001.warc.gz"
    path = tmp_path / "archive" / key
    path.parent.mkdir(parents=True)
    path.write_bytes(b"".join(records))
    (tmp_path / "paths").write_text(key)
    settings = load(
        environ={}, lake=str(tmp_path / "lake"), archives={"commoncrawl": str(tmp_path / "archive")}
    )
    archive = place(settings.archives.commoncrawl, settings)
    items = cc_news.inputs(Selection(paths=str(tmp_path / "paths")), archive, settings)
    (row,) = land_all("cc-news", items, settings)
    return row, settings


TEXT = (
    "Ministers met at the old bridge on Sunday to speak about the harvest and the storm that had come. " * 6
)


def test_hostile_pages_end_counted(tmp_path):
    url = "https://x.org/2024/05/12/a-b-c"
    deep = b"<div>" * 5000 + TEXT.encode()
    markup = page(
        TEXT, "<script type=application/ld+json>" + "[" * 50_000 + "</script><meta name='" + "a" * 10_000
    )
    latin = page(TEXT.replace("old", "höchst alte"), '<meta charset="latin-1">').replace(
        b"<meta charset='utf-8'>", b""
    )
    latin = latin.decode().encode("latin-1")
    row, settings = lake_of(
        tmp_path,
        record(url + "-1", deep, NOON),
        record(url + "-2", markup, NOON),
        record(url + "-3", latin, NOON, mime="text/html; charset=iso-8859-1; x"),
        record("http://[x", page(TEXT), NOON),
        record(url + "-4", page(TEXT), NOON, "OK without a number"),
    )  # fmt: skip
    assert dict(row["set_aside_by_reason"]) == {"over_depth": 1, "bad_http": 1}
    assert row["records_seen"] == row["records_kept"] + row["records_passed"] + row["records_set_aside"]
    kept = {r["url"]: r for r in articles_of(settings)}
    assert "höchst alte" in kept[url + "-3"]["text"]
    assert kept["http://[x"]["outlet"] is None


def test_an_unknown_extractor_is_named():
    with pytest.raises(SelectionError, match="unknown extractor 'x'; choose from resiliparse"):
        Selection(month=("2024-05",), extractor="x")

"""The sample through our own readers: every row and every count as planted."""

from __future__ import annotations

from collections import Counter

import pyarrow.parquet as pq
import pytest

from conf.places import place
from conf.settings import load
from flows.landing.run import land_all
from flows.sources import find


@pytest.fixture(scope="module")
def land(web, tmp_path_factory):
    """Lands inputs of a source; settings of a lake, and the ledger's rows."""
    lake = tmp_path_factory.mktemp("lake")

    def landing(name, **chosen):
        settings = load(
            environ={}, lake=str(lake), archives={"commoncrawl": str(web.root)}, ingest={"processes": 1}
        )
        source = find(name)
        archive = place(settings.archives.commoncrawl, settings)
        return settings, land_all(
            name, source.inputs(source.selection(**chosen), archive, settings), settings
        )

    return landing


def same_counts(ledger, files, damaged):
    """The ledger says of every file what the truth does."""
    for row in ledger:
        key = row["source_file"]
        if key not in files:
            assert (row["status"], row["reason"], damaged[key]) == ("failed", "missing", "missing")
            continue
        told = {
            "records": row["records_seen"],
            "kept": row["records_kept"],
            "passed": dict(row["passed_by_reason"]),
            "set_aside": dict(row["set_aside_by_reason"]),
            "status": row["status"],
        }
        assert told == files[key], key


def captures(web, reader):
    facts = web.facts["captures"]
    files = {file["key"]: file[reader] for file in facts["files"] if reader in file}
    return files, {d["key"]: d["reason"] for d in facts["damaged"]}


def rows_of(path, *keys, **where):
    table = pq.read_table(path, filters=[(name, "=", value) for name, value in where.items()] or None)
    return {tuple(row[k] for k in keys): row for row in table.to_pylist()}


EDGE = ("source_file", "source_host_reversed", "target_host_reversed", "kind")


@pytest.mark.parametrize(
    ("name", "www", "taken"),
    [
        ("wat", "kept", "pages"),
        ("wat", "folded", "all"),
        ("warc-links", "kept", "pages"),
        ("warc-links", "folded", "all"),
    ],
)
def test_edges(web, land, name, www, taken):
    read_from = name.removesuffix("-links")
    crawls = tuple(web.facts["crawls"][: 6 if taken == "pages" else 2])
    settings, ledger = land(name, crawl=crawls, www=www, captures=taken)
    if taken == "pages":
        same_counts(ledger, *captures(web, "links"))
    found = rows_of(
        f"{settings.lake}/core/commoncrawl/links", *EDGE, read_from=read_from, www=www, captures=taken
    )
    planted = {tuple(row[k] for k in EDGE): row for row in web.links(read_from, www, taken).to_pylist()
               if row["crawl"] in crawls}  # fmt: skip
    assert found.keys() == planted.keys()
    for edge, row in planted.items():
        assert {k: found[edge][k] for k in row} == row


SAME = (
    "url",
    "host",
    "registered_domain",
    "captured_at",
    "record_id",
    "mime",
    "charset",
    "title",
    "canonical_url",
)


def test_pages_and_the_quality_of_extraction(web, land):
    settings, ledger = land("warc", crawl=tuple(web.facts["crawls"]))
    same_counts(ledger, *captures(web, "pages"))
    found = rows_of(f"{settings.lake}/core/commoncrawl/pages", "source_file", "record_offset")
    shared = got = wanted = 0
    planted = {(row["source_file"], row["record_offset"]): row for row in web.pages().to_pylist()}
    assert found.keys() == planted.keys()
    for place_, row in planted.items():
        assert {k: found[place_][k] for k in SAME} == {k: row[k] for k in SAME}
        have, main = (Counter(text.split()) for text in (found[place_]["text"], row["main_text"]))
        shared, got, wanted = shared + (have & main).total(), got + have.total(), wanted + main.total()
    assert shared / got > 0.9
    assert shared / wanted > 0.9
    assert got - shared > 100


TOLD = ("archive_month", "url", "outlet", "title", "published_at", "published_source", "captured_at")


def test_articles(web, land):
    news = web.facts["news"]
    months = tuple(news["months"][:4])
    settings, ledger = land("cc-news", month=months)
    files = {file["key"]: file["articles"] for file in news["files"]}
    same_counts(ledger, files, {d["key"]: d["reason"] for d in news["damaged"]})
    found = rows_of(f"{settings.lake}/core/ccnews/articles", "source_file", "record_offset")
    planted = {(row["source_file"], row["record_offset"]): row for row in web.articles().to_pylist()}
    planted = {where: row for where, row in planted.items() if row["archive_month"] in months}
    assert found.keys() == planted.keys()
    for where, row in planted.items():
        assert {k: found[where][k] for k in TOLD} == {k: row[k] for k in TOLD}
        assert not Counter(row["main_text"].split()) - Counter(found[where]["text"].split())


def test_stories_and_gaps(web, land):
    from analysis import run

    settings, _ = land("cc-news", month=tuple(web.facts["news"]["months"][:4]))
    planted = {(row["source_file"], row["record_offset"]): row["story"] for row in web.articles().to_pylist()}
    names = {}
    for row in run("stories", settings=settings).table.to_pylist():
        story = planted[row["source_file"], row["record_offset"]]
        assert (row["story_articles"] > 1) == (story is not None)
        if story:
            assert names.setdefault(row["story_id"], story) == story
    assert len(names) == len(set(names.values())) == 12
    settings, _ = land("cc-news-files", month=("2023-06",))
    days = run("gaps", settings=settings).table.to_pylist()
    assert [str(day["day"]) for day in days if day["gap"]] == [web.facts["news"]["gap"]]


def test_the_index_reads_as_one(web):
    from flows.index.files import index, keys

    settings = load(environ={}, archives={"commoncrawl": str(web.root)})
    archive = place(settings.archives.commoncrawl, settings)
    for subset, least in (("warc", 400), ("crawldiagnostics", 40), ("robotstxt", 12)):
        table = index(archive, keys(archive, tuple(web.facts["crawls"]), subset, settings)).to_table()
        rows = sum(
            f["rows"]
            for f in web.facts["captures"]["files"]
            if f["kind"] == "index" and f["subset"] == subset
        )
        assert table.num_rows == rows >= least


def test_records_that_the_index_points_at_are_the_pages(web, tmp_path):
    from dataclasses import replace

    from flows.index.files import index, keys
    from flows.sources.records import records_of, wants

    crawl = web.facts["crawls"][4]
    settings = load(
        environ={}, lake=str(tmp_path), archives={"commoncrawl": str(web.root)}, ingest={"processes": 1}
    )
    archive, source = place(settings.archives.commoncrawl, settings), find("warc")
    rows = index(archive, keys(archive, (crawl,), "warc", settings)).to_table()
    german = [row for row in rows.to_pylist() if row["content_languages"] == "deu"]
    chosen = wants(records_of(rows.slice(0, 0).from_pylist(german, rows.schema)))
    items = source.inputs(source.selection(crawl=(crawl,)), archive, settings)
    land_all("warc", [replace(i, wants=chosen[i.key]) for i in items if i.key in chosen], settings)
    found = rows_of(f"{settings.lake}/core/commoncrawl/pages", "source_file", "record_offset")
    planted = {(r["source_file"], r["record_offset"]): r for r in web.pages().to_pylist()
               if (r["crawl"], r["language"]) == (crawl, "deu")}  # fmt: skip
    assert found.keys() == planted.keys()
    assert len(planted) > 5
    assert all(found[where]["url"] == row["url"] for where, row in planted.items())


def test_the_planted_trend_of_sentiment_is_seen_through_the_mix_of_outlets(web, land):
    from analysis import run

    months = tuple(web.facts["news"]["months"])
    settings, _ = land("cc-news", month=months)
    series = {
        (row["weighting"], row["period"]): row["sentiment"]
        for row in run("sentiment", settings=settings).table.to_pylist()
    }
    for month in web.facts["news"]["sentiment"]["all_outlets"]:
        # Sentences without a word of sentiment score 0, those with one 0.52 to 0.63 or as far below 0.
        assert series["pooled", month["month"]] == pytest.approx(0.5 * month["level"], abs=0.03)
    fall, rise = (series[how, months[-1]] - series[how, months[0]] for how in ("pooled", "adjusted"))
    assert fall < -0.1
    assert rise > 0

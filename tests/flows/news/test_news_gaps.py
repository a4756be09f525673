"""Days of the archive: every file it lists is counted, and days without files are told, on every engine."""

from __future__ import annotations

import gzip
from datetime import date

import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.news.gaps import Gaps, after
from conf.places import place
from conf.settings import load
from flows.landing.run import land_all, pending
from flows.sources.news.files import cc_news_files
from flows.sources.news.months import Selection, begun_at, inputs, month_of
from flows.sources.source import SelectionError

MAY = Selection(month=("2024-05",))


@pytest.fixture(scope="module")
def listed(news, tmp_path_factory):
    """A lake with the lists of files."""
    settings = load(
        environ={}, lake=str(tmp_path_factory.mktemp("lake")), archives={"commoncrawl": str(news.root)}
    )
    items = cc_news_files.inputs(MAY, place(settings.archives.commoncrawl, settings), settings)
    (row,) = land_all("cc-news-files", items, settings)
    assert (row["status"], row["records_kept"]) == ("complete", len(news.files))
    return settings


def test_gaps_are_told(listed, engine):
    result = run("gaps", settings=listed, engine=engine)
    rows = {row["day"]: row for row in result.table.to_pylist()}
    assert list(rows) == [date(2024, 5, day) for day in range(1, 32)]
    assert {day.day: row["gap"] for day, row in rows.items() if row["gap"]} == {
        9: "few",
        20: "none",
        21: "none",
    }
    assert (rows[date(2024, 5, 9)]["files_listed"], rows[date(2024, 5, 9)]["share_of_usual"]) == (1, 0.25)
    assert {row["files_usual"] for row in rows.values()} == {4.0}
    assert {row["files_landed"] for row in rows.values()} == {0}
    assert result.manifest["facts"] == {
        "none": ["2024-05-20", "2024-05-21"],
        "few": ["2024-05-09"],
        "days": 31,
    }


def test_a_day_that_is_not_over_is_no_gap(listed, monkeypatch):
    """Listed at noon of the 21st: that day and those after it are not judged, nor do they weigh on others."""
    from analysis.news import gaps as news_gaps

    whole = news_gaps.prepare(Gaps(), run_dataset(listed))
    early = news_gaps.Prepared(Gaps(), {}, {"2024-05": date(2024, 5, 21)})
    assert whole.ends == {"2024-05": date(2024, 6, 1)}
    monkeypatch.setattr(news_gaps, "prepare", lambda options, data: early)
    partials = table_of(listed, early)
    rows = news_gaps.finish(partials, early).to_pylist()
    assert {row["day"].day: row["gap"] for row in rows if row["gap"]} == {9: "few", 20: "none"}
    assert rows[-1]["day"] == date(2024, 5, 31)
    assert rows[-1]["files_usual"] is None


def run_dataset(settings):
    from analysis.lake import dataset

    return dataset(place(settings.lake, settings), cc_news_files.table)


def table_of(settings, prepared):
    import pyarrow as pa

    from analysis.news import gaps as news_gaps

    data = run_dataset(settings)
    batches = data.batches(data.parts[0], news_gaps.gaps.columns(prepared))
    return pa.Table.from_batches(news_gaps.count(batches, prepared), news_gaps.partial(prepared))


def test_a_list_that_grew_is_read_again(news, tmp_path):
    archive = tmp_path / "archive"
    path = archive / "crawl-data/CC-NEWS/2024/05/warc.paths.gz"
    path.parent.mkdir(parents=True)
    settings = load(environ={}, lake=str(tmp_path / "lake"), archives={"commoncrawl": str(archive)})
    for count in (3, 3, 5):
        path.write_bytes(gzip.compress("\n".join(news.files[:count]).encode()))
        items = cc_news_files.inputs(MAY, place(str(archive), settings), settings)
        land_all("cc-news-files", items, settings)
        assert pending("cc-news-files", items, settings) == []
        (part,) = (tmp_path / "lake/core/ccnews/files").rglob("*.parquet")
        assert pq.ParquetFile(part).metadata.num_rows == count


def test_lines_that_are_no_files_are_set_aside(tmp_path):
    archive = tmp_path / "archive"
    path = archive / "crawl-data/CC-NEWS/2024/05/warc.paths.gz"
    path.parent.mkdir(parents=True)
    lines = ["a/CC-NEWS-20240512103000-00001.warc.gz", "a/CC-NEWS-20241312103000-00001.warc.gz", "readme.txt"]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    settings = load(environ={}, lake=str(tmp_path / "lake"), archives={"commoncrawl": str(archive)})
    items = cc_news_files.inputs(MAY, place(str(archive), settings), settings)
    (row,) = land_all("cc-news-files", items, settings)
    assert (row["status"], row["records_seen"], row["records_kept"]) == ("damaged", 3, 1)
    assert dict(row["set_aside_by_reason"]) == {"bad_metadata": 2}


def test_a_sample_is_drawn_by_month_and_seed(news):
    settings = load(environ={}, archives={"commoncrawl": str(news.root)})
    archive = place(str(news.root), settings)
    every = inputs(MAY, archive, settings)
    assert [i.key for i in every] == sorted(news.files)
    assert {i.partition["archive_month"] for i in every} == {"2024-05"}
    some = [
        [i.key for i in inputs(Selection(month=("2024-05",), sample=5, seed=s), archive, settings)]
        for s in (1, 1, 2)
    ]
    assert some[0] == some[1] != some[2]
    assert len(some[0]) == 5
    listed = inputs(Selection(paths=str(news.root / "two.paths")), archive, settings)
    assert [i.partition["archive_month"] for i in listed] == ["2024-05", "2024-05"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "--month 2024-05"),
        ({"month": ("2024-05",), "paths": "x"}, "either"),
        ({"month": ("2024",)}, "'2024' is no month"),
        ({"month": ("2016-07",)}, "from 2016-08 on"),
        ({"month": ("2024-13",)}, "no month"),
        ({"month": ("2024-05",), "sample": -1}, "-1 files"),
    ],
)
def test_what_cannot_be_asked_is_named(asked, said):
    with pytest.raises(SelectionError, match=said):
        Selection(**asked)


def test_a_month_that_is_not_there_is_named(news):
    settings = load(environ={}, archives={"commoncrawl": str(news.root)})
    with pytest.raises(SelectionError, match="cannot list 2023-01: missing"):
        inputs(Selection(month=("2023-01",)), place(str(news.root), settings), settings)


def test_times_in_names():
    assert begun_at("x/CC-NEWS-20240512103000-00001.warc.gz").isoformat() == "2024-05-12T10:30:00+00:00"
    assert month_of("x/CC-NEWS-20161312103000-00001.warc.gz") == "unknown"
    assert (after("2024-05"), after("2024-12")) == (date(2024, 6, 1), date(2025, 1, 1))
    (previous,) = Selection(month=("previous",)).months
    assert after(previous) <= date.today() < after(f"{after(previous):%Y-%m}")


@pytest.mark.parametrize("options", [{"neighbours": 0}, {"neighbours": 61}, {"share": 0}, {"share": 1}])
def test_what_cannot_be_told_is_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        Gaps(**options)

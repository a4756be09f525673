"""Flows of which every input is lost end with the loss named, not with what happens to fail because of it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from conf.settings import load
from flows.ingest import LossError

QUIET = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
CRAWL, MONTH = "CC-MAIN-2024-22", "2024-05"
FILES = {
    "wat": (f"crawl-data/{CRAWL}", "wat.paths.gz", "a-{}.wat.gz"),
    "news": ("crawl-data/CC-NEWS/2024/05", "warc.paths.gz", "CC-NEWS-20240501000000-0000{}.warc.gz"),
}
BAD = {"missing": None, "corrupt_gzip": b"\x1f\x8b\x08" + b"\0" * 60}


@pytest.fixture
def profile(tmp_path):
    """Makes an archive of two files of a kind that are bad in one way; returns a profile by the loss it allows."""

    def make(kind: str, how: str, limit: float) -> str:
        folder, listed, name = FILES[kind]
        home = tmp_path / "archive" / folder
        home.mkdir(parents=True)
        names = [name.format(number) for number in range(2)]
        (home / listed).write_bytes(gzip.compress("\n".join(f"{folder}/{n}" for n in names).encode()))
        for one in names if BAD[how] else ():
            (home / one).write_bytes(BAD[how])
        return settings_of(tmp_path, "commoncrawl", limit)

    return make


def settings_of(folder: Path, archive: str, limit: float) -> str:
    path = folder / "test.toml"
    path.write_text(
        f'lake = "{folder / "lake"}"\n[archives]\n{archive} = "{folder / "archive"}"\n'
        f"[ingest]\nprocesses = 1\nloss_limit = {limit}\n[http]\ntries = 1\n"
    )
    return str(path)


@QUIET
@pytest.mark.parametrize(("how", "limit"), [("missing", 0.5), ("corrupt_gzip", 1.0)])
def test_a_graph_of_nothing_ends_with_the_loss(server, profile, tmp_path, how, limit):
    from flows.web_graph import web_graph

    with pytest.raises(LossError, match=f"{how} 2"):
        web_graph(str(tmp_path / "out"), {"crawls": [CRAWL], "sample": 0}, profile=profile("wat", how, limit))
    assert not (tmp_path / "out" / "report.html").exists()


@QUIET
@pytest.mark.parametrize(("how", "limit"), [("missing", 1.0), ("corrupt_gzip", 0.5)])
def test_news_of_nothing_end_with_the_loss(server, profile, tmp_path, how, limit):
    from flows.news_sentiment import news_sentiment

    with pytest.raises(LossError, match=f"{how} 2"):
        news_sentiment(MONTH, str(tmp_path / "out"), profile=profile("news", how, limit))


@QUIET
def test_an_index_of_no_scene_ends_with_the_loss(server, tmp_path):
    pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
    from flows.landsat_ndvi import landsat_ndvi
    from tests.flows.landsat.made_scenes import BANDS, Archive, areas

    scenes = Archive(tmp_path / "archive")
    scenes.scene()
    for band in BANDS:
        scenes.file(band).unlink()
    asked = {"areas": areas(tmp_path, (0, 0, 100, 100)), "dates": "2000.."}
    with pytest.raises(LossError, match=r"failed: missing 1; more than the share of 0.5 allowed$"):
        landsat_ndvi(asked, str(tmp_path / "out"), profile=settings_of(tmp_path, "landsat", 0.5))


def landed(profile: str) -> str:
    """The same profile, once its month of news is landed as far as it can be."""
    from conf.places import place
    from flows.landing.run import land_all
    from flows.sources import find
    from flows.sources.cc_news import Selection

    settings, source = load(profile), find("cc-news")
    archive = place(settings.archives.commoncrawl, settings)
    land_all("cc-news", source.inputs(Selection(month=(MONTH,)), archive, settings), settings)
    return profile


def test_classes_of_a_lost_month_end_with_the_loss(profile, tmp_path, monkeypatch):
    """This flow does not land; what the ledger says of the month is named."""
    from flows import classify_news as module

    path = landed(profile("news", "missing", 1.0))
    monkeypatch.setattr(module, "run_analysis", module.run_analysis.fn)
    with pytest.raises(LossError, match=r"all of what classify reads was lost: .* failed: missing 2$"):
        module.classify_news.fn(MONTH, str(tmp_path / "out"), module.Coding(model="none"), profile=path)
    with pytest.raises(LookupError, match=r"nothing of core__ccnews__articles .* fits; it is empty"):
        module.classify_news.fn("2024-04", str(tmp_path / "out"), module.Coding(model="none"), profile=path)


def test_an_analysis_that_finds_nothing_as_all_is_damaged_ends_with_the_loss(profile, tmp_path):
    """Damaged files have parts, of no row; nothing else would be said of them."""
    from flows.results import run_analysis

    path = landed(profile("news", "corrupt_gzip", 1.0))
    with pytest.raises(LossError, match=r"all of what stories reads was lost: .* set aside: corrupt_gzip 2$"):
        run_analysis.fn("stories", {}, {"archive_month": [MONTH]}, "dask", path, str(tmp_path / "out"))


def test_an_error_that_no_loss_explains_stays_what_it_is(lake, tmp_path):
    from conf.typed import OptionError
    from flows.results import run_analysis

    profile = tmp_path / "test.toml"
    profile.write_text(f'lake = "{lake.lake}"\n')
    with pytest.raises(OptionError, match="ngrams is 7"):
        run_analysis.fn("words", {"ngrams": 7}, {}, "dask", str(profile), str(tmp_path / "out"))

"""The flows under a real Prefect server on loopback: one run each, and what a scheduler would meet."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def profile(lake, tmp_path):
    """A profile with the sample archive and a lake of its own."""
    path = tmp_path / "test.toml"
    path.write_text(
        f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{lake.archives.commoncrawl}"\n'
        "[ingest]\nprocesses = 1\nloss_limit = 0.1\n"
    )
    return str(path)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_crawl_is_landed_and_analysed(server, profile, truth, tmp_path):
    from prefect.client.orchestration import get_client

    from flows.analyse import analyse
    from flows.ingest_wet import ingest_wet

    told = ingest_wet(truth["crawls"][1], batch_size=2, profile=profile)
    assert (told["inputs"], told["damaged"]) == (3, 1)
    folder = analyse("words", str(tmp_path / "out"), {"by": ["language"]}, profile=profile)
    assert (Path(folder) / "report.html").is_file()

    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts()
    keys = {a.key: a for a in artifacts}
    assert {
        "ingest-wet-progress",
        "ingest-wet-ledger",
        "ingest-wet-coverage",
        "words-rows",
        "words-methods",
    } <= set(keys)
    assert keys["ingest-wet-progress"].data == 100.0
    assert "99.63 % of 267 records" in keys["ingest-wet-coverage"].data


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_links_of_a_crawl_are_landed(server, tmp_path):
    from flows.ingest_wat import ingest_wat
    from tests.flows.links.wats import anchors, wat_record

    crawl = tmp_path / "crawl-data" / "CC-MAIN-2024-22"
    crawl.mkdir(parents=True)
    (crawl / "a.wat.gz").write_bytes(wat_record("https://a.org/", anchors("https://b.com/")))
    (crawl / "wat.paths.gz").write_bytes(gzip.compress(b"crawl-data/CC-MAIN-2024-22/a.wat.gz\n"))
    profile = tmp_path / "links.toml"
    profile.write_text(f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{tmp_path}"\n')
    told = ingest_wat("CC-MAIN-2024-22", www="folded", profile=str(profile))
    assert (told["inputs"], told["records_kept"]) == (1, 1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_links_of_captured_pages_are_landed(server, archive, truth, tmp_path):
    from flows.ingest_warc_links import ingest_warc_links
    from flows.sources.sample import read

    profile = tmp_path / "links.toml"
    profile.write_text(
        f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{archive}"\n[ingest]\nprocesses = 1\n'
        "loss_limit = 0.5\n"
    )
    crawl = truth["crawls"][0]
    told = ingest_warc_links(crawl, www="folded", captures="all", profile=str(profile))
    assert told["inputs"] > 0 and told["failed"] < told["inputs"]
    (home,) = (tmp_path / "lake" / "core" / "commoncrawl" / "links").glob(
        "crawl=*/read_from=*/www=*/captures=*"
    )
    assert home.parts[-3:] == ("read_from=warc", "www=folded", "captures=all")
    rows = [row for part in home.glob("*.parquet") for row in pq.read_table(part).to_pylist()]
    planted = [r for r in read(archive).links("warc", "folded", "all").to_pylist() if r["crawl"] == crawl]
    sums = ("pages", "links", "nofollow_links")
    assert {n: sum(row[n] for row in rows) for n in sums} == {n: sum(row[n] for row in planted) for n in sums}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_month_of_news_is_landed_with_its_list(server, tmp_path):
    from flows.ingest_news import ingest_news
    from tests.flows.news.small_ccnews import write

    news = write(tmp_path / "archive")
    listed = tmp_path / "archive" / "crawl-data" / "CC-NEWS" / "2024" / "05" / "warc.paths.gz"
    listed.write_bytes(gzip.compress((tmp_path / "archive" / "two.paths").read_bytes()))
    profile = tmp_path / "news.toml"
    profile.write_text(f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{tmp_path / "archive"}"\n')
    told = ingest_news("2024-05", profile=str(profile))
    assert (told["inputs"], told["records_kept"]) == (2, len(news.articles))
    assert list((tmp_path / "lake" / "core" / "ccnews" / "files").rglob("*.parquet"))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_sentiment_of_a_month_is_published(server, profile, tmp_path):
    from prefect.client.orchestration import get_client

    from analysis.result import open_result
    from flows.news_sentiment import SHOWN, news_sentiment

    asked = {"by": "week", "draws": 100, "topic": ["a*"]}
    lenient = Path(profile).read_text("utf-8").replace("loss_limit = 0.1", "loss_limit = 0.5")
    Path(profile).write_text(lenient)
    folder = Path(news_sentiment("2023-05", str(tmp_path / "out"), asked, profile=profile))
    assert folder == tmp_path / "out" / "2023-05"
    page = (folder / "report.html").read_text("utf-8")
    results = {name: open_result(folder / name) for name in SHOWN}
    assert all(f"Codebook of <code>{r.analysis.writes.name}" in page for r in results.values())
    assert results["sentiment"].options.stories == str(folder / "stories")
    assert all(r.options.topic == ("a*",) and r.table.num_rows for r in results.values())
    with get_client(sync_client=True) as client:
        keys = {a.key for a in client.read_artifacts()}
    assert {f"news-{name}-{what}" for name in SHOWN for what in ("rows", "methods")} <= keys


def test_a_loss_fails_the_news_after_results_of_what_was_landed(monkeypatch):
    import logging

    from flows import news_sentiment as module
    from flows.ingest import LossError

    def lose(*_, **__):
        raise LossError("half of it")

    made = []
    monkeypatch.setattr(module, "ingest_news", lose)
    monkeypatch.setattr("flows.results.get_run_logger", lambda: logging.getLogger("test"))
    monkeypatch.setattr(
        module, "run_analysis", lambda name, options, where, *_: made.append((name, options, where))
    )
    monkeypatch.setattr(module, "write_report", lambda *_: "page")
    monkeypatch.setattr(module, "publish_results", lambda *_, **__: made.append("published"))
    with pytest.raises(LossError, match="half of it"):
        module.news_sentiment.fn("2023-05", "out", {"topic": ["x"], "draws": 200})
    *steps, last = made
    assert [name for name, *_ in steps] == list(module.STEPS)
    assert last == "published"
    (_, nothing, articles), (_, _, files), (_, series, _), (_, outlets, _), (_, ends, _) = steps
    assert nothing == {}
    assert (articles, files) == (
        {"archive_month": ["2023-05"], "extractor": ["resiliparse"]},
        {"archive_month": ["2023-05"]},
    )
    assert series == {
        "by": "day",
        "topic": ["x"],
        "draws": 200,
        "stories": "out/2023-05/stories",
        "gaps": "out/2023-05/gaps",
    }
    assert set(series) - set(outlets) == {"draws"}
    assert ends == {"topic": ["x"]}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_too_large_a_loss_fails_the_flow_but_keeps_what_was_landed(server, profile, truth):
    from flows.ingest import LossError
    from flows.ingest_wet import ingest_wet

    with pytest.raises(LossError, match="failed: missing 1"):
        ingest_wet(truth["crawls"][-1], profile=profile)


def test_only_what_a_retry_may_mend_is_retried(profile, monkeypatch):
    """A batch with a busy archive is begun anew; one that is refused or absent is not."""
    from conf.settings import load
    from flows import ingest as module
    from flows.sources.source import Input

    item = Input("k", {"crawl": "CC-MAIN-2024-10"})
    ended = iter(["unavailable", "forbidden", "missing", "complete"])

    def land_all(name, items, settings):
        reason = next(ended)
        status = "complete" if reason == "complete" else "failed"
        return [{"source_file": i.key, "status": status, "reason": reason} for i in items]

    monkeypatch.setattr("flows.landing.run.land_all", land_all)
    with pytest.raises(module.UnfinishedError, match="1 of 1 inputs failed, first k"):
        module.land_batch.fn("wet", [item], load(profile))
    assert module.land_batch.fn("wet", [item], load(profile)) == {"failed": 1}
    assert module.land_batch.fn("wet", [item], load(profile)) == {"failed": 1}
    assert module.land_batch.fn("wet", [item], load(profile)) == {"complete": 1}


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_pages_of_a_crawl_are_landed(server, data, tmp_path):
    from flows.ingest_warc import ingest_warc

    crawl = tmp_path / "crawl-data" / "CC-MAIN-2024-22"
    crawl.mkdir(parents=True)
    (crawl / "a.warc.gz").symlink_to(data("web/whirlwind/whirlwind.warc.gz"))
    (crawl / "warc.paths.gz").write_bytes(gzip.compress(b"crawl-data/CC-MAIN-2024-22/a.warc.gz\n"))
    profile = tmp_path / "pages.toml"
    profile.write_text(f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{tmp_path}"\n')
    told = ingest_warc("CC-MAIN-2024-22", extractor="trafilatura", profile=str(profile))
    assert (told["inputs"], told["complete"], told["records_kept"]) == (1, 1, 1)


@pytest.mark.parametrize("crawl", ["CC-MAIN-2024", "../etc", ""])
def test_parameters_are_checked(server, crawl, profile):
    from prefect.exceptions import ParameterTypeError

    from flows.ingest_wet import ingest_wet

    with pytest.raises(ParameterTypeError, match="pattern"):
        ingest_wet(crawl, profile=profile)


def test_every_deployment_names_a_flow_and_valid_parameters():
    from importlib import import_module

    book = yaml.safe_load((ROOT / "conf" / "prefect.yaml").read_text("utf-8"))
    assert book["deployments"]
    for deployment in book["deployments"]:
        path, name = deployment["entrypoint"].split(":")
        found = getattr(import_module(path.removesuffix(".py").replace("/", ".")), name)
        found.validate_parameters(deployment["parameters"])
        assert all("cron" in s for s in deployment["schedules"])


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_schedule_runs_as_often_as_its_name_says():
    """Cron joins days of the month and of the week by `or`, unless told otherwise."""
    import asyncio
    from datetime import UTC, datetime
    from itertools import pairwise

    from prefect.server.schemas.schedules import CronSchedule

    least_days = {"daily": 1, "weekly": 7, "monthly": 28}
    book = yaml.safe_load((ROOT / "conf" / "prefect.yaml").read_text("utf-8"))
    for schedule in (s for d in book["deployments"] for s in d["schedules"]):
        times = {k: v for k, v in schedule.items() if k != "slug"}
        runs = asyncio.run(CronSchedule(**times).get_dates(24, start=datetime(2026, 1, 1, tzinfo=UTC)))
        gaps = [(b - a).days for a, b in pairwise(runs)]
        assert least_days[schedule["slug"]] <= min(gaps) <= max(gaps) < 2 * least_days[schedule["slug"]]


def test_the_readme_lists_every_flow():
    import re

    readme = (ROOT / "README.md").read_text("utf-8")
    names = [
        re.search(r'@flow\(name="([\w-]+)"', p.read_text("utf-8")) for p in (ROOT / "flows").glob("*.py")
    ]
    assert {f"`{found[1]}`" for found in names if found} <= set(re.findall(r"`[\w-]+`", readme))
    assert sum(map(bool, names)) > 8

"""From a question in SQL to pages in the lake: only the chosen records are read, and they are the planted ones."""

from __future__ import annotations

import json

import pyarrow.compute as pc
import pyarrow.dataset as ds
import pytest
from click.testing import CliRunner

from flows.sources.sample import read

CRAWL = "CC-MAIN-2024-10"
SQL = (
    "SELECT url, warc_filename, warc_record_offset, warc_record_length FROM ccindex "
    "WHERE fetch_status = 200 AND url_host_tld = '{tld}'"
)


def run(*args):
    from flows.cli import cli

    told = CliRunner().invoke(cli, [*args, "--json"], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


@pytest.fixture(scope="module")
def planted(archive):
    """The sample's pages of one crawl by the last label of their host, those with odd markup left out."""
    pages = read(archive).pages()
    pages = pages.filter(pc.and_(pc.equal(pages["crawl"], CRAWL), pc.is_null(pages["odd"])))
    by_tld: dict[str, set[str]] = {}
    for host, url in zip(pages["host"].to_pylist(), pages["url"].to_pylist(), strict=True):
        by_tld.setdefault(host.rsplit(".", 1)[-1], set()).add(url)
    return by_tld


def landed(lake):
    files = sorted((lake / "core/commoncrawl/pages").rglob("*.parquet"))
    return set(ds.dataset(files, format="parquet").to_table(columns=["url"])["url"].to_pylist())


def test_a_question_becomes_pages(archive, planted, tmp_path):
    first, second = sorted(planted, key=lambda tld: len(planted[tld]))[:2]
    lake = tmp_path / "lake"
    for tld in (first, second):
        chosen = str(tmp_path / f"{tld}.parquet")
        said = run(
            "select", SQL.format(tld=tld), "--archive", str(archive), "--crawl", CRAWL, "--out", chosen
        )
        where = ("--archive", str(archive), "--lake", str(lake), "--records", chosen)
        plan = run("ingest", "warc", *where, "--dry-run")
        assert (plan["records"], plan["requests"]) == (said["plan"]["records"], said["plan"]["requests"])
        run("ingest", "warc", *where, "--loss-limit", "1")
        assert run("ingest", "warc", *where, "--dry-run")["to_do"] == 0
    # the second question made parts grow; nothing of the first was lost, and nothing else came in
    assert planted[first] | planted[second] <= landed(lake)
    assert {url.split("/")[2].rsplit(".", 1)[-1] for url in landed(lake)} == {first, second}


def test_crawl_and_records_are_not_asked_together(tmp_path):
    from flows.sources.source import SelectionError
    from flows.sources.warc_pages import Selection

    with pytest.raises(SelectionError, match="either"):
        Selection(crawl=(CRAWL,), records="selection.parquet")

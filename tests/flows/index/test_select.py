"""`fieldwork select` on a small index: columns that came over time, pruning by crawl, plan and list of records."""

from __future__ import annotations

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from conf.places import place
from conf.settings import load
from flows.index import files
from flows.sources.records import opened, wants
from flows.sources.source import SelectionError
from schemas.cc_index import CC_INDEX

OLD, NEW = "CC-MAIN-2014-10", "CC-MAIN-2024-10"


def rows(tld, offsets, **over):
    count = len(offsets)
    columns = {
        "url_surtkey": [f"{tld},site)/{o}" for o in offsets],
        "url": [f"https://site.{tld}/{o}" for o in offsets],
        "url_host_tld": [tld] * count,
        "fetch_status": pa.array([200] * count, pa.int16()),
        "warc_filename": [f"crawl-data/{tld}.warc.gz"] * count,
        "warc_record_offset": pa.array(offsets, pa.int32()),  # as the archive has it: 32 bits
        "warc_record_length": pa.array([100] * count, pa.int32()),
    }
    return pa.table(columns | over)


@pytest.fixture(scope="module")
def index_archive(tmp_path_factory):
    """Two crawls; the old one's files have no languages."""
    root = tmp_path_factory.mktemp("cc")
    parts = {
        OLD: [rows("is", [1, 2])],
        NEW: [
            rows("de", [5], content_languages=["deu"]),
            rows("is", [0, 100, 10_000_000, 100], content_languages=["isl", "isl,eng", "isl", "isl"]),
        ],
    }
    for crawl, tables in parts.items():
        names = []
        for number, table in enumerate(tables):
            for subset in ("warc", "robotstxt"):
                key = f"cc-index/table/cc-main/warc/crawl={crawl}/subset={subset}/part-{number:05}.gz.parquet"
                (root / key).parent.mkdir(parents=True, exist_ok=True)
                pq.write_table(
                    table if subset == "warc" else table.slice(0, 0), root / key, compression="gzip"
                )
                names.append(key)
        listed = root / f"crawl-data/{crawl}/cc-index-table.paths.gz"
        listed.parent.mkdir(parents=True)
        listed.write_bytes(gzip.compress("\n".join(names).encode()))
    return root


def run(*args):
    from flows.cli import cli

    return CliRunner().invoke(cli, ["select", *args], catch_exceptions=False)


def ask(sql, root, *more):
    told = run(sql, "--archive", str(root), "--json", *more)
    assert told.exit_code == 0, told.output
    return json.loads(told.stdout)


def test_files_of_all_times_have_the_same_columns(index_archive):
    settings = load(environ={})
    archive = place(str(index_archive), settings)
    found = files.index(archive, files.keys(archive, [OLD, NEW], "warc", settings))
    assert found.schema.names == CC_INDEX.names
    table = found.to_table(columns=["crawl", "subset", "content_languages"])
    assert set(table["subset"].to_pylist()) == {"warc"}
    assert table.filter(pa.compute.equal(table["crawl"], OLD))["content_languages"].null_count == 2


def test_a_count_by_crawl(index_archive):
    sql = "SELECT crawl, count(*) AS n, count(content_languages) AS told FROM ccindex GROUP BY ALL ORDER BY crawl"
    told = ask(sql, index_archive, "--crawl", OLD, "--crawl", NEW)
    assert told["rows"] == [{"crawl": OLD, "n": 2, "told": 0}, {"crawl": NEW, "n": 5, "told": 5}]


def test_records_are_planned_and_listed_once_each(index_archive, tmp_path):
    sql = "SELECT url, warc_filename, warc_record_offset, warc_record_length FROM ccindex WHERE url_host_tld = 'is'"
    out = tmp_path / "selection.parquet"
    told = ask(sql, index_archive, "--crawl", NEW, "--out", str(out))
    plan = told["plan"]
    assert (plan["records"], plan["files"], plan["requests"], plan["bytes"]) == (3, 1, 2, 300)
    assert wants(opened(str(out))) == {"crawl-data/is.warc.gz": ((0, 100), (100, 100), (10_000_000, 100))}
    assert pq.read_metadata(out).metadata[b"fieldwork.query"] == sql.encode()


def test_a_dry_run_reads_no_index_file(index_archive, monkeypatch):
    monkeypatch.setattr("flows.index.files.index", lambda *_: pytest.fail("it was opened"))
    told = ask("SELECT url FROM ccindex", index_archive, "--crawl", NEW, "--dry-run")
    assert told["files"] == 2


def test_the_first_rows_are_shown_and_the_next_step_is_said(index_archive, tmp_path):
    out = str(tmp_path / "selection.parquet")
    told = run("SELECT * FROM ccindex", "--crawl", OLD, "--archive", str(index_archive), "--out", out)
    assert told.exit_code == 0
    assert "https://site.is/1" in told.stdout
    assert f"fieldwork ingest warc --records {out}" in told.stderr


def test_what_is_not_there_is_said(index_archive):
    settings = load(environ={})
    archive = place(str(index_archive), settings)
    with pytest.raises(SelectionError, match="CC-MAIN-1999-01 has no list of its index"):
        files.keys(archive, ["CC-MAIN-1999-01"], "warc", settings)
    with pytest.raises(SelectionError, match="'images' is no part of the index; choose from warc"):
        files.keys(archive, [NEW], "images", settings)


def test_a_list_of_records_that_is_none(tmp_path):
    (tmp_path / "not.parquet").write_text("no")
    with pytest.raises(SelectionError, match="no list of records"):
        opened(str(tmp_path / "not.parquet"))
    pq.write_table(pa.table({"url": ["x"]}), tmp_path / "lacks.parquet")
    with pytest.raises(SelectionError, match="lack warc_filename"):
        opened(str(tmp_path / "lacks.parquet"))

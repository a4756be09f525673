"""The whole road on a real S3 server: archive there, lake there, Dask by s3fs and Spark by S3A."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis import open_result, run
from analysis.coverage import coverage, ledger
from conf.places import place
from flows.landing.run import land_all, pending
from flows.sources.common_crawl import Selection
from flows.sources.wet import wet
from schemas import web
from tests.servers.jars import S3A

pytestmark = pytest.mark.s3
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def on_s3(s3, archive, truth):
    """Settings with archive and lake in the server's bucket; two crawls are landed."""
    root = f"s3://{s3.bucket}/road"
    settings = s3.settings(
        lake=f"{root}/lake", archives={"commoncrawl": f"{root}/archive"}, ingest={"processes": 1}
    )
    there = place(settings.archives.commoncrawl, settings)
    crawls = (truth["crawls"][1], truth["crawls"][-1])
    for path in archive.rglob("*.gz"):
        if any(c in str(path) for c in crawls):
            (there / str(path.relative_to(archive))).write_bytes(path.read_bytes())
    items = wet.inputs(Selection(crawl=crawls), there, settings)
    land_all("wet", items, settings)
    return settings, items, crawls


def test_the_lake_on_s3_holds_what_one_on_disk_does(on_s3, lake):
    settings, _, crawls = on_s3
    columns = [
        "source_file",
        "status",
        "reason",
        "bytes_read",
        "input_sha256",
        "records_seen",
        "records_kept",
    ]
    rows = ledger(place(settings.lake, settings), web.pages).select(columns)
    assert rows.equals(ledger(place(lake.lake, lake), web.pages, {"crawl": list(crawls)}).select(columns))
    assert coverage(ledger(place(settings.lake, settings), web.pages)).failed_by_reason == {"missing": 1}


def test_a_rerun_skips_what_is_there(on_s3):
    settings, items, _ = on_s3
    assert [i.key for i in pending("wet", items, settings)] == [
        i.key for i in items if "00003.warc" in i.key and "2024-10" in i.key
    ]


def test_words_are_the_same_from_s3_and_from_disk(on_s3, lake):
    settings, _, crawls = on_s3
    there = run("words", settings=settings, by=("language",)).table
    assert there.equals(run("words", settings=lake, by=("language",), where={"crawl": list(crawls)}).table)


@pytest.mark.spark
def test_rdds_read_the_lake_on_s3(on_s3, java):
    settings, _, _ = on_s3
    there = run("words", settings=settings, engine="spark-rdd", by=("language",)).table
    assert there.equals(run("words", settings=settings, by=("language",)).table)


@pytest.mark.spark
def test_spark_reads_the_lake_on_s3_by_s3a(on_s3, java, tmp_path):
    """A process of its own, since the jars have to be there when its JVM starts."""
    if not any(S3A.glob("hadoop-aws*.jar")):
        pytest.skip("no S3A jars (make jars)")
    settings, _, _ = on_s3
    s3 = settings.s3
    environ = {
        "LAKE": settings.lake,
        "S3__ENDPOINT_URL": s3.endpoint_url,
        "S3__KEY": s3.key,
        "S3__SECRET": s3.secret.get_secret_value(),
        "S3__REGION": s3.region,
        "S3__PATH_STYLE": "true",
        "S3__JARS": str(S3A),
    }
    command = [sys.executable, "-m", "flows.cli", "words", "--engine", "spark", "--by", "language"]
    told = subprocess.run(
        [*command, "--out", str(tmp_path), "--top", "1"],
        env=os.environ | {f"FIELDWORK_{k}": v for k, v in environ.items()},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stderr
    assert s3.secret.get_secret_value() not in told.stdout + told.stderr
    assert open_result(tmp_path).table.equals(run("words", settings=settings, by=("language",)).table)


def test_no_part_of_the_lake_on_s3_is_half_written(on_s3, s3):
    settings, _, _ = on_s3
    root = place(settings.lake, settings)
    for file in root.files(".parquet"):
        with root.fs.open((root / file).path, "rb") as handle:
            assert pq.ParquetFile(handle).metadata.num_columns > 0


def test_a_result_is_saved_on_s3_and_comes_back(on_s3):
    settings, _, crawls = on_s3
    result = run("words", settings=settings, by=("crawl",), where={"crawl": [crawls[0]]})
    folder = settings.lake.removesuffix("/lake") + "/results/words"
    assert result.save(folder, settings) == folder
    again = open_result(folder, settings)
    assert again.table.equals(result.table)
    assert again.manifest == result.manifest
    assert again.inputs.num_rows == 3

"""The README's job by the real spark-submit, with our code from app.zip and nowhere else."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from analysis import job, open_result, run
from analysis.engines import app_zip

ROOT = Path(__file__).parents[2]
# The JVM's second compiler costs a job of seconds more than it gains.
SHORT_JOB = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# Appended to a module that the driver and every worker import: it says where its code was found.
TRACE = "\nimport os, pathlib\npathlib.Path({folder!r}, str(os.getpid())).write_text(__file__)\n"


@pytest.fixture(scope="module")
def app(tmp_path_factory) -> Path:
    """app.zip as it is built."""
    return app_zip.build(tmp_path_factory.mktemp("dist") / "app.zip")


def test_the_zip_is_the_same_each_time(app, tmp_path):
    assert app_zip.build(tmp_path / "new" / "app.zip").read_bytes() == app.read_bytes()
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["app.zip"]


def test_the_zip_holds_all_our_code_and_its_data(app):
    names = set(ZipFile(app).namelist())
    for package in ("analysis", "conf", "schemas"):
        assert {str(p.relative_to(ROOT)) for p in (ROOT / package).rglob("*.py")} <= names
    assert {"conf/laptop.toml", "conf/spark.conf", "analysis/report/page.html"} <= names
    assert not [n for n in names if "__pycache__" in n or n.startswith(("flows", "tests"))]


def test_settings_are_read_from_the_zip(app, tmp_path):
    code = "from conf.settings import load; import conf; print(load('cluster').lake, conf.__file__)"
    told = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(app)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.split() == ["s3://your-bucket/lake", f"{app}/conf/__init__.py"]


def traced(app: Path, folder: Path) -> Path:
    """The zip, saying in `folder` which processes took their code from where."""
    trace = folder / "trace"
    trace.mkdir()
    copy = folder / "app.zip"
    with ZipFile(app) as whole, ZipFile(copy, "w") as changed:
        for name in whole.namelist():
            extra = TRACE.format(folder=str(trace)) if name == "analysis/kernels/__init__.py" else ""
            changed.writestr(name, whole.read(name) + extra.encode())
    return copy


def submit(app: Path, cwd: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run job.py as the README says, from a folder in which nothing of ours lies."""
    import pyspark

    stub = cwd / "job.py"
    stub.write_bytes((ROOT / "analysis" / "job.py").read_bytes())
    command = [
        str(Path(pyspark.__file__).parent / "bin" / "spark-submit"),
        *("--properties-file", str(ROOT / "conf" / "spark.conf")),
        *("--master", "local[2]", "--conf", "spark.ui.enabled=false", "--py-files", str(app)),
        *("--driver-java-options", SHORT_JOB),
        str(stub),
        *arguments,
    ]
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "PYSPARK_SUBMIT_ARGS")}
    kept |= {"PYSPARK_PYTHON": sys.executable, "SPARK_LOCAL_IP": "127.0.0.1"}
    return subprocess.run(command, env=kept, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.spark
def test_words_by_spark_submit(java, lake, app, tmp_path):
    told = submit(
        traced(app, tmp_path), tmp_path, "words", lake.lake, "out", "--by", "language,month", "--min-count=3"
    )
    assert told.returncode == 0, told.stderr
    result = open_result(tmp_path / "out")
    assert result.table.equals(run("words", settings=lake, by=("language", "month"), min_count=3).table)
    assert result.manifest["engine"] == "spark"
    assert told.stdout.strip().endswith("s, saved in out")
    origins = [p.read_text() for p in (tmp_path / "trace").iterdir()]
    assert len(origins) >= 2, "the driver and at least one worker"
    assert all("app.zip" in origin for origin in origins), origins


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "error: which analysis? choose from words, "),
        (["wrods", "lake", "out"], "error: unknown analysis 'wrods'; the nearest is 'words'"),
        (["words", "nowhere", "out"], "error: nothing of core__commoncrawl__pages in nowhere fits"),
        (["words", "nowhere", "out", "--ngrams", "7"], "error: the analysis words: ngrams is 7; give 1"),
        (
            ["words", "nowhere", "out", "--profile", "big"],
            "error: no profile 'big'; choose from cluster, laptop",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(capsys, tmp_path, monkeypatch, arguments, message):
    monkeypatch.chdir(tmp_path)
    assert job.main(arguments) == 2
    told = capsys.readouterr().err
    assert told.startswith(message)
    assert told.count("\n") == 1


def test_options_are_those_of_the_analysis(lake, tmp_path, capsys):
    words = ["trends", lake.lake, str(tmp_path / "out"), "--engine", "dask", "--by", "month", "--by=language"]
    assert job.main([*words, "drought"]) == 0
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert manifest["asked"]["by"] == ["month", "language"]
    assert manifest["asked"]["words"] == ["drought"]

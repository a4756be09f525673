"""The command line: what a newcomer meets. In-process for speed; the real command where processes matter."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from analysis.catalogue import ANALYSES
from flows.cli import COMMANDS, main
from flows.sources import SOURCES

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def run(capsys, monkeypatch, lake, tmp_path):
    """Runs `fieldwork` with the session's lake; returns exit code, output, errors."""
    monkeypatch.setenv("FIELDWORK_LAKE", lake.lake)
    monkeypatch.setenv("FIELDWORK_INGEST__PROCESSES", "1")
    monkeypatch.chdir(tmp_path)

    def call(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fieldwork", *args])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code, out, err

    return call


def test_the_help_lists_every_command(run):
    code, out, _ = run("--help")
    assert code == 0
    for name, (_, summary) in COMMANDS.items():
        assert name in out
        assert summary in out


@pytest.mark.parametrize("name", [*COMMANDS, *(f"ingest {s}" for s in SOURCES)])
def test_every_command_has_help_with_examples(run, name):
    code, out, _ = run(*name.split(), "--help")
    assert code == 0
    assert "Examples:" in out or name == "ingest"
    assert f"fieldwork {name}" in out
    for option in [line.split()[0] for line in out.splitlines() if line.startswith("  --")]:
        assert option.startswith("--")


@pytest.mark.parametrize("name", ANALYSES)
def test_every_option_of_an_analysis_has_a_sentence(run, name):
    from dataclasses import fields

    from analysis import catalogue
    from conf.typed import sentences

    kind = catalogue.find(name).options
    assert {f.name for f in fields(kind)} == set(sentences(kind))


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["wrods"], "no command 'wrods'; the nearest is 'words'"),
        (["words", "--engine", "flink"], "'flink' is not one of 'dask', 'spark', 'spark-rdd'"),
        (["words", "--lake", "nowhere"], "it is empty; fill it with `fieldwork ingest`"),
        (["words", "--crawl", "CC-MAIN-1999-01"], "it has CC-MAIN-2023-06"),
        (["words", "--lake", "ftp://x/y"], "'ftp://' is not known"),
        (["words", "--lake", "s3://commoncrawl/lake"], "https://data.commoncrawl.org/"),
        (["ingest", "wet"], "say either which crawl"),
        (["ingest", "wet", "--crawl", "2024"], "'2024' is no crawl"),
        (
            ["ingest", "wet", "--archive", "nowhere", "--crawl", "CC-MAIN-2024-22"],
            "cannot list CC-MAIN-2024-22",
        ),
        (["tables", "core__x"], "no table 'core__x'; choose from core__commoncrawl__pages"),
        (["report", "nowhere"], "nothing to report in 'nowhere'"),
    ],
)
def test_errors_are_one_line_with_the_cure(run, args, said):
    code, out, err = run(*args)
    assert code == 2
    assert said in " ".join(err.split())
    assert "Traceback" not in err
    assert out == ""


def test_a_wrong_setting_is_named(run, monkeypatch):
    monkeypatch.setenv("FIELDWORK_INGEST__PROCESES", "2")
    code, _, err = run("words")
    assert (code, "the nearest known one is 'ingest.processes'" in err) == (2, True)


def test_ingest_ends_with_coverage_and_fails_above_the_loss_allowed(run, lake, truth, tmp_path):
    args = ["ingest", "wet", "--archive", lake.archives.commoncrawl, "--lake", str(tmp_path / "l")]
    args += ["--crawl", truth["crawls"][1]]
    code, out, err = run(*args)
    assert "99.63 % of 267 records; set aside: corrupt_gzip 1" in out
    assert (code, "error:" in err) == (0, False)
    code, out, err = run(*args, "--loss-limit", "0.001")
    assert code == 1
    assert "0.37 % lost, more than the 0.1 % allowed" in err
    code, out, _ = run(*args, "--json")
    assert json.loads(out)["inputs"] == 3


def test_a_dry_run_says_what_would_be_read(run, lake, truth, tmp_path):
    args = [
        "ingest",
        "wet",
        "--archive",
        lake.archives.commoncrawl,
        "--lake",
        str(tmp_path / "l"),
        "--dry-run",
    ]
    code, _, err = run(*args, "--crawl", truth["crawls"][0])
    assert code == 0
    assert "3 inputs" in err
    assert " kB, about " in err
    assert not (tmp_path / "l").exists()
    _, out, _ = run(*args, "--crawl", truth["crawls"][0], "--sample", "2", "--json")
    assert json.loads(out)["to_do"] == 2
    _, out, _ = run("words", "--dry-run", "--json")
    assert json.loads(out)["parts"] == truth["totals"]["files"]


def test_words_as_a_table_and_as_json(run, truth):
    code, out, err = run("words", "--by", "language", "--top", "3")
    assert code == 0
    assert out.splitlines()[0].split()[:4] == ["n", "term", "language", "tf"]
    assert len(out.splitlines()) == 1 + 3 * len(truth["languages"])  # three of each language at least
    assert "94.74 % of 19 inputs" in err
    code, out, _ = run("words", "--tokenizer", "cc-pyspark", "--json", "--crawl", truth["crawls"][0])
    told = json.loads(out)
    assert told["manifest"]["asked"]["tokenizer"] == "cc-pyspark"
    assert told["manifest"]["coverage"]["inputs"] == 3


def test_results_are_saved_with_all_that_belongs_to_them(run, tmp_path):
    code, _, err = run("trends", "migration", "--by", "month", "--out", "kept")
    assert code == 0
    assert "fieldwork report kept" in err
    names = {p.name for p in (tmp_path / "kept").iterdir()}
    assert {"trends.parquet", "manifest.json", "inputs.csv"} < names
    code, out, _ = run("report", "kept", "--export", "csv,stata", "--figures", "svg")
    assert code == 0
    assert (tmp_path / out.strip()).stat().st_size > 100_000
    assert {".csv", ".dta", ".svg"} <= {p.suffix for p in (tmp_path / "kept").rglob("*")}


def test_stop_words_from_a_file(run, tmp_path):
    (tmp_path / "stop.txt").write_text("# mine\nthe\nof\n")
    code, out, _ = run("words", "--stop", "@stop.txt", "--json", "--top", "0")
    assert code == 0
    assert not {"the", "of"} & {r["term"] for r in json.loads(out)["rows"]}
    code, _, err = run("words", "--stop", "@absent.txt")
    assert (code, "cannot read absent.txt" in err) == (2, True)


def test_keywords_from_the_shell(run):
    code, out, _ = run("keywords", "migra*", "--context", "2", "--json", "--top", "0")
    assert code == 0
    rows = json.loads(out)["rows"]
    assert rows
    assert all(r["hit"].lower().startswith("migra") for r in rows)
    code, out, _ = run("keywords", "migra*", "--top", "2")
    assert out.splitlines()[0].split() == ["before", "hit", "after", "captured_at", "url"]


def test_where_nothing_fits_it_is_said(run):
    """A language of which there is no page: true, but seldom what was meant."""
    code, out, err = run("words", "--languages", "swa")
    assert (code, len(out.splitlines())) == (0, 1)
    assert "no row: nothing of what was read fits what was asked" in err


def test_list_shows_the_lake_and_what_was_lost(run, truth):
    code, out, _ = run("list")
    assert code == 0
    assert all(f"crawl={c}" in out for c in truth["crawls"])
    _, out, _ = run("list", "--ledger", "--json")
    assert {r["status"] for r in json.loads(out)} == {"damaged", "failed"}
    _, out, _ = run("list", "--quarantine", "--json")
    assert {(r["source_file"], r["reason"]) for r in json.loads(out)} == {
        (d["key"], d["reason"]) for d in truth["damaged"] if d["reason"] != "missing"
    }


def test_tables_print_the_codebook(run):
    _, out, _ = run("tables")
    assert "core__commoncrawl__pages" in out
    assert "Length of the text in UTF-8 bytes." in out
    _, out, _ = run("tables", "out__words__counts", "--json")
    assert {c["name"] for c in json.loads(out)[0]["columns"]} >= {"tf", "df", "tokens"}


def test_doctor_looks_at_everything(run):
    _code, out, _ = run("doctor", "--json")
    found = {f["what"]: f for f in json.loads(out)}
    assert {"Python", "Java", "Spark", "GraphFrames", "GPU", "AWS credentials", "memory", "disk"} <= set(
        found
    )
    assert found["AWS credentials"]["state"] == "absent"
    assert all(f["cure"] for f in found.values() if f["state"] != "ok" and f["what"] != "GPU")


def test_doctor_names_a_java_that_is_too_old(run, monkeypatch, tmp_path):
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    _, out, _ = run("doctor", "--json")
    assert {f["what"]: f for f in json.loads(out)}["Java"][
        "cure"
    ] == "too old for Spark 4: install Java 17 or newer"


@pytest.mark.spark
def test_the_demo_ends_in_a_report(tmp_path, java):
    command = [sys.executable, "-m", "flows.cli", "demo", str(tmp_path / "d")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True)
    assert Path(told.stdout.strip()).stat().st_size > 500_000
    assert "equal to the last bit" in told.stderr


def test_the_real_command_prints_no_traceback(tmp_path):
    command = [sys.executable, "-m", "flows.cli", "words", "--lake", str(tmp_path / "none")]
    told = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert told.returncode == 2
    assert told.stderr.startswith("error: nothing of core__commoncrawl__pages")
    assert told.stderr.count("\n") == 1


def test_a_graph_shows_who_leads_in_each_crawl(run, tmp_path):
    edges = tmp_path / "edges.csv"
    edges.write_text(
        "source,target\n" + "".join(f"v{n},{t}\n" for n in range(9) for t in ("hub", f"w{n % 3}"))
    )
    code, out, _ = run("graph", "--edges", str(edges), "--by", "", "--top", "3")
    assert code == 0
    heads, *rows = (line.split() for line in out.splitlines())
    assert heads[:3] == ["vertex_id", "vertex_name", "pagerank"]
    assert [row[1] for row in rows] == ["hub", "w0", "w1"]
    assert "harmonic" not in heads

"""`fieldwork graph` on an edge table: metrics joined by commas, a dry run, what is refused in one line."""

from __future__ import annotations

import json
import sys

import pytest

from flows.cli import main


@pytest.fixture
def fieldwork(monkeypatch, tmp_path, capsys):
    """Runs the command in an empty folder with an edge table; exit code, output, errors."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "edges.csv").write_text("source,target\norg.b,org.a\norg.a,org.b\norg.a,org.c\n")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["fieldwork", "graph", "--edges", "edges.csv", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return ended.value.code or 0, out, err

    return run


def test_metrics_are_joined_by_commas(fieldwork, tmp_path):
    code, out, _ = fieldwork("--metrics", "strong,distance", "--source", "b.org", "--json", "--out", "out")
    told = json.loads(out)
    assert code == 0
    assert [r["strong_component"] for r in told["rows"]] == [0, 0, 2]
    assert [r["distance"] for r in told["rows"]] == [1, 0, 2]
    assert [r["pagerank"] for r in told["rows"]] == [None] * 3
    assert told["manifest"]["asked"]["metrics"] == ["strong", "distance"]
    files = {"vertices", "edges", "degrees", "summary"}
    assert {f.stem for f in (tmp_path / "out").glob("*.parquet")} == files


def test_a_dry_run_reads_nothing(fieldwork):
    code, out, _ = fieldwork("--dry-run", "--json")
    assert (code, json.loads(out)["parts"], json.loads(out)["bytes"]) == (0, 1, 50)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--engine", "spark-rdd"),
            "'spark-rdd' has no road for the analysis graph; choose from dask, spark",
        ),
        (("--memory-gb", "1e-9"), "may be taken (--memory-gb changes it); use --engine spark"),
        (("--metrics", "degres"), "the nearest is 'degree'"),
        (("--crawl", "CC-MAIN-2024-10"), "is read in its place; leave one out"),
    ],
)
def test_what_is_refused_says_the_cure(fieldwork, words, said):
    code, _, err = fieldwork(*words)
    assert code == 2
    assert said in " ".join(err.split())

"""The README's promise: one file, one table, one line, and an analysis runs everywhere."""

from __future__ import annotations

import sys

import pytest

from analysis import catalogue, frame, run
from analysis.report import write
from flows import cli


@pytest.fixture
def added(monkeypatch):
    """The one line of the catalogue (the command line reads its summaries from there)."""
    line = ("tests.analysis.toy_lengths:lengths", "How long pages are")
    monkeypatch.setitem(catalogue.ANALYSES, "lengths", line)
    monkeypatch.setitem(cli.COMMANDS, "lengths", ("flows.cli.analyse:command", line[1]))


def test_it_runs_on_every_engine(lake, engine, added):
    result = run("lengths", settings=lake, engine=engine, least=1000)
    pages = frame("core__commoncrawl__pages", settings=lake)[["language", "text_bytes"]].compute()
    pages = pages[pages.text_bytes >= 1000].groupby("language").text_bytes
    found = result.to_pandas().set_index("language")
    assert found.documents.to_dict() == pages.count().to_dict()
    assert found.longest_bytes.to_dict() == pages.max().to_dict()
    assert found.mean_bytes.to_dict() == pytest.approx(pages.mean().to_dict(), rel=1e-12)
    assert result.manifest["coverage"]["inputs"] == 19


def test_it_has_a_command_and_a_report(lake, added, monkeypatch, capsys, tmp_path):
    monkeypatch.setenv("FIELDWORK_LAKE", lake.lake)
    monkeypatch.setattr(sys, "argv", ["fieldwork", "lengths", "--least", "10", "--out", str(tmp_path / "l")])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 0
    assert "longest_bytes" in capsys.readouterr().out
    page = write([run("lengths", settings=lake)], tmp_path / "report.html")
    assert "Length of the longest page." in page.read_text("utf-8")

"""The README is run, not trusted."""

from __future__ import annotations

import gzip
import re
import shlex
import sys
from pathlib import Path

import pytest

from analysis.catalogue import ANALYSES
from flows.cli import COMMANDS, main
from schemas.tables import TABLES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", README, re.M | re.S))


def commands(section: str, language: str = "sh") -> list[str]:
    """Lines of a section's code blocks, comments left out."""
    blocks = re.findall(rf"```{language}\n(.*?)```", SECTIONS[section], re.S)
    return [line.split("  #")[0].strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_sections_stand_in_the_order_of_the_work():
    assert list(SECTIONS) == [
        "From clone to first result",
        "The same on a real crawl",
        "Tables",
        "Analyses",
        "Hand-code a sample, measure the whole",
        "Engines",
        "Add a source",
        "Add an analysis",
        "Develop",
        "Cite",
    ]


@pytest.mark.parametrize("name", ANALYSES)
def test_every_analysis_is_described(name):
    assert f"| `fieldwork {name}` |" in README


@pytest.mark.parametrize("table", TABLES, ids=lambda t: t.name)
def test_every_table_is_described(table):
    assert f"| `{table.name}` |" in README


def test_every_command_and_target_named_exists():
    for name in re.findall(r"`?fieldwork ([a-z]+)", README):
        assert name in COMMANDS, name
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"make ([a-z-]+)  ", README):
        assert re.search(rf"^{target}:", makefile, re.M), target


def test_paths_named_exist():
    for path in re.findall(r"`((?:flows|analysis|schemas|conf|tests)/[\w./]+)`", README):
        assert (ROOT / path).exists(), path


@pytest.fixture
def shell(monkeypatch, tmp_path, capsys):
    """Runs a line of the README in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FIELDWORK_INGEST__PROCESSES", "1")

    def run(line: str) -> None:
        words = shlex.split(line)
        if words[0] == "export":
            for pair in words[1:]:
                monkeypatch.setenv(*pair.split("=", 1))
            return
        assert words[0] == "fieldwork", line
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        assert ended.value.code == 0, (line, out, err)

    return run


def test_from_clone_to_first_result(shell, tmp_path):
    first, activate, *lines = commands("From clone to first result")
    assert (first, activate) == ("make demo", ". .venv/bin/activate")
    for line in lines:
        shell(line)
    assert (tmp_path / "results" / "trends" / "report.html").is_file()
    assert list((tmp_path / "results" / "trends").glob("*.dta"))


def test_a_real_crawl_over_https(shell, faulty, archive, monkeypatch):
    """A server on loopback stands in for data.commoncrawl.org."""
    faulty.folder = archive
    monkeypatch.setenv("FIELDWORK_ARCHIVES__COMMONCRAWL", faulty.address)
    for line in commands("The same on a real crawl")[:2]:
        shell(line)
    agents = {r.headers.get("user-agent", "") for r in faulty.requests}
    assert all(a.startswith("fieldwork/") for a in agents), agents


def test_pages_of_a_real_crawl(shell, monkeypatch, tmp_path):
    """A folder with one page stands in for the archive."""
    html = (
        b"<article><p>" + b"The harvest was larger than in any year since records began. " * 9 + b"</article>"
    )
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + html
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.org/\r\nWARC-Date: 2023-12-01T00:00:00Z\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    crawl = tmp_path / "archive" / "crawl-data" / "CC-MAIN-2023-50"
    crawl.mkdir(parents=True)
    (crawl / "a.warc.gz").write_bytes(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    (crawl / "warc.paths.gz").write_bytes(gzip.compress(b"crawl-data/CC-MAIN-2023-50/a.warc.gz\n"))
    monkeypatch.setenv("FIELDWORK_ARCHIVES__COMMONCRAWL", str(tmp_path / "archive"))
    lines = commands("The same on a real crawl")[2:4]
    assert "ingest warc" in lines[0]
    for line in lines:
        shell(line)


@pytest.mark.s3
def test_a_real_crawl_on_s3(shell, s3, archive, monkeypatch):
    """A server on loopback stands in for Amazon's; the buckets have the README's names."""
    from conf.places import place

    for bucket in ("commoncrawl", "your-bucket"):
        (s3.folder / bucket).mkdir()
    settings = s3.settings()
    for path in archive.rglob("*2023-50*/**/*.gz"):
        target = place(f"s3://commoncrawl/{path.relative_to(archive)}", settings)
        target.write_bytes(path.read_bytes())
    chain = {
        "AWS_ACCESS_KEY_ID": s3.key,
        "AWS_SECRET_ACCESS_KEY": s3.secret,
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    ours = {"FIELDWORK_S3__ENDPOINT_URL": s3.endpoint_url, "FIELDWORK_S3__PATH_STYLE": "true"}
    for name, value in (chain | ours).items():
        monkeypatch.setenv(name, value)
    for line in commands("The same on a real crawl")[4:]:
        shell(line)
    assert place("s3://your-bucket/lake", settings).files(".parquet")


def test_the_notebooks_lines(lake, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lake").symlink_to(lake.lake)
    exec("\n".join(commands("Analyses", "python")), {})
    assert (tmp_path / "results" / "words" / "manifest.json").is_file()


def test_the_submitted_line_is_the_tested_one():
    """test_spark_submit runs it, from an empty folder, with more said about the machine; the order is the same."""
    (line,) = [c for c in commands("Engines") if c.startswith("spark-submit")]
    tested = (ROOT / "tests" / "analysis" / "test_spark_submit.py").read_text("utf-8")
    places = [tested.index(f'"{word}"') for word in ("--properties-file", "--py-files")]
    assert places == sorted(places)
    assert shlex.split(line)[:6] == [
        "spark-submit",
        "--properties-file",
        "conf/spark.conf",
        "--py-files",
        "dist/app.zip",
        "analysis/job.py",
    ]

"""Landing: whole or not at all, resumable, with every input in the ledger and every reject kept."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from analysis.coverage import coverage, ledger
from analysis.lake import NoData, dataset
from conf.places import place
from conf.settings import load
from flows.landing.land import land
from flows.landing.parts import part_name, part_path, staged
from flows.landing.run import land_all, ledger_of, pending
from flows.sources.common_crawl import Selection, inputs
from flows.sources.source import Input, SelectionError
from flows.sources.wet import wet
from schemas import ops, web

ROOT = Path(__file__).parent.parent.parent
# What may differ between two runs that landed the same.
TIMES = ("duration_s", "finished_at")


def items_of(settings, truth):
    archive = place(settings.archives.commoncrawl, settings)
    return wet.inputs(Selection(crawl=tuple(truth["crawls"])), archive, settings)


def content(lake: str) -> dict[str, list]:
    """All rows of all files of a lake, times left out."""
    found = {}
    for path in sorted(Path(lake).rglob("*")):
        if path.is_file():
            table = pq.ParquetFile(path).read()
            found[str(path.relative_to(lake))] = [
                {k: v for k, v in row.items() if k not in TIMES} for row in table.to_pylist()
            ]
    return found


def test_truth_of_the_ledger(lake, truth):
    rows = {r["source_file"]: r for r in ledger(place(lake.lake, lake), web.pages).to_pylist()}
    for file in truth["files"]:
        row = rows.pop(file["key"])
        assert (row["status"], row["records_kept"]) == (file["status"], file["documents"]), file["key"]
        assert row["bytes_read"] == row["bytes_expected"] == file["bytes"]
        assert row["records_seen"] == row["records_kept"] + row["records_passed"] + row["records_set_aside"]
        stored = (Path(lake.archives.commoncrawl) / file["key"]).read_bytes()
        assert row["input_sha256"] == hashlib.sha256(stored).hexdigest()
    assert {r["reason"] for r in rows.values()} == {"missing"}
    assert len(rows) == truth["totals"]["inputs"] - truth["totals"]["files"]


def test_truth_of_the_quarantine(lake, truth):
    data = dataset(place(lake.lake, lake), ops.quarantine)
    names = ("source_file", "record_offset", "reason", "raw_head")
    rows = [r for p in data.parts for b in data.batches(p, names) for r in b.to_pylist()]
    planted = {(d["key"], d["offset"], d["reason"]) for d in truth["damaged"] if d["reason"] != "missing"}
    assert {(r["source_file"], r["record_offset"], r["reason"]) for r in rows} == planted
    assert all(r["raw_head"] for r in rows)


def test_truth_of_the_coverage(lake, truth):
    rows = ledger(place(lake.lake, lake), web.pages)
    found = coverage(rows)
    assert found.records_kept == truth["totals"]["documents"]
    assert found.records_set_aside == truth["totals"]["records_set_aside"]
    assert found.records_seen == found.records_kept + found.records_set_aside
    assert "94.74 % of 19 inputs" in found.sentence
    one = coverage(ledger(place(lake.lake, lake), web.pages, {"crawl": [truth["crawls"][0]]}))
    assert one.inputs == sum(truth["crawls"][0] in f["key"] for f in truth["files"])


def test_a_rerun_skips_what_is_there_and_tries_again_what_failed(lake, truth):
    items = items_of(lake, truth)
    before = content(lake.lake)
    again = pending("wet", items, lake)
    assert {i.key for i in again} == {i.key for i in items} - {f["key"] for f in truth["files"]}
    assert [r["status"] for r in land_all("wet", items, lake)] == ["failed"]
    assert content(lake.lake) == before


def test_a_pool_of_processes_makes_the_same_lake(lake, truth, tmp_path):
    other = lake.model_copy(
        update={"lake": str(tmp_path), "ingest": lake.ingest.model_copy(update={"processes": 2})}
    )
    rows = land_all("wet", items_of(lake, truth), other)
    assert Counter(r["status"] for r in rows) == Counter(f["status"] for f in truth["files"]) + Counter(
        failed=1
    )
    assert content(str(tmp_path)) == content(lake.lake)


LAND = """
import sys
from conf.settings import load
from conf.places import place
from flows.landing.run import land_all
from flows.sources.common_crawl import Selection
from flows.sources.wet import wet

archive, lake, *crawls = sys.argv[1:]
settings = load(lake=lake, archives={"commoncrawl": archive}, ingest={"processes": 2})
items = wet.inputs(Selection(crawl=tuple(crawls)), place(archive, settings), settings)
if __name__ == "__main__":
    sys.stdout.write(".")
    land_all("wet", items, settings, lambda row: (sys.stdout.write("."), sys.stdout.flush()))
"""


def _kill_and_rerun(lake, truth, tmp_path, moments) -> None:
    """Kill runs on the same lake with -9, each after so many inputs were reported done; then let one end."""
    script = tmp_path / "land.py"
    script.write_text(LAND)
    target = tmp_path / "lake"
    command = [sys.executable, str(script), lake.archives.commoncrawl, str(target), *truth["crawls"]]
    options = {"cwd": ROOT, "env": os.environ | {"PYTHONPATH": str(ROOT)}, "stdout": subprocess.PIPE}
    for moment in moments:
        with subprocess.Popen(command, start_new_session=True, **options) as run:
            run.stdout.read(moment + 1)  # returns early where fewer were left to do
            os.killpg(run.pid, signal.SIGKILL)
    subprocess.run(command, check=True, **options)
    assert content(str(target)) == content(lake.lake)
    assert [p for p in target.rglob(".*") if p.is_file()] == []


def test_killed_runs_and_a_rerun_make_the_same_lake(lake, truth, tmp_path):
    _kill_and_rerun(lake, truth, tmp_path, [1, 4])


@pytest.mark.slow
def test_twenty_killed_runs_make_the_same_lake(lake, truth, tmp_path):
    """On fresh lakes and half-done ones, at moments drawn with a seed."""
    chance = random.Random(0)
    for number in range(5):
        folder = tmp_path / str(number)
        folder.mkdir()
        _kill_and_rerun(lake, truth, folder, [chance.randrange(0, 6) for _ in range(4)])


def test_an_interrupted_run_says_so_and_goes_on(lake, truth, tmp_path):
    # said outright, since who starts the tests in the background has interrupts ignored, by children too
    begin = (
        "import signal as s; s.signal(s.SIGINT, s.default_int_handler); from flows.cli import main; main()"
    )
    command = [sys.executable, "-c", begin, "ingest", "wet", "--archive", lake.archives.commoncrawl]
    command += ["--lake", str(tmp_path), "--processes", "2", "--loss-limit", "0.5"]
    command += [a for c in truth["crawls"] for a in ("--crawl", c)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, start_new_session=True, **pipes) as run:
        assert b"wet: 19 inputs, 0 of them landed already" in run.stderr.readline()
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate()
    assert run.returncode == 130, err.decode()
    assert err.decode().strip() == "interrupted; the same command goes on where it stopped"
    again = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert b"94.74 % of 19 inputs" in again.stdout
    assert content(str(tmp_path)) == content(lake.lake)


def deadly(source, item, settings):
    """Lands as `land` does, but one input kills the process."""
    if "00002.warc.wet" in item.key:
        os._exit(9)
    return land(source, item, settings)


def test_a_process_that_dies_is_named_and_the_rest_is_landed(lake, truth, tmp_path, monkeypatch):
    settings = lake.model_copy(
        update={"lake": str(tmp_path), "ingest": lake.ingest.model_copy(update={"processes": 2})}
    )
    items = [i for i in items_of(lake, truth) if truth["crawls"][0] in i.key]
    monkeypatch.setattr("flows.landing.run.land", deadly)
    rows = land_all("wet", items, settings)
    (lost,) = [r for r in rows if r["status"] == "failed"]
    assert "00002.warc.wet" in lost["source_file"]
    assert "died" in lost["detail"]
    assert ledger_of("wet", items, settings).num_rows == len(items) == 3


def test_an_error_nobody_foresaw_costs_one_input(lake, truth, tmp_path, monkeypatch):
    import flows.landing.land as module

    settings = lake.model_copy(update={"lake": str(tmp_path)})

    def broken(*args):
        raise ZeroDivisionError("oh")

    monkeypatch.setattr(module, "write_rows", broken)
    monkeypatch.setattr(module, "record", lambda *args: None)
    row = land("wet", items_of(lake, truth)[0], settings)
    assert (row["status"], row["reason"], row["detail"]) == ("failed", "error", "ZeroDivisionError: oh")


def test_a_staged_file_appears_whole_or_not_at_all(tmp_path):
    target = place(str(tmp_path / "a" / "file"), load(environ={}))
    with pytest.raises(RuntimeError), staged(target) as path:
        path.write_text("half")
        raise RuntimeError
    assert list((tmp_path / "a").iterdir()) == []
    (tmp_path / "a" / ".file.0").write_text("left by a process that is gone")
    with staged(target) as path:
        path.write_text("whole")
    assert [p.name for p in (tmp_path / "a").iterdir()] == ["file"]
    assert (tmp_path / "a" / "file").read_text() == "whole"


def test_two_runs_that_write_the_same_file_do_not_disturb_each_other(tmp_path):
    target = place(str(tmp_path / "file"), load(environ={}))
    with staged(target) as one:
        one.write_text("one")
        with staged(target) as two:
            two.write_text("two")
        assert one.read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["file"]


def test_part_names_are_safe_and_differ():
    names = {part_name(k) for k in ("a/b.warc.wet.gz", "c/b.warc.wet.gz", "a/../b", "x" * 500, "é ü/ß")}
    assert len(names) == 5
    assert all(len(n) < 200 and n.isascii() and "/" not in n for n in names)
    assert part_path(web.pages, Input("k", {"crawl": "C", "extractor": "wet"})).startswith(
        "core/commoncrawl/pages/crawl=C/extractor=wet/part-k-"
    )


def test_an_empty_lake_says_how_to_fill_it(tmp_path):
    with pytest.raises(NoData, match="fieldwork ingest"):
        dataset(place(str(tmp_path), load(environ={})), web.pages)


def test_a_partition_that_is_not_there_is_answered_with_those_that_are(lake):
    with pytest.raises(NoData, match="CC-MAIN-2023-06"):
        dataset(place(lake.lake, lake), web.pages, {"crawl": ["CC-MAIN-1999-01"]})


def test_a_sample_is_the_same_for_a_seed(lake, truth):
    archive = place(lake.archives.commoncrawl, lake)
    draw = [
        inputs("wet")(Selection(crawl=tuple(truth["crawls"]), sample=2, seed=s), archive, lake)
        for s in (1, 1, 2)
    ]
    assert draw[0] == draw[1] != draw[2]
    assert Counter(i.partition["crawl"] for i in draw[0]) == Counter(dict.fromkeys(truth["crawls"], 2))


def test_a_list_of_paths(lake, truth, tmp_path):
    keys = [f["key"] for f in truth["files"][:3]]
    (tmp_path / "my.paths").write_text("\n".join(keys) + "\n\n")
    found = inputs("wet")(
        Selection(paths=str(tmp_path / "my.paths")), place(lake.archives.commoncrawl, lake), lake
    )
    assert [i.key for i in found] == sorted(keys)


def test_real_keys_belong_to_their_crawl(data, lake):
    chosen = Selection(paths=str(data("web/paths/test-100.wet.paths")))
    found = inputs("wet")(chosen, place(lake.archives.commoncrawl, lake), lake)
    assert len(found) == 100
    assert all(i.partition["crawl"].startswith("CC-MAIN-") for i in found)


def test_the_latest_crawl_is_asked_for(lake, tmp_path):
    listed = tmp_path / "collinfo.json"
    listed.write_text('[{"id": "CC-MAIN-2024-10"}, {"id": "CC-MAIN-2023-06"}, {"id": "CC-NEWS"}]')
    settings = load(
        environ={}, archives={"commoncrawl": lake.archives.commoncrawl, "crawl_list": str(listed)}
    )
    found = inputs("wet")(
        Selection(crawl=("latest",)), place(settings.archives.commoncrawl, settings), settings
    )
    assert {i.partition["crawl"] for i in found} == {"CC-MAIN-2024-10"}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({}, "say either which crawl"),
        ({"crawl": ("CC-MAIN-2024-22",), "paths": "x"}, "say either which crawl"),
        ({"crawl": ("2024-22",)}, "'2024-22' is no crawl; they are named like CC-MAIN-2024-22"),
        ({"paths": "x", "sample": -1}, "a sample of -1 files"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(asked, said):
    with pytest.raises(SelectionError, match=said):
        Selection(**asked)


def test_a_crawl_that_is_not_there_is_named(lake):
    with pytest.raises(SelectionError, match="cannot list CC-MAIN-1999-01"):
        inputs("wet")(Selection(crawl=("CC-MAIN-1999-01",)), place(lake.archives.commoncrawl, lake), lake)

"""Rows brought together: a kernel sees each group whole, in one order, on every engine."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from statistics import median

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines import Job, together
from analysis.engines import engine as find
from analysis.lake import Dataset, dataset
from conf.places import place
from conf.settings import load
from tests.analysis.toy_groups import COLUMNS, PARTIAL, largest, medians
from tests.analysis.toys import toys

WORDS = [None, "a", "é", "", "only once"]
CRAWLS = ("CC-MAIN-2024-22", "é/b =%2F")


def write(folder: Path, parts: dict[tuple[str, str], list[dict]], row_group: int = 7) -> Dataset:
    for (crawl, name), rows in parts.items():
        path = folder / toys.folder({"crawl": crawl}) / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(rows, toys.schema()), path, row_group_size=row_group)
    return dataset(place(str(folder), load(environ={})), toys)


def a_row(number: int, word: str | None) -> dict:
    return {
        "id": number,
        "word": word,
        "small": None,
        "seen_at": dt.datetime(2024, 3, 31, tzinfo=dt.UTC),
        "bytes": None if number % 3 == 0 else number.to_bytes(4, "big"),
        "dn": None,
        "bands": None,
        "weight": (number * 7919) % 101 - 50,
    }


def some_parts() -> dict[tuple[str, str], list[dict]]:
    """Groups spread over parts and row groups, with empty keys, a part without rows and a group of one row."""
    parts = {}
    for c, crawl in enumerate(CRAWLS):
        for p, count in enumerate((40, 0, 23)):
            start = 1000 * c + 100 * p
            parts[crawl, f"p{p}"] = [a_row(start + i, WORDS[7 * i % 4]) for i in range(count)]
    parts[CRAWLS[1], "p2"].append(a_row(9999, WORDS[4]))
    return parts


def expected(parts: dict[tuple[str, str], list[dict]], keys: tuple[str, ...], data: Dataset) -> list[dict]:
    """Worked out without Arrow, parts in the dataset's order."""
    order = {(p.partition["crawl"], Path(p.path).stem): n for n, p in enumerate(data.parts)}
    groups = defaultdict(list)
    for part in sorted(parts, key=order.__getitem__):
        for row in parts[part]:
            whole = row | {"crawl": part[0]}
            groups[tuple(whole[k] for k in keys)].append(whole)
    return [
        {
            "crawl": rows[-1]["crawl"],
            "word": rows[0]["word"],
            "rows": len(rows),
            "median": float(median(r["weight"] for r in rows)),
            "ids": [r["id"] for r in rows],
            "bytes": rows[0]["bytes"],
        }
        for rows in groups.values()
    ]


def by_first(rows: list[dict]) -> list[dict]:
    return sorted(rows, key=lambda row: row["ids"])


def the_job(data: Dataset, keys: tuple[str, ...]) -> Job:
    return Job(data, COLUMNS, medians, PARTIAL, {}, together=keys)


@pytest.mark.parametrize("keys", [("word",), ("crawl", "word"), ("word", "bytes")])
def test_every_engine_sees_whole_groups(engine, keys, tmp_path, monkeypatch):
    parts = some_parts()
    data = write(tmp_path, parts)
    monkeypatch.setattr(together, "TASK_BYTES", 300)  # several tasks, one group larger than any may be
    told = find(engine)(the_job(data, keys))
    assert told.schema.equals(PARTIAL)
    assert by_first(told.to_pylist()) == by_first(expected(parts, keys, data))


def test_no_rows_are_no_groups(engine, tmp_path):
    data = write(tmp_path, {(CRAWLS[0], "empty"): [], (CRAWLS[1], "too"): []})
    told = find(engine)(the_job(data, ("word",)))
    assert told.num_rows == 0 and told.schema.equals(PARTIAL)


def test_gathered_rows_are_thinned(engine, tmp_path, monkeypatch):
    parts = some_parts()
    data = write(tmp_path, parts)
    monkeypatch.setattr(together, "TASK_BYTES", 1)
    told = find(engine)(replace(the_job(data, ("word",)), thin=largest))
    counts = sorted((row["rows"] for row in expected(parts, ("word",), data)), reverse=True)
    assert largest(told)["rows"].to_pylist() == counts[:2]
    assert told.num_rows <= 4


def test_a_client_of_dask_is_used(tmp_path):
    distributed = pytest.importorskip("distributed")
    parts = some_parts()
    data = write(tmp_path, parts)
    cluster = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.Client(**cluster):
        told = find("dask")(the_job(data, ("crawl", "word")))
    assert by_first(told.to_pylist()) == by_first(expected(parts, ("crawl", "word"), data))


def test_tasks_are_bounded_and_read_only_row_groups_with_their_rows(tmp_path, monkeypatch):
    """Eight groups of two rows side by side in each of three parts, a row group a group."""
    rows = [a_row(i, f"w{i // 2}") for i in range(16)]
    data = write(tmp_path, {(CRAWLS[0], f"p{n}"): rows for n in range(3)}, row_group=2)
    job = the_job(data, ("word",))
    index = [together.index(part, job) for part in data.parts]
    size = sum(t["__bytes"].to_numpy().sum() for t in index) / 8  # of a group
    monkeypatch.setattr(together, "TASK_BYTES", int(size * 2.5))
    tasks = together.plan(index, job)
    read = [[w.row_groups for w in task.wanted] for task in tasks]
    assert read == [[(n, n + 1)] * 3 for n in (0, 2, 4, 6)]
    held = [sum(batch.num_rows for batch in together.groups_of(task, job)) for task in tasks]
    assert held == [12] * 4


def test_progress_counts_the_tasks(tmp_path, monkeypatch):
    monkeypatch.setattr(together, "TASK_BYTES", 1)
    data, told = write(tmp_path, some_parts()), []
    find("dask")(the_job(data, ("word",)), lambda done, total: told.append((done, total)))
    assert told == [(n, 5) for n in range(1, 6)]


def test_groups_leave_nothing_to_combine(tmp_path):
    data = write(tmp_path, some_parts())
    with pytest.raises(ValueError, match="leave combine empty, not rows"):
        Job(data, COLUMNS, medians, PARTIAL, {"rows": "sum"}, together=("word",))


@settings(deadline=None, max_examples=40)
@given(
    keys=st.lists(st.lists(st.sampled_from([*WORDS, "\0", "A"]), max_size=12), min_size=1, max_size=4),
    row_group=st.integers(1, 5),
    budget=st.sampled_from([1, 200, 1000, 1 << 30]),
)
def test_any_spread_of_any_groups(keys, row_group, budget, tmp_path_factory):
    parts = {
        (CRAWLS[0], f"p{p}"): [a_row(100 * p + i, w) for i, w in enumerate(ws)] for p, ws in enumerate(keys)
    }
    data = write(tmp_path_factory.mktemp("lake"), parts, row_group)
    job = the_job(data, ("word",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(together, "TASK_BYTES", budget)
        tasks = together.plan([together.index(part, job) for part in data.parts], job)
    told = [row for task in tasks for row in together.partials(task, job).to_pylist()]
    assert by_first(told) == by_first(expected(parts, ("word",), data))

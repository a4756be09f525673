"""Rows brought together: which rows of which parts have equal keys, and tasks of bounded size that read just those.

No row is exchanged between machines. The key columns of every part are read first (they are small); from them a plan
is made: a task is some whole groups, and for each part the row groups and rows that hold them. A worker then reads
these from the lake. All engines follow the same plan, so a kernel sees the same batches on each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines import Job
from analysis.engines.combine import fold
from analysis.lake import Part

TASK_BYTES = 128 << 20
"""Unpacked rows a task may hold; a single group may be larger, since a group is never divided."""

ROW_GROUP, ROW, SIZE = "__row_group", "__row", "__bytes"  # columns of an index beside the keys


@dataclass(frozen=True)
class Wanted:
    """Rows of one part that a task needs."""

    part: Part
    """The part."""
    row_groups: tuple[int, ...]
    """Its row groups with such rows, ascending."""
    rows: NDArray[np.int64]
    """Positions among all rows of these row groups, ascending."""
    groups: NDArray[np.int64]
    """Number of the group that each is of; a task's groups are numbered from 0."""


@dataclass(frozen=True)
class Task:
    """Whole groups, read by one worker."""

    wanted: tuple[Wanted, ...]
    """Their rows, in the order of the parts."""


def index(part: Part, job: Job) -> pa.Table:
    """Keys of all rows of a part, with each row's place in it and its share of the bytes of its row group."""
    data = job.dataset
    with data.open(part) as file:
        schema = pa.schema([data.table.column(name).field for name in job.together])
        keys = pa.Table.from_batches(data.rows(file, part, job.together), schema)
        groups = data.row_groups(file, part, job.columns)
    numbers = np.repeat(np.arange(len(groups)), [rows for rows, _ in groups])
    places = [np.arange(rows) for rows, _ in groups]
    sizes = [np.full(rows, size / max(rows, 1)) for rows, size in groups]
    added = {ROW_GROUP: numbers, ROW: _joined(places, np.int64), SIZE: _joined(sizes, np.float64)}
    for name, values in added.items():
        keys = keys.append_column(name, pa.array(values))
    return keys


def plan(indexes: Sequence[pa.Table], job: Job) -> list[Task]:
    """Tasks of about `TASK_BYTES`, from the index of every part of the job's dataset, in their order.

    Groups are taken in the order in which they first occur: neighbours in one part are neighbours in the others
    too, where inputs have an order, so that a row group is read by few tasks. Empty keys are equal to each other.
    """
    rows = pa.concat_tables(indexes).combine_chunks()
    if not rows.num_rows:
        return []
    parts = np.repeat(np.arange(len(indexes)), [table.num_rows for table in indexes])
    groups = _groups(rows.select(job.together))
    tasks, firsts = _packed(np.bincount(groups, weights=rows[SIZE].to_numpy()))
    task_of_row = tasks[groups]
    row_group, row = rows[ROW_GROUP].to_numpy(), rows[ROW].to_numpy()
    sizes = [_rows_in_row_groups(table) for table in indexes]
    order = np.lexsort((np.arange(len(parts)), parts, task_of_row))
    made: list[list[Wanted]] = [[] for _ in firsts]
    edges = np.flatnonzero(np.diff(task_of_row[order]) | np.diff(parts[order])) + 1
    for chosen in np.split(order, edges):
        task, number = int(task_of_row[chosen[0]]), int(parts[chosen[0]])
        needed, which = np.unique(row_group[chosen], return_inverse=True)
        before = np.concatenate(([0], np.cumsum(sizes[number][needed])[:-1]))
        positions = before[which] + row[chosen]
        part = job.dataset.parts[number]
        made[task].append(Wanted(part, tuple(needed.tolist()), positions, groups[chosen] - firsts[task]))
    return [Task(tuple(wanted)) for wanted in made]


def partials(task: Task, job: Job) -> pa.Table:
    """What the kernel makes of a task's groups, a batch a group."""
    tables = (pa.Table.from_batches([made], job.partial) for made in job.kernel(groups_of(task, job)))
    return fold(tables, {}, job.partial, job.thin)


def groups_of(task: Task, job: Job) -> Iterator[pa.RecordBatch]:
    """The groups of a task, each as one batch, its rows in the order of parts and of rows in a part."""
    found: dict[int, list[pa.RecordBatch]] = {}
    for wanted in task.wanted:
        for number, rows in _read(wanted, job):
            found.setdefault(number, []).append(rows)
    for number in sorted(found):
        yield pa.concat_batches(found.pop(number))


def _read(wanted: Wanted, job: Job) -> Iterator[tuple[int, pa.RecordBatch]]:
    """Rows of a part by group. They are copied, so that nothing else of what was read stays in memory."""
    start = 0
    for batch in job.dataset.batches(wanted.part, job.columns, wanted.row_groups):
        low, high = np.searchsorted(wanted.rows, (start, start + batch.num_rows))
        start += batch.num_rows
        if low == high:
            continue
        rows, groups = wanted.rows[low:high] - start + batch.num_rows, wanted.groups[low:high]
        order = np.argsort(groups, kind="stable")
        taken = batch.take(pa.array(rows[order]))
        numbers, first = np.unique(groups[order], return_index=True)
        for number, begin, end in zip(numbers, first, [*first[1:], len(order)], strict=True):
            yield int(number), taken.slice(begin, end - begin)


def _groups(keys: pa.Table) -> NDArray[np.int64]:
    """Number of each row's group, from 0, in the order of first occurrence."""
    numbered = keys.append_column(ROW, pa.array(np.arange(keys.num_rows)))
    grouped = numbered.group_by(keys.column_names, use_threads=False).aggregate([(ROW, "list")])
    rows = grouped[f"{ROW}_list"].combine_chunks()
    lengths = rows.value_lengths().to_numpy()
    numbers = np.empty(keys.num_rows, np.int64)
    numbers[rows.flatten().to_numpy()] = np.repeat(np.arange(len(lengths)), lengths)
    return numbers


def _packed(sizes: NDArray[Any]) -> tuple[NDArray[np.int64], list[int]]:
    """Each group's task, and each task's first group; a task is closed before it would be too large."""
    tasks, firsts, held = np.empty(len(sizes), np.int64), [0], 0.0
    for group, size in enumerate(sizes.tolist()):
        if held and held + size > TASK_BYTES:
            firsts.append(group)
            held = 0.0
        tasks[group] = len(firsts) - 1
        held += size
    return tasks, firsts


def _rows_in_row_groups(index: pa.Table) -> NDArray[np.int64]:
    return np.bincount(index[ROW_GROUP].to_numpy())


def _joined(arrays: list[NDArray[np.int64]] | list[NDArray[np.float64]], kind: type) -> NDArray[np.generic]:
    return np.concatenate([np.empty(0, kind), *arrays]).astype(kind)

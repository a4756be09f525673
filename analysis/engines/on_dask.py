"""Dask: one task a part (or some groups of rows brought together), then a tree of sums.

Threads by default; a distributed Client is used where one is open.
"""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

import pyarrow as pa
from dask import compute, config, delayed, threaded
from dask.base import get_scheduler
from dask.callbacks import Callback

from analysis.engines import Job, Progress, parts, silent
from analysis.engines.combine import combine
from analysis.engines.together import Task, index, partials, plan
from analysis.lake import Dataset, Part

FAN_IN = 8


def run(job: Job, progress: Progress = silent) -> pa.Table:
    """Run the job on Dask; progress is told by the local schedulers (a Client has its dashboard)."""
    shared = delayed(job, traverse=False)  # sent once: what an analysis has prepared may be some megabytes
    if job.together:
        level = [delayed(_task)(task, shared) for task in _planned(job)]
    else:
        level = [delayed(_part)(shared, part) for part in job.dataset.parts]
    if not level:
        return job.partial.empty_table()
    counter = _Counter(len(level), progress)
    merge = delayed(partial(combine, measures=job.combine, schema=job.partial, thin=job.thin))
    while len(level) > 1:
        level = [merge(level[i : i + FAN_IN]) for i in range(0, len(level), FAN_IN)]
    with Callback(posttask=counter):
        result: pa.Table = level[0].compute(scheduler=_scheduler(level))
    pa.default_memory_pool().release_unused()  # what reading took, before the rows are finished
    return result


def _scheduler(collections: list[Any]) -> Any:
    """The Client that is open, else threads here."""
    if "distributed" not in sys.modules and not config.get("scheduler", None):
        return threaded.get  # there can be no Client; Dask would import all of it to look for one
    return get_scheduler(collections=collections) or threaded.get


def _planned(job: Job) -> list[Task]:
    """Tasks of whole groups; the parts' keys are read where the parts will be."""
    keys = [delayed(index)(part, job) for part in job.dataset.parts]
    return plan(compute(*keys, scheduler=_scheduler(keys)), job)


class _Counter:
    """Counts finished parts (of rows brought together: tasks), as a callback of Dask."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, key: object, *_: object) -> None:
        if str(key).startswith((_part.__name__, _task.__name__)):
            self._done += 1
            self._progress(self._done, self._total)


def _part(job: Job, part: Part) -> pa.Table:
    return pa.concat_tables([job.partial.empty_table(), *parts.partials([part], job)])


def _task(task: Task, job: Job) -> pa.Table:
    return partials(task, job)


def frame(data: Dataset) -> Any:
    """A dataset as a lazy Dask DataFrame, a partition a part."""
    from dask import dataframe as dd

    names = [c.name for c in data.table.columns]
    schema = pa.schema([c.field for c in data.table.columns])

    def read(part: Part) -> Any:
        return pa.Table.from_batches(data.batches(part, names), schema).to_pandas()

    return dd.from_map(read, list(data.parts), meta=schema.empty_table().to_pandas())

"""Dask: one task a part, then a tree of sums. Threads by default; a distributed Client is used where one is open."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa
from dask import delayed
from dask.base import get_scheduler
from dask.callbacks import Callback

from analysis.engines import Job, Progress, silent
from analysis.engines.combine import combine, fold
from analysis.lake import Dataset, Part

FAN_IN = 8


def run(job: Job, progress: Progress = silent) -> pa.Table:
    """Run the job on Dask; progress is told by the local schedulers (a Client has its dashboard)."""
    level = [delayed(_part)(job, part) for part in job.dataset.parts]
    merge = delayed(partial(combine, measures=job.combine, schema=job.partial, thin=job.thin))
    while len(level) > 1:
        level = [merge(level[i : i + FAN_IN]) for i in range(0, len(level), FAN_IN)]
    scheduler = get_scheduler(collections=level) or "threads"
    with Callback(posttask=_Counter(len(job.dataset.parts), progress)):
        result: pa.Table = level[0].compute(scheduler=scheduler)
    return result


class _Counter:
    """Counts finished parts, as a callback of Dask."""

    def __init__(self, total: int, progress: Progress) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def __call__(self, key: object, *_: object) -> None:
        if str(key).startswith(_part.__name__):
            self._done += 1
            self._progress(self._done, self._total)


def _part(job: Job, part: Part) -> pa.Table:
    rows = job.kernel(job.dataset.batches(part, job.columns))
    tables = (pa.Table.from_batches([batch], job.partial) for batch in rows)
    return fold(tables, job.combine, job.partial, job.thin)


def frame(data: Dataset) -> Any:
    """A dataset as a lazy Dask DataFrame, a partition a part."""
    from dask import dataframe as dd

    names = [c.name for c in data.table.columns]
    schema = pa.schema([c.field for c in data.table.columns])

    def read(part: Part) -> Any:
        return pa.Table.from_batches(data.batches(part, names), schema).to_pandas()

    return dd.from_map(read, list(data.parts), meta=schema.empty_table().to_pandas())

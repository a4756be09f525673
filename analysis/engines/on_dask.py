"""Dask: one task a part, then a tree of sums. Threads by default; a distributed Client is used where one is open."""

from __future__ import annotations

from functools import partial
from typing import Any

import pyarrow as pa
from dask import delayed
from dask.base import get_scheduler

from analysis.engines import Job
from analysis.engines.combine import combine
from analysis.lake import Dataset, Part

FAN_IN = 8


def run(job: Job) -> pa.Table:
    """Run the job on Dask."""
    level = [delayed(_part)(job, part) for part in job.dataset.parts]
    merge = delayed(partial(combine, measures=job.combine, schema=job.partial))
    while len(level) > 1:
        level = [merge(level[i : i + FAN_IN]) for i in range(0, len(level), FAN_IN)]
    scheduler = get_scheduler(collections=level) or "threads"
    result: pa.Table = level[0].compute(scheduler=scheduler)
    return result


def _part(job: Job, part: Part) -> pa.Table:
    rows = list(job.kernel(job.dataset.batches(part, job.columns)))
    return combine([pa.Table.from_batches(rows, job.partial)], measures=job.combine, schema=job.partial)


def frame(data: Dataset) -> Any:
    """A dataset as a lazy Dask DataFrame, a partition a part."""
    from dask import dataframe as dd

    names = [c.name for c in data.table.columns]
    schema = pa.schema([c.field for c in data.table.columns])

    def read(part: Part) -> Any:
        return pa.Table.from_batches(data.batches(part, names), schema).to_pandas()

    return dd.from_map(read, list(data.parts), meta=schema.empty_table().to_pandas())

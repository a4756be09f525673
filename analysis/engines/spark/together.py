"""Rows brought together on Spark: workers read whole groups from the lake by the plan that Dask follows too.

Not `groupBy().applyInArrow`: it sends every row through the JVM and the shuffle (of a composite, all pixels of all
dates), gives the rows of a group in no fixed order, and holds a binary column of a group in one vector of at most
2 GB. Here only keys travel, and each group is read where it is used.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.batches import Batches
from analysis.engines import Job
from analysis.engines.spark.buckets import packed
from analysis.engines.together import Task, index, partials, plan

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext
    from pyspark.sql import DataFrame, SparkSession

TASK = "task"
SLICES_PER_CORE = 4
"""Tasks a core gets to read keys: parts are many, and their keys are read in no time."""


def tasks(context: SparkContext, job: Job) -> list[Task]:
    """The plan, from keys that the workers read."""
    parts = job.dataset.parts
    slices = min(len(parts), context.defaultParallelism * SLICES_PER_CORE)
    return plan(context.parallelize(parts, slices).map(partial(index, job=job)).collect(), job)


def frame(spark: SparkSession, job: Job) -> DataFrame:
    """The tasks as a DataFrame, one in each partition, for `in_arrow`."""
    made = [(pickle.dumps(task),) for task in tasks(spark.sparkContext, job)]
    spread = spark.sparkContext.parallelize(made, max(1, len(made)))
    return spark.createDataFrame(spread, f"{TASK} binary")


def in_arrow(batches: Batches, job: Job, carried: pa.Schema) -> Iterator[pa.RecordBatch]:
    """The kernel's rows of the groups of some tasks, in Spark's types."""
    for batch in batches:
        for task in batch[TASK].to_pylist():
            yield from partials(pickle.loads(task), job).cast(carried).to_batches()


def pairs(context: SparkContext, job: Job) -> RDD[tuple[int, bytes]]:
    """The kernel's rows of each task, as the pairs of the RDD road (all in bucket 0)."""
    planned = tasks(context, job)
    return context.parallelize(planned, max(1, len(planned))).map(partial(_pair, job=job))


def _pair(task: Task, job: Job) -> tuple[int, bytes]:
    return 0, packed(partials(task, job))

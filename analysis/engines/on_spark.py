"""Spark, two ways: DataFrame (mapInArrow, then groupBy and agg) and RDD (mapPartitions, then reduceByKey)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.declare import Batches
from analysis.engines import Job, Progress, silent, spark_together
from analysis.engines.combine import combine, fold
from analysis.engines.spark_buckets import split
from analysis.engines.spark_progress import watched
from analysis.engines.spark_session import failures, session
from analysis.engines.spark_types import carrier
from analysis.lake import Dataset, Part
from conf.places import Place
from conf.s3 import to_s3a

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, DataFrameReader, SparkSession

HADOOP = "spark.hadoop."
SLICES_PER_CORE = 4
"""Tasks a core gets of an RDD, so that a slow part does not leave the others waiting."""


def run(job: Job, progress: Progress = silent) -> pa.Table:
    """Run the job on Spark's DataFrames.

    Raises:
        EngineError: Spark cannot start here, cannot reach the lake, or the kernel failed.
    """
    spark = session(job.dataset.root.spark)
    with failures(), watched(spark.sparkContext, progress):
        return partials(spark, job).toArrow().cast(job.partial)


def partials(spark: SparkSession, job: Job) -> DataFrame:
    """Combined partial results as a lazy DataFrame."""
    from pyspark.sql import functions as F
    from pyspark.sql.pandas.types import from_arrow_schema

    given = pa.schema([job.dataset.table.column(name).field for name in job.columns])
    carried = carrier(job.partial)
    if job.together:
        read, kernel = (
            spark_together.frame(spark, job),
            partial(spark_together.in_arrow, job=job, carried=carried),
        )
    else:
        read = _read(spark.read, job.dataset, job.columns)
        kernel = partial(_in_arrow, kernel=job.kernel, given=given, carried=carried)
    rows = read.mapInArrow(kernel, from_arrow_schema(carried, prefer_timestamp_ntz=True))
    if job.combine:
        sums = [getattr(F, how)(name).alias(name) for name, how in job.combine.items()]
        # a kernel has added up what it could: adding up again before the exchange finds nothing more to add
        rows = (rows.repartition(*job.keys) if job.keys else rows).groupBy(*job.keys).agg(*sums)
    elif job.thin:
        # each partition's rows are few; thinned again in as many tasks as there are cores, they are fewer still
        thin = partial(_thin, job=job, carried=carried)
        rows = rows.repartition(spark.sparkContext.defaultParallelism).mapInArrow(thin, rows.schema)
    return rows.select(job.partial.names)


def run_rdd(job: Job, progress: Progress = silent) -> pa.Table:
    """Run the job on Spark's RDDs: workers read the parts with Arrow, without a detour through the JVM.

    A pair of `reduceByKey` is a bucket of keys with an Arrow table of all its rows: a pair for each key would
    be pickled, hashed and added in Python one by one.

    Raises:
        EngineError: Spark cannot start here, or the kernel failed.
    """
    context = session(job.dataset.root.spark).sparkContext
    cores = context.defaultParallelism
    slices = min(len(job.dataset.parts), cores * SLICES_PER_CORE)
    with failures(), watched(context, progress):
        if job.together:
            pairs = spark_together.pairs(context, job)
        else:
            pairs = context.parallelize(job.dataset.parts, slices).mapPartitions(
                partial(_pairs, job=job, buckets=cores * SLICES_PER_CORE)
            )
        if job.combine or job.thin:
            pairs = pairs.reduceByKey(partial(_add, job=job), cores)
        tables = pairs.values().collect()
    return pa.concat_tables([job.partial.empty_table(), *tables])


def frame(data: Dataset) -> DataFrame:
    """A dataset as a lazy Spark DataFrame.

    Raises:
        EngineError: Spark cannot start here.
    """
    names = tuple(column.name for column in data.table.columns)
    with failures():
        return _read(session(data.root.spark).read, data, names)


def _in_arrow(
    batches: Batches,
    kernel: Callable[[Batches], Iterator[pa.RecordBatch]],
    given: pa.Schema,
    carried: pa.Schema,
) -> Iterator[pa.RecordBatch]:
    """The kernel between Spark's types and ours."""
    for rows in kernel(batch.cast(given) for batch in batches):
        yield rows.cast(carried)


def _pairs(parts: Iterable[Part], job: Job, buckets: int) -> Iterator[tuple[int, pa.Table]]:
    """Combined partial results of some parts, by bucket; without a combine, rows as they come."""
    batches = (batch for part in parts for batch in job.dataset.batches(part, job.columns))
    rows = (pa.Table.from_batches([batch], job.partial) for batch in job.kernel(batches))
    if job.combine:
        yield from split(fold(rows, job.combine, job.partial), job.keys, buckets)
    elif job.thin:
        yield 0, fold(rows, {}, job.partial, job.thin)
    else:
        yield from ((0, table) for table in rows)


def _add(one: pa.Table, other: pa.Table, job: Job) -> pa.Table:
    return combine([one, other], job.combine, job.partial, job.thin)


def _thin(batches: Batches, job: Job, carried: pa.Schema) -> Iterator[pa.RecordBatch]:
    """What can still matter of the rows of a task, added batch by batch."""
    tables = (pa.Table.from_batches([batch]).cast(job.partial) for batch in batches)
    kept = fold(tables, {}, job.partial, job.thin)
    yield from kept.cast(carried).to_batches()


def _read(reader: DataFrameReader, data: Dataset, names: Sequence[str]) -> DataFrame:
    """Some columns of the parts. Only those parts: Spark lists no folder and guesses no schema."""
    from pyspark.sql import functions as F
    from pyspark.sql.pandas.types import from_arrow_schema

    root, table = data.root, data.table
    # Keys of S3A go with the reader: a session's own properties are shown to whoever sees its page.
    # (Hadoop keeps its client of a bucket while the JVM lives: other keys for it need another session.)
    reader = reader.options(
        **{k.removeprefix(HADOOP): v for k, v in root.spark.items() if k.startswith(HADOOP)}
    )
    frames = []
    for partition, parts in _by_partition(data, names):
        inside = carrier(pa.schema([table.column(n).field for n in names if n not in partition]))
        frame = reader.schema(from_arrow_schema(inside, prefer_timestamp_ntz=True))
        columns = [F.lit(partition[n]).alias(n) if n in partition else F.col(n) for n in names]
        frames.append(frame.parquet(*[address(root / part.path) for part in parts]).select(*columns))
    return reduce(lambda one, other: one.union(other), frames)


def _by_partition(data: Dataset, names: Sequence[str]) -> Iterator[tuple[dict[str, str], list[Part]]]:
    """Parts that agree in those partition columns that are read; their values become literals.

    Spark's own reading of paths would decode %C3%A9 as two letters.
    """
    by_values: dict[tuple[tuple[str, str], ...], list[Part]] = {}
    for part in data.parts:
        values = tuple((name, part.partition[name]) for name in names if name in part.partition)
        by_values.setdefault(values, []).append(part)
    return ((dict(values), parts) for values, parts in by_values.items())


def address(place: Place) -> str:
    """The place as Hadoop's file systems name it; a * in a name is a *, no pattern."""
    url = f"file://{place.path}" if place.is_local else to_s3a(place.url)
    return re.sub(r"([][{}*?\\])", r"\\\1", url)

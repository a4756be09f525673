"""Spark, two ways: DataFrame (mapInArrow, then groupBy and agg) and RDD (mapPartitions, then reduceByKey).

On both, workers read the parts with Arrow: what Spark reads itself goes row by row through the JVM and back into
Arrow, which costs more than most kernels and fills the heap with texts.
"""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial, reduce
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.batches import Batches
from analysis.engines import Job, Progress, parts, silent
from analysis.engines.combine import combine, fold
from analysis.engines.spark import together as spark_together
from analysis.engines.spark.buckets import packed, split, unpacked
from analysis.engines.spark.progress import watched
from analysis.engines.spark.session import failures, session
from analysis.engines.spark.types import carrier
from analysis.lake import Dataset, Part
from conf.places import Place
from conf.s3 import to_s3a

if TYPE_CHECKING:
    from pyspark import RDD, SparkContext
    from pyspark.sql import DataFrame, DataFrameReader, SparkSession

HADOOP = "spark.hadoop."
PART = "part"
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

    carried = carrier(job.partial)
    if job.together:
        read, kernel = spark_together.frame(spark, job), spark_together.in_arrow
    else:
        read, kernel = _listed(spark, job), _in_arrow
    kernel = partial(kernel, job=job, carried=carried)
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
    """Run the job on Spark's RDDs.

    A pair of `reduceByKey` is a bucket of keys with all its rows as an Arrow stream: a pair for each key would
    be pickled, hashed and added in Python one by one.

    Raises:
        EngineError: Spark cannot start here, or the kernel failed.
    """
    context = session(job.dataset.root.spark).sparkContext
    cores = context.defaultParallelism
    with failures(), watched(context, progress):
        if job.together:
            pairs = spark_together.pairs(context, job)
        else:
            pairs = spread(context, job).mapPartitions(
                partial(_pairs, job=job, buckets=cores * SLICES_PER_CORE)
            )
        if job.combine or job.thin:
            pairs = pairs.reduceByKey(partial(_add, job=job), cores * SLICES_PER_CORE)
        tables = pairs.values().collect()
    return pa.concat_tables([job.partial.empty_table(), *map(unpacked, tables)])


def frame(data: Dataset) -> DataFrame:
    """A dataset as a lazy Spark DataFrame.

    Raises:
        EngineError: Spark cannot start here.
    """
    names = tuple(column.name for column in data.table.columns)
    with failures():
        return _read(session(data.root.spark).read, data, names)


def spread(context: SparkContext, job: Job) -> RDD[Part]:
    """The parts, shared among tasks."""
    slices = min(len(job.dataset.parts), context.defaultParallelism * SLICES_PER_CORE)
    return context.parallelize(job.dataset.parts, slices)


def _listed(spark: SparkSession, job: Job) -> DataFrame:
    """The parts as a DataFrame, for `_in_arrow`."""
    return spark.createDataFrame(
        spread(spark.sparkContext, job).map(lambda p: (pickle.dumps(p),)), f"{PART} binary"
    )


def _in_arrow(batches: Batches, job: Job, carried: pa.Schema) -> Iterator[pa.RecordBatch]:
    """Partial results of some parts, in Spark's types."""
    some = (pickle.loads(part) for batch in batches for part in batch[PART].to_pylist())
    for rows in parts.partials(some, job):
        yield from rows.cast(carried).to_batches()


def _pairs(some: Iterable[Part], job: Job, buckets: int) -> Iterator[tuple[int, bytes]]:
    """Partial results of some parts, by bucket; without a combine all in bucket 0."""
    for rows in parts.partials(some, job):
        if job.combine:
            yield from ((bucket, packed(some)) for bucket, some in split(rows, job.keys, buckets))
        else:
            yield 0, packed(rows)


def _add(one: bytes, other: bytes, job: Job) -> bytes:
    return packed(combine([unpacked(one), unpacked(other)], job.combine, job.partial, job.thin))


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
    for partition, alike in _by_partition(data, names):
        inside = carrier(pa.schema([table.column(n).field for n in names if n not in partition]))
        frame = reader.schema(from_arrow_schema(inside, prefer_timestamp_ntz=True))
        columns = [F.lit(partition[n]).alias(n) if n in partition else F.col(n) for n in names]
        frames.append(frame.parquet(*[address(root / part.path) for part in alike]).select(*columns))
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

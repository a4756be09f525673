"""Names become numbers on Spark: sorted over the whole cluster, and numbered in that order as on a laptop.

Nothing depends on how rows were divided. The table of names is kept until rows have their numbers, so that these cannot
change under way. Of the lake, only the names of each part, each once, go through Spark: workers read the part again to
put numbers in their place, which costs less than to sort its rows by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from analysis.batches import Batches
from analysis.engines import Job
from analysis.engines.graph.edges import IDS, Numbered
from analysis.graph.coded import coded
from analysis.graph.graph import ENDS, WEIGHTS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from analysis.engines.graph.held import Held

ROW_BITS = 33
"""Bits of monotonically_increasing_id that number the rows of a partition."""
NAMES = pa.schema([("part", pa.int64()), ("code", pa.int64()), ("name", pa.string())])
ROWS = pa.schema([(name, pa.int64()) for name in (*IDS, *(weight.name for weight in WEIGHTS))])


def of_lake(spark: SparkSession, job: Job, held: Held) -> Numbered:
    """Numbered rows of the lake's links."""
    from pyspark.sql.pandas.types import from_arrow_schema

    count = len(job.dataset.parts)
    listed = spark.range(0, count, 1, count)
    own = held.cache(listed.mapInArrow(partial(_names, job=job), from_arrow_schema(NAMES)))
    names = _numbered(own.select("name"), held)
    codes = own.join(names, "name").select("part", "code", "id").groupBy("part")

    def rows(of_part: pa.Table) -> pa.Table:  # Spark reads the hints: no partial
        return _rows(of_part, job)

    return Numbered(codes.applyInArrow(rows, from_arrow_schema(ROWS)), names, needs=(own,))


def of_rows(rows: DataFrame, held: Held) -> Numbered:
    """Numbered rows of an edge table with source, target (strings or whole numbers) and weights."""
    from pyspark.sql import functions as F

    ends = ("source", "target")
    told = F.col("source").isNotNull() & F.col("target").isNotNull()
    own = held.cache(rows)
    unreadable = own.where(~told).count()
    links = own.where(told)
    names = _numbered(links.selectExpr("source AS name").union(links.selectExpr("target AS name")), held)
    for end, number in zip(ends, IDS, strict=True):
        links = links.join(names.withColumnsRenamed({"name": end, "id": number}), end)
    return Numbered(links.drop(*ends), names, unreadable, (own,))


def _numbered(names: DataFrame, held: Held) -> DataFrame:
    """All names (name) with their places in order (id), kept."""
    from pyspark.sql import functions as F

    ordered = held.keep(names.distinct().sort("name"))
    partition = F.spark_partition_id()
    counts = dict(tuple(row) for row in ordered.groupBy(partition.alias("n")).count().collect())
    before = list(accumulate((counts.get(n, 0) for n in range(max(counts, default=0))), initial=0))
    row = F.monotonically_increasing_id().bitwiseAND(F.lit((1 << ROW_BITS) - 1))
    start = F.element_at(F.array(*(F.lit(n).cast("long") for n in before)), partition + 1)
    kept = held.keep(ordered.select("name", (row + start).alias("id")))
    held.drop(ordered)
    return kept


def _edges(job: Job, number: int) -> pa.Table:
    """The edges of a part by its number, their ends as codes; the same codes each time."""
    return coded(job.kernel(job.dataset.batches(job.dataset.parts[number], job.columns)), job.partial)


def _names(batches: Batches, job: Job) -> Iterator[pa.RecordBatch]:
    """Names of some parts, each once a part, with their codes there."""
    for number in (number for batch in batches for number in batch["id"].to_pylist()):
        rows = _edges(job, number)
        if rows.num_rows:
            found = rows[ENDS[0].name].chunk(0).dictionary
            part = pa.repeat(pa.scalar(number, pa.int64()), len(found))
            yield pa.record_batch([part, pa.array(np.arange(len(found))), found], schema=NAMES)


def _rows(codes: pa.Table, job: Job) -> pa.Table:
    """The edges of the part that these are the codes of, with numbers in place of names."""
    rows = _edges(job, codes["part"][0].as_py())
    number = np.empty(codes.num_rows, np.int64)
    number[codes["code"].to_numpy()] = codes["id"].to_numpy()
    ends = [number[rows[end.name].chunk(0).indices.to_numpy()] for end in ENDS]
    return pa.table([*ends, *(rows[weight.name].cast(pa.int64()) for weight in WEIGHTS)], schema=ROWS)

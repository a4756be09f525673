"""Rows of the graphs on Spark: links of the lake, or an edge table of one's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from analysis.elsewhere import files
from analysis.engines import Job
from analysis.engines.graph.edges import Numbered
from analysis.engines.graph.names import of_lake, of_rows
from analysis.engines.on_spark import address
from analysis.graph import files as graph_files
from conf.places import Place

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

    from analysis.engines.graph.held import Held
    from analysis.graph.graph import Prepared


def graphs(
    spark: SparkSession, job: Job, prepared: Prepared
) -> Iterator[tuple[dict[str, str], Callable[[Held], Numbered], str]]:
    """Each graph's group, how its rows are numbered, and the weight that tells real loops."""
    if prepared.file is not None:
        rows = _file(spark, prepared.file)
        yield {}, partial(of_rows, rows), ""
        return
    if not prepared.options.groups:
        yield {}, partial(of_lake, spark, job), "links"
        return
    for crawl in prepared.crawls:
        parts = tuple(part for part in job.dataset.parts if part.partition["crawl"] == crawl)
        alone = replace(job, dataset=replace(job.dataset, parts=parts))
        yield {"crawl": crawl}, partial(of_lake, spark, alone), "links"


def _file(spark: SparkSession, root: Place) -> DataFrame:
    """An edge table: Parquet by Spark's reader, CSV and TSV by ours, a task a file."""
    shape = graph_files.shape(root)
    ends, weights = shape.names[:2], shape.names[2:]
    if all(file.path.endswith(".parquet") for file in files(root)):
        rows = spark.read.parquet(*[address(file) for file in files(root)])
    else:
        rows = _parsed(spark, root, shape)
    kind = "BIGINT" if pa.types.is_integer(shape.field(0).type) else "STRING"
    named = [
        f"CAST(`{end}` AS {kind}) AS {name}" for end, name in zip(ends, ("source", "target"), strict=True)
    ]
    links = [] if "links" in weights else ["1L AS links"]
    return rows.selectExpr(*named, *links, *(f"CAST(coalesce(`{w}`, 0) AS BIGINT) AS {w}" for w in weights))


def _parsed(spark: SparkSession, root: Place, shape: pa.Schema) -> DataFrame:
    from pyspark.sql.pandas.types import from_arrow_schema

    places = files(root)
    numbers = spark.range(len(places)).repartition(len(places))
    return numbers.mapInArrow(partial(_of_files, places=places, shape=shape), from_arrow_schema(shape))


def _of_files(
    batches: Iterable[pa.RecordBatch], places: list[Place], shape: pa.Schema
) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        for number in batch["id"].to_pylist():
            rows: Any = graph_files.batches(places[number])
            yield from (
                pa.Table.from_batches([b]).cast(shape).combine_chunks().to_batches()[0]
                for b in rows
                if len(b)
            )

"""Canonical edges on Spark: the laptop's numbering and the laptop's edges, out of core.

Names are sorted over the whole cluster and numbered in that order; nothing depends on how rows were divided. The table
of names is kept until the end, so that numbers cannot change under way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.spark_graph_held import Held

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

ENDS = ("source", "target")
IDS = ("source_id", "target_id")
ROW_BITS = 33
"""Bits of monotonically_increasing_id that number the rows of a partition."""


@dataclass(frozen=True)
class SparkEdges:
    """A graph as canonical edges, on Spark."""

    rows: DataFrame
    """source_id, target_id and weights, each edge once; cached."""
    names: pa.Array
    """Name of each vertex, in order of its number."""
    weights: tuple[str, ...]
    """Names of the weights."""
    edges: int
    """How many edges there are."""
    totals: dict[str, int]
    """Sum of each weight."""
    loops: int
    """Distinct loops left out."""
    loop_weights: dict[str, int]
    """Sum of their weights."""
    unreadable_rows: int
    """Rows without a source or target, left out."""
    captured: NDArray[np.bool_] | None = None
    """Whether pages of each vertex were captured, shape (vertices,); None where rows do not tell."""

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.names)


def canonical(rows: DataFrame, held: Held, vertex_only: str, directed: bool) -> SparkEdges:
    """Canonical edges of rows with source, target and weights; rows with the same ends are added up.

    Args:
        rows: Names are strings or whole numbers.
        held: Keeps what is needed until the end.
        vertex_only: Weight that is 0 in loops that only make a vertex; empty where every loop is one of the data.
        directed: If not, each edge leads both ways.
    """
    from pyspark.sql import functions as F

    weights = tuple(name for name in rows.columns if name not in ENDS)
    sums = [F.sum(name).alias(name) for name in weights]
    told = F.col("source").isNotNull() & F.col("target").isNotNull()
    unreadable = rows.where(~told).count()
    added = held.cache(rows.where(told).groupBy(*ENDS).agg(*sums))
    loop = added.where("source = target")
    loop = loop.where(f"{vertex_only} > 0") if vertex_only else loop
    loops = _totals(loop, weights)
    names = _numbered(added, held)
    links = _both(added.where("source <> target"), directed)
    encoded = _encoded(links, names, weights)
    if not directed:
        encoded = encoded.groupBy(*IDS).agg(*sums)
    edges = held.cache(encoded)
    totals = _totals(edges, weights)
    captured = _captured(added, names) if vertex_only else None
    held.drop(added)
    text = names.selectExpr("id", "CAST(name AS STRING) AS name").toArrow().sort_by("id")["name"]
    held.drop(names)
    text = text.cast(pa.string()).combine_chunks()
    count, lost = totals.pop(""), loops.pop("")
    return SparkEdges(edges, text, weights, count, totals, lost, loops, unreadable, captured)


def _captured(rows: DataFrame, names: DataFrame) -> NDArray[np.bool_]:
    """Whether pages of each vertex were captured: then it has a row whose ends are equal."""
    own = rows.where("source = target").selectExpr("source AS name")
    found = np.zeros(names.count(), bool)
    found[names.join(own, "name").select("id").toArrow()["id"].to_numpy()] = True
    return found


def _both(links: DataFrame, directed: bool) -> DataFrame:
    if directed:
        return links
    weights = [name for name in links.columns if name not in ENDS]
    back = links.selectExpr("target AS source", "source AS target", *weights)
    return links.select("source", "target", *weights).union(back)


def _totals(rows: DataFrame, weights: tuple[str, ...]) -> dict[str, int]:
    """How many rows there are (under the empty name), and the sum of each weight."""
    from pyspark.sql import functions as F

    found = rows.agg(F.count(F.lit(1)), *(F.sum(name) for name in weights)).collect()[0]
    return {name: int(value or 0) for name, value in zip(("", *weights), found, strict=True)}


def _numbered(rows: DataFrame, held: Held) -> DataFrame:
    """All names (name) with their places in order (id), kept."""
    from pyspark.sql import functions as F

    both = rows.selectExpr("source AS name").union(rows.selectExpr("target AS name"))
    ordered = held.keep(both.distinct().sort("name"))
    partition = F.spark_partition_id()
    counts = dict(tuple(row) for row in ordered.groupBy(partition.alias("n")).count().collect())
    before = list(accumulate((counts.get(n, 0) for n in range(max(counts, default=0))), initial=0))
    row = F.monotonically_increasing_id().bitwiseAND(F.lit((1 << ROW_BITS) - 1))
    start = F.element_at(F.array(*(F.lit(n).cast("long") for n in before)), partition + 1)
    kept = held.keep(ordered.select("name", (row + start).alias("id")))
    held.drop(ordered)
    return kept


def _encoded(links: DataFrame, names: DataFrame, weights: tuple[str, ...]) -> DataFrame:
    """Names replaced by numbers."""
    for end, number in zip(ENDS, IDS, strict=True):
        links = links.join(names.withColumnsRenamed({"name": end, "id": number}), end)
    return links.select(*IDS, *weights)


def sorted_tables(edges: SparkEdges) -> Iterator[pa.Table]:
    """The edges in order, some at a time: no more than a partition is held here."""
    from pyspark.sql.pandas.types import from_arrow_schema

    schema = from_arrow_schema(pa.schema([("data", pa.binary())]))
    for row in edges.rows.sort(*IDS).mapInArrow(_as_bytes, schema).toLocalIterator():
        yield pa.ipc.open_stream(bytes(row["data"])).read_all()


def _as_bytes(batches: Any) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        yield pa.record_batch([pa.array([sink.getvalue().to_pybytes()], pa.binary())], ["data"])

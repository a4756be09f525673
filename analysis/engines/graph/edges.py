"""Canonical edges on Spark: the laptop's edges, out of core."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.graph.held import Held

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

IDS = ("source_id", "target_id")


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


@dataclass(frozen=True)
class Numbered:
    """Rows of edges whose ends are numbers, in the order of their names."""

    rows: DataFrame
    """source_id, target_id and weights; edges may repeat."""
    names: DataFrame
    """Each name once (name) with its number (id); kept."""
    unreadable_rows: int = 0
    """Rows without a source or target, left out."""
    needs: tuple[DataFrame, ...] = ()
    """What is kept until the rows have been computed."""


def canonical(found: Numbered, held: Held, vertex_only: str, directed: bool) -> SparkEdges:
    """Canonical edges of numbered rows; those with the same ends are added up.

    Args:
        found: The rows.
        held: Keeps what is needed until the end.
        vertex_only: Weight that is 0 in loops that only make a vertex; empty where every loop is one of the data.
        directed: If not, each edge leads both ways.
    """
    weights = tuple(name for name in found.rows.columns if name not in IDS)
    added = held.cache(_added_up(found.rows))
    own = added.where("source_id = target_id")
    loops = _totals(own.where(f"{vertex_only} > 0") if vertex_only else own, weights)
    text = found.names.selectExpr("id", "CAST(name AS STRING) AS name").toArrow().sort_by("id")["name"]
    text = text.cast(pa.string()).combine_chunks()
    captured = _captured(own, len(text)) if vertex_only else None
    held.drop(found.names, *found.needs)
    edges = added.where("source_id <> target_id")
    if not directed:
        edges = held.cache(_added_up(_both(edges)))
    totals = _totals(edges, weights)
    if not directed:
        held.drop(added)
    count, lost = totals.pop(""), loops.pop("")
    return SparkEdges(edges, text, weights, count, totals, lost, loops, found.unreadable_rows, captured)


def _added_up(rows: DataFrame) -> DataFrame:
    """Rows with the same ends once, their weights added up."""
    from pyspark.sql import functions as F

    return rows.groupBy(*IDS).agg(*(F.sum(name).alias(name) for name in rows.columns if name not in IDS))


def _captured(loops: DataFrame, size: int) -> NDArray[np.bool_]:
    """Whether pages of each vertex were captured: then it has a row whose ends are equal."""
    found = np.zeros(size, bool)
    found[loops.select("source_id").toArrow()["source_id"].to_numpy()] = True
    return found


def _both(edges: DataFrame) -> DataFrame:
    weights = [name for name in edges.columns if name not in IDS]
    back = edges.selectExpr("target_id AS source_id", "source_id AS target_id", *weights)
    return edges.select(*IDS, *weights).union(back)


def _totals(rows: DataFrame, weights: tuple[str, ...]) -> dict[str, int]:
    """How many rows there are (under the empty name), and the sum of each weight."""
    from pyspark.sql import functions as F

    found = rows.agg(F.count(F.lit(1)), *(F.sum(name) for name in weights)).collect()[0]
    return {name: int(value or 0) for name, value in zip(("", *weights), found, strict=True)}


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

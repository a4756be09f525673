"""Graph algorithms as rounds over DataFrames of chunks: PageRank, label propagation, distances, weak components.

Needs no jar. In each round every chunk gets what was sent to it, computes in NumPy and sends on; one exchange a round
carries arrays, not a row an edge. Edges never move after the first exchange.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.graph import chunks as at
from analysis.engines.graph import steps as step
from analysis.engines.graph import weak as weak_
from analysis.engines.graph.held import Held

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

CHUNK_EDGES = 1 << 21
"""Edges of a chunk, on average: a Python worker takes about 200 bytes for each while chunks are made."""
CHUNK_VERTICES = 1 << 20


@dataclass(frozen=True)
class Chunks:
    """A graph's edges in chunks, as they stay through all rounds."""

    known: DataFrame
    """Rows of `chunks.CHUNK`, partitioned by chunk."""
    chunks: int
    """How many."""
    vertices: int
    """How many vertices; their numbers go from 0."""
    held: Held
    """What keeps the rows."""

    def advance(self, rows: DataFrame | None, do: step.Step) -> DataFrame:
        """Rows sent in a round, kept; those of the round before are dropped."""
        before = _none(self.held) if rows is None else rows
        chunks, vertices = self.chunks, self.vertices

        def work(known: pa.Table, sent: pa.Table) -> pa.Table:  # Spark reads the hints: no partial
            return step.advance(known, sent, do, chunks, vertices)

        made = (
            self.known.groupBy("chunk").cogroup(before.groupBy("chunk")).applyInArrow(work, _schema(step.ROW))
        )
        kept = by_chunk(made, self.chunks, self.held)
        if rows is not None:
            self.held.drop(rows)
        return kept

    def drop(self) -> None:
        """Give back what the chunks take."""
        self.held.drop(self.known)


def number_of_chunks(edges: int, vertices: int, cores: int) -> int:
    """Chunks for a graph: small enough for a worker, and a multiple of the cores."""
    least = max(1, math.ceil(edges / CHUNK_EDGES), math.ceil(vertices / CHUNK_VERTICES))
    return math.ceil(least / cores) * cores


def chunked(edges: DataFrame, vertices: int, chunks: int, held: Held) -> Chunks:
    """Edges (source_id, target_id) in chunks by their targets; an edge given twice counts twice."""
    seeds = held.spark.range(chunks).selectExpr(
        "CAST(id AS INT) AS chunk", "CAST('' AS BINARY) AS source", "CAST('' AS BINARY) AS target"
    )
    ends = edges.select("source_id", "target_id")
    packed = ends.mapInArrow(partial(at.packed, chunks=chunks), _schema(at.PACKED)).union(seeds)

    def build(rows: pa.Table) -> pa.Table:
        return at.built(rows, chunks, vertices)

    built = packed.repartition(chunks, "chunk").groupBy("chunk").applyInArrow(build, _schema(at.CHUNK))
    return Chunks(by_chunk(built, chunks, held), chunks, vertices, held)


def by_chunk(rows: DataFrame, chunks: int, held: Held) -> DataFrame:
    """Rows brought to their chunks and kept there, so that no later round moves or sorts them again."""
    return held.keep(rows.repartition(chunks, "chunk").sortWithinPartitions("chunk"))


@dataclass(frozen=True)
class Found:
    """Values of all vertices, and how they were reached."""

    values: NDArray[Any]
    """Shape (vertices,)."""
    rounds: int
    """Rounds made."""
    change: float
    """What the last one changed."""


def pagerank(graph: Chunks, damping: float, tolerance: float, iterations: int = 0) -> Found:
    """PageRank by the recurrence of LDBC Graphalytics, as on a laptop.

    Args:
        graph: Edges in chunks.
        damping: Chance to follow an edge.
        tolerance: Sum of absolute changes at which it stops.
        iterations: Exactly so many, and no test of the tolerance, where not 0.
    """
    size = graph.vertices
    # each iteration shrinks the changes by the damping at least; rounding gets some more
    most = iterations or math.ceil(math.log(tolerance / 2) / math.log(damping)) + 10
    rows = graph.advance(None, step.ranks(0.0, damping, False))
    sinks, change, done = _told(rows)[0], math.inf, 0
    while done < most and (iterations or change > tolerance):
        base = (1.0 - damping) / size + damping * sinks / size
        done += 1
        rows = graph.advance(rows, step.ranks(base, damping, done == most))
        sinks, change = _told(rows)
    return Found(_values(rows, graph, np.float64), done, change)


def labels(around: Chunks, rounds: int) -> Found:
    """Label propagation (LDBC's CDLP), stopped where nothing changes any more.

    Args:
        around: Chunks of each edge in both directions.
        rounds: At most so many.
    """
    rows, changed, done = around.advance(None, step.labels), float(around.vertices), 0
    while done < rounds and changed:
        rows = around.advance(rows, step.labels)
        changed, _ = _told(rows)
        done += 1
    return Found(_values(rows, around, np.int64), done, changed)


def distances(graph: Chunks, source: int) -> Found:
    """Fewest edges from a vertex to each, -1 where no way leads."""
    rows, number, new = graph.advance(None, step.steps(source, 0)), 0, 1.0
    while new:
        number += 1
        rows = graph.advance(rows, step.steps(source, number))
        new, _ = _told(rows)
    return Found(_values(rows, graph, np.int32), number, new)


def weak(edges: DataFrame, vertices: int, chunks: int, held: Held) -> Found:
    """Least vertex of each vertex's weak component."""
    seeds = held.spark.range(chunks).selectExpr(
        "CAST(id AS INT) AS chunk", "0 AS sender", f"{weak_.PAIRS} AS what", "CAST('' AS BINARY) AS data",
        "CAST(0 AS DOUBLE) AS one", "CAST(0 AS DOUBLE) AS other",
    )  # fmt: skip
    ends = edges.select("source_id", "target_id")
    first = ends.mapInArrow(partial(weak_.united, chunks=chunks), _schema(step.ROW)).union(seeds)
    rows, rounds, quiet, moved = by_chunk(first, chunks, held), 0, 0, 0.0

    def work(sent: pa.Table) -> pa.Table:
        return weak_.unite(sent, chunks, vertices)

    while quiet < 2:  # a label's label is asked for in one round, told in the next and taken in the third
        before, rows = (
            rows,
            by_chunk(rows.groupBy("chunk").applyInArrow(work, _schema(step.ROW)), chunks, held),
        )
        held.drop(before)
        rounds += 1
        moved = sum(_told(rows))
        quiet = 0 if moved else quiet + 1
    found = _values(rows, Chunks(rows, chunks, vertices, held), np.int64)
    return Found(found, rounds, moved)


def _told(rows: DataFrame) -> tuple[float, float]:
    """The numbers of a round, added up over all chunks."""
    told = rows.where(f"what = {step.STATE}").select("chunk", "one", "other").toArrow().sort_by("chunk")
    one, other = (float(told[n].to_numpy().sum()) for n in ("one", "other"))
    return one, other


def _values(rows: DataFrame, graph: Chunks, kind: Any) -> NDArray[Any]:
    """Values of all vertices; their rows are dropped."""
    whole = np.empty(graph.vertices, kind)
    found = rows.where(f"what = {step.STATE}").select("chunk", "data").toArrow()
    for chunk, data in zip(found["chunk"].to_pylist(), found["data"].to_pylist(), strict=True):
        whole[chunk :: graph.chunks] = np.frombuffer(data, kind)
    graph.held.drop(rows)
    return whole


def _none(held: Held) -> DataFrame:
    return held.spark.createDataFrame([], _schema(step.ROW))


def _schema(schema: pa.Schema) -> Any:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)

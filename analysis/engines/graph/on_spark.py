"""The web graph on Spark: the road of its own for the analysis `graph`, with the laptop's tables and numbers."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from mmap import ACCESS_READ, mmap
from typing import IO, TYPE_CHECKING, Any, cast

import numpy as np
import pyarrow.parquet as pq

from analysis.engines import EngineError, Job, Progress
from analysis.engines.graph import graphframes as frames
from analysis.engines.graph import rounds
from analysis.engines.graph.degrees import degrees
from analysis.engines.graph.edges import SparkEdges, canonical, sorted_tables
from analysis.engines.graph.held import Held, holding
from analysis.engines.graph.read import graphs
from analysis.engines.spark.progress import watched
from analysis.engines.spark.session import failures, session
from analysis.graph import summary
from analysis.graph.lake_edges import vertex
from analysis.graph.metrics import measured
from analysis.graph.tables import edge_table
from analysis.kernels.graph.edges import nothing
from schemas import graph as out

if TYPE_CHECKING:
    from analysis.declare import Finished
    from analysis.graph.found import Measured
    from analysis.graph.graph import Prepared
    from analysis.graph.options import Graph

LAPTOP_ONLY = ("harmonic",)


class Computing:
    """One graph while its metrics are computed."""

    def __init__(self, graph: SparkEdges, held: Held) -> None:
        self.graph, self.held = graph, held
        cores = held.spark.sparkContext.defaultParallelism
        self.chunks = rounds.number_of_chunks(graph.edges, graph.size, cores)

    @cached_property
    def chunked(self) -> rounds.Chunks:
        """Its edges in chunks."""
        return rounds.chunked(self.graph.rows, self.graph.size, self.chunks, self.held)

    @cached_property
    def closed(self) -> tuple[frames.Ints, frames.Ints]:
        """Edges among neighbours, and triangles by their ways."""
        return frames.closed(self.graph)


def run(job: Job, prepared: Prepared, progress: Progress) -> Finished:
    """Compute a graph's metrics on Spark.

    Raises:
        EngineError: Spark cannot start here, has no road for a metric, or lacks GraphFrames' jar for one.
        LookupError: The vertex from which steps are to be counted is none of the graph's.
    """
    from analysis.graph.graph import finished

    options = prepared.options
    _refuse(options)
    spark = session(job.dataset.root.spark)
    with failures(), watched(spark.sparkContext, progress):
        frames.require(spark, options.chosen, options.check_with == "graphframes")
        made, spool = [], _Spool(options)
        for group, numbered, vertex_only in graphs(spark, job, prepared):
            with holding(spark) as held, frames.nothing_left(spark):
                graph = canonical(numbered(held), held, vertex_only, options.directed)
                made.append((group, _measured(Computing(graph, held), options)))
                spool.add(graph, group)
        return finished(made, options, spool.files)


def _refuse(options: Graph) -> None:
    if none := [m for m in options.chosen if m in LAPTOP_ONLY]:
        raise EngineError(
            f"'spark' has no road for {', '.join(none)}; use --engine dask (estimated beyond --exact-harmonic "
            f"vertices), or ask for others: {', '.join((*frames.PLAIN, *frames.NEEDED))}"
        )


def _measured(computing: Computing, options: Graph) -> Measured:
    """What `graph.metrics.measured` finds on a laptop, which is asked itself where there is nothing to compute."""
    graph = computing.graph
    if not graph.size:
        return measured(nothing(graph.weights, graph.unreadable_rows, graph.captured), options)
    found = summary.begun(graph.names, graph.loops, graph.loop_weights, graph.unreadable_rows)
    found.columns |= {"vertex_id": np.arange(graph.size), "vertex_name": graph.names}
    found.columns |= {} if graph.captured is None else {"captured": graph.captured}
    counted = degrees(graph, computing.chunks)
    found.columns |= {n: v for n, v in counted.items() if n.endswith("_degree") or "degree" in options.chosen}
    summary.linked(found, graph.edges, graph.totals)
    for metric in options.chosen:
        STEPS[metric](computing, options, found)
    if options.check_with == "graphframes":
        found.facts["graphframes"] = second_opinion(graph, options, found)
    return found


def _pagerank(computing: Computing, options: Graph, found: Measured) -> None:
    made = rounds.pagerank(computing.chunked, options.damping, options.tolerance, options.iterations)
    summary.ranked(found, made.values, made.rounds, made.change)


def _weak(computing: Computing, _: Graph, found: Measured) -> None:
    graph = computing.graph
    made = rounds.weak(graph.rows, graph.size, computing.chunks, computing.held)
    summary.connected(found, made.values, "weak")


def _labels(computing: Computing, options: Graph, found: Measured) -> None:
    graph = computing.graph
    back = graph.rows.selectExpr("target_id AS source_id", "source_id AS target_id")
    both = graph.rows.select("source_id", "target_id").union(back)
    around = rounds.chunked(both, graph.size, 2 * computing.chunks, computing.held)
    made = rounds.labels(around, options.label_rounds)
    around.drop()
    summary.labelled(found, made.values, made.rounds, int(made.change))


def _distance(computing: Computing, options: Graph, found: Measured) -> None:
    source = vertex(computing.graph.names, options.source)
    summary.reached(found, rounds.distances(computing.chunked, source).values)


def _triangles(computing: Computing, _: Graph, found: Measured) -> None:
    summary.closed_by_arcs(found, frames.triangles(computing.graph), computing.closed[0])


STEPS: dict[str, Callable[[Computing, Graph, Measured], None]] = {
    "degree": lambda computing, options, found: summary.distributed(found),
    "pagerank": _pagerank,
    "weak": _weak,
    "strong": lambda computing, options, found: summary.connected(
        found, frames.strong(computing.graph), "strong"
    ),
    "labels": _labels,
    "triangles": _triangles,
    "cores": lambda computing, options, found: summary.cored(found, frames.cores(computing.graph)),
    "distance": _distance,
    "motifs": lambda computing, options, found: summary.censused(found, computing.closed[1]),
}


def second_opinion(graph: SparkEdges, options: Graph, found: Measured) -> dict[str, float]:
    """GraphFrames' answers beside ours: vertices that differ, of PageRank the largest difference."""
    told: dict[str, float] = {}
    if "pagerank" in options.chosen and not options.iterations:  # it is equal only where it has converged
        ranks = frames.pagerank(graph, options.damping)
        told["pagerank_largest_difference"] = float(np.abs(ranks - found.columns["pagerank"]).max())
    others: dict[str, Callable[[], Any]] = {
        "weak": lambda: frames.weak(graph) != found.columns["weak_component"],
        "labels": lambda: (
            frames.labels(graph, int(found.summary["label_rounds"])) != found.columns["community"]
        ),
        "distance": lambda: (
            frames.distances(graph, vertex(graph.names, options.source))
            != found.columns["distance"].fill_null(-1).to_numpy()
        ),
    }
    for metric, differs in others.items():
        if metric in options.chosen:
            told[f"{metric}_vertices_that_differ"] = int(differs().sum())
    return told


class _Spool:
    """Canonical edges of all graphs, written to a file of this machine as they come; it vanishes with the result."""

    def __init__(self, options: Graph) -> None:
        self._schema = out.edges.schema(options.groups)
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="fieldwork-edges-")  # noqa: SIM115
        self._writer = pq.ParquetWriter(self._file, self._schema, compression="zstd")
        weakref.finalize(self, _close, self._writer, self._file)

    def add(self, graph: SparkEdges, group: Mapping[str, str]) -> None:
        """The edges of one graph."""
        renamed = {f"edge_{name}": name for name in graph.weights}
        for rows in sorted_tables(graph):
            columns = {
                n: rows[renamed.get(n, n)]
                for n in self._schema.names
                if renamed.get(n, n) in rows.column_names
            }
            self._writer.write_table(edge_table(columns, rows.num_rows, group))

    def files(self) -> Iterator[tuple[str, bytes]]:
        """The file, read where it lies on disk: edges may be more than memory holds."""
        self._writer.close()
        self._file.flush()
        yield "edges.parquet", cast("bytes", mmap(self._file.fileno(), 0, access=ACCESS_READ))


def _close(writer: pq.ParquetWriter, file: IO[bytes]) -> None:
    writer.close()
    file.close()

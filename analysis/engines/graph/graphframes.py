"""GraphFrames: the metrics that need its jar, and a second opinion on those that do not.

Its defaults are not our definitions, so every argument is given: PageRank to a tolerance and divided by the number of
vertices, components in two phases without broadcasts, cores and triangles of edges stored once without direction,
distances on reversed edges. What it leaves cached is given back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analysis.engines import EngineError
from analysis.engines.graph.edges import SparkEdges

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

NEEDED = ("strong", "triangles", "cores", "motifs")
"""Metrics that are computed by GraphFrames."""
PLAIN = ("degree", "pagerank", "weak", "labels", "distance")
"""Metrics that need no jar."""
COORDINATES = "io.graphframes:graphframes-spark4_2.13:0.12.3"
CLASSES = ("org.graphframes.GraphFramePythonAPI", "org.apache.spark.graphframes.graphx.Graph")
"""One of each of its two jars: whoever copies jars by hand may forget the second."""
TOLERANCE = 1e-6
MOST_ROUNDS = 2**31 - 2
Ints = NDArray[np.int64]


def found(spark: SparkSession) -> bool:
    """Whether the session has GraphFrames' jars, and Python its package."""
    from importlib.util import find_spec

    from py4j.protocol import Py4JJavaError

    if find_spec("graphframes") is None:
        return False
    loader = spark._jvm.java.lang.Thread.currentThread().getContextClassLoader()
    try:
        for name in CLASSES:
            loader.loadClass(name)
    except Py4JJavaError:
        return False
    return True


def require(spark: SparkSession, metrics: tuple[str, ...], second: bool) -> None:
    """Refuse, before any work, what needs the jar where it is not.

    Raises:
        EngineError: With what needs it, what does not, and the cure.
    """
    asked = [m for m in metrics if m in NEEDED]
    if not (asked or second) or found(spark):
        return
    what = ", ".join(asked) or "--with graphframes"
    raise EngineError(
        f"{what} on Spark needs GraphFrames, whose jars or Python package are not here ({', '.join(PLAIN)} need none): "
        f"set spark.jars.packages to {COORDINATES} in conf/spark.conf, or the setting spark.jars to a folder with its "
        "two jars (graphframes-spark4 and graphframes-graphx-spark4); or use --engine dask"
    )


@contextmanager
def nothing_left(spark: SparkSession) -> Iterator[None]:
    """Give back whatever has been cached meanwhile."""
    before = set(spark.sparkContext._jsc.getPersistentRDDs())
    try:
        yield
    finally:
        for number, rdd in dict(spark.sparkContext._jsc.getPersistentRDDs()).items():
            if number not in before:
                rdd.unpersist(True)


def strong(graph: SparkEdges) -> Ints:
    """Least vertex of each vertex's strong component, shape (vertices,)."""
    made = _frame(graph).stronglyConnectedComponents(maxIter=MOST_ROUNDS)
    return _column(made, "component", graph)


def cores(graph: SparkEdges) -> Ints:
    """The core of each vertex."""
    made = _frame(graph, _oriented(graph)).k_core(use_local_checkpoints=True)
    return _column(made, "kcore", graph)


def triangles(graph: SparkEdges) -> Ints:
    """Triangles of each vertex."""
    from pyspark import StorageLevel

    made = _frame(graph, _oriented(graph)).triangleCount(StorageLevel.MEMORY_AND_DISK_DESER)
    return _column(made, "count", graph)


def closed(graph: SparkEdges) -> tuple[Ints, Ints]:
    """Edges among each vertex's neighbours, each direction by itself; triangles by the ways of their edges.

    Returns:
        Shape (vertices,); and as the laptop has them (16 · ab + 4 · bc + ac; 1 to, 2 from, 3 both), shape (64,).
    """
    from pyspark.sql import functions as F

    motif = _frame(graph, _oriented(graph)).find("(a)-[ab]->(b); (b)-[bc]->(c); (a)-[ac]->(c)")
    ways = motif.selectExpr(
        "a.id AS a", "b.id AS b", "c.id AS c", "ab.way AS ab", "bc.way AS bc", "ac.way AS ac"
    )
    opposite = "stack(3, a, 1 + int(bc = 3), b, 1 + int(ac = 3), c, 1 + int(ab = 3)) AS (id, arcs)"
    arcs = ways.selectExpr(opposite).groupBy("id").agg(F.sum("arcs").alias("arcs"))
    kinds = np.zeros(64, np.int64)
    for kind, count in (
        ways.groupBy((16 * F.col("ab") + 4 * F.col("bc") + F.col("ac")).alias("kind")).count().collect()
    ):
        kinds[kind] = count
    return _column(arcs, "arcs", graph), kinds


def pagerank(graph: SparkEdges, damping: float) -> NDArray[np.float64]:
    """PageRank to a tolerance of 1e-6 a vertex's rank of N, divided by their sum."""
    made = _frame(graph).pageRank(resetProbability=1 - damping, tol=TOLERANCE).vertices
    ranks = _column(made, "pagerank", graph, np.float64)
    return np.asarray(ranks / graph.size, np.float64)


def weak(graph: SparkEdges) -> Ints:
    """Least vertex of each vertex's weak component."""
    made = _frame(graph).connectedComponents(
        algorithm="two_phase", broadcastThreshold=-1, use_local_checkpoints=True
    )
    return _column(made, "component", graph)


def labels(graph: SparkEdges, rounds: int) -> Ints:
    """Labels after exactly so many rounds of label propagation."""
    return _column(_frame(graph).labelPropagation(maxIter=rounds, algorithm="graphx"), "label", graph)


def distances(graph: SparkEdges, source: int) -> Ints:
    """Steps from a vertex, -1 where no way leads: hops to a landmark on reversed edges."""
    back = graph.rows.selectExpr("target_id AS src", "source_id AS dst")
    made = _frame(graph, back).shortestPaths([source], algorithm="graphx", use_local_checkpoints=True)
    told = made.selectExpr("id", f"coalesce(distances[{source}L], -1) AS steps")
    return _column(told, "steps", graph)


def _frame(graph: SparkEdges, edges: DataFrame | None = None) -> Any:
    from graphframes import GraphFrame

    if edges is None:
        edges = graph.rows.selectExpr("source_id AS src", "target_id AS dst")
    return GraphFrame(edges.sparkSession.range(graph.size), edges)


def _oriented(graph: SparkEdges) -> DataFrame:
    """Each edge once whatever its directions, from the vertex with fewer neighbours; `way` tells the directions."""
    from pyspark.sql import functions as F

    way = "if(source_id < target_id, 1, 2) AS way"
    ends = graph.rows.selectExpr(
        "least(source_id, target_id) AS low", "greatest(source_id, target_id) AS high", way
    )
    once = ends.groupBy("low", "high").agg(F.sum("way").cast("int").alias("way"))
    each = once.selectExpr("explode(array(low, high)) AS id").groupBy("id").agg(F.count(F.lit(1)).alias("n"))
    low, high = (each.withColumnsRenamed({"id": end, "n": f"{end}_n"}) for end in ("low", "high"))
    counted = once.join(low, "low").join(high, "high")
    first = "(low_n, low) < (high_n, high)"
    return counted.selectExpr(
        f"if({first}, low, high) AS src", f"if({first}, high, low) AS dst",
        f"if({first} OR way = 3, way, 3 - way) AS way",
    )  # fmt: skip


def _column(rows: DataFrame, name: str, graph: SparkEdges, kind: Any = np.int64) -> NDArray[Any]:
    """A column by vertex, 0 where there is no row; what the frame has cached is given back."""
    told = rows.select("id", name).toArrow()
    rows.unpersist()
    whole = np.zeros(graph.size, kind)
    whole[told["id"].to_numpy()] = told[name].to_numpy()
    return whole

"""One metric of one graph on Spark in a process of its own, by rounds over chunks or by GraphFrames.

    python benchmarks/graph_spark_child.py (spark|graphframes) METRIC EDGES.parquet

Prints seconds and memory of this process, its JVM and workers. A metric that this side has not: exit code 3.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

Work = dict[str, Callable[[], Any]]


def main(side: str, metric: str, path: str) -> dict[str, float]:
    """Seconds and memory of one metric; starting Spark and counting the graph are not timed."""
    from analysis.engines.spark.session import session

    spark = session()
    edges = spark.read.parquet(path)
    size = edges.selectExpr("greatest(max(source_id), max(target_id)) + 1").first()[0]
    work = (ours if side == "spark" else graphframes)(spark, edges, size, path)
    if metric not in work:
        sys.exit(3)
    peak, over = {"peak_mb": 0.0, "jvm_mb": 0.0, "workers_mb": 0.0}, threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            for name, value in resident().items():
                peak[name] = max(peak[name], value)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    clock, cpu = time.perf_counter(), used()
    work[metric]()
    told = {"wall_s": time.perf_counter() - clock, "cpu_s": used() - cpu}
    over.set()
    thread.join()
    return told | peak


def family() -> list[psutil.Process]:
    """This process, its JVM and the workers."""
    me = psutil.Process()
    return [me, *me.children(recursive=True)]


def resident() -> dict[str, float]:
    """Memory of all of them, of the JVM and of the workers, in MB."""
    by_kind = {"peak_mb": 0.0, "jvm_mb": 0.0, "workers_mb": 0.0}
    for number, process in enumerate(family()):
        try:
            mb, name = process.memory_info().rss / 1e6, process.name()
        except psutil.NoSuchProcess:
            continue
        by_kind["peak_mb"] += mb
        by_kind["jvm_mb"] += mb if name == "java" else 0
        by_kind["workers_mb"] += mb if number and name != "java" else 0
    return by_kind


def used() -> float:
    """Processor time they and workers that have ended used, in seconds."""
    total = 0.0
    for process in family():
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.NoSuchProcess:
            continue
    return total


def ours(spark: Any, edges: Any, size: int, path: str) -> Work:
    """Rounds over chunks, and the whole road from a table to its files."""
    from analysis.engines.graph import rounds
    from analysis.engines.graph.held import holding

    chunks = rounds.number_of_chunks(edges.count(), size, 2)
    both = edges.union(edges.selectExpr("target_id AS source_id", "source_id AS target_id"))

    def held(work: Callable[[Any], Any]) -> Callable[[], Any]:
        def whole() -> None:
            with holding(spark) as kept:
                work(kept)

        return whole

    def whole() -> None:
        from analysis import run

        with tempfile.TemporaryDirectory() as folder:
            run("graph", engine="spark", edges=path, metrics=("basic",)).save(folder)

    weak = held(lambda h: rounds.weak(edges, size, chunks, h))
    return {
        "pagerank": held(lambda h: rounds.pagerank(rounds.chunked(edges, size, chunks, h), 0.85, 1e-10, 10)),
        "weak": weak,
        "weak-graphx": weak,
        "labels": held(lambda h: rounds.labels(rounds.chunked(both, size, 2 * chunks, h), 5)),
        "distance": held(lambda h: rounds.distances(rounds.chunked(edges, size, chunks, h), hub(edges))),
        "whole": whole,
    }


def hub(edges: Any) -> int:
    """The vertex with most links out."""
    counts = edges.groupBy("source_id").count().selectExpr("max_by(source_id, (count, -source_id))")
    return int(counts.first()[0])


def graphframes(spark: Any, edges: Any, size: int, _path: str) -> Work:
    """The same by GraphFrames, a number of each vertex added up."""
    from graphframes import GraphFrame
    from pyspark import StorageLevel

    graph = GraphFrame(spark.range(size), edges.selectExpr("source_id AS src", "target_id AS dst"))
    once = "least(source_id, target_id) AS src", "greatest(source_id, target_id) AS dst"

    def simple() -> Any:
        return GraphFrame(spark.range(size), edges.selectExpr(*once).distinct())

    def flooded() -> Any:
        return graph.connectedComponents(algorithm="graphx")

    def components() -> Any:
        return graph.connectedComponents(
            algorithm="two_phase", broadcastThreshold=-1, use_local_checkpoints=True
        )

    def steps() -> Any:
        start = hub(edges)
        back = GraphFrame(spark.range(size), edges.selectExpr("target_id AS src", "source_id AS dst"))
        found = back.shortestPaths([start], algorithm="graphx", use_local_checkpoints=True)
        return found.selectExpr(f"sum(distances[{start}L])")

    made: dict[str, Callable[[], Any]] = {
        "pagerank": lambda: graph.pageRank(resetProbability=0.15, maxIter=10).vertices.selectExpr(
            "sum(pagerank)"
        ),
        "weak": lambda: components().selectExpr("sum(component)"),
        "weak-graphx": lambda: flooded().selectExpr("sum(component)"),
        "labels": lambda: graph.labelPropagation(maxIter=5, algorithm="graphx").selectExpr("sum(label)"),
        "distance": steps,
        "strong": lambda: graph.stronglyConnectedComponents(maxIter=2**31 - 2).selectExpr("sum(component)"),
        "triangles": lambda: (
            simple().triangleCount(StorageLevel.MEMORY_AND_DISK_DESER).selectExpr("sum(count)")
        ),
        "cores": lambda: simple().k_core(use_local_checkpoints=True).selectExpr("sum(kcore)"),
    }
    return {name: lambda work=work: work().collect() for name, work in made.items()}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))

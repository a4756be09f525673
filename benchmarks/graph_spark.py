"""Rounds over chunks beside GraphFrames on Spark, local[2]: same edges, same run, a process for each metric and side.

    python benchmarks/graph_spark.py [--edges 1,10] [--metrics pagerank,weak,labels] [--memory 2g] [--peer-memory 8g]

GraphFrames is measured where its two jars lie in .cache/jars/graphframes. Ten iterations of PageRank, five rounds of
labels, ours with the making of chunks. Seconds are wall time and processor time of the driver, its JVM and workers;
peak memory is theirs together.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil

ROOT = Path(__file__).resolve().parents[1]
JARS = ROOT / ".cache" / "jars" / "graphframes"
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Measure and print, or be one side of a measurement."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(child(*sys.argv[2:])))
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--edges", default="1")
    parser.add_argument("--metrics", default="pagerank,weak,labels")
    parser.add_argument("--memory", default="2g")
    parser.add_argument("--peer-memory", default="8g")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for millions in map(float, asked.edges.split(",")):
            report(write(Path(folder) / "edges.parquet", millions), asked)


def write(path: Path, millions: float) -> Path:
    """An R-MAT graph as a table of source_id and target_id."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from benchmarks.graph import rmat

    edges = rmat(int(millions * 1e6), 0).astype(np.int64)
    pq.write_table(pa.table({"source_id": edges[0], "target_id": edges[1]}), path, row_group_size=1 << 20)
    print(f"\n{edges.shape[1] / 1e6:.1f} million edges, {edges.max() + 1:,} vertices")
    print(f"{'':10} {'ours: wall s, cpu s, peak MB':>31}   {'GraphFrames':>29}   ratio of cpu")
    return path


def report(path: Path, asked: argparse.Namespace) -> None:
    """A line for each metric."""
    for metric in asked.metrics.split(","):
        mine = measured("ours", metric, path, asked.memory)
        peer = measured("graphframes", metric, path, asked.peer_memory) if any(JARS.glob("*.jar")) else None
        cells = [
            f"{one['wall_s']:9.1f} {one['cpu_s']:9.1f} {one['peak_mb']:9,.0f}" if one else f"{'-':>29}"
            for one in (mine, peer)
        ]
        ratio = f"{mine['cpu_s'] / peer['cpu_s']:7.2f}" if mine and peer else ""
        print(f"{metric:10}   {cells[0]}   {cells[1]} {ratio}", flush=True)


def measured(side: str, metric: str, path: Path, memory: str) -> dict[str, float] | None:
    """What a process of its own tells; None where it fails."""
    jars = f"--jars {','.join(map(str, sorted(JARS.glob('*.jar'))))}" if side == "graphframes" else ""
    arguments = f"--master local[2] --driver-memory {memory} {jars} pyspark-shell"
    done = subprocess.run(
        [sys.executable, __file__, "--child", side, metric, str(path)],
        env=os.environ | {"PYSPARK_SUBMIT_ARGS": arguments}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        print(f"{side} {metric}: {done.stderr.strip().splitlines()[-1]}")
        return None
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def child(side: str, metric: str, path: str) -> dict[str, float]:
    """Seconds and memory of one metric; starting Spark and counting the graph are not timed."""
    from analysis.engines.spark_session import session

    spark = session()
    edges = spark.read.parquet(path)
    size = edges.selectExpr("greatest(max(source_id), max(target_id)) + 1").first()[0]
    work = {"ours": ours, "graphframes": graphframes}[side](spark, edges, size)
    peak, over = [0.0], threading.Event()

    def watch() -> None:
        while not over.wait(0.2):
            peak[0] = max(peak[0], sum(p.memory_info().rss for p in family()) / 1e6)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    clock, cpu = time.perf_counter(), used()
    work[metric]()
    told = {"wall_s": time.perf_counter() - clock, "cpu_s": used() - cpu}
    over.set()
    thread.join()
    return told | {"peak_mb": peak[0]}


def family() -> list[psutil.Process]:
    """This process, its JVM and the workers."""
    me = psutil.Process()
    return [p for p in (me, *me.children(recursive=True)) if p.is_running() and p.status() != "zombie"]


def used() -> float:
    """Processor time they have used, in seconds."""
    return sum(sum(p.cpu_times()[:2]) for p in family())


def ours(spark: Any, edges: Any, size: int) -> dict[str, Callable[[], Any]]:
    """Rounds over chunks."""
    from analysis.engines import spark_graph_rounds as rounds
    from analysis.engines.spark_graph_held import holding

    chunks = rounds.number_of_chunks(edges.count(), size, 2)
    both = edges.union(edges.selectExpr("target_id AS source_id", "source_id AS target_id"))

    def held(work: Callable[[Any], Any]) -> Callable[[], Any]:
        def whole() -> None:
            with holding(spark) as kept:
                work(kept)

        return whole

    return {
        "pagerank": held(lambda h: rounds.pagerank(rounds.chunked(edges, size, chunks, h), 0.85, 1e-10, 10)),
        "weak": held(lambda h: rounds.weak(edges, size, chunks, h)),
        "labels": held(lambda h: rounds.labels(rounds.chunked(both, size, 2 * chunks, h), 5)),
    }


def graphframes(spark: Any, edges: Any, size: int) -> dict[str, Callable[[], Any]]:
    """The same by GraphFrames, a number of each vertex added up."""
    from graphframes import GraphFrame

    graph = GraphFrame(spark.range(size), edges.selectExpr("source_id AS src", "target_id AS dst"))
    components = {"algorithm": "two_phase", "broadcastThreshold": -1, "use_local_checkpoints": True}
    made = {
        "pagerank": lambda: graph.pageRank(resetProbability=0.15, maxIter=10).vertices.selectExpr(
            "sum(pagerank)"
        ),
        "weak": lambda: graph.connectedComponents(**components).selectExpr("sum(component)"),
        "labels": lambda: graph.labelPropagation(maxIter=5, algorithm="graphx").selectExpr("sum(label)"),
    }
    return {name: lambda work=work: work().collect() for name, work in made.items()}


if __name__ == "__main__":
    main()

"""The laptop, rounds over chunks on Spark, and GraphFrames: same edges, same run, a process for each metric and side.

    python benchmarks/graph_spark.py [--edges 1,10] [--metrics a,b] [--sides laptop,spark,graphframes]
                                     [--memory 2g] [--peer-memory 8g] [--folder FOLDER]

Spark is local[2]; GraphFrames is measured where its two jars lie in .cache/jars/graphframes. Ten iterations of
PageRank, five rounds of labels; GraphFrames' components are made in two phases, as `--with graphframes` does, and in
`weak-graphx` by flooding, which is faster where ways are short. `whole` is `fieldwork graph --engine spark --metrics
basic` from an edge table to its files. Seconds, wall time and processor time of the driver, its JVM and workers, have
the making of graph and chunks and not the start of Spark. Peak memory is resident memory of all of them together,
taken five times a second; pages that workers share count for each. Ratios are of wall time: how many times as long as
ours GraphFrames takes. Graphs are kept in the folder, if one is given, and made once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.graph import Told, kept
from benchmarks.graph import measured as by_kernels

JARS = Path(__file__).resolve().parents[1] / ".cache" / "jars" / "graphframes"
METRICS = "pagerank,weak,weak-graphx,labels,whole"
SIDES = ("laptop", "spark", "graphframes")
ROUNDS = {"pagerank": 10, "labels": 5}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--edges", default="1")
    parser.add_argument("--metrics", default=METRICS, help="also distance, strong, triangles, cores")
    parser.add_argument("--sides", default=",".join(SIDES))
    parser.add_argument("--memory", default="2g")
    parser.add_argument("--peer-memory", default="8g")
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for millions in map(float, asked.edges.split(",")):
            report(asked.folder or Path(temporary), millions, asked)


def report(folder: Path, millions: float, asked: argparse.Namespace) -> None:
    """A line for each metric."""
    edges = kept(folder, millions, 0)
    table = as_table(edges)
    print(f"{'':12} {'laptop':>23}    {'Spark':>23}    {'GraphFrames':>23}    {'GraphFrames to':>14}")
    print(f"{'':12} {' wall s   cpu s      MB    ' * 3}{'laptop':>7}{'Spark':>7}")
    for metric in asked.metrics.split(","):
        sides: dict[str, Told | None] = dict.fromkeys(SIDES)
        for side in asked.sides.split(","):
            if side == "laptop":
                sides[side] = laptop(metric, edges)
            elif side == "spark" or any(JARS.glob("*.jar")):
                memory = asked.memory if side == "spark" else asked.peer_memory
                sides[side] = measured(side, metric, table, memory)
        print(line(metric, sides), flush=True)


def line(metric: str, sides: dict[str, Told | None]) -> str:
    """One metric: wall time, processor time and peak of all sides, and how many times as long GraphFrames took."""
    cells = [
        f"{s['wall_s']:7.1f} {s['cpu_s']:7.1f} {s['peak_mb']:7,.0f}" if s else f"{'-':>23}"
        for s in sides.values()
    ]
    *mine, peer = sides.values()
    ratios = [f"{peer['wall_s'] / one['wall_s']:7.1f}" if one and peer else f"{'':7}" for one in mine]
    return f"{metric:12} {'    '.join(cells)}    {''.join(ratios)}"


def as_table(edges: Path) -> Path:
    """The same graph as a table of source_id and target_id."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = edges.with_suffix(".parquet")
    if not path.exists():
        source, target = (ends.astype(np.int64) for ends in np.load(edges))
        pq.write_table(pa.table({"source_id": source, "target_id": target}), path, row_group_size=1 << 20)
    return path


def laptop(metric: str, edges: Path) -> Told | None:
    """Our kernels on one machine, with the building of rows."""
    name = metric.partition("-")[0]
    told = by_kernels(sys.executable, "ours", name, edges, 1, ROUNDS.get(name, 0))
    if told is None:
        return None
    return told | {n: told[n] + told[f"build_{n}"] for n in ("wall_s", "cpu_s")}


def measured(side: str, metric: str, path: Path, memory: str) -> Told | None:
    """What a process of its own tells; None where this side has no such metric, or fails."""
    jars = f"--jars {','.join(map(str, sorted(JARS.glob('*.jar'))))}" if side == "graphframes" else ""
    arguments = f"--master local[2] --driver-memory {memory} {jars} pyspark-shell"
    child = Path(__file__).with_name("graph_spark_child.py")
    done = subprocess.run(
        [sys.executable, str(child), side, metric, str(path)],
        env=os.environ | {"PYSPARK_SUBMIT_ARGS": arguments}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode == 3:
        return None
    if done.returncode:
        print(f"{side} {metric}: {(done.stderr.strip().splitlines() or ['killed'])[-1]}")
        return None
    told: Told = json.loads(done.stdout.splitlines()[-1])
    return told


if __name__ == "__main__":
    main()

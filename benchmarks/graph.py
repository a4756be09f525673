"""Metrics of R-MAT graphs: ours beside NetworKit, same edges, same run, a process for each metric.

    python benchmarks/graph.py [--edges 1,10] [--peer-python PYTHON] [--rounds 2] [--seed 0] [--metrics a,b]

`--edges` are millions (50 needs about 8 GB and minutes); vertices are a tenth of them. NetworKit is no dependency:
`--peer-python` is the Python of an environment that has it. Seconds are wall time and processor time of all threads,
best of the rounds, without reading and building; peak memory has all three. Exact harmonic centrality is timed on
a graph of 0.2 million edges. NetworKit's label propagation is another algorithm (in place, on the undirected graph),
and its clustering looks at undirected triangles alone. Spark beside GraphFrames: graph_spark.py.
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
from numpy.typing import NDArray

METRICS = ("weak", "strong", "pagerank", "labels", "triangles", "cores", "distance", "hyperball", "harmonic")
HERE = Path(__file__).parent
QUADRANTS = (0.57, 0.19, 0.19)  # Graph500's


def rmat(edges: int, seed: int) -> NDArray[np.int32]:
    """Distinct edges without loops, sorted; shape (2, about `edges`). Numbers of vertices are shuffled."""
    draw = np.random.default_rng(seed)
    bits = max(1, round(np.log2(edges / 10)))
    source, target = np.zeros(edges, np.int64), np.zeros(edges, np.int64)
    a, b, c = QUADRANTS
    for _ in range(bits):
        at = draw.random(edges, np.float32)
        source = 2 * source + (at >= a + b)
        target = 2 * target + (((at >= a) & (at < a + b)) | (at >= a + b + c))
    shuffled = draw.permutation(1 << bits)
    keys = np.unique(shuffled[source] << bits | shuffled[target])
    source, target = keys >> bits, keys & ((1 << bits) - 1)
    return np.stack([source, target])[:, source != target].astype(np.int32)


def measured(python: str, side: str, metric: str, path: Path, rounds: int) -> dict[str, float] | None:
    """The best of some rounds; None where this side has no such metric or cannot be imported."""
    best: dict[str, float] = {}
    for _ in range(rounds):
        command = [python, str(HERE / "graph_child.py"), side, metric, str(path)]
        environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
        if done.returncode:
            if side == "ours":
                raise SystemExit(done.stderr)
            return None
        told = json.loads(done.stdout.splitlines()[-1])
        best = {name: min(value, best.get(name, value)) for name, value in told.items()}
    return best


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--edges", default="1,10")
    parser.add_argument("--peer-python", default=sys.executable)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--metrics", default=",".join(METRICS))
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for millions in map(float, asked.edges.split(",")):
            path = Path(folder) / "edges.npy"
            report(path, millions, asked)


def report(path: Path, millions: float, asked: argparse.Namespace) -> None:
    """A line for each metric; the ratio of processor times, ours to NetworKit's."""
    metrics = asked.metrics.split(",")
    for size in sorted({millions, 0.2 if "harmonic" in metrics else millions}, reverse=True):
        edges = rmat(int(size * 1e6), asked.seed)
        np.save(path, edges)
        print(f"\n{edges.shape[1] / 1e6:.1f} million edges, {edges.max() + 1:,} vertices")
        print(f"{'':10} {'ours':>29} {'NetworKit':>32}")
        print(
            f"{'':10} {'wall s':>9} {'cpu s':>9} {'peak MB':>9}   {'wall s':>9} {'cpu s':>9} {'peak MB':>9}   ratio"
        )
        for metric in metrics:
            if (metric == "harmonic") != (size == 0.2):
                continue
            mine = measured(sys.executable, "ours", metric, path, asked.rounds)
            peer = measured(asked.peer_python, "networkit", metric, path, asked.rounds)
            print(line(metric, mine, peer), flush=True)


def line(metric: str, mine: dict[str, float] | None, peer: dict[str, float] | None) -> str:
    """One metric: wall time, processor time and peak of both, and the ratio of processor times."""
    cells = [
        " ".join(
            f"{one[n]:9.2f}" if n != "peak_mb" else f"{one[n]:9,.0f}" for n in ("wall_s", "cpu_s", "peak_mb")
        )
        if one
        else f"{'-':>9} {'-':>9} {'-':>9}"
        for one in (mine, peer)
    ]
    ratio = f"{mine['cpu_s'] / peer['cpu_s']:7.2f}" if mine and peer else ""
    return f"{metric:10} {cells[0]}   {cells[1]} {ratio}"


if __name__ == "__main__":
    main()

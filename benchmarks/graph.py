"""Metrics of R-MAT graphs: ours beside NetworKit and SciPy, same edges, same run, a process for each metric.

    python benchmarks/graph.py [--edges 1,10] [--peer-python PYTHON] [--rounds 2] [--seed 0] [--metrics a,b]
                               [--folder FOLDER]

`--edges` are millions; vertices are a tenth of them. Graphs are kept in the folder, if one is given, and made once.
NetworKit is no dependency: `--peer-python` is the Python of an environment that has it. Seconds are wall time and
processor time of all threads, best of the rounds, without reading and building; peak memory has all three. `ratio` is
ours to the best of the others, of processor time and of wall time; `a round` is the same for one round of label
propagation, of which NetworKit makes fewer (it changes labels in place, on the undirected graph, and ends early). Its
clustering looks at undirected triangles alone. Exact harmonic centrality is timed on a graph of 0.2 million edges.
Spark beside GraphFrames: graph_spark.py.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

METRICS = ("weak", "strong", "pagerank", "labels", "triangles", "cores", "distance", "hyperball", "harmonic")
PEERS = ("networkit", "scipy")
CHILD = Path(__file__).with_name("graph_child.py")
SMALL = 0.2
QUADRANTS = (0.57, 0.19, 0.19)  # Graph500's
Told = dict[str, float]


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


def kept(folder: Path, millions: float, seed: int) -> Path:
    """The file of a graph, made where it is not there; says its size."""
    path = folder / f"rmat-{millions:g}-{seed}.npy"
    if not path.exists():
        np.save(path, rmat(int(millions * 1e6), seed))
    edges = np.load(path, mmap_mode="r")
    print(f"\n{edges.shape[1] / 1e6:.1f} million edges, {edges.max() + 1:,} vertices", flush=True)
    return path


def measured(python: str, side: str, metric: str, path: Path, best_of: int, rounds: int = 0) -> Told | None:
    """The best of some runs; None where this side has no such metric or is not installed.

    Raises:
        SystemExit: It failed, with what it said.
    """
    best: Told = {}
    for _ in range(best_of):
        command = [python, str(CHILD), side, metric, str(path), *([str(rounds)] if rounds else [])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 3:
            return None
        if done.returncode:
            raise SystemExit(f"{side} {metric}: exit code {done.returncode}\n{done.stderr}")
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
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        for millions in map(float, asked.edges.split(",")):
            report(folder, millions, asked)


def report(folder: Path, millions: float, asked: argparse.Namespace) -> None:
    """A line for each metric."""
    metrics = asked.metrics.split(",")
    for size in (millions, SMALL):
        chosen = [m for m in metrics if (m == "harmonic") == (size == SMALL)]
        if not chosen:
            continue
        path = kept(folder, size, asked.seed)
        print(f"{'':10} {'ours':>23}    {'NetworKit':>23}    {'SciPy':>23}    {'ratio':>12}")
        print(f"{'':10} {' wall s   cpu s      MB    ' * 3}{'cpu':>6}{'wall':>6}")
        for metric in chosen:
            sides = [measured(sys.executable, "ours", metric, path, asked.rounds)]
            for peer in PEERS:
                python = asked.peer_python if peer == "networkit" else sys.executable
                sides.append(measured(python, peer, metric, path, asked.rounds))
            print(line(metric, sides), flush=True)


def line(metric: str, sides: list[Told | None]) -> str:
    """One metric: wall time, processor time and peak of all sides, and the ratios of ours to the best."""
    cells = [
        f"{s['wall_s']:7.2f} {s['cpu_s']:7.2f} {s['peak_mb']:7,.0f}" if s else f"{'-':>23}" for s in sides
    ]
    mine, *others = sides
    peers = [s for s in others if s]
    said = "    ".join([f"{metric:10} {cells[0]}", *cells[1:]])
    if not mine or not peers:
        return said
    cpu, wall = (mine[n] / min(p[n] for p in peers) for n in ("cpu_s", "wall_s"))
    each = [f"{p['rounds']:.0f} rounds" for p in sides if p and "rounds" in p]
    if metric == "labels" and "rounds" in peers[0]:
        ratio = mine["cpu_s"] / mine["rounds"] * peers[0]["rounds"] / peers[0]["cpu_s"]
        each.append(f"a round {ratio:.2f}")
    return f"{said}    {cpu:6.2f}{wall:6.2f}  {', '.join(each)}"


if __name__ == "__main__":
    main()

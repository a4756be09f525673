"""One metric of one graph in a process of its own: seconds, and the most memory it ever held. See graph.py.

    python benchmarks/graph_child.py (ours|networkit|scipy) METRIC EDGES.npy [ROUNDS]

The file has sources and targets, shape (2, edges), int32, sorted and distinct. ROUNDS: so many iterations of PageRank
and rounds of labels; else PageRank goes to 1e-10 and labels have 10 rounds. Without the library, exit code 3.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.graph_peers import DAMPING, TOLERANCE, Side, Work, hub, networkit, scipy

ABSENT = 3


def ours(source: Any, target: Any, size: int, rounds: int) -> Side:
    """The kernels, compiled on an empty graph before they are timed."""
    import pyarrow as pa

    from analysis.graph.found import View
    from analysis.kernels.graph import (
        components,
        cores,
        distances,
        harmonic,
        hyperball,
        labels,
        pagerank,
        triangles,
    )
    from analysis.kernels.graph.edges import Edges

    def view_of(one: Any, other: Any, vertices: int) -> View:
        return View(Edges(pa.nulls(vertices, pa.string()), one, other, {}))

    start = hub(source)
    views = {"now": view_of(source[:0], target[:0], 2)}

    def view() -> View:
        return views["now"]

    def build(metric: str) -> None:
        if metric in ("triangles", "cores"):
            _ = view().around
        elif metric in ("pagerank", "labels"):
            _ = (view().to, view().come_from)
        elif metric != "weak":
            _ = view().come_from if metric == "hyperball" else view().to

    def first(metric: str) -> None:
        build(metric)
        work[metric]()
        views["now"] = view_of(source, target, size)
        build(metric)

    work: Work = {
        "weak": lambda: components.weak(view().edges.source, view().edges.target, view().edges.size),
        "strong": lambda: components.strong(view().to),
        "pagerank": lambda: pagerank.pagerank(
            view().come_from, view().to.degrees, DAMPING, TOLERANCE, rounds
        ),
        "labels": lambda: labels.propagate(view().to, view().come_from, rounds or 10),
        "triangles": lambda: triangles.triangles(view().around),
        "cores": lambda: cores.core_numbers(view().around.rows),
        "distance": lambda: distances.distances(view().to, start if view().to.size > start else 0),
        "harmonic": lambda: harmonic.harmonic(view().to),
        "hyperball": lambda: hyperball.estimated(view().come_from, 64),
    }
    return first, work, {"labels": lambda found: found[1], "pagerank": lambda found: found.iterations}


def peak_mb() -> float:
    """Most memory this process held; getrusage would tell that of the process it was forked from, if that is more."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


def main() -> None:
    """Build, measure, print one line of JSON."""
    side, metric, path, *rest = sys.argv[1:]
    source, target = map(np.ascontiguousarray, np.load(path))
    size = int(max(source.max(), target.max())) + 1
    sides = {"ours": ours, "networkit": networkit, "scipy": scipy}
    try:
        first, work, rounds = sides[side](source, target, size, int(rest[0]) if rest else 0)
    except ImportError:
        sys.exit(ABSENT)
    if metric not in work:
        sys.exit(ABSENT)
    clock, cpu = time.perf_counter(), time.process_time()
    first(metric)
    told = {"build_wall_s": time.perf_counter() - clock, "build_cpu_s": time.process_time() - cpu}
    clock, cpu = time.perf_counter(), time.process_time()
    found = work[metric]()
    told |= {
        "wall_s": time.perf_counter() - clock,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": peak_mb(),
    }
    print(json.dumps(told | ({"rounds": rounds[metric](found)} if metric in rounds else {})))


if __name__ == "__main__":
    main()

"""One metric of one graph in a process of its own: seconds, and the most memory it ever held. See graph.py.

    python benchmarks/graph_child.py (ours|networkit) METRIC EDGES.npy

The file has sources and targets, shape (2, edges), int32, sorted and distinct.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

DAMPING, TOLERANCE, ROUNDS = 0.85, 1e-10, 10
Work = dict[str, Callable[[], Any]]


def ours(source: Any, target: Any, size: int) -> tuple[Callable[[str], Any], Work]:
    """How the graph is built for a metric, and the metrics."""
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

    views = {"warm": view_of(source[:0], target[:0], 2), "full": view_of(source, target, size)}
    now = ["warm"]

    def view() -> View:
        return views[now[0]]

    def build(metric: str) -> None:
        if metric in ("triangles", "cores"):
            _ = view().around
        elif metric != "weak":
            _ = (view().to, view().come_from)

    def first(metric: str) -> None:
        """Compile on an empty graph, then turn to the full one."""
        build(metric)
        work[metric]()
        now[0] = "full"
        build(metric)

    work: Work = {
        "weak": lambda: components.weak(view().edges.source, view().edges.target, view().edges.size),
        "strong": lambda: components.strong(view().to),
        "pagerank": lambda: pagerank.pagerank(view().come_from, view().to.degrees, DAMPING, TOLERANCE),
        "labels": lambda: labels.propagate(view().to, view().come_from, ROUNDS),
        "triangles": lambda: triangles.triangles(view().around),
        "cores": lambda: cores.core_numbers(view().around.rows),
        "distance": lambda: distances.distances(view().to, 0),
        "harmonic": lambda: harmonic.harmonic(view().to),
        "hyperball": lambda: hyperball.estimated(view().come_from, 64),
    }
    return first, work


def networkit(source: Any, target: Any, size: int) -> tuple[Callable[[str], Any], Work]:
    """The same by NetworKit; label propagation and clustering are its own, of the undirected graph."""
    import networkit as nk

    graphs: dict[str, Any] = {}

    def first(metric: str) -> None:
        ones = np.ones(len(source))
        graphs["to"] = nk.GraphFromCoo((ones, (source, target)), n=size, directed=True)
        if metric in ("triangles", "cores", "labels"):
            low, high = np.minimum(source, target), np.maximum(source, target)
            keys = np.unique(low.astype(np.int64) * size + high)
            low, high = keys // size, keys % size
            graphs["around"] = nk.GraphFromCoo((np.ones(len(low)), (low, high)), n=size, directed=False)

    def ran(algorithm: Any) -> Any:
        return algorithm.run()

    def pagerank() -> None:
        made = nk.centrality.PageRank(
            graphs["to"], DAMPING, TOLERANCE, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
        )
        made.norm = nk.centrality.Norm.l1norm
        made.run()

    return first, {
        "weak": lambda: ran(nk.components.WeaklyConnectedComponents(graphs["to"])),
        "strong": lambda: ran(nk.components.StronglyConnectedComponents(graphs["to"])),
        "pagerank": pagerank,
        "labels": lambda: ran(nk.community.PLP(graphs["around"], maxIterations=ROUNDS)),
        "triangles": lambda: ran(nk.centrality.LocalClusteringCoefficient(graphs["around"], turbo=True)),
        "cores": lambda: ran(nk.centrality.CoreDecomposition(graphs["around"])),
        "distance": lambda: ran(nk.distance.BFS(graphs["to"], 0, storePaths=False)),
        "harmonic": lambda: ran(nk.centrality.HarmonicCloseness(graphs["to"], normalized=False)),
    }


def main() -> None:
    """Build, measure, print one line of JSON."""
    side, metric, path = sys.argv[1:]
    source, target = map(np.ascontiguousarray, np.load(path))
    size = int(max(source.max(), target.max())) + 1
    first, work = {"ours": ours, "networkit": networkit}[side](source, target, size)
    clock = time.perf_counter()
    first(metric)
    built = time.perf_counter() - clock
    clock, cpu = time.perf_counter(), time.process_time()
    work[metric]()
    told = {
        "build_s": built,
        "wall_s": time.perf_counter() - clock,
        "cpu_s": time.process_time() - cpu,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()

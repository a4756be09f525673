"""The metrics by other libraries, for graph_child.py: NetworKit and SciPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

DAMPING, TOLERANCE = 0.85, 1e-10
Work = dict[str, Callable[[], Any]]
Side = tuple[Callable[[str], Any], Work, dict[str, Callable[[Any], int]]]
"""How the graph is built for a metric, the metrics, and how many rounds an answer took."""


def hub(source: Any) -> int:
    """The vertex with most links out, from which steps are counted."""
    return int(np.bincount(source).argmax())


def networkit(source: Any, target: Any, size: int, rounds: int) -> Side:
    """Label propagation and clustering are its own, of the undirected graph."""
    import networkit as nk

    graphs: dict[str, Any] = {}
    start = hub(source)

    def first(metric: str) -> None:
        if metric not in ("triangles", "cores", "labels"):
            graphs["to"] = nk.GraphFromCoo((np.ones(len(source)), (source, target)), n=size, directed=True)
            return
        low, high = np.minimum(source, target), np.maximum(source, target)
        keys = np.unique(low.astype(np.int64) * size + high)
        low, high = keys // size, keys % size
        del keys
        graphs["around"] = nk.GraphFromCoo((np.ones(len(low)), (low, high)), n=size, directed=False)

    def ran(algorithm: Any) -> Any:
        return algorithm.run()

    def pagerank() -> Any:
        made = nk.centrality.PageRank(
            graphs["to"], DAMPING, TOLERANCE, distributeSinks=nk.centrality.SinkHandling.DistributeSinks
        )
        made.norm = nk.centrality.Norm.l1norm
        made.maxIterations = rounds or made.maxIterations
        return made.run()

    work = {
        "weak": lambda: ran(nk.components.WeaklyConnectedComponents(graphs["to"])),
        "strong": lambda: ran(nk.components.StronglyConnectedComponents(graphs["to"])),
        "pagerank": pagerank,
        "labels": lambda: ran(nk.community.PLP(graphs["around"], maxIterations=rounds or 10)),
        "triangles": lambda: ran(nk.centrality.LocalClusteringCoefficient(graphs["around"], turbo=True)),
        "cores": lambda: ran(nk.centrality.CoreDecomposition(graphs["around"])),
        "distance": lambda: ran(nk.distance.BFS(graphs["to"], start, storePaths=False)),
        "harmonic": lambda: ran(nk.centrality.HarmonicCloseness(graphs["to"], normalized=False)),
    }
    return (
        first,
        work,
        {"labels": lambda f: f.numberOfIterations(), "pagerank": lambda f: f.numberOfIterations()},
    )


def scipy(source: Any, target: Any, size: int, rounds: int) -> Side:
    """Components by csgraph, PageRank by products with a sparse matrix."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    graphs: dict[str, Any] = {}

    def first(metric: str) -> None:
        ends = (target, source) if metric == "pagerank" else (source, target)
        graphs["to"] = csr_array((np.ones(len(source)), ends), shape=(size, size))

    def pagerank() -> int:
        out = np.bincount(source, minlength=size)
        shares, ranks = 1 / np.maximum(out, 1), np.full(size, 1 / size)
        change, done = 1.0, 0
        while done < rounds if rounds else change > TOLERANCE:
            sinks = ranks[out == 0].sum()
            new = (1 - DAMPING + DAMPING * sinks) / size + DAMPING * (graphs["to"] @ (ranks * shares))
            change, ranks, done = np.abs(new - ranks).sum(), new, done + 1
        return done

    work: Work = {
        "weak": lambda: connected_components(graphs["to"], connection="weak"),
        "strong": lambda: connected_components(graphs["to"], connection="strong"),
        "pagerank": pagerank,
    }
    return first, work, {"pagerank": int}

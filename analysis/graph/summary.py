"""What vertices' values say of a whole graph, whichever engine computed them."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.graph.found import Measured
from analysis.kernels.graph import components, degrees, triads, triangles
from analysis.kernels.graph.edges import Edges

FITTED_UP_TO = 100_000
"""Vertices with edges to them up to which a power law is fitted: the package tries each degree as the smallest."""


def begun(names: pa.Array, loops: int, loop_weights: Mapping[str, int], unreadable_rows: int) -> Measured:
    """Findings of a graph whose edges are elsewhere."""
    none = np.empty(0, np.int64)
    return Measured(Edges(names, none, none, {}, loops, loop_weights, unreadable_rows))


def linked(found: Measured, edges: int, totals: Mapping[str, int]) -> None:
    """Measures that follow from in_degree, out_degree and mutual_degree.

    Args:
        found: Has these columns; the graph's loops are told by its `edges`.
        edges: How many edges there are.
        totals: Sum of each weight over them.
    """
    into, out, mutual = (found.columns[f"{way}_degree"] for way in ("in", "out", "mutual"))
    graph, n = found.edges, found.edges.size
    found.summary |= {
        "vertices": n, "edges": edges, "loops": graph.loops, "unreadable_rows": graph.unreadable_rows,
    }  # fmt: skip
    for name, total in totals.items():
        found.summary |= {name: total, f"loop_{name}": (graph.loop_weights or {}).get(name, 0)}
    if n:
        found.summary |= {
            "mean_degree": edges / n, "density": edges / (n * (n - 1)) if n > 1 else 0.0,
            "reciprocity": int(mutual.sum()) / edges if edges else 0.0,
            "isolated": int(((into + out) == 0).sum()),
            "no_links_out": int((out == 0).sum()), "no_links_in": int((into == 0).sum()),
            "largest_in_degree": int(into.max()), "largest_out_degree": int(out.max()),
        }  # fmt: skip


def distributed(found: Measured) -> None:
    """How many vertices have each degree, and a power law for in_degree."""
    ways = {way: found.columns[f"{way}_degree"] for way in ("in", "out")}
    ways["any"] = ways["in"] + ways["out"] - found.columns["mutual_degree"]
    found.degrees |= {way: degrees.distribution(values) for way, values in ways.items()}
    _power_law(ways["in"][ways["in"] > 0], found)


def _power_law(with_links: degrees.Counts, found: Measured) -> None:
    """A power law for in-degrees, by the package of Alstott et al. (2014) where it is installed."""
    if find_spec("powerlaw") is None:
        found.facts["power_law"] = "not fitted: that needs the package powerlaw (pip install powerlaw)"
    elif len(with_links) > FITTED_UP_TO:
        found.facts["power_law"] = f"not fitted: more than {FITTED_UP_TO:,} vertices with edges to them"
    elif len(np.unique(with_links)) > 1:
        from powerlaw import Fit  # type: ignore[import-not-found]

        fit = Fit(with_links, discrete=True, verbose=False)
        alpha, least = float(fit.power_law.alpha), float(fit.power_law.xmin)
        found.summary |= {"power_law_exponent": alpha, "power_law_from": least}


def ranked(found: Measured, ranks: NDArray[np.float64], iterations: int, change: float) -> None:
    """PageRank, and how it was reached."""
    found.columns["pagerank"] = ranks
    found.summary |= {"pagerank_iterations": iterations, "pagerank_change": change}


def connected(found: Measured, names: NDArray[Any], kind: str) -> None:
    """Components of a kind, `weak` or `strong`, each named by a vertex."""
    found.columns[f"{kind}_component"] = names
    number, most = components.largest(names)
    found.summary |= {
        f"{kind}_components": number, f"largest_{kind}_component": most,
        f"largest_{kind}_share": most / max(1, len(names)),
    }  # fmt: skip


def labelled(found: Measured, labels: NDArray[Any], rounds: int, changed: int) -> None:
    """Communities by label propagation."""
    found.columns["community"] = labels
    number, most = components.largest(labels)
    found.summary |= {
        "communities": number, "largest_community": most, "label_rounds": rounds, "labels_changed": changed,
    }  # fmt: skip


def closed(
    found: Measured, counts: NDArray[np.int64], clustering: NDArray[np.float64], around: NDArray[np.int64]
) -> None:
    """Triangles of each vertex, its local clustering, and from its neighbours in whatever direction transitivity."""
    found.columns |= {"triangles": counts, "clustering": clustering}
    paths, ends = float((around.astype(float) * (around - 1)).sum()) / 2, int(counts.sum())
    found.summary |= {
        "triangles": ends // 3,
        "transitivity": ends / paths if paths else 0.0,
        "mean_clustering": float(clustering.mean()) if len(clustering) else 0.0,
    }


def closed_by_arcs(found: Measured, counts: NDArray[np.int64], arcs: NDArray[np.int64]) -> None:
    """The same from edges among each vertex's neighbours, each direction by itself."""
    into, out, mutual = (found.columns[f"{way}_degree"] for way in ("in", "out", "mutual"))
    around = into + out - mutual
    kinds = np.zeros(64, np.int64)
    closed(found, counts, triangles.clustering(triangles.Triangles(counts, arcs, kinds), around), around)


def cored(found: Measured, numbers: NDArray[Any]) -> None:
    """The core of each vertex."""
    most = int(numbers.max()) if len(numbers) else 0
    found.columns["core"] = numbers
    found.summary |= {"largest_core": most, "largest_core_vertices": int((numbers == most).sum())}


def reached(found: Measured, away: NDArray[Any]) -> None:
    """Steps to each vertex, -1 where no way leads."""
    found.columns["distance"] = pa.array(away, mask=away < 0)
    found.summary |= {"reached": int((away >= 0).sum()), "farthest": int(away.max())}


def censused(found: Measured, kinds: NDArray[np.int64]) -> None:
    """Triads, from the degrees and the triangles by the ways of their edges."""
    into, out, mutual = (found.columns[f"{way}_degree"] for way in ("in", "out", "mutual"))
    counts = triads.census(into, out, mutual, kinds)
    found.summary |= {f"triad_{kind}": count for kind, count in counts.items()}

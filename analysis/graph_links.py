"""Degrees of a graph's vertices and what follows from them; steps from one vertex."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.graph_found import Measured, View
from analysis.graph_options import Graph
from analysis.kernels.graph import degrees
from analysis.kernels.graph import distances as steps

FITTED_UP_TO = 100_000
"""Vertices with edges to them up to which a power law is fitted: the package tries each degree as the smallest."""


def basic(view: View, found: Measured) -> None:
    """Numbers, names and degrees, which every result has."""
    edges, into, out = view.edges, view.come_from.degrees, view.to.degrees
    found.columns |= {
        "vertex_id": np.arange(edges.size), "vertex_name": edges.names,
        "in_degree": into, "out_degree": out, "mutual_degree": view.mutual,
    }  # fmt: skip
    n, m = edges.size, len(edges.source)
    found.summary |= {
        "vertices": n,
        "edges": m,
        "loops": edges.loops,
        "unreadable_rows": edges.unreadable_rows,
    }
    for name, weights in edges.weights.items():
        found.summary |= {name: int(weights.sum()), f"loop_{name}": (edges.loop_weights or {}).get(name, 0)}
    if n:
        found.summary |= {
            "mean_degree": m / n, "density": m / (n * (n - 1)) if n > 1 else 0.0,
            "reciprocity": int(view.mutual.sum()) / m if m else 0.0,
            "isolated": int(((into + out) == 0).sum()),
            "no_links_out": int((out == 0).sum()), "no_links_in": int((into == 0).sum()),
            "largest_in_degree": int(into.max()), "largest_out_degree": int(out.max()),
        }  # fmt: skip


def degree(view: View, _: Graph, found: Measured) -> None:
    """Weighted degrees, and how many vertices have each degree."""
    edges, columns = view.edges, found.columns
    for name, weights in edges.weights.items():
        columns[f"in_{name}"] = degrees.weighted(edges.target, weights, edges.size)
        columns[f"out_{name}"] = degrees.weighted(edges.source, weights, edges.size)
    ways = {"in": columns["in_degree"], "out": columns["out_degree"]}
    ways["any"] = ways["in"] + ways["out"] - columns["mutual_degree"]
    found.degrees |= {way: degrees.distribution(values) for way, values in ways.items()}
    _power_law(ways["in"][ways["in"] > 0], found)


def _power_law(linked: degrees.Counts, found: Measured) -> None:
    """A power law for in-degrees, by the package of Alstott et al. (2014) where it is installed."""
    if find_spec("powerlaw") is None:
        found.facts["power_law"] = "not fitted: the package powerlaw is not installed"
    elif len(linked) > FITTED_UP_TO:
        found.facts["power_law"] = f"not fitted: more than {FITTED_UP_TO:,} vertices with edges to them"
    elif len(np.unique(linked)) > 1:
        from powerlaw import Fit  # type: ignore[import-not-found]

        fit = Fit(linked, discrete=True, verbose=False)
        alpha, least = float(fit.power_law.alpha), float(fit.power_law.xmin)
        found.summary |= {"power_law_exponent": alpha, "power_law_from": least}


def distances(view: View, options: Graph, found: Measured) -> None:
    """Steps from the chosen vertex.

    Raises:
        LookupError: It is none of the graph's.
    """
    away = steps.distances(view.to, vertex(view.edges.names, options.source))
    found.columns["distance"] = pa.array(away, mask=away < 0)
    found.summary |= {"reached": int((away >= 0).sum()), "farthest": int(away.max())}


def vertex(names: pa.Array, asked: str) -> int:
    """Number of a vertex by its name, or by a host in its usual order.

    Raises:
        LookupError: No such vertex.
    """
    for name in (asked, ".".join(reversed(asked.lower().split(".")))):
        place = pc.index(names, pa.scalar(name, names.type)).as_py()
        if place >= 0:
            return int(place)
    raise LookupError(
        f"the graph has no vertex '{asked}'; its {len(names):,} vertices are named as in vertex_name, such as "
        f"{', '.join(names[:3].to_pylist())}"
    )

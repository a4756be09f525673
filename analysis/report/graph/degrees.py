"""How unevenly links are spread: the share of vertices with so many or more, on logarithmic axes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.report.figure import PALETTE, SHAPES, Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph
from analysis.report.graph.names import Noun, share_of
from analysis.report.text import number

WAYS = ("in_degree", "out_degree")
POINTS = 150
"""Points of one line at most, evenly spread over the logarithm of the degree."""
LEAST = 3
"""Different degrees that a chart needs."""


def series(directed: bool) -> tuple[tuple[str, str, str], ...]:
    """Name, colour and shape of each kind of degree."""
    names = [way.replace("_", "-") for way in WAYS] if directed else ["degree"]
    return tuple(zip(names, PALETTE, SHAPES, strict=False))


def degrees(graph: OneGraph, called: Noun) -> tuple[Panel | None, str]:
    """The panel, if there are enough different degrees; and the sentence that says the same."""
    marks: list[dict[str, Any]] = []
    told = []
    for column, (name, _, _) in zip(WAYS, series(graph.directed), strict=False):
        values = graph.vertices[column].to_numpy()
        degree, share = ccdf(values)
        marks += [
            {"degree": int(d), "share": float(s), "direction": name}
            for d, s in zip(*thinned(degree, share), strict=True)
        ]
        told.append(_said(values, name, called))
    sentence = " ".join(t for t in [*told, _unseen(graph, called)] if t)
    if len({m["degree"] for m in marks}) < LEAST:
        return None, sentence
    fit = _fit(graph, marks)
    how = (
        f"Each point is the share of {called.many} (upwards) linked with at least so many others (to the right). Both "
        "axes are logarithmic: equal distances are equal ratios."
    )
    finding = f"{how} {sentence} {_fitted(graph)}".strip()
    alt = f"Degree distribution on logarithmic axes. {sentence}"
    spec = graph_marks.degrees(marks, fit, series(graph.directed), called.many, alt)
    return Panel("Degree distribution", spec, alt, finding=finding), sentence


def ccdf(values: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Complementary cumulative distribution: each degree above 0, and the share of vertices that have it or more.

    Args:
        values: Degree of each vertex; shape (vertices,).
    """
    degree, count = np.unique(values, return_counts=True)
    share = count[::-1].cumsum()[::-1] / max(1, len(values))
    return degree[degree > 0], share[degree > 0]


def thinned(
    degree: NDArray[np.int64], share: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """At most `POINTS` of the points, the first and the last among them."""
    if len(degree) <= POINTS:
        return degree, share
    wanted = np.geomspace(degree[0], degree[-1], POINTS)
    kept = np.unique(np.searchsorted(degree, wanted).clip(0, len(degree) - 1))
    return degree[kept], share[kept]


def _said(values: NDArray[np.int64], name: str, called: Noun) -> str:
    size, most, zero = len(values), int(values.max()), int((values == 0).sum())
    if not most:
        return f"No {called.one} links to another." if name != "out-degree" else ""
    largest = np.sort(values)[::-1]
    tenth = max(1, size // 10)
    held = share_of(float(largest[:tenth].sum()), float(values.sum()))
    hold = f"the tenth of {called.many} with most has {held} of all edges" if size >= 10 else ""
    some = (
        f"{share_of(zero, size)} of {called.many} have none"
        if zero
        else f"all {called.many} have one or more"
    )
    half = int(np.median(values))
    median = f", half have at most {number(half)}" if half and half < most else ""
    parts = [some + median, f"the most is {number(most)}", hold]
    return f"{name.capitalize()}: {'; '.join(p for p in parts if p)}."


def _unseen(graph: OneGraph, called: Noun) -> str:
    """How many vertices have no edge from them because no page of theirs was captured."""
    rows = graph.vertices
    if "captured" not in rows.column_names or not graph.directed:
        return ""
    unseen = pc.sum(pc.equal(rows["captured"], False)).as_py() or 0
    if not unseen:
        return ""
    it, its = ("it", "its") if unseen == 1 else ("them", "their")
    return (
        f"No page of {called.counted(unseen)} was captured: others link to {it}, but where {its} own links lead is not "
        "known."
    )


def _law(graph: OneGraph) -> tuple[float, float] | None:
    exponent, least = (graph.measures.get(f"power_law_{n}") for n in ("exponent", "from"))
    return (float(exponent), float(least)) if exponent and least and exponent > 1 else None


def _fit(graph: OneGraph, marks: list[dict[str, Any]]) -> list[dict[str, float]]:
    """Two ends of the line of the fitted power law: a share falls as degree to the power of 1 - exponent."""
    law = _law(graph)
    if law is None:
        return []
    exponent, least = law
    values = graph.vertices["in_degree"]
    most = float(pc.max(values).as_py())
    begin = pc.sum(pc.greater_equal(values, least)).as_py() / len(values)
    lowest = min(m["share"] for m in marks)
    if not begin or most <= least:
        return []
    end = min(most, least * (lowest / begin) ** (1 / (1 - exponent)))
    return [{"degree": d, "share": begin * (d / least) ** (1 - exponent)} for d in (least, end)]


def _fitted(graph: OneGraph) -> str:
    law = _law(graph)
    if law is None:
        return ""
    return (
        f"The dashed line is a power law fitted to in-degrees of {number(int(law[1]))} and more: exponent "
        f"{number(law[0], 3)}. That a line can be fitted does not show that degrees follow it (Clauset et al. 2009)."
    )

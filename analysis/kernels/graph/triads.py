"""The triad census (Holland and Leinhardt 1970): how many sets of three vertices have each of sixteen shapes.

Closed ones are counted with the triangles. Open ones with two linked pairs are counted at the vertex that both pairs
share, less those that are closed; those with one linked pair and with none follow from the totals. So nothing of the
order of vertices^3, nor of degree^2, is walked through.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.graph.neighbours import BOTH, FROM, TO

Counts = NDArray[np.int64]
BACK = {TO: FROM, FROM: TO, BOTH: BOTH}
OPEN = {
    (TO, TO): "021D", (FROM, FROM): "021U", (TO, FROM): "021C",
    (FROM, BOTH): "111D", (TO, BOTH): "111U", (BOTH, BOTH): "201",
}  # fmt: skip
"""Kind of two linked pairs by the ways of both, seen from the vertex they share, the lesser first."""


def census(into: Counts, out: Counts, mutual: Counts, closed: Counts) -> Mapping[str, int]:
    """Number of triads of each of the sixteen kinds, as whole numbers of any size.

    Args:
        into: Edges that lead to each vertex, shape (vertices,).
        out: Edges that leave it.
        mutual: Neighbours in both directions.
        closed: Triangles by the ways of their edges, as `triangles.Triangles.kinds`.
    """
    n, found = len(into), dict.fromkeys(("003", "012", "102"), 0)
    found |= _wedges(out - mutual, into - mutual, mutual)
    linked = {"012": int((out - mutual).sum()), "102": int(mutual.sum()) // 2}
    pairs = dict.fromkeys(linked, 0)  # linked pairs that lie in a triad with more than one
    for vu, uw, vw in product((TO, FROM, BOTH), repeat=3):
        count = int(closed[16 * vu + 4 * uw + vw])
        kind = _closed(vu, uw, vw)
        found[kind] = found.get(kind, 0) + count
        for one, other in ((vu, vw), (BACK[vu], uw), (BACK[vw], BACK[uw])):
            found[OPEN[min(one, other), max(one, other)]] -= count
    for kind, count in found.items():
        for name, digit in (("102", 0), ("012", 1)):
            if kind not in ("003", "012", "102"):
                pairs[name] += int(kind[digit]) * count
    for name, total in linked.items():
        found[name] = total * (n - 2) - pairs[name] if n > 2 else 0
    found["003"] = n * (n - 1) * (n - 2) // 6 - sum(found.values())
    return found


def _wedges(out: Counts, into: Counts, mutual: Counts) -> dict[str, int]:
    """Pairs of linked pairs that share a vertex, closed or not; neighbours of each vertex by their only way."""
    by_way = {TO: out, FROM: into, BOTH: mutual}

    def pairs(one: int, other: int) -> int:
        if one == other:
            return _exact(by_way[one], by_way[one] - 1) // 2
        return _exact(by_way[one], by_way[other])

    return {kind: pairs(*ways) for ways, kind in OPEN.items()}


def _exact(one: Counts, other: Counts) -> int:
    """Sum of products, in whole numbers that cannot overflow."""
    high, low = np.divmod(one, 1 << 20)
    return (int((high * other).sum()) << 20) + int((low * other).sum())


def _closed(vu: int, uw: int, vw: int) -> str:
    """Kind of a triangle from the ways of its edges."""
    ways = (vu, uw, vw)
    mutual = ways.count(BOTH)
    if mutual == 3:
        return "300"
    if mutual == 2:
        return "210"
    out = [(vu & TO) + (vw & TO), (vu >> 1) + (uw & TO), (uw >> 1) + (vw >> 1)]
    if not mutual:
        return "030C" if out == [1, 1, 1] else "030T"
    third = (2, 0, 1)[(vu == BOTH, uw == BOTH, vw == BOTH).index(True)]
    return {2: "120D", 0: "120U", 1: "120C"}[out[third]]

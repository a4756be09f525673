"""The core of a graph as a drawing: its first vertices, and the edges among them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph
from analysis.report.graph.layout import LABEL_PX, Floats, Ints, labels, places, separated
from analysis.report.graph.names import Noun, in_its_script, quoted, width_px, within
from analysis.report.graph.parts import OTHERS, Part, community_of, styles
from analysis.report.graph.ranks import first, names_of, spoken, titled
from analysis.report.text import number

DRAWN = 50
"""Vertices of the drawing at most."""
LEAST = 3
"""Vertices that a drawing needs: two and a line say no more than a sentence."""
LINES = 150
"""Pairs up to which all lines are drawn."""
TIES = 3
"""Where there are more, so many lines of each vertex."""
NAMED = 12
"""First vertices for whose names room is made."""
AREAS_PX = (30.0, 360.0)
"""Area of a dot of value 0, and what the highest value adds, in square pixels."""
FRAMES_PX = ((300, 430), (430, 700), (700, 960))
"""Narrow, middle and wide frames: in all of a kind, the same labels are shown."""
NAMES_PX = (120, 150, 190)
"""Width of a label in them."""


Series = tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Pairs:
    """Edges as pairs of vertices, each once."""

    low: Ints
    """Place of the vertex that comes first; shape (pairs,)."""
    high: Ints
    """Place of the other one."""
    links: Ints
    """Links that make them, in both directions."""
    ways: Ints
    """Directions in which there are edges: 1 or 2."""

    def take(self, kept: Ints) -> Pairs:
        """Some of them."""
        return Pairs(self.low[kept], self.high[kept], self.links[kept], self.ways[kept])


def core(
    graph: OneGraph, measure: str, hosts: bool, called: Noun, communities: list[Part]
) -> tuple[Panel, Series, str] | None:
    """The drawing, its legend and its title; None where too few of the first vertices are linked."""
    rows = first(graph.vertices, measure, DRAWN)
    asked = rows.num_rows
    pairs = pairs_among(graph, rows["vertex_id"].combine_chunks())
    linked = np.unique(np.concatenate([pairs.low, pairs.high]))
    if len(linked) < LEAST:
        return None
    rows = rows.take(pa.array(linked))
    pairs = replace(pairs, low=np.searchsorted(linked, pairs.low), high=np.searchsorted(linked, pairs.high))
    shown = strongest(pairs)
    names = names_of(rows, hosts)
    at, radii = _placed(rows[measure].to_numpy(), shown, names)
    marks = _marks(rows, measure, names, at, radii, communities)
    lines = [
        {"x": marks[a]["x"], "y": marks[a]["y"], "x2": marks[b]["x"], "y2": marks[b]["y"], "ways": w}
        for a, b, w in zip(shown.low.tolist(), shown.high.tolist(), shown.ways.tolist(), strict=True)
    ]
    said = _said(graph, measure, names, pairs, shown, asked, called)
    series = series_of(marks, communities) if communities else ()
    spec = graph_marks.network(marks, lines, series, titled(measure, graph.directed), said)
    return (
        Panel("", spec, f"Drawing of the core. {said}", wide=True, finding=said),
        series,
        _title(pairs, names, called),
    )


def pairs_among(graph: OneGraph, ids: pa.Array) -> Pairs:
    """Pairs of these vertices that an edge joins, in order of their places."""
    found = []
    for batch in graph.edges() if graph.edge_file else ():
        kept = batch.filter(pc.and_(pc.is_in(batch["source_id"], ids), pc.is_in(batch["target_id"], ids)))
        ends = [pc.index_in(kept[n], ids).to_numpy().astype(np.int64) for n in ("source_id", "target_id")]
        found.append([*ends, pc.fill_null(kept["edge_links"], 1).to_numpy()])
    source, target, links = (
        np.concatenate([f[i] for f in found] or [np.empty(0)]).astype(np.int64) for i in range(3)
    )
    key, inverse = np.unique(
        np.minimum(source, target) * len(ids) + np.maximum(source, target), return_inverse=True
    )
    weights = np.bincount(inverse, links, len(key)).astype(np.int64)
    ways = np.bincount(inverse, minlength=len(key)).astype(np.int64)
    return Pairs(key // max(1, len(ids)), key % max(1, len(ids)), weights, ways)


def strongest(pairs: Pairs) -> Pairs:
    """All pairs, or of many only those with the most links of each vertex, equal ones in order of their ranks."""
    if len(pairs.low) <= LINES:
        return pairs
    order = np.lexsort((pairs.high, pairs.low, -pairs.links))
    seen: dict[int, int] = {}
    kept = []
    for place in order.tolist():
        ends = (int(pairs.low[place]), int(pairs.high[place]))
        if any(seen.get(end, 0) < TIES for end in ends):
            kept.append(place)
            for end in ends:
                seen[end] = seen.get(end, 0) + 1
    return pairs.take(np.sort(np.array(kept, np.int64)))


def _placed(values: Floats, pairs: Pairs, names: list[str]) -> tuple[Floats, Floats]:
    """Places of 0 to 1, and radii in pixels; no dot lies over another, and the first ones have room for their names."""
    share = values / values.max() if values.max() > 0 else np.zeros(len(values))
    radii = np.sqrt((AREAS_PX[0] + AREAS_PX[1] * share) / np.pi)
    at = places(len(values), pairs.low, pairs.high)
    wide = [width_px(within(name, NAMES_PX[0], LABEL_PX), LABEL_PX) for name in names[:NAMED]]
    reach = radii * graph_marks.CORNER
    return separated(at, reach, FRAMES_PX[0][0], graph_marks.DRAWING_PX, wide), radii


def _marks(
    rows: pa.Table, measure: str, names: list[str], at: Floats, radii: Floats, communities: list[Part]
) -> list[dict[str, Any]]:
    """What is drawn of each vertex; its labels in a narrow and in a wide frame."""
    where = community_of(rows, communities) if communities else [-1] * len(names)
    styled = [name for name, _, _ in styles(communities)]
    marks: list[dict[str, Any]] = [
        {
            "name": name, "read": in_its_script(name), "value": value, "size": round(float(r * r * np.pi), 1),
            "x": round(x, 4), "y": round(y, 4), "community": styled[place] if place >= 0 else OTHERS[0],
        }
        for name, value, r, (x, y), place in zip(
            names, rows[measure].to_pylist(), radii.tolist(), at.tolist(), where, strict=True
        )
    ]  # fmt: skip
    exact = np.array([[m["x"], m["y"]] for m in marks])
    for key, widths, room in zip(graph_marks.SIZES, FRAMES_PX, NAMES_PX, strict=True):
        texts = [within(name, room, LABEL_PX) for name in names]
        found = labels(exact, radii * graph_marks.CORNER, texts, widths, graph_marks.DRAWING_PX)
        for mark, label in zip(marks, found, strict=True):
            mark[key] = {
                "text": label.text, "dx": round(label.dx, 1), "dy": round(label.dy, 1), "align": label.align,
            }  # fmt: skip
    return marks


def series_of(marks: list[dict[str, Any]], communities: list[Part]) -> Series:
    """Name, colour and shape of each community in the drawing, if there are several."""
    present = {m["community"] for m in marks}
    found = tuple(s for s in (*styles(communities), OTHERS) if s[0] in present)
    return found if len(found) > 1 else ()


def _said(
    graph: OneGraph, measure: str, names: list[str], pairs: Pairs, shown: Pairs, asked: int, called: Noun
) -> str:
    """What is drawn, and what is seen."""
    size, edges = graph.vertices.num_rows, int(pairs.ways.sum())
    most = (
        f"the {number(asked)} {called.many} of highest {spoken(measure, graph.directed)} among {called.counted(size)}"
        if asked < size
        else called.every(size)
    )
    told = f"Drawn are {most}"
    if lone := asked - len(names):
        told += (
            f", without {number(lone)} that {'has' if lone == 1 else 'have'} no link with the others of them"
        )
    told += f". A line stands for links between two of them ({number(edges)} edges in all"
    if graph.directed:
        both = int((pairs.ways == 2).sum())
        darker = {0: "no pair links both ways", 1: "1 pair links both ways: the darker line"}
        told += f", {darker.get(both, f'{number(both)} pairs link both ways: the darker lines')}"
    told += ")"
    if len(shown.low) < len(pairs.low):
        told += f"; of {number(len(pairs.low))} lines the {number(len(shown.low))} with most links are drawn"
        told += f", at least the {TIES} strongest of each"
    return (
        f"{told}. The larger a mark, the higher its {spoken(measure, graph.directed)}. {called.many.capitalize()} with "
        f"common links stand near each other; directions on the page mean nothing. "
        f"A name without room appears when the pointer is on its mark."
    )


def _title(pairs: Pairs, names: list[str], called: Noun) -> str:
    """The two that are linked with most others, and with how many."""
    around = np.bincount(np.concatenate([pairs.low, pairs.high]), minlength=len(names))
    first, second = np.lexsort((np.arange(len(names)), -around))[:2].tolist()
    return (
        f"The core: {quoted(names[first])} is linked with {number(int(around[first]))} of "
        f"{called.others(len(names) - 1)} shown, {quoted(names[second])} with {number(int(around[second]))}"
    )

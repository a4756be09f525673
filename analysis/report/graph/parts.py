"""Who belongs together: communities and components, each described by its size and its leading vertices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import PALETTE, SHAPES, Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph
from analysis.report.graph.names import Noun, in_its_script, middle_cut, quoted, quoted_list, share_of
from analysis.report.graph.ranks import FIRST, first, names_of, spoken
from analysis.report.text import listed, number

PARTS = {
    "community": "Communities",
    "strong_component": "Strong components",
    "weak_component": "Weak components",
}
"""Columns that say to which part a vertex belongs, and their headings."""
SHORT = {
    "community": (
        "Label propagation finds one community of {every}.",
        "Label propagation finds no community of two or more {many}.",
        "Label propagation finds one community, {part}, around {first}; {alone} in none.",
    ),
    "strong_component": (
        "From each {one}, links lead to each other one (one strong component).",
        "No two {many} are linked there and back, over however many steps (no strong component of two or more).",
        "Among {part}, links lead from each to each other one (the only strong component of two or more; {alone} "
        "not in it).",
    ),
    "weak_component": (
        "By links, {every} hang together, whichever way links lead (one weak component).",
        "No two {many} are linked.",
        "{part} hang together by links, whichever way they lead (one weak component); {alone} linked with none.",
    ),
}
"""What is said where nothing can be compared: all are one part, each is one, or there is one and others are alone."""
EXPLAINED = {
    "community": "Label propagation puts {many} together that link mostly among themselves.",
    "strong_component": "In a strong component, links lead from each {one} to each other one, over however many steps.",
    "weak_component": "A weak component is what hangs together by links, whichever way they lead.",
}
LEADING = 3
"""Vertices that a part is described by."""
MARKED = 5
"""Communities with a colour and a shape of their own."""
OTHERS = ("others", "#8c959f", "cross")
"""Name, colour and shape of vertices of smaller communities."""


@dataclass(frozen=True)
class Part:
    """A community or component."""

    label: int
    """The value of its column."""
    size: int
    """Its vertices."""
    leading: list[str]
    """Names of its first vertices by the leading measure."""


def parts(graph: OneGraph, column: str, measure: str, hosts: bool) -> tuple[list[Part], int, int]:
    """The largest parts of two or more vertices; how many parts there are, and how many are one vertex alone."""
    sizes = graph.vertices.group_by(column, use_threads=False).aggregate([([], "count_all")])
    alone = pc.sum(pc.equal(sizes["count_all"], 1)).as_py() or 0
    keys = [("count_all", "descending"), (column, "ascending")]
    top = sizes.take(pc.select_k_unstable(sizes, min(FIRST, sizes.num_rows), keys))
    found = []
    for row in top.to_pylist():
        if row["count_all"] < 2:
            break
        own = graph.vertices.filter(pc.equal(graph.vertices[column], row[column]))
        found.append(Part(row[column], row["count_all"], names_of(first(own, measure, LEADING), hosts)))
    return found, sizes.num_rows, alone


def described(
    graph: OneGraph, measure: str, hosts: bool, called: Noun
) -> tuple[tuple[Panel, ...], list[str]]:
    """A panel for each kind of part that there are several of; sentences about the others."""
    panels, sentences = [], []
    for column in PARTS:
        if graph.vertices[column].null_count or not graph.edge_count:
            continue
        found, total, alone = parts(graph, column, measure, hosts)
        if len(found) < 2:
            sentences.append(_short(graph, column, found, alone, called))
        else:
            told = _said(graph, column, found, total, alone, called)
            by = f" Each is named after its {called.many} of highest {spoken(measure, graph.directed)}."
            panels.append(_panel(graph, column, found, total, told + by, called))
    return tuple(panels), sentences


def _panel(graph: OneGraph, column: str, found: list[Part], total: int, told: str, called: Noun) -> Panel:
    size = graph.vertices.num_rows
    marks: list[dict[str, Any]] = [
        {
            "name": ", ".join(part.leading),
            "names": part.leading,
            "more": part.size > len(part.leading),
            "value": part.size,
            "said": f"{number(part.size)} ({share_of(part.size, size)})",
            "read": ", ".join(filter(None, map(in_its_script, part.leading))),
        }
        for part in found
    ]
    title = PARTS[column]
    names = "; ".join(f"{middle_cut(m['name'], 60)}: {m['said']}" for m in marks)
    alt = f"Bar chart of {title.lower()} by size, the largest {len(marks)} of {number(total)}: {names}."
    coloured = [*styles(found), *[OTHERS] * len(found)][: len(found)] if column == "community" else []
    spec = graph_marks.bars(marks, f"{called.many.capitalize()} in it", alt, coloured)
    return Panel(title, spec, alt, finding=told)


def styles(found: list[Part]) -> tuple[tuple[str, str, str], ...]:
    """Name, colour and shape of the communities that have their own, in order of size."""
    names = [f"with {middle_cut(part.leading[0], 32)}" for part in found[:MARKED]]
    return tuple(zip(names, PALETTE, SHAPES, strict=False))


def _said(graph: OneGraph, column: str, found: list[Part], total: int, alone: int, called: Noun) -> str:
    size = graph.vertices.num_rows
    many = PARTS[column].lower()
    head = EXPLAINED[column].format(one=called.one, many=called.many)
    largest = found[0]
    told = (
        f"{head} There are {number(total)} {many}; the largest has "
        f"{called.counted(largest.size)} ({share_of(largest.size, size)}), "
        f"led by {quoted_list(largest.leading)}."
    )
    more = [f"{number(p.size)} (around {quoted(p.leading[0])})" for p in found[1:3]]
    told += f" The next {'one has' if len(more) == 1 else 'two have'} {listed(more)}."
    if alone:
        by_itself = "is one by itself" if alone == 1 else "are each one by themselves"
        told += f" {called.counted(alone)} {by_itself}."
    return told + _unsettled(graph, column)


def _short(graph: OneGraph, column: str, found: list[Part], alone: int, called: Noun) -> str:
    """The same in one sentence, where there is one part of two or more, or none."""
    size = graph.vertices.num_rows
    words = {"one": called.one, "many": called.many, "every": called.every(size)}
    if not found:
        return SHORT[column][1].format(**words)
    if not alone:
        return SHORT[column][0].format(**words) + _unsettled(graph, column)
    part = f"{called.counted(found[0].size)} ({share_of(found[0].size, size)})"
    rest = f"{called.counted(alone)} {'is' if alone == 1 else 'are'}"
    first_name = quoted(found[0].leading[0])
    told = SHORT[column][2].format(**words, part=part, first=first_name, alone=rest)
    return told + _unsettled(graph, column)


def _unsettled(graph: OneGraph, column: str) -> str:
    changed = graph.measures.get("labels_changed") or 0
    if column != "community" or not changed:
        return ""
    rounds = number(int(graph.measures["label_rounds"]))
    return (
        f" It was stopped after {rounds} rounds, while {number(int(changed))} labels still changed: "
        "borders between communities are uncertain."
    )


def community_of(graph_rows: pa.Table, found: list[Part]) -> list[int]:
    """Place of each row's community among those with a style of their own; -1 for others."""
    places = {part.label: place for place, part in enumerate(found[:MARKED])}
    return [places.get(label, -1) for label in graph_rows["community"].to_pylist()]

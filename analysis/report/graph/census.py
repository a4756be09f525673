"""What else was counted: steps from the chosen vertex, and the kinds of three vertices."""

from __future__ import annotations

import pyarrow.compute as pc

from analysis.report.figure import Panel
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.data import OneGraph
from analysis.report.graph.names import Noun, quoted, share_of
from analysis.report.graph.ranks import names_of
from analysis.report.text import number

TRIADS = {
    "021D": "A ← B → C",
    "021U": "A → B ← C",
    "021C": "A → B → C",
    "111D": "A ⇄ B ← C",
    "111U": "A ⇄ B → C",
    "030T": "A → B → C, A → C",
    "030C": "A → B → C → A",
    "201": "A ⇄ B ⇄ C",
    "120D": "A ← B → C, A ⇄ C",
    "120U": "A → B ← C, A ⇄ C",
    "120C": "A → B → C, A ⇄ C",
    "210": "A → B ⇄ C, A ⇄ C",
    "300": "A ⇄ B ⇄ C, A ⇄ C",
}
"""Kinds of three vertices that hang together (Holland and Leinhardt 1970), as drawings."""
STEPS = 12
"""Steps up to which there is a bar for each."""


def distances(graph: OneGraph, hosts: bool, called: Noun) -> tuple[Panel | None, str]:
    """How many vertices are so many steps from the chosen one; where none is only a sentence, if one was chosen."""
    column = graph.vertices["distance"]
    source = names_of(graph.vertices.filter(pc.equal(column, 0)), hosts)
    counts = {
        c["values"]: c["counts"] for c in pc.value_counts(column).to_pylist() if c["values"] is not None
    }
    if not source:
        return None, ""
    if not any(counts):
        return None, f"From {quoted(source[0])}, no link leads to another {called.one}."
    shown = sorted(counts)[: STEPS + 1]
    marks = [
        {"name": f"{d} step{'' if d == 1 else 's'}", "value": counts[d], "said": number(counts[d])}
        for d in shown
        if d
    ]
    size, reached = graph.vertices.num_rows, sum(counts.values()) - 1
    within = max(d for d in counts)
    left = size - 1 - reached
    told = (
        f"From {quoted(source[0])}, links lead to {number(reached)} of {number(size - 1)} other {called.many} "
        f"({share_of(reached, max(1, size - 1))}), to the farthest in {number(within)} "
        f"step{'' if within == 1 else 's'}"
    )
    told += f"; {called.counted(left)} cannot be reached." if left else "."
    if len(shown) < len(counts):
        told += f" The first {STEPS} steps are drawn."
    alt = f"Bar chart of steps: {'; '.join(m['name'] + ' ' + m['said'] for m in marks)}."
    spec = graph_marks.bars(marks, f"{called.many.capitalize()} at that distance", alt)
    return Panel(f"Steps from one {called.one}", spec, alt, finding=told), told


def triads(graph: OneGraph, called: Noun) -> tuple[Panel | None, str]:
    """How often each kind of three vertices that hang together occurs; of one kind only a sentence, of none nothing."""
    counts = {kind: int(graph.measures.get(f"triad_{kind}") or 0) for kind in TRIADS}
    total = sum(counts.values())
    if not total:
        return None, ""
    order = sorted((k for k in counts if counts[k]), key=lambda k: -counts[k])
    if len(order) == 1:
        three = f"{number(total)} set{'' if total == 1 else 's'} of three {called.many}"
        return None, f"In {three} links lead like this: {TRIADS[order[0]]} (triad {order[0]})."
    marks = [
        {"name": f"{kind}: {TRIADS[kind]}", "value": counts[kind], "said": number(counts[kind]), "read": ""}
        for kind in order
    ]
    share = share_of(counts[order[0]], total)
    absent = len(TRIADS) - len(order)
    told = (
        f"Every three {called.many} that hang together by links are of one of 13 kinds. An arrow says who links to "
        f"whom, ⇄ that both do; the code in front is Holland and Leinhardt's. Of {number(total)}, {share} are of "
        f"the kind {order[0]} ({TRIADS[order[0]]}). The axis is logarithmic."
    )
    if absent:
        told += f" The other {'kind does' if absent == 1 else f'{absent} kinds do'} not occur."
    alt = f"Dot chart of triads: {'; '.join(k + ' ' + number(counts[k]) for k in order)}."
    spec = graph_marks.bars(marks, f"Sets of three {called.many} (logarithmic)", alt, log=True)
    return Panel("Triads", spec, alt, finding=told), told

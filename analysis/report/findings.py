"""What a chart shows, said in words: its title, and the text for those who cannot see it."""

from __future__ import annotations

import re

from analysis.report.select import Mark, PanelRows, Selection
from analysis.report.shape import Shape
from analysis.report.text import cut, label, listed, number

_NAMED = 3


def title_of(shape: Shape, chosen: Selection) -> str:
    """The finding in one sentence."""
    return _over_time(shape, chosen) if shape.time else _highest(shape, chosen)


def subtitle_of(shape: Shape, chosen: Selection) -> str:
    """What is measured, in which unit, of which group, with which interval."""
    parts = [shape.measure.description.rstrip(".") + "."]
    if shape.has_interval:
        parts.append(f"{'Bands' if shape.time else 'Lines through the dots'}: {_interval(shape)}.")
    if shape.time and shape.has_interval:
        parts.append("A rise or fall is said only where the first and the last interval do not overlap.")
    if any(panel.gaps for panel in chosen.panels):
        parts.append(
            "Grey stripes: the archive itself misses days of the period, darker where it misses more."
        )
    if chosen.left_out:
        parts.append(chosen.left_out)
    return " ".join(parts)


def _interval(shape: Shape) -> str:
    """The interval by its level, where the column's description says it."""
    level = re.search(r"\d+ % interval", shape.low.description if shape.low else "")
    return level[0] if level else f"from {shape.measure.name}_low to {shape.measure.name}_high"


def described(shape: Shape, panel: PanelRows, chosen: Selection) -> str:
    """One panel in words, for screen readers."""
    kind = "Line chart" if shape.time else "Dot chart" if shape.has_interval else "Bar chart"
    over = f" by {label(shape.time).lower()}" if shape.time else ""
    head = f"{kind} of {label(shape.measure).lower()}{over}{f', {panel.name}' if panel.name else ''}: "
    if shape.time:
        said = [_course(name or label(shape.measure), marks) for name, marks in _lines(panel, chosen)]
    else:
        said = [f"{cut(m['category'], 40)} {number(m['value'])}" for m in panel.marks]
    return head + "; ".join(said) + "."


def _highest(shape: Shape, chosen: Selection) -> str:
    what = f"Highest {label(shape.measure)[:1].lower()}{label(shape.measure)[1:]}"
    panels = [p for p in chosen.panels if p.marks]
    if len(panels) == 1:
        tops = [f"{_quoted(m['category'])} ({number(m['value'])})" for m in panels[0].marks[:_NAMED]]
        return f"{what}: {listed(tops)}"
    tops = [f"{_quoted(p.marks[0]['category'])} in {p.name}" for p in panels]
    more = f" and others in {len(tops) - _NAMED} more groups" if len(tops) > _NAMED else ""
    return f"{what}: {', '.join(tops[:_NAMED])}{more}" if more else f"{what}: {listed(tops)}"


def _over_time(shape: Shape, chosen: Selection) -> str:
    said: list[str] = []
    for panel in chosen.panels:
        for name, marks in _lines(panel, chosen):
            who = _quoted(name) if name else label(shape.measure)
            said.append(_course(f"{who} in {panel.name}" if panel.name else who, marks))
    moved = [s for s in said if " rises " in s or " falls " in s]
    first = (moved or said)[:_NAMED]
    rest = len(said) - len(first)
    if not rest:
        return "; ".join(first)
    tail = f"{rest} more lines"
    if shape.has_interval and len(moved) > len(first):
        tail = f"in all, {len(moved)} of {len(said)} lines rise or fall clearly"
    elif shape.has_interval and moved:
        tail = f"{rest} of {len(said)} lines without a clear change"
    return f"{'; '.join(first)}; {tail}"


def _lines(panel: PanelRows, chosen: Selection) -> list[tuple[str, list[Mark]]]:
    lines = [(name, [m for m in panel.marks if m["category"] == name]) for name in chosen.series or ("",)]
    return [(name, marks) for name, marks in lines if any(m["value"] is not None for m in marks)]


def _course(name: str, marks: list[Mark]) -> str:
    """How a line goes from its first to its last value; with intervals, whether the two differ clearly."""
    there = [m for m in marks if m["value"] is not None]
    first, last = there[0], there[-1]
    begin, end = (f"{number(m['value'])} ({cut(m['period'], 16)})" for m in (first, last))
    if len(there) == 1:
        return f"{name} is {begin}"
    span = f"{begin} to {end}"
    ends = [first.get("low"), first.get("high"), last.get("low"), last.get("high")]
    if any(e is None for e in ends):
        return f"{name} goes from {span}"
    if last["low"] > first["high"]:
        return f"{name} rises from {span}"
    return (
        f"{name} falls from {span}"
        if last["high"] < first["low"]
        else f"{name} shows no clear change, {span}"
    )


def _quoted(name: str) -> str:
    return f"“{cut(name, 30)}”"

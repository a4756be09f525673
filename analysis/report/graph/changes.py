"""What changed between two crawls: who came and went in words, who rose and fell as pairs of dots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.figure import INK, MUTED, PALETTE, Figure, Panel, Spec
from analysis.report.graph.marks import FROM_PX, NAMES_PX, SIZES, STEP
from analysis.report.graph.names import Noun, in_its_script, plain, quoted, quoted_list, within
from analysis.report.text import clean, listed, number
from analysis.report.words import counted, source_note
from schemas import graph as out

if TYPE_CHECKING:
    from analysis.result import Result

MOVED = 20
"""Vertices in a panel."""
NAMED = 3
"""Vertices that came or went, the highest of them, that are named."""
_SPOKEN = {"pagerank": "PageRank", "core": "k-core", "harmonic": "harmonic centrality"}
_TEXT_PX = 12
Series = tuple[tuple[str, str, str], ...]


def is_changes(result: Result) -> bool:
    """Whether the result is one of the analysis `graph-changes`."""
    return result.analysis.writes.name == out.changes.name


def figures_of_changes(result: Result) -> list[Figure]:
    """The figure of the greatest rises and falls; none where neither graph has a vertex."""
    rows, told = result.table, result.manifest["facts"]
    if not rows.num_rows:
        return []
    counts, (before, after) = told["vertices"], (name for name, _, _ in _styles(result))
    called = _noun(result)
    panels = tuple(
        _panel(result, title, marks, called, _alone(result, presence, value))
        for title, marks, presence, value in (
            ("Rose most", _moved(rows, True), "came", "value_after"),
            ("Fell most", _moved(rows, False), "went", "value_before"),
        )
        if marks
    )
    title = (
        f"From {before} to {after}, {called.counted(counts['came'])} came, {number(counts['went'])} went and "
        f"{number(counts['stayed'])} stayed"
    )
    note, series = source_note(result.manifest), _styles(result) if panels else ()
    return [Figure(title, _told(result, called), note, panels, series, "movers")]


def _noun(result: Result) -> Noun:
    level = result.manifest["facts"]["graph"]["asked"].get("level")
    return Noun("domain", "domains") if level == "domain" else Noun("host", "hosts")


def _measure(result: Result) -> str:
    """The metric within a sentence."""
    metric = str(result.options.metric)
    if metric == "in_degree_matched":
        return f"in-degree from {_noun(result).many} captured in both"
    return _SPOKEN.get(metric, metric.replace("_degree", "-degree").replace("_", " "))


def _moved(rows: pa.Table, up: bool) -> list[dict[str, Any]]:
    """The greatest changes in one direction, the greatest first: the table is in the order of change."""
    change = rows["percentile_change"]
    found = rows.filter(pc.greater(change, 0) if up else pc.less(change, 0))
    taken: list[dict[str, Any]] = found.slice(0 if up else max(0, found.num_rows - MOVED), MOVED).to_pylist()
    return taken if up else taken[::-1]


def _panel(result: Result, title: str, rows: list[dict[str, Any]], called: Noun, alone: str) -> Panel:
    """Pairs of dots, a row a vertex, its name and percentiles above them."""
    marks, measure = [_mark(place, row) for place, row in enumerate(rows)], _measure(result)
    first, stayed = rows[0], result.manifest["facts"]["vertices"]["stayed"]
    finding = (
        f"{quoted(marks[0]['name'])} {title.lower()}, from percentile {_point(first['percentile_before'])} to "
        f"{_point(first['percentile_after'])} by {measure} among {called.counted(stayed)}"
    )
    if first["log2_ratio"] is not None:
        finding += f"; its share of their sum is {number(2 ** first['log2_ratio'], 3)} times what it was"
    said = "; ".join(f"{m['name']} {m['said']}" for m in marks)
    alt = f"Pairs of dots, {title.lower()}, percentile by {measure} before and after: {said}."
    spec = _pairs(marks, f"Percentile by {measure}", alt, _styles(result))
    return Panel(title, spec, alt, finding=f"{finding}.{alone}")


def _mark(place: int, row: dict[str, Any]) -> dict[str, Any]:
    name = plain(row["vertex_name"], hosts=True)
    kept = ("in_degree_before", "in_degree_after", "rank_before", "rank_after")
    before, after = row["percentile_before"], row["percentile_after"]
    return {
        "place": place, "name": name, "read": in_its_script(name), "before": before, "after": after,
        "said": f"{_point(before)} → {_point(after)}",
        **{size: within(name, room, _TEXT_PX) for size, room in zip(SIZES, NAMES_PX, strict=True)},
        **{column: row[column] for column in kept},
        **{side: "yes" if row[side] else "no" for side in ("captured_before", "captured_after")},
    }  # fmt: skip


def _point(percentile: float) -> str:
    """A percentile without digits that say nothing, the ends being ends alone."""
    near = round(percentile)
    return f"{percentile:.1f}" if near in (0, 100) and near != percentile else str(near)


def _styles(result: Result) -> Series:
    """Name, colour and shape of both crawls."""
    crawls = map(clean, result.manifest["facts"]["inputs_by_crawl"])
    return tuple(zip(crawls, (MUTED, PALETTE[0]), ("circle", "diamond"), strict=True))


def _pairs(marks: list[dict[str, Any]], title: str, said: str, styles: Series) -> Spec:
    place = {"field": "place", "type": "ordinal", "axis": None,
             "scale": {"type": "band", "domain": list(range(len(marks))), "padding": 0}}  # fmt: skip
    x = {"type": "quantitative", "title": title, "scale": {"domain": [0, 100]}, "axis": {"tickCount": 5}}
    names, colours, shapes = (list(part) for part in zip(*styles, strict=True))
    point = {"type": "point", "filled": True, "opacity": 1, "yOffset": 9}
    scales = {"color": {"scale": {"domain": names, "range": colours}},
              "shape": {"scale": {"domain": names, "range": shapes}}}  # fmt: skip
    dots = [
        {"mark": point | {"size": size},
         "encoding": {"x": x | {"field": side}, **{k: {"datum": name} | v for k, v in scales.items()}}}
        for side, name, size in zip(("before", "after"), names, (50, 80), strict=True)
    ]  # fmt: skip
    text = {"baseline": "middle", "dy": -6, "fontSize": _TEXT_PX, "color": INK}
    fitting = f"width < {FROM_PX[1]} ? datum.narrow : width < {FROM_PX[2]} ? datum.middle : datum.wide"
    return {
        "data": {"values": marks},
        "description": said,
        "width": "container",
        "height": STEP * len(marks),
        "encoding": {"y": place, "tooltip": _tips(marks)},
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "color": MUTED, "opacity": 0.5, "yOffset": 9, "y2Offset": 9},
             "encoding": {"x": x | {"field": "before"}, "x2": {"field": "after"}}},
            *dots,
            {"mark": {"type": "text", "align": "left", "text": {"expr": fitting}, **text},
             "encoding": {"x": {"value": 0}}},
            {"mark": {"type": "text", "align": "right", **text},
             "encoding": {"x": {"value": "width"}, "text": {"field": "said", "type": "nominal"}}},
        ],
    }  # fmt: skip


def _tips(marks: list[dict[str, Any]]) -> list[Spec]:
    told = ["name", *(["read"] if any(m["read"] for m in marks) else []), "said", "rank_before", "rank_after",
            "in_degree_before", "in_degree_after", "captured_before", "captured_after"]  # fmt: skip
    titles = {
        "read": "in its script",
        "said": "percentile",
        "rank_before": "place before",
        "rank_after": "place after",
    }
    return [{"field": n, "type": "nominal", "title": titles.get(n, n.replace("_", " "))} for n in told]


def _told(result: Result, called: Noun) -> str:
    """Who came and went, as far as two samples can say, and what the dots are."""
    told = result.manifest["facts"]
    counts = told["vertices"]
    seen = [
        f"of those that {p}, {number(counts[f'{p}_captured'])} had pages captured and "
        f"{number(counts[p] - counts[f'{p}_captured'])} were only linked to"
        for p in ("came", "went")
        if counts[p]
    ]
    alone = f"{'; '.join(seen).capitalize()}. " if seen else ""
    files = listed(
        [f"{counted(n, 'file')} of {clean(crawl)}" for crawl, n in told["inputs_by_crawl"].items()]
    )
    return (
        f"{alone}The graphs are of {files}: what came or went may merely not have been sampled. Dots are percentiles "
        f"among the {called.many} in both crawls, 100 the highest; at most {MOVED} {called.many} a panel."
    )


def _alone(result: Result, presence: str, value: str) -> str:
    """The highest of those in one crawl alone."""
    own = result.table.filter(pc.equal(result.table["presence"], presence))
    if not own.num_rows:
        return ""
    keys = [(value, "descending"), ("vertex_name", "ascending")]
    first = own.take(pc.select_k_unstable(own, min(NAMED, own.num_rows), keys))["vertex_name"].to_pylist()
    named = quoted_list([plain(n, hosts=True) for n in first])
    return f" Of those that {presence}, {named} {'is' if len(first) == 1 else 'are'} highest."

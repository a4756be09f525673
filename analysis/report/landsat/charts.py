"""Charts of areas as Vega-Lite: an area over time, all areas by their trend, shares lost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from analysis.report.figure import INK, MUTED, PALETTE, Spec
from analysis.report.landsat.rows import Series
from analysis.report.scales import FALL, NEITHER, RISE, rounded
from analysis.report.text import cell, cut

SENSORS = {
    "oli-tirs": ("Landsat 8, 9 (oli-tirs)", PALETTE[0], "circle"),
    "etm": ("Landsat 7 (etm)", PALETTE[1], "square"),
    "tm": ("Landsat 4, 5 (tm)", PALETTE[2], "triangle-up"),
    "all": ("all sensors", PALETTE[0], "circle"),
}
"""Name, colour and shape of each sensor, the same in every chart."""
SIGNS = (
    ("rises", RISE, "triangle-up"),
    ("falls", FALL, "triangle-down"),
    ("the interval does not exclude zero", NEITHER, "circle"),
)
CAUSES = {
    "clear_share": ("usable", "#009E73"),
    "lost_cloud": ("cloud", "#8c9aa8"),
    "lost_dilated_cloud": ("margins of clouds", "#b8c2cc"),
    "lost_cirrus": ("cirrus", "#dde3e9"),
    "lost_shadow": ("shadow of clouds", "#4b5563"),
    "lost_snow": ("snow", "#56B4E9"),
    "lost_water": ("water", "#0072B2"),
    "lost_fill": ("outside the scene or in its gaps", "#e9d8b4"),
    "lost_failed": ("files that could not be read", "#D55E00"),
    "lost_saturated": ("saturation", "#E69F00"),
    "lost_out_of_range": ("reflectance out of range", "#CC79A7"),
    "lost_undefined": ("no index can be computed", "#7a3e65"),
}
"""Name and colour of each share, in the order of the stack."""
FINE = ",.4~f"
INTERVAL = "isValid(datum.low) && isValid(datum.high)"
Frame = tuple[float, float]
"""Lower and upper end of the axis that all panels share."""


def sensors(present: Iterable[str]) -> tuple[tuple[str, str, str], ...]:
    """Names, colours and shapes of the sensors there are; none where it is one only."""
    chosen = [s for s in SENSORS if s in set(present)]
    return tuple(SENSORS[s] for s in chosen) if len(chosen) > 1 else ()


def frame(series: Sequence[Series], measure: str) -> Frame:
    """An axis for all panels: the values and half their range more; longer intervals are cut off."""
    values = [m["value"] for one in series for m in one.marks if m["value"] is not None] or [0.0, 1.0]
    if measure == "anomaly":
        end = rounded(max(*(abs(v) for v in values), 0.01))
        return -end, end
    low, high = min(values), max(values)
    room = max((high - low) / 4, 0.05)
    return max(-1.0, low - room), high + room


def series(one: Series, measure: str, ends: Frame, alone: bool) -> Spec:
    """One area over time: points with intervals and a line that breaks at gaps, or bars from zero."""
    marks = [m | {"name": SENSORS.get(m["sensor"], (m["sensor"],))[0]} for m in one.marks]
    is_bars = measure == "anomaly"
    scale = {"domain": list(ends), "nice": True, "zero": False}
    y: Spec = {
        "field": "value",
        "type": "quantitative",
        "title": None,
        "axis": {"tickCount": 4},
        "scale": scale,
    }
    return {
        "data": {"values": marks},
        "width": "container",
        "height": (260 if alone else 150) if not is_bars else (180 if alone else 100),
        "encoding": {"x": _time(marks)},
        "layer": _bars(y) if is_bars else _lines(y, marks),
    }


def _lines(y: Spec, marks: list[dict[str, Any]]) -> list[Spec]:
    told = [s for s in SENSORS if s in {m["sensor"] for m in marks}] or ["all"]
    colour: Spec = {"field": "sensor", "type": "nominal", "legend": None,
                    "scale": {"domain": told, "range": [SENSORS[s][1] for s in told]}}  # fmt: skip
    shape = colour | {"scale": {"domain": told, "range": [SENSORS[s][2] for s in told]}}
    tips = [_tip("period", "nominal"), _tip("name", "nominal", "sensor"), _tip("value"), _tip("low"), _tip("high"),
            _tip("passes"), {**_tip("clear_share", title="usable"), "format": ".1%"}]  # fmt: skip
    ends = {"y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour}
    spans = [
        {"transform": [{"filter": INTERVAL}],
         "mark": {"type": "rule", "clip": True, "opacity": 0.45, "strokeWidth": 1.5}, "encoding": ends},
    ] if any(map(_has_interval, marks)) else []  # fmt: skip
    return [
        *spans,
        {"mark": {"type": "line", "clip": True, "opacity": 0.55, "strokeWidth": 1.2},
         "encoding": {"y": y, "color": colour}},
        {"mark": {"type": "point", "filled": True, "size": 30, "opacity": 1, "clip": True},
         "encoding": {"y": y, "color": colour, "shape": shape, "tooltip": tips}},
    ]  # fmt: skip


def _bars(y: Spec) -> list[Spec]:
    colour = {"condition": {"test": "datum.value < 0", "value": FALL}, "value": RISE}
    tips = [_tip("period", "nominal"), _tip("name", "nominal", "sensor"), _tip("value", title="anomaly")]
    return [
        {"mark": {"type": "rule", "strokeWidth": 3},
         "encoding": {"y": y, "y2": {"datum": 0}, "color": colour, "tooltip": tips}},
        {"mark": {"type": "rule", "color": MUTED, "strokeWidth": 1}, "encoding": {"x": None, "y": {"datum": 0}}},
    ]  # fmt: skip


def _has_interval(mark: dict[str, Any]) -> bool:
    return mark["low"] is not None and mark["high"] is not None


def _time(marks: list[dict[str, Any]]) -> Spec:
    dated = all(m["period"][:4].isdecimal() for m in marks)
    scale = {"scale": {"type": "utc", "padding": 6}} if dated else {}
    axis = {"tickCount": 5, "labelOverlap": "greedy", "grid": False, "labelAngle": 0}
    axis |= {"format": "%Y"} if dated and len({m["period"][:4] for m in marks}) > 2 else {}
    return {
        "field": "period",
        "type": "temporal" if dated else "ordinal",
        "title": None,
        "axis": axis,
        **scale,
    }


def dots(rows: Sequence[dict[str, Any]], measure: str, unit: str, several: bool) -> Spec:
    """A dot for each row on the line of its interval, in the order given; a line at zero."""
    marks = [
        {
            "place": number,
            "area": cut(cell(row["area_id"], 200), 60),
            "sensor": row["sensor"],
            "sign": _sign(row[f"{measure}_low"], row[f"{measure}_high"]),
            "value": row[measure],
            "low": row[f"{measure}_low"],
            "high": row[f"{measure}_high"],
        }
        for number, row in enumerate(rows)
    ]
    told = [s for s in SENSORS.values() if s[0]] if several else list(SIGNS)
    names = list(SENSORS) if several else [name for name, _, _ in SIGNS]
    field = {"field": "sensor" if several else "sign", "type": "nominal", "legend": None}
    colour = field | {"scale": {"domain": names, "range": [c for _, c, _ in told]}}
    shape = field | {"scale": {"domain": names, "range": [s for _, _, s in told]}}
    # two areas may look the same once their names are cut: the place tells them apart
    texts = [m["area"] for m in marks]
    axis = {"labelExpr": f"{_json(texts)}[datum.value]", "ticks": False, "domain": False, "labelColor": INK,
            "labelLimit": 130, "labelPadding": 6}  # fmt: skip
    tips = [
        _tip("area", "nominal"),
        _tip("sensor", "nominal"),
        _tip("value", title=measure),
        _tip("low"),
        _tip("high"),
    ]
    x = {
        "field": "value",
        "type": "quantitative",
        "title": unit,
        "axis": {"tickCount": 5, "labelOverlap": "greedy"},
    }
    x["scale"] = {"zero": True}
    span = {"transform": [{"filter": INTERVAL}],
            "mark": {"type": "rule", "strokeWidth": 2},
            "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "color": colour}}  # fmt: skip
    return {
        "data": {"values": marks},
        "width": "container",
        "height": 22 * max(2, len(marks)),
        "encoding": {"y": {"field": "place", "type": "ordinal", "title": None, "axis": axis}},
        "layer": [
            {"mark": {"type": "rule", "color": MUTED}, "encoding": {"x": {"datum": 0}, "y": None}},
            *([span] if any(map(_has_interval, marks)) else []),
            {"mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
             "encoding": {"x": x, "color": colour, "shape": shape, "tooltip": tips}},
        ],
    }  # fmt: skip


def _sign(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return SIGNS[2][0]
    return SIGNS[0][0] if low > 0 else SIGNS[1][0] if high < 0 else SIGNS[2][0]


def lost_by_year(marks: list[dict[str, Any]], names: Sequence[str]) -> Spec:
    """Columns of shares, a year each."""
    axis = {"labelOverlap": "greedy", "labelAngle": 0, "ticks": False}
    place = {"field": "of", "type": "ordinal", "title": None, "axis": axis}
    return _stack(marks, names, {"x": place}, "y", 220)


def lost_by_area(marks: list[dict[str, Any]], names: Sequence[str]) -> Spec:
    """Bars of shares, an area each, in the order given."""
    order = list(dict.fromkeys(m["of"] for m in marks))
    texts = [cut(cell(name, 200), 60) for name in order]
    axis = {"labelExpr": f"{_json(texts)}[datum.value]", "labelLimit": 110, "ticks": False, "domain": False}
    place = {"field": "place", "type": "ordinal", "title": None, "axis": axis}
    rows = [m | {"place": order.index(m["of"]), "of": texts[order.index(m["of"])]} for m in marks]
    return _stack(rows, names, {"y": place}, "x", max(60, 18 * len(order)))


def _stack(marks: list[dict[str, Any]], names: Sequence[str], place: Spec, along: str, height: int) -> Spec:
    told = [m | {"name": CAUSES[m["cause"]][0], "order": names.index(m["cause"])} for m in marks]
    colour = {"field": "cause", "type": "nominal", "legend": None,
              "scale": {"domain": list(names), "range": [CAUSES[n][1] for n in names]}}  # fmt: skip
    share = {"field": "share", "type": "quantitative", "stack": "zero", "title": None,
             "scale": {"domain": [0, 1]}, "axis": {"format": "%", "tickCount": 5}}  # fmt: skip
    tips = [_tip("of", "nominal", "of"), _tip("name", "nominal", "cause"), {**_tip("share"), "format": ".2%"}]
    encoding = {**place, along: share, "color": colour, "order": {"field": "order", "type": "quantitative"}}
    mark = {"type": "bar", "stroke": "white", "strokeWidth": 0.5}
    return {"data": {"values": told}, "width": "container", "height": height, "mark": mark,
            "encoding": {**encoding, "tooltip": tips}}  # fmt: skip


def _tip(field: str, kind: str = "quantitative", title: str = "") -> Spec:
    return {"field": field, "type": kind, "title": title or field.replace("_", " ")} | (
        {"format": FINE} if kind == "quantitative" else {}
    )


def _json(texts: list[str]) -> str:
    import json

    return json.dumps(texts)

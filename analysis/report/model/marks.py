"""The kinds of charts that only a model has, as Vega-Lite: confusion, calibration, learning curve, telling words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.report.figure import INK, MUTED, PALETTE, RULE, Spec

Marks = Sequence[dict[str, Any]]
STEP = 22
SHARE = {"domain": [0, 1]}
FINE = ".3~f"
WITHIN = "isValid(datum.low) && isValid(datum.high)"
SOURCES = (
    ("in the coded sample", PALETTE[0], "circle"),
    ("in the frame it was drawn from", PALETTE[1], "square"),
)
"""Of what a score is: name, colour and shape."""


def confusion(marks: Marks, classes: Sequence[str], said: str) -> Spec:
    """A square for each pair of coded and predicted class, darker the larger its share of the coded class, its count.

    Args:
        marks: label, predicted, their short names row and column, n, share.
        classes: All short names, in the order of the axes.
        said: The same in words.
    """
    axis = {
        "ticks": False,
        "domain": False,
        "labelColor": INK,
        "labelLimit": 112,
        "labelPadding": 6,
        "labelOverlap": False,
    }
    places: Spec = {
        "x": {"field": "column", "type": "nominal", "title": "Predicted by the model", "sort": list(classes),
              "axis": axis | {"orient": "top", "labelAngle": 0 if len(classes) < 5 else -40}},
        "y": {"field": "row", "type": "nominal", "title": "Coded by hand", "sort": list(classes), "axis": axis},
    }  # fmt: skip
    tips = [_tip("label", "nominal", "coded"), _tip("predicted", "nominal"), _tip("n", form=","),
            _tip("share", title="share of the coded class", form=".1%")]  # fmt: skip
    colour = {"field": "share", "type": "quantitative", "legend": None,
              "scale": {"domain": [0, 1], "range": ["#f6f8fa", PALETTE[0]]}}  # fmt: skip
    ink = {"condition": {"test": "datum.share > 0.85", "value": "white"}, "value": INK}
    return _whole(
        marks, said, max(120, (46 if len(classes) < 9 else 26) * len(classes)),
        encoding=places,
        layer=[
            {"mark": {"type": "rect", "stroke": "white", "strokeWidth": 2},
             "encoding": {"color": colour, "tooltip": tips}},
            {"mark": {"type": "text", "fontSize": 12},
             "encoding": {"text": {"field": "n", "format": ","}, "color": ink, "tooltip": tips}},
        ],
    )  # fmt: skip


def calibration(marks: Marks, said: str) -> Spec:
    """The share that was right over the probability stated, with intervals, and the diagonal where both agree.

    Args:
        marks: sure, right, low, high, n.
        said: The same in words.
    """
    x = {"field": "sure", "type": "quantitative", "title": "Probability that the model states", "scale": SHARE,
         "axis": {"format": "%", "tickCount": 5}}  # fmt: skip
    y = {"field": "right", "type": "quantitative", "title": "Share that was right", "scale": SHARE,
         "axis": {"format": "%", "tickCount": 5}}  # fmt: skip
    diagonal = {"data": {"values": [{"sure": 0, "right": 0}, {"sure": 1, "right": 1}]},
                "mark": {"type": "line", "color": MUTED, "strokeDash": [4, 3], "strokeWidth": 1.5},
                "encoding": {"x": x, "y": y}}  # fmt: skip
    size = {"field": "n", "type": "quantitative", "legend": None, "scale": {"range": [24, 320], "zero": True}}
    tips = [_tip("sure", title="stated", form=".1%"), _tip("right", form=".1%"), _tip("low", form=".1%"),
            _tip("high", form=".1%"), _tip("n", title="texts", form=",")]  # fmt: skip
    return _whole(
        marks, said, 260,
        layer=[
            diagonal,
            {"mark": {"type": "rule", "color": PALETTE[0], "strokeWidth": 1.5},
             "encoding": {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "opacity": 1, "color": PALETTE[0]},
             "encoding": {"x": x, "y": y, "size": size, "tooltip": tips}},
        ],
    )  # fmt: skip


def bins(marks: Marks, said: str) -> Spec:
    """How many texts each bin of probability has (`from`, `to`, `n`)."""
    x = {"field": "from", "type": "quantitative", "title": "Probability that the model states", "scale": SHARE,
         "bin": {"binned": True, "step": 0.1}, "axis": {"format": "%", "tickCount": 5}}  # fmt: skip
    y = {"field": "n", "type": "quantitative", "title": "Texts"}
    tips = [_tip("from", form=".0%"), _tip("to", form=".0%"), _tip("n", title="texts", form=",")]
    text = {"mark": {"type": "text", "dy": -7, "fontSize": 11, "color": MUTED},
            "encoding": {"x": {**x, "field": "middle", "bin": False}, "y": y,
                         "text": {"field": "n", "format": ","}}}  # fmt: skip
    bars = {"mark": {"type": "bar", "color": PALETTE[0]},
            "encoding": {"x": x, "x2": {"field": "to"}, "y": y, "tooltip": tips}}  # fmt: skip
    return _whole(marks, said, 260, layer=[bars, text])


def curve(marks: Marks, said: str) -> Spec:
    """Macro F1 by the number of texts learnt from, with the spread over folds (`texts`, `value`, `low`, `high`)."""
    x = {"field": "texts", "type": "quantitative", "title": "Coded texts learnt from", "scale": {"zero": True},
         "axis": {"tickCount": 5, "format": ",d"}}  # fmt: skip
    y = {"field": "value", "type": "quantitative", "title": "Macro F1 on texts not seen", "scale": SHARE}
    tips = [_tip("texts", form=","), _tip("value", title="macro F1"), _tip("low"), _tip("high")]
    base = {"color": PALETTE[0]}
    return _whole(
        marks, said, 260,
        encoding={"x": x},
        layer=[
            {"transform": [{"filter": WITHIN}], "mark": {"type": "area", "opacity": 0.18, **base},
             "encoding": {"y": y | {"field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "strokeWidth": 2, **base}, "encoding": {"y": y}},
            {"mark": {"type": "point", "filled": True, "size": 45, "opacity": 1, **base},
             "encoding": {"y": y, "tooltip": tips}},
        ],
    )  # fmt: skip


def bars(marks: Marks, title: str, said: str) -> Spec:
    """A bar for each name, in the order given (`name`, `value`, and what a tooltip tells: `full`, `texts`)."""
    axis = {"ticks": False, "domain": False, "labelColor": INK, "labelLimit": 130, "labelPadding": 6}
    y = {"field": "name", "type": "nominal", "title": None, "sort": None, "axis": axis}
    x = {"field": "value", "type": "quantitative", "title": title, "axis": {"tickCount": 3, "grid": False}}
    tips = [
        _tip("full", "nominal", "term"),
        _tip("value", title="weight"),
        _tip("texts", title="coded texts", form=","),
    ]
    mark = {"type": "bar", "color": PALETTE[0], "height": {"band": 0.72}}
    return _whole(
        marks, said, STEP * max(1, len(marks)), mark=mark, encoding={"x": x, "y": y, "tooltip": tips}
    )


def dots(marks: Marks, title: str, said: str, sources: Sequence[str] = ()) -> Spec:
    """A dot for each name on the line of its interval, on a scale of 0 to 1, in the order given.

    Args:
        marks: name, the name in full, value, low, high, n, and `of`, one of `sources`.
        title: What is measured.
        said: The same in words.
        sources: Where each name has several dots, their names, as `SOURCES` has them.
    """
    y: Spec = {"field": "name", "type": "nominal", "title": None, "sort": None,
         "axis": {"ticks": False, "domain": False, "labelColor": INK, "labelLimit": 130, "labelPadding": 6,
                  "grid": True, "gridColor": RULE, "gridDash": [1, 3]}}  # fmt: skip
    x = {
        "field": "value",
        "type": "quantitative",
        "title": title,
        "scale": SHARE,
        "axis": {"tickCount": 5, "grid": False},
    }
    tips = [
        _tip("full", "nominal", "name"),
        _tip("value", title=title),
        _tip("low"),
        _tip("high"),
        _tip("n", title="texts", form=","),
    ]
    colour: Spec = {"value": PALETTE[0]}
    shape: Spec = {"value": "circle"}
    apart: Spec = {}
    if len(sources) > 1:
        told = [one for one in SOURCES if one[0] in sources]
        field = {"field": "of", "type": "nominal", "legend": None}
        names = [name for name, _, _ in told]
        colour = field | {"scale": {"domain": names, "range": [c for _, c, _ in told]}}
        shape = field | {"scale": {"domain": names, "range": [s for _, _, s in told]}}
        apart = {"yOffset": {"field": "of", "type": "nominal", "sort": names}}
        tips = [*tips, _tip("of", "nominal")]
    rows = len({mark["name"] for mark in marks})
    return _whole(
        marks, said, STEP * max(1, rows) * (1.4 if apart else 1),
        encoding={"y": y, **apart},
        layer=[
            {"transform": [{"filter": WITHIN}], "mark": {"type": "rule", "strokeWidth": 2},
             "encoding": {"x": x | {"field": "low"}, "x2": {"field": "high"}, "color": colour}},
            {"mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
             "encoding": {"x": x, "color": colour, "shape": shape, "tooltip": tips}},
        ],
    )  # fmt: skip


def _whole(marks: Marks, said: str, height: float, **rest: Any) -> Spec:
    return {
        "data": {"values": list(marks)},
        "width": "container",
        "height": height,
        "description": said,
        **rest,
    }


def _tip(field: str, kind: str = "quantitative", title: str = "", form: str = FINE) -> Spec:
    shown: Spec = {"field": field, "type": kind, "title": title or field}
    return shown | ({"format": form} if kind == "quantitative" else {})

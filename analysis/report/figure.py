"""What all drawings share: colours, shapes and letters, and what a figure is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Spec = dict[str, Any]

# Okabe and Ito (2008), Color Universal Design; black and yellow left out, the first is used for bars.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
SHAPES = ("circle", "square", "triangle-up", "diamond", "triangle-down", "cross")
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif'
INK, MUTED, RULE = "#1b1f24", "#57606a", "#d8dee4"
CONFIG: Mapping[str, Any] = {
    "background": "white",
    "padding": 6,
    "font": FONT,
    "view": {"stroke": None},
    "axis": {
        "labelColor": MUTED, "titleColor": INK, "gridColor": "#eceff2", "domainColor": RULE,
        "tickColor": RULE, "labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal",
        "labelLimit": 130, "titlePadding": 8,
    },
    "legend": {"labelFontSize": 12, "title": None, "orient": "bottom", "columns": 3,
        "labelLimit": 160, "symbolOpacity": 1, "labelColor": INK, "symbolSize": 90},
    "title": {
        "anchor": "start", "color": INK, "fontSize": 15, "fontWeight": 600,
        "subtitleColor": MUTED, "subtitleFontSize": 12, "offset": 14,
    },
}  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """One drawing."""

    name: str
    """The group it shows; empty where there is one panel only."""
    spec: Spec
    """Vega-Lite without configuration, as wide as the element it stands in."""
    alt: str
    """The same in words."""
    wide: bool = False
    """Whether it has a row to itself; such panels come last."""
    svg: str = ""
    """A drawing that is ready, in place of a specification."""
    finding: str = ""
    """What it shows, for someone new to it; stands below the drawing."""


@dataclass(frozen=True)
class Figure:
    """A chart of one or several panels that share their scales."""

    title: str
    """The finding in words."""
    subtitle: str
    """What is measured and what was left out."""
    note: str
    """Where the numbers come from."""
    panels: tuple[Panel, ...]
    """Panels, largest group first."""
    series: tuple[tuple[str, str, str], ...]
    """Name, colour and shape of each line, where there are several."""
    name: str = ""
    """What tells it from other figures of the same result; ends the names of its files."""
    legend: str = ""
    """A legend that is ready, as SVG."""
    reading: tuple[tuple[str, str], ...] = ()
    """How to read each line or dot, and why they differ: name and text; stands below the drawing."""

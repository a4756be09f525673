"""The shapes of points, for legends that stand outside a chart."""

from __future__ import annotations

from markupsafe import Markup

# as Vega draws them, in a square of 10 units
PATHS = {
    "circle": "M5 .8A4.2 4.2 0 1 1 5 9.2A4.2 4.2 0 1 1 5 .8Z",
    "square": "M1 1H9V9H1Z",
    "triangle-up": "M5 .8L9.6 9H.4Z",
    "triangle-down": "M5 9.2L.4 1H9.6Z",
    "diamond": "M5 .2L9 5L5 9.8L1 5Z",
    "cross": "M3.5 .8H6.5V3.5H9.2V6.5H6.5V9.2H3.5V6.5H.8V3.5H3.5Z",
}


def symbol(shape: str, colour: str) -> Markup:
    """A shape in a colour, as SVG.

    Args:
        shape: One of `PATHS`; a square where it is unknown.
        colour: As `#rrggbb`.
    """
    path = PATHS.get(shape, PATHS["square"])
    return Markup('<svg viewBox="0 0 10 10" aria-hidden="true"><path fill="{}" d="{}"/></svg>').format(
        colour, path
    )

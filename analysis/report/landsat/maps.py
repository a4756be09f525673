"""A map of areas as SVG: outlines coloured by a value, its scale, its legend. It asks no server for anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from zlib import crc32

from analysis.report.landsat.outlines import Region, Shape
from analysis.report.scales import NEITHER, Scale
from analysis.report.text import clean, cut, number

LABELLED = 25
"""Up to so many areas on a map have their ids written on it."""
LEGEND_WIDTH, LEGEND_HEIGHT = 300, 46
STEPS = 40
INK, MUTED = "#1b1f24", "#57606a"


@dataclass(frozen=True)
class Coloured:
    """What a map shows."""

    values: Mapping[str, float]
    """The value of each area that has one."""
    scale: Scale
    """Its colours."""
    unit: str
    """What the values are, with their unit."""
    clear: frozenset[str] = frozenset()
    """Areas drawn with a bold outline: those whose interval excludes zero."""
    marks_clear: bool = False
    """Whether bold outlines mean something."""


def map_svg(region: Region, shown: Coloured) -> str:
    """The map of a region, as wide as the place it is put in."""
    name = f"none-{crc32(repr((region.shapes[0].path, shown.unit)).encode()):08x}"
    drawn = "".join(_area(shape, shown, name) for shape in sorted(region.shapes, key=lambda s: s.small))
    labels = "".join(map(_label, region.shapes)) if len(region.shapes) <= LABELLED else ""
    width, height = region.width, region.height + 34
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
        f' font-family="sans-serif" fill="{INK}">{_hatched(name)}<g fill-rule="evenodd" stroke-linejoin="round">'
        f"{drawn}</g>{labels}{_bar(region)}</svg>"
    )


def legend_svg(shown: Coloured, lacking: int) -> str:
    """The colours with their values, and what hatching and bold outlines mean.

    Args:
        shown: What the map shows.
        lacking: Areas without a value.
    """
    low, high = shown.scale.low, shown.scale.high
    width = LEGEND_WIDTH / STEPS
    steps = "".join(
        f'<rect x="{i * width:g}" y="18" width="{width + 0.5:g}" height="12" '
        f'fill="{shown.scale.colour(low + (i + 0.5) / STEPS * (high - low))}"/>'
        for i in range(STEPS)
    )
    ticks = "".join(
        f'<text x="{at:g}" y="43" font-size="12" text-anchor="{anchor}">{_signed(value, low < 0 < high)}</text>'
        for at, anchor, value in (
            (0, "start", low),
            (LEGEND_WIDTH / 2, "middle", (low + high) / 2),
            (LEGEND_WIDTH, "end", high),
        )
    )
    keys = [*([_bold_key] if shown.marks_clear else []), *([_hatch_key] if lacking else [])]
    rows = "".join(key(LEGEND_HEIGHT + 18 + 20 * i) for i, key in enumerate(keys))
    height = LEGEND_HEIGHT + 12 + 20 * len(keys)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEGEND_WIDTH} {height}" width="{LEGEND_WIDTH}" '
        f'height="{height}" font-family="sans-serif" fill="{INK}">'
        f'<text x="0" y="12" font-size="12">{escape(shown.unit)}</text>{steps}{ticks}{rows}</svg>'
    )


def stacked(svgs: list[str], title: list[str]) -> str:
    """Drawings below each other under some lines of text, as one file."""
    import re

    top, parts = 24 + 18 * len(title), []
    widest = 640
    for svg in svgs:
        width, height = (float(re.search(rf' {side}="([\d.]+)"', svg)[1]) for side in ("width", "height"))  # type: ignore[index]
        parts.append(svg.replace("<svg ", f'<svg x="12" y="{top:g}" ', 1))
        top, widest = int(top + height + 16), max(widest, int(width) + 24)
    lines = "".join(
        f'<text x="12" y="{24 + 18 * i}" font-size="{15 if i == 0 else 12}">{escape(line)}</text>'
        for i, line in enumerate(title)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{widest}" height="{top}" font-family="sans-serif" '
        f'fill="{INK}"><rect width="100%" height="100%" fill="white"/>{lines}{"".join(parts)}</svg>'
    )


def _signed(value: float, about_zero: bool) -> str:
    shown = number(round(value, 12) + 0.0, 3)
    return f"+{shown}" if about_zero and value > 1e-12 else shown


def _area(shape: Shape, shown: Coloured, hatched: str) -> str:
    value = shown.values.get(shape.area_id)
    fill = shown.scale.colour(value) if value is not None else f"url(#{hatched})"
    bold = shape.area_id in shown.clear
    stroke = f'stroke="{INK if bold else NEITHER}" stroke-width="{2 if bold else 0.75}"'
    said = f"{cut(clean(shape.area_id), 80)}: {'no value' if value is None else _signed(value, shown.marks_clear)}"
    dot = f'<circle cx="{shape.centre[0]:g}" cy="{shape.centre[1]:g}" r="4.5"/>' if shape.small else ""
    return f'<g fill="{fill}" {stroke}><title>{escape(said)}</title><path d="{shape.path}"/>{dot}</g>'


def _label(shape: Shape) -> str:
    x, y = shape.centre
    at = f'x="{x + 8:g}" y="{y + 4:g}"' if shape.small else f'x="{x:g}" y="{y + 4:g}" text-anchor="middle"'
    halo = 'font-size="13" stroke="white" stroke-width="3.5" stroke-linejoin="round" paint-order="stroke"'
    return f'<text {at} {halo} pointer-events="none">{escape(cut(clean(shape.area_id), 12))}</text>'


def _hatched(name: str) -> str:
    return (
        f'<defs><pattern id="{name}" width="6" height="6" patternUnits="userSpaceOnUse" '
        'patternTransform="rotate(45)"><rect width="6" height="6" fill="#f0f0f0"/>'
        f'<rect width="1.5" height="6" fill="{NEITHER}"/></pattern></defs>'
    )


def _bar(region: Region) -> str:
    """A scale bar of a round length, about a quarter of the map."""
    quarter = region.km * region.width / 4
    power = 10.0 ** len(str(int(quarter))) / 10 if quarter >= 1 else 0.1 if quarter >= 0.1 else 0.01
    length = max((m * power for m in (1, 2, 5) if m * power <= quarter), default=power)
    end, y = 8 + length / region.km, region.height + 14
    said = f"{length:g} km" if length >= 1 else f"{1000 * length:g} m"
    return (
        f'<path d="M8 {y - 4}V{y}H{end:g}V{y - 4}" fill="none" stroke="{MUTED}" stroke-width="1.5"/>'
        f'<text x="{end + 6:g}" y="{y + 2}" font-size="12" fill="{MUTED}">{said}; north is up</text>'
    )


def _bold_key(y: float) -> str:
    box = f'<rect x="1" y="{y - 11}" width="18" height="12" fill="none" stroke="{INK}" stroke-width="2"/>'
    return f'{box}<text x="28" y="{y}" font-size="12">bold: the 95 % interval excludes zero</text>'


def _hatch_key(y: float) -> str:
    lines = "".join(
        f'<path d="M{x} {y + 1}L{x + 10} {y - 11}" stroke="{NEITHER}" stroke-width="1.5"/>'
        for x in (0.5, 5, 9.5)
    )
    return f'<g>{lines}</g><text x="28" y="{y}" font-size="12">hatched: no value</text>'

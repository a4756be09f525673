"""A quick look at a raster of an index: a PNG with a legend, transparent where there is no data."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LARGEST_PX = 1200
"""Longer side of the picture, at most."""
LEGEND_PX = 150
# From light to dark without a step back, so that it is read without colours too; sand over green to a dark blue.
SCALE = ((245, 236, 215), (205, 203, 128), (106, 163, 101), (25, 108, 98), (12, 44, 74))
RANGES = {"ndbi": (-0.6, 0.6), "mndwi": (-0.8, 0.8), "nbr": (-0.5, 1.0)}
RANGE = (-0.2, 0.9)
"""What the colours span, the same in every picture of an index, so that periods can be compared."""


def quicklook(path: Path) -> bytes:
    """A PNG of a GeoTIFF with the tags that `rasters` gives it.

    Args:
        path: The file; only as much of it as the picture shows is read, from its overviews.
    """
    import rasterio
    import vl_convert
    from rasterio.enums import Resampling

    with rasterio.open(path) as file:
        shrink = max(1.0, max(file.height, file.width) / LARGEST_PX)
        shape = (max(1, round(file.height / shrink)), max(1, round(file.width / shrink)))
        values = file.read(1, out_shape=shape, resampling=Resampling.average)
        tags, metres = file.tags(), file.transform.a * file.width / shape[1]
    low, high = RANGES.get(tags["index"], RANGE)
    svg = _svg(_png(colours(values, low, high)), shape, (low, high), _lines(tags, metres))
    made: bytes = vl_convert.svg_to_png(svg)
    return made


def colours(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.uint8]:
    """Red, green, blue and opacity of each value; [4, rows, columns]."""
    place = (np.clip(np.nan_to_num(values, nan=low), low, high) - low) / (high - low)
    steps = np.linspace(0, 1, len(SCALE))
    bands = [np.interp(place, steps, band) for band in zip(*SCALE, strict=True)]
    return np.stack([*bands, np.where(np.isfinite(values), 255, 0)]).round().astype(np.uint8)


def _png(picture: NDArray[np.uint8]) -> bytes:
    """A PNG (ISO/IEC 15948) of eight bits a band with opacity, its rows unfiltered."""
    bands, height, width = picture.shape
    rows = np.zeros(
        (height, 1 + bands * width), np.uint8
    )  # the first byte of a row names its filter: 0, none
    rows[:, 1:] = picture.transpose(1, 2, 0).reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def _lines(tags: dict[str, str], metres: float) -> tuple[str, ...]:
    days = f"{tags['first_date']} – {tags['last_date']}"
    return (
        f"{tags['index'].upper()} (no unit)",
        f"{tags['method']}, {tags['period']}",
        days,
        f"pixel {metres:,.0f} m",
        "transparent: no data",
    )


def _svg(png: bytes, shape: tuple[int, int], ends: tuple[float, float], lines: tuple[str, ...]) -> str:
    """The picture and beside it, on white, what its colours mean."""
    height, width = shape
    tall = max(height, 260)
    stops = "".join(
        f'<stop offset="{i / (len(SCALE) - 1):.2f}" stop-color="rgb{colour}"/>'
        for i, colour in enumerate(SCALE)
    )
    texts = "".join(
        f'<text x="{width + 10}" y="{20 + 16 * i}" font-weight="{600 if i == 0 else 400}">{escape(line)}</text>'
        for i, line in enumerate(lines)
    )
    low, high = (f"{end:g}".replace("-", "−") for end in ends)
    return f"""<svg xmlns="http://www.w3.org/2000/svg" width="{width + LEGEND_PX}" height="{tall}"
 font-family="sans-serif" font-size="11" fill="#1b1f24">
<defs><linearGradient id="scale" x1="0" y1="1" x2="0" y2="0">{stops}</linearGradient></defs>
<image width="{width}" height="{height}" image-rendering="optimizeSpeed"
 href="data:image/png;base64,{b64encode(png).decode()}"/>
<rect x="{width}" width="{LEGEND_PX}" height="{tall}" fill="white"/>{texts}
<rect x="{width + 10}" y="110" width="16" height="130" fill="url(#scale)"/>
<text x="{width + 32}" y="118">≥ {high}</text><text x="{width + 32}" y="240">≤ {low}</text></svg>"""

"""Pictures that belong to a result (quick looks of composites), put into the page itself."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.report.text import clean, cut

if TYPE_CHECKING:
    from analysis.result import Result

PNG = b"\x89PNG\r\n\x1a\n"
SHOWN, BYTES = 12, 12 << 20
"""So many pictures are shown, of so many bytes together."""


@dataclass(frozen=True)
class Picture:
    """A picture with its caption."""

    name: str
    """Name of its file."""
    data: str
    """The picture as the address of itself (RFC 2397)."""
    alt: str
    """What it shows."""


def pictures(result: Result) -> tuple[list[Picture], int]:
    """The latest pictures of a table of pixels that fit on a page, in order, and how many there are."""
    if "tile_row" not in result.table.column_names:
        return [], 0
    found = [
        (name, content)
        for name, content in result.extras()
        if name.endswith(".png") and content.startswith(PNG)
    ]
    kept: list[Picture] = []
    size = 0
    for name, content in reversed(found):
        size += len(content)
        if len(kept) == SHOWN or (kept and size > BYTES):
            break
        kept.append(_picture(name, content))
    return kept[::-1], len(found)


def legend(result: Result) -> str:
    """The colours of the pictures with their values, as SVG; empty where there are several indices."""
    from analysis.report.landsat.maps import Coloured, legend_svg
    from analysis.report.landsat.quicklook import RANGE, RANGES, SCALE
    from analysis.report.scales import Scale

    indices = result.table["index_name"].unique().to_pylist()
    if len(indices) != 1:
        return ""
    low, high = RANGES.get(indices[0], RANGE)
    unit = f"{indices[0].upper()} (no unit); white: no data"
    return legend_svg(Coloured({}, Scale(low, high, SCALE), unit), 0)


def _picture(name: str, content: bytes) -> Picture:
    shown = clean(cut(name, 120))
    return Picture(
        shown, f"data:image/png;base64,{b64encode(content).decode()}", f"Quick look {shown}, with its legend"
    )

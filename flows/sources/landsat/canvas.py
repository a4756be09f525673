"""A row of tiles in the making: arrays that become columns of a record batch without another copy."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from flows.sources.landsat.held import ALL_BANDS, Tile
from flows.sources.landsat.layout import Extent
from flows.sources.landsat.rooms import room
from schemas import fields as f
from schemas.grid import SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FILL = dict.fromkeys(ALL_BANDS, 0) | {"qa_pixel": 1}
"""What pixels outside the scene are: no reflectance, and the quality bit of fill."""


@dataclass
class Canvas:
    """Tiles of one row, band by band."""

    row: int
    """Row of the tiles."""
    columns: Sequence[int]
    """Their columns, sorted."""
    extent: Extent
    """Where the scene lies."""
    most: int
    """Tiles of the scene's longest row."""
    pixels: dict[str, NDArray[np.uint16]] = field(default_factory=dict)
    """(tiles, 256, 256) of each band that any tile has."""
    there: dict[str, set[int]] = field(default_factory=dict)
    """Columns of the tiles that have the band."""
    failed: dict[str, dict[int, tuple[str, str]]] = field(default_factory=dict)
    """Columns of the tiles of which the band could not be read: reason and detail."""
    stored: dict[tuple[int, str], list[memoryview]] = field(default_factory=dict)
    """What the files have of the blocks that were read for this row first, by row of blocks and band."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def open(self, band: str, columns: Sequence[int]) -> None:
        """Make room for a band of some tiles; what lies outside the scene is filled."""
        if band not in self.pixels:
            self.pixels[band] = room(len(self.columns), self.most)
        self.there.setdefault(band, set()).update(columns)
        for column in columns:
            if not self._inside(column):
                self.pixels[band][self._at(column)] = FILL[band]

    def put(self, band: str, tile: Tile, pixels: NDArray[np.uint16]) -> None:
        """A whole block that there is already."""
        self.open(band, [tile[1]])
        self.pixels[band][self._at(tile[1])] = pixels

    def draw(self, band: str, at: tuple[int, int, int, int], pixels: NDArray[np.uint16]) -> None:
        """Draw a block of a file onto the tiles it meets.

        Args:
            band: Its band.
            at: First row, first column, height and width, in pixels of the grid.
            pixels: Its pixels; beyond height and width they are none of the scene's.
        """
        top, left, height, width = at
        first, last = max(top, self.row * SIZE), min(top + height, (self.row + 1) * SIZE)
        rows = slice(first - self.row * SIZE, last - self.row * SIZE)
        target, there = self.pixels[band], self.there[band]
        for column in range(left // SIZE, (left + width - 1) // SIZE + 1):
            if column not in there:
                continue
            start, end = max(left, column * SIZE), min(left + width, (column + 1) * SIZE)
            within = slice(start - column * SIZE, end - column * SIZE)
            target[self._at(column), rows, within] = pixels[
                first - top : last - top, start - left : end - left
            ]

    def fail(self, band: str, columns: Sequence[int], reason: str, detail: str) -> None:
        """Some tiles lack a band, since something of it could not be read."""
        with self._lock:
            for column in columns:
                self.failed.setdefault(band, {}).setdefault(column, (reason, detail))

    def has(self, band: str, column: int) -> bool:
        """Whether a tile has a band."""
        return column in self.there.get(band, ()) and column not in self.failed.get(band, ())

    def column(self, band: str) -> pa.Array:
        """A band as a column of the table."""
        import numpy as np

        kind = f.tile_bytes
        if band not in self.pixels:
            return pa.nulls(len(self.columns), kind)
        has = np.array([self.has(band, c) for c in self.columns])
        valid = None if has.all() else pa.py_buffer(np.packbits(has, bitorder="little"))
        return pa.FixedSizeBinaryArray.from_buffers(
            kind, len(self.columns), [valid, pa.py_buffer(self.pixels[band])]
        )

    def failed_bands(self, column: int) -> str | None:
        """Bands of a tile that could not be read, as the table names them."""
        return ",".join(b for b in ALL_BANDS if column in self.failed.get(b, ())) or None

    def _at(self, column: int) -> int:
        return self.columns.index(column)

    def _inside(self, column: int) -> bool:
        """Whether a tile lies in the scene with all its pixels."""
        e, top, left = self.extent, self.row * SIZE, column * SIZE
        return (
            e.row_px <= top
            and top + SIZE <= e.row_px + e.height_px
            and e.column_px <= left
            and left + SIZE <= e.column_px + e.width_px
        )

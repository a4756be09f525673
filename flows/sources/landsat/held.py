"""A part of `core__landsat__tiles` that was landed before: which blocks it has, and their pixels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from schemas.grid import Grid
from schemas.landsat import BANDS, QUALITY, TILE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Tile = tuple[int, int]
"""Row and column of a tile."""
ALL_BANDS = tuple(c.name for c in (*BANDS, *QUALITY))


class Held:
    """An open part; close it, or use it in a `with`."""

    def __init__(self, part: Place) -> None:
        """Open a part and learn what it has.

        Raises:
            FileNotFoundError: There is none.
        """
        self._handle = part.fs.open(part.path, "rb")
        self._file = pq.ParquetFile(self._handle)
        self.grid: Grid | None = None
        """Grid of its tiles; None of a part without rows."""
        self.blocks: dict[Tile, frozenset[str]] = {}
        """Bands that each of its tiles has."""
        self.failures: dict[Tile, frozenset[str]] = {}
        """Bands of each tile that could not be read."""
        self._places: dict[Tile, tuple[int, int]] = {}
        self._loaded: tuple[int, pa.Table] | None = None
        for group in range(self._file.num_row_groups):
            self._learn(group)

    def __enter__(self) -> Held:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._handle.close()

    def pixels(self, tile: Tile, band: str) -> NDArray[np.uint16]:
        """Pixels of a block it has, (256, 256); read with its whole row group, of which one is kept."""
        import numpy as np

        group, row = self._places[tile]
        if self._loaded is None or self._loaded[0] != group:
            self._loaded = None  # let go of one before the next is read
            self._loaded = group, self._file.read_row_group(group, columns=list(ALL_BANDS))
        value: Any = self._loaded[1][band][row]
        return np.frombuffer(value.as_buffer(), np.uint16).reshape(256, 256)

    def _learn(self, group: int) -> None:
        told = self._file.read_row_group(group, columns=[*(c.name for c in TILE), "failed_bands"]).to_pylist()
        empty = {band: self._empty(group, band, len(told)) for band in ALL_BANDS}
        for number, row in enumerate(told):
            tile = row["tile_row"], row["tile_column"]
            self._places[tile] = group, number
            self.blocks[tile] = frozenset(b for b in ALL_BANDS if number not in empty[b])
            if row["failed_bands"]:
                self.failures[tile] = frozenset(row["failed_bands"].split(","))
        if told and self.grid is None:
            self.grid = _grid(told[0])

    def _empty(self, group: int, band: str, rows: int) -> set[int]:
        """Rows of a row group that lack a band; its pixels are read only where its statistics leave it open."""
        column = self._file.schema_arrow.get_field_index(band)
        statistics = self._file.metadata.row_group(group).column(column).statistics
        nulls = statistics.null_count if statistics is not None and statistics.has_null_count else None
        if nulls in (0, rows):
            return set(range(rows)) if nulls and rows else set()
        values = self._file.read_row_group(group, columns=[band])[band]
        return {i for i, missing in enumerate(values.is_null().to_pylist()) if missing}


def _grid(row: dict[str, Any]) -> Grid:
    """The grid of a tile: its corner, taken back to the grid's origin."""
    width, height = row["pixel_width_m"], row["pixel_height_m"]
    usual = Grid(row["epsg"])
    if usual.corner(row["tile_row"], row["tile_column"]) == (row["x_m"], row["y_m"]):
        return usual
    first = Grid(row["epsg"], 0.0, 0.0, width, height).corner(row["tile_row"], row["tile_column"])
    return Grid(row["epsg"], row["x_m"] - first[0], row["y_m"] - first[1], width, height)

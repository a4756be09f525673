"""The grid of tiles: 256 × 256 pixels of 30 m, one grid a projection, so that all dates of a place share a key."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

SIZE = 256
"""Pixels along a tile's side: the block of the cloud-optimised files of Collection 2."""
PIXEL_M = 30.0
"""Side of a pixel of Landsat's reflective bands, in metres."""
EDGE_M = 15.0
"""Where pixel edges lie: at 15 modulo 30 m, since USGS puts pixel centres at multiples of 30 m (Landsat 8-9
Collection 2 Level 2 Science Product Guide). Scenes south of the equator are in the *northern* UTM zones too, with
negative northings, so a zone has one grid."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in metres of a projection."""


@dataclass(frozen=True)
class Grid:
    """A plane cut into tiles; two tiles with the same grid, row and column show the same pixels of the ground."""

    epsg: int
    """EPSG code of the projection."""
    x_m: float = EDGE_M
    """Left edge of column 0."""
    y_m: float = EDGE_M
    """Upper edge of row 0; rows are counted southwards, so they are negative north of it."""
    pixel_width_m: float = PIXEL_M
    """Width of a pixel."""
    pixel_height_m: float = PIXEL_M
    """Height of a pixel, as a positive number."""

    @property
    def tile_width_m(self) -> float:
        """Width of a tile, in metres (7,680 on the global grid)."""
        return SIZE * self.pixel_width_m

    @property
    def tile_height_m(self) -> float:
        """Height of a tile, in metres."""
        return SIZE * self.pixel_height_m

    def corner(self, row: int, column: int) -> tuple[float, float]:
        """Upper left corner (x, y) of a tile, in metres."""
        return self.x_m + column * self.tile_width_m, self.y_m - row * self.tile_height_m

    def box(self, row: int, column: int) -> Box:
        """The ground a tile covers."""
        left, top = self.corner(row, column)
        right, below = self.corner(row + 1, column + 1)
        return left, below, right, top

    def tile_at(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the tile that holds a point; its left and upper edges belong to it."""
        return floor((self.y_m - y) / self.tile_height_m), floor((x - self.x_m) / self.tile_width_m)

    def tiles(self, box: Box) -> list[tuple[int, int]]:
        """Row and column of every tile that shares ground with a box, row by row; a point has the tile it is in."""
        rows, columns = self.span(box)
        return [(row, column) for row in rows for column in columns]

    def span(self, box: Box) -> tuple[range, range]:
        """Rows and columns of the tiles that share ground with a box.

        Raises:
            ValueError: A box whose right edge lies left of its left one, or whose top lies below its bottom.
        """
        left, bottom, right, top = box
        if not (left <= right and bottom <= top):
            raise ValueError(f"{box} is no box; give left, bottom, right, top in metres")
        row, column = self.tile_at(left, top)
        last_row = ceil((self.y_m - bottom) / self.tile_height_m) - 1
        last_column = ceil((right - self.x_m) / self.tile_width_m) - 1
        return range(row, max(row, last_row) + 1), range(column, max(column, last_column) + 1)

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """Row and column, counted in pixels from the grid's origin, of the pixel corner nearest to a point."""
        return round((self.y_m - y) / self.pixel_height_m), round((x - self.x_m) / self.pixel_width_m)


def grid_of(epsg: int, x_m: float, y_m: float, pixel_width_m: float, pixel_height_m: float) -> Grid:
    """The grid of a scene: the global one of its projection, or one of its own.

    A scene whose pixels do not lie on the global grid (a resampled mirror) is never resampled; its tiles are
    counted from its upper left corner.

    Args:
        epsg: EPSG code of its projection.
        x_m: Left edge of its first pixel.
        y_m: Upper edge of its first pixel.
        pixel_width_m: Width of a pixel.
        pixel_height_m: Height of a pixel, as a positive number.

    Raises:
        ValueError: Pixels without width or height, or turned upside down.
    """
    if not (pixel_width_m > 0 and pixel_height_m > 0):
        raise ValueError(f"pixels of {pixel_width_m} × {pixel_height_m} m; rows must run south, columns east")
    on_it = (pixel_width_m, pixel_height_m) == (PIXEL_M, PIXEL_M)
    if on_it and (x_m - EDGE_M) % PIXEL_M == 0 and (y_m - EDGE_M) % PIXEL_M == 0:
        return Grid(epsg)
    return Grid(epsg, x_m, y_m, pixel_width_m, pixel_height_m)

"""How a raster file is laid out: where its pixels lie on the ground, and where its blocks lie in the file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from conf import gdal
from conf.places import Place
from conf.settings import Settings
from flows.sources.trouble import Trouble, line
from schemas.grid import SIZE, Grid, grid_of

if TYPE_CHECKING:
    from rasterio import DatasetReader

Packing = Literal["deflate", "none", "other"]
Block = tuple[int, int]
"""Row and column of a block of a file, counted from its upper left."""


class LayoutError(ValueError):
    """A raster that is not as Landsat's are."""


@dataclass(frozen=True)
class Extent:
    """Where a scene lies on its grid."""

    grid: Grid
    """The grid of its tiles."""
    row_px: int
    """Row of its first pixel, counted from the grid's origin; negative north of it."""
    column_px: int
    """Column of its first pixel."""
    height_px: int
    """Rows of pixels."""
    width_px: int
    """Pixels in a row."""

    @property
    def tiles(self) -> tuple[range, range]:
        """Rows and columns of its tiles."""
        return (
            range(self.row_px // SIZE, -(-(self.row_px + self.height_px) // SIZE)),
            range(self.column_px // SIZE, -(-(self.column_px + self.width_px) // SIZE)),
        )


@dataclass(frozen=True)
class Layout:
    """A file's blocks: tiles of a cloud-optimised file, or strips of whole rows."""

    extent: Extent
    """Where it lies."""
    height_px: int
    """Rows of pixels in a block; the last one of strips may have fewer."""
    width_px: int
    """Pixels in a row of a block."""
    packing: Packing
    """How a block is packed; `other` is left to GDAL."""
    predictor: int
    """2: a row has the differences of neighbours; 1: the numbers themselves."""
    stored: dict[Block, tuple[int, int]]
    """Where each block begins in the file and how long it is, in bytes; 0 long: it was never written."""

    @property
    def rows(self) -> int:
        """Rows of blocks."""
        return -(-self.extent.height_px // self.height_px)

    def rows_of(self, tile_row: int) -> range:
        """Rows of blocks that a row of tiles is made of."""
        top = tile_row * SIZE - self.extent.row_px
        first, last = max(0, top), min(self.extent.height_px, top + SIZE) - 1
        return range(first // self.height_px, last // self.height_px + 1)

    def columns_of(self, tile_column: int) -> range:
        """Columns of blocks that a column of tiles is made of."""
        left = tile_column * SIZE - self.extent.column_px
        first, last = max(0, left), min(self.extent.width_px, left + SIZE) - 1
        return range(first // self.width_px, last // self.width_px + 1)

    def blocks_of(self, tile: tuple[int, int]) -> Iterator[Block]:
        """Blocks that a tile is made of."""
        return ((r, c) for r in self.rows_of(tile[0]) for c in self.columns_of(tile[1]))

    def pixels(self, block: Block) -> tuple[int, int, int, int]:
        """First row, first column, height and width of the pixels of a block, counted from the grid's origin."""
        row, column = block[0] * self.height_px, block[1] * self.width_px
        return (
            self.extent.row_px + row,
            self.extent.column_px + column,
            min(self.height_px, self.extent.height_px - row),
            min(self.width_px, self.extent.width_px - column),
        )


def layout_of(where: Place, settings: Settings) -> Layout:
    """The layout of a file, from its header.

    Raises:
        Trouble: GDAL cannot open it; another try makes sense where it lies elsewhere, since GDAL calls a file whose
            header did not arrive whole "not a supported file format".
        LayoutError: Its pixels are not one band of 16-bit numbers on a projection of north up.
    """
    import rasterio
    from rasterio.errors import RasterioError

    with gdal.environment(where, settings):
        try:
            with rasterio.open(gdal.path(where), driver="GTiff") as file:
                return _layout(file)
        except RasterioError as error:
            gdal.clear(where)
            raise Trouble("unavailable", line("it cannot be opened", error), not where.is_local) from None


def extent_of(file: DatasetReader) -> Extent:
    """Where an open file lies.

    Raises:
        LayoutError: No projection with an EPSG code, or an image that is turned.
    """
    epsg = _epsg(file.crs.to_wkt()) if file.crs else None
    at = file.transform
    if epsg is None or at.b or at.d:
        raise LayoutError("it names no projection with an EPSG code, or its rows do not run east")
    try:
        grid = grid_of(epsg, at.c, at.f, at.a, -at.e)
    except ValueError as error:
        raise LayoutError(str(error)) from None
    row, column = grid.pixel(at.c, at.f)
    return Extent(grid, row, column, file.height, file.width)


@cache
def _epsg(wkt: str) -> int | None:
    """EPSG code of a projection; PROJ asks its data base for milliseconds, and files of a zone all say the same."""
    from rasterio.crs import CRS

    found: int | None = CRS.from_wkt(wkt).to_epsg()
    return found


def _layout(file: DatasetReader) -> Layout:
    if file.count != 1 or file.dtypes[0] != "uint16":
        raise LayoutError(f"it has {file.count} bands of {file.dtypes[0]}, not one of uint16")
    extent = extent_of(file)
    height, width = file.block_shapes[0]
    told = file.tags(ns="IMAGE_STRUCTURE")
    packing: Packing = {"DEFLATE": "deflate", "": "none"}.get(told.get("COMPRESSION", ""), "other")  # type: ignore[assignment]
    places = [(r, c) for r in range(-(-file.height // height)) for c in range(-(-file.width // width))]
    stored = {(r, c): (_number(file, f"OFFSET_{c}_{r}"), _number(file, f"SIZE_{c}_{r}")) for r, c in places}
    return Layout(extent, height, width, packing, int(told.get("PREDICTOR", "1")), stored)


def _number(file: DatasetReader, name: str) -> int:
    return int(file.get_tag_item(f"BLOCK_{name}", "TIFF", bidx=1) or 0)

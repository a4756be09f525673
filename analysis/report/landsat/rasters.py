"""Composites as images: of each period and projection a cloud-optimised GeoTIFF, and a quick look as PNG.

One image is made at a time: its tiles are written window by window into a sparse file, which GDAL's COG driver copies
with overviews. Tiles that are not there take no room and read as no data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.report.landsat.quicklook import quicklook
from schemas.grid import SIZE

UNITS = "1"
"""Unit of an index, as the CF conventions write a number without one."""
SAME = ("period", "index_name", "method", "harmonisation", "epsg", "pixel_width_m", "pixel_height_m")
"""Columns in which all tiles of an image agree; they must also lie on one grid."""


@dataclass(frozen=True)
class Image:
    """The tiles of one image."""

    told: dict[str, Any]
    """What its tiles share: the columns `SAME`."""
    rows: list[int]
    """Their rows in the table."""
    tile_rows: list[int]
    """Row of each in the grid."""
    tile_columns: list[int]
    """Column of each in the grid."""
    corner: tuple[float, float]
    """Upper left corner of row 0, column 0 of the grid, in metres."""
    days: tuple[str, str]
    """First and last day of its scenes."""

    @property
    def top_left(self) -> tuple[float, float]:
        """Upper left corner of the image, in metres."""
        x = self.corner[0] + min(self.tile_columns) * SIZE * self.told["pixel_width_m"]
        return x, self.corner[1] - min(self.tile_rows) * SIZE * self.told["pixel_height_m"]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of pixels."""
        rows, columns = self.tile_rows, self.tile_columns
        return (max(rows) - min(rows) + 1) * SIZE, (max(columns) - min(columns) + 1) * SIZE

    @property
    def name(self) -> str:
        """Its name without an ending: `ndvi-median-2020-07-epsg32632`."""
        return "{index_name}-{method}-{period}-epsg{epsg}".format(**self.told)


def rasters(table: pa.Table) -> Iterator[tuple[str, bytes]]:
    """Name and content of a GeoTIFF and a PNG of each image in a table of composites, one at a time.

    Args:
        table: Rows of `out__ndvi__composites`.
    """
    seen: dict[str, int] = {}
    for image in images(table):
        seen[image.name] = seen.get(image.name, 0) + 1
        # scenes that are off the common grid (resampled ones) have images of their own
        name = image.name if seen[image.name] == 1 else f"{image.name}-{seen[image.name]}"
        with TemporaryDirectory(prefix="fieldwork-") as folder:
            path = Path(folder) / "image.tif"
            write_cog(table, image, path)
            yield f"{name}.tif", path.read_bytes()
            yield f"{name}.png", quicklook(path)


def images(table: pa.Table) -> list[Image]:
    """The images of a table, by period, projection and grid."""
    found: dict[tuple[Any, ...], list[tuple[int, dict[str, Any]]]] = {}
    places = ("tile_row", "tile_column", "x_m", "y_m", "first_date", "last_date")
    for number, tile in enumerate(table.select([*SAME, *places]).to_pylist()):
        found.setdefault((*(tile[n] for n in SAME), *_corner(tile)), []).append((number, tile))
    return [
        Image(
            told=dict(zip(SAME, key, strict=False)),
            rows=[number for number, _ in tiles],
            tile_rows=[tile["tile_row"] for _, tile in tiles],
            tile_columns=[tile["tile_column"] for _, tile in tiles],
            corner=(key[-2], key[-1]),
            days=(str(min(t["first_date"] for _, t in tiles)), str(max(t["last_date"] for _, t in tiles))),
        )
        for key, tiles in found.items()
    ]


def _corner(tile: dict[str, Any]) -> tuple[float, float]:
    """Where row 0, column 0 of a tile's grid begins; rounded to the millimetre, so that all its tiles agree."""
    x = tile["x_m"] - tile["tile_column"] * SIZE * tile["pixel_width_m"]
    return round(x, 3), round(tile["y_m"] + tile["tile_row"] * SIZE * tile["pixel_height_m"], 3)


def write_cog(table: pa.Table, image: Image, path: Path) -> None:
    """Write an image as a cloud-optimised GeoTIFF: float32, NaN where there is no data, deflate, overviews."""
    import rasterio
    from rasterio.shutil import copy

    whole = path.with_suffix(".whole.tif")
    with rasterio.open(whole, "w", **_profile(image)) as file:
        _write_tiles(file, table, image)
        file.update_tags(
            **{k: image.told[k] for k in ("method", "period", "harmonisation")},
            index=image.told["index_name"],
            first_date=image.days[0],
            last_date=image.days[1],
        )
        file.set_band_description(
            1, f"{image.told['index_name']}, {image.told['method']} of usable observations"
        )
        file.set_band_unit(1, UNITS)
    # PREDICTOR=YES is the one for floating-point numbers; an average leaves out what has no data
    options = {"compress": "deflate", "predictor": "yes", "blocksize": SIZE, "overview_resampling": "average"}
    copy(whole, path, driver="COG", bigtiff="if_safer", **options)
    whole.unlink()


def _profile(image: Image) -> dict[str, Any]:
    from rasterio.transform import Affine

    (height, width), (x, y) = image.shape, image.top_left
    told = image.told
    return {
        "driver": "GTiff",
        "height": height,
        "width": width,
        "count": 1,
        "dtype": "float32",
        "nodata": float("nan"),
        "crs": f"EPSG:{told['epsg']}",
        "transform": Affine(told["pixel_width_m"], 0, x, 0, -told["pixel_height_m"], y),
        "tiled": True,
        "blockxsize": SIZE,
        "blockysize": SIZE,
        "sparse_ok": True,
        "bigtiff": "if_safer",
    }


def _write_tiles(file: Any, table: pa.Table, image: Image) -> None:
    from rasterio.windows import Window

    top, left = min(image.tile_rows), min(image.tile_columns)
    for number, row, column in zip(image.rows, image.tile_rows, image.tile_columns, strict=True):
        values = np.frombuffer(table["values"][number].as_buffer(), "<f4").reshape(SIZE, SIZE)
        file.write(values, 1, window=Window((column - left) * SIZE, (row - top) * SIZE, SIZE, SIZE))

"""Small scenes under true keys, made with rasterio, and how they are landed and read back."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq

from conf.places import place
from conf.settings import Settings, load
from flows.landing.parts import part_path
from flows.landing.run import land_all
from flows.sources import find
from flows.sources.landsat.layout import layout_of
from flows.sources.landsat.products import Product, parse
from flows.sources.landsat.select import Selection
from flows.sources.source import Input

ID = "LC08_L2SP_028030_20200114_20200824_02_T1"
LEFT, TOP = 15 + 30 * (256 * 40 + 100), 15 + 30 * (256 * 636 + 50)  # no tile of the grid begins there
SHAPE = (600, 700)
BANDS = ("red", "nir", "qa_pixel", "qa_radsat")
COG = {"tiled": True, "blockxsize": 256, "blockysize": 256, "compress": "deflate", "predictor": 2}


def pixels(band: str, shape: tuple[int, int] = SHAPE, seed: int = 0) -> np.ndarray:
    """Numbers that are different in each band and that deflate can do something with."""
    smooth = np.add.outer(np.arange(shape[0]) * 7, np.arange(shape[1]) * 3) + 1000 * len(band)
    noise = np.random.default_rng([seed, len(band)]).integers(0, 50, shape)
    return (7000 + smooth % 20000 + noise).astype(np.uint16)


@dataclass
class Archive:
    """A folder with scenes."""

    root: Path
    made: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)

    def scene(self, product: str = ID, bands=BANDS, shape=SHAPE, seed=0, at=(LEFT, TOP), **how) -> Product:
        """Write a scene; `how` goes to rasterio's profile."""
        found = parse(product)
        for band in bands:
            self.made[product, band] = pixels(band, shape, seed)
            self.raster(self.file(band, product), self.made[product, band], at, **how)
        self.describe(found, shape, at)
        return found

    def raster(self, path: Path, values: np.ndarray, at=(LEFT, TOP), epsg=32615, **how) -> None:
        import rasterio
        from affine import Affine

        path.parent.mkdir(parents=True, exist_ok=True)
        profile = {"driver": "GTiff", "width": values.shape[1], "height": values.shape[0], "count": 1}
        profile |= {
            "dtype": values.dtype,
            "crs": f"EPSG:{epsg}",
            "transform": Affine(30, 0, at[0], 0, -30, at[1]),
        }
        with rasterio.open(path, "w", **(profile | (how or COG))) as file:
            file.write(values, 1)

    def describe(self, product: Product, shape=SHAPE, at=(LEFT, TOP), **said) -> Path:
        """Write a STAC item."""
        from rasterio.warp import transform_geom

        right, bottom = at[0] + 30 * shape[1], at[1] - 30 * shape[0]
        ring = [[at[0], at[1]], [right, at[1]], [right, bottom], [at[0], bottom], [at[0], at[1]]]
        outline = transform_geom("EPSG:32615", "EPSG:4326", {"type": "Polygon", "coordinates": [ring]})
        told = {"datetime": f"{product.acquired}T17:05:46.732651Z", "eo:cloud_cover": 8.18}
        told |= {"view:sun_elevation": 22.5, "proj:epsg": 32615, "proj:shape": list(shape)}
        item = {"id": f"{product.id}_SR", "properties": told | said, "geometry": outline}
        path = self.root / product.key / f"{product.id}_SR_stac.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(item))
        return path

    def file(self, band: str, product: str = ID) -> Path:
        return self.root / parse(product).file(band)

    def stored(self, band: str, product: str = ID) -> dict[tuple[int, int], bytes]:
        """What a file has of each of its blocks."""
        path, settings = self.file(band, product), load(environ={})
        data, layout = path.read_bytes(), layout_of(place(str(path), settings), settings)
        return {block: data[begin : begin + size] for block, (begin, size) in layout.stored.items()}


@dataclass
class Lake:
    """A lake to land in."""

    settings: Settings

    def inputs(self, source: str = "landsat", **chosen) -> list[Input]:
        archive = place(self.settings.archives.landsat, self.settings)
        chosen = {"path_row": ("028/030",)} | chosen
        return find(source).inputs(Selection(**chosen), archive, self.settings)

    def land(self, source: str = "landsat", **chosen) -> list[dict]:
        return land_all(source, self.inputs(source, **chosen), self.settings)

    def rows(self, source: str = "landsat", product: str = ID) -> dict[tuple[int, int], dict]:
        found = parse(product)
        part = part_path(find(source).table, Input(found.key, found.partition))
        told = pq.ParquetFile(Path(self.settings.lake) / part).read().to_pylist()
        return {(r["tile_row"], r["tile_column"]): r for r in told} if source == "landsat" else told


def mosaic(rows: dict[tuple[int, int], dict], band: str, shape=SHAPE, at=(LEFT, TOP)) -> np.ndarray:
    """A band of a scene, put together from its tiles; -1 where a tile lacks it."""
    whole = np.full(shape, -1, np.int32)
    top, left = (15 - at[1]) // 30, (at[0] - 15) // 30
    for (row, column), told in rows.items():
        y, x = row * 256 - top, column * 256 - left
        inside = np.s_[max(y, 0) : max(y + 256, 0), max(x, 0) : max(x + 256, 0)]
        if told[band] is not None:
            tile = np.frombuffer(told[band], "<u2").reshape(256, 256)
            height, width = whole[inside].shape
            whole[inside] = tile[max(-y, 0) :, max(-x, 0) :][:height, :width]
    return whole


def at(archive: str, folder: Path, settings: Callable[..., Settings] | None = None, **over) -> Lake:
    """A lake in a folder, of an archive anywhere."""
    over |= {"lake": str(folder / "lake"), "archives": {"landsat": archive}, "ingest": {"processes": 1}}
    return Lake(settings(**over) if settings else load(environ={}, **over))


def areas(folder: Path, *boxes: tuple[int, int, int, int]) -> str:
    """A GeoJSON of boxes: top, left, bottom, right in pixels of the scene."""
    from rasterio.warp import transform_geom

    features = []
    for number, (top, left, bottom, right) in enumerate(boxes):
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        ring = [[LEFT + 30 * x, TOP - 30 * y] for x, y in corners]
        shape = transform_geom("EPSG:32615", "EPSG:4326", {"type": "Polygon", "coordinates": [ring]})
        features.append({"type": "Feature", "properties": {"id": f"0{number}"}, "geometry": shape})
    path = folder / f"areas{len(boxes)}.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return str(path)

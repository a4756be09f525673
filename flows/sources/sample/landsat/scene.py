"""Write one scene: its bands strip by strip, its descriptions, its counts, and the harm done to it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from flows.sources.sample.landsat import metadata
from flows.sources.sample.landsat.areas import areas
from flows.sources.sample.landsat.damage import Damage, harm
from flows.sources.sample.landsat.ground import members, window
from flows.sources.sample.landsat.pixels import Numbers, Pixels, pixels
from flows.sources.sample.landsat.plan import BLOCK, PIXEL_M, Product, Scale
from flows.sources.sample.landsat.tally import Tally, empty, tally


@dataclass(frozen=True)
class Made:
    """One scene that has been written."""

    product: Product
    """What it is."""
    tally: Tally
    """Its pixels."""
    areas: dict[str, Tally]
    """Those of each area in it."""
    bytes: dict[str, int]
    """Size of each of its files, in bytes, by key, as a reader finds it."""
    damages: list[Damage] = field(default_factory=list)
    """What was done to it."""


def endings(scale: Scale, product: Product) -> dict[str, str]:
    """How the keys of its rasters end, by band."""
    bands = {band: f"SR_B{product.sensor.bands[band]}.TIF" for band in scale.bands}
    return {**bands, "qa_pixel": "QA_PIXEL.TIF", "qa_radsat": "QA_RADSAT.TIF"}


def make_scene(root: Path, product: Product, scale: Scale, seed: int) -> Made:
    """Write a scene; memory is that of one strip of 256 rows.

    Args:
        root: Root of the archive.
        product: What to make.
        scale: Size of the archive.
        seed: Of the archive.
    """
    names = {band: product.key(ending) for band, ending in endings(scale, product).items()}
    (root / product.folder).mkdir(parents=True, exist_ok=True)
    total = empty()
    per_area: dict[str, Tally] = {}
    with ExitStack() as stack:
        files = {band: stack.enter_context(_raster(root / key, product, band)) for band, key in names.items()}
        for first, made in _strips(scale, product, seed):
            for band, numbers in _layers(made):
                _write(files[band], numbers, first)
            total.add(tally(product, made))
            stop = first + made.qa_pixel.shape[0]
            for area in areas(scale):
                inside = members(area, scale, window(product.place, first, stop))
                if inside is not None:
                    per_area.setdefault(area.area_id, empty()).add(tally(product, made, inside))
    sums = {band: _checksum(root / key) for band, key in names.items()}
    written = [*names.values(), *metadata.write(root, product, endings(scale, product), sums, total)]
    damages = harm(root, product, names, scale)
    there = {key: (root / key).stat().st_size for key in written if (root / key).exists()}
    return Made(product, total, per_area, there, damages)


def _strips(scale: Scale, product: Product, seed: int) -> Iterator[tuple[int, Pixels]]:
    """(first row, pixels) of each strip of blocks."""
    shift = 5 if product.quirk == "shifted" else 0
    for first in range(0, product.place.height, BLOCK):
        stop = min(first + BLOCK, product.place.height)
        yield first, pixels(scale, product, window(product.place, first, stop, shift), seed)


def _layers(made: Pixels) -> Iterator[tuple[str, Numbers]]:
    yield from made.bands.items()
    yield "qa_pixel", made.qa_pixel
    yield "qa_radsat", made.qa_radsat


def _raster(path: Path, product: Product, band: str) -> Any:
    """A GeoTIFF to write to: 256 × 256 blocks, deflate, header first; no scale tag, as the bucket's files."""
    import rasterio

    place = product.place
    path.unlink(missing_ok=True)  # GDAL opens what it is to replace, and fails if that is a broken file
    return rasterio.open(
        path, "w", driver="GTiff", dtype="uint16", count=1, width=place.width, height=place.height,
        crs=f"EPSG:{place.epsg}", transform=rasterio.Affine(PIXEL_M, 0, place.x_m, 0, -PIXEL_M, place.y_m),
        nodata=1 if band == "qa_pixel" else None if band == "qa_radsat" else 0,
        tiled=True, blockxsize=BLOCK, blockysize=BLOCK, compress="deflate", predictor=1, zlevel=3,
    )  # fmt: skip


def _write(file: Any, numbers: Numbers, first: int) -> None:
    from rasterio.windows import Window

    height, width = numbers.shape
    file.write(np.ascontiguousarray(numbers), 1, window=Window(0, first, width, height))


def _checksum(path: Path) -> str:
    """SHA-512 as a multihash in hexadecimal, as the bucket's items state it (prefix 13 40)."""
    digest = hashlib.sha512()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return f"1340{digest.hexdigest()}"

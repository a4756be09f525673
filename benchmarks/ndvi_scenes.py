"""A local archive of scenes for the NDVI benchmark: one footprint, many dates, true keys, cloud-optimised files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing import get_context
from pathlib import Path

import numpy as np

EPSG = 32632
LEFT_M, TOP_M = (
    500_000 - 15 + 30 * 37,
    5_300_000 + 5,
)  # pixel edges at 15 mod 30 m, off the borders of our tiles
PIXEL_M = 30.0
CLEAR, CLOUD, FILL = 21824, 22280, 1
FIRST = date(2019, 1, 4)


def write(folder: Path, dates: int, size: int, areas: int, processes: int) -> list[str]:
    """Write scenes and `areas.geojson` below a folder, where they are not there yet; returns their product ids."""
    ids = [product(number) for number in range(dates)]
    todo = [
        (str(folder), number, size)
        for number, name in enumerate(ids)
        if not (_of(folder, name) / "done").exists()
    ]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        list(pool.map(_scene, todo))
    outline = folder / f"areas-{areas}.geojson"
    if not outline.exists():
        outline.write_text(json.dumps(_areas(areas, size)), "utf-8")
    return ids


def product(number: int) -> str:
    """Product id of the scene with this number; one every sixteen days."""
    day = FIRST + timedelta(days=16 * number)
    return f"LC08_L2SP_193027_{day:%Y%m%d}_{day + timedelta(days=10):%Y%m%d}_02_T1"


def key(name: str) -> str:
    """Folder of a product below the archive's root."""
    return f"collection02/level-2/standard/oli-tirs/{name[17:21]}/193/027/{name}"


def _of(folder: Path, name: str) -> Path:
    return folder / key(name)


def _scene(asked: tuple[str, int, int]) -> None:
    folder, number, size = Path(asked[0]), asked[1], asked[2]
    name = product(number)
    where = _of(folder, name)
    where.mkdir(parents=True, exist_ok=True)
    for band, pixels in _bands(number, size).items():
        _cog(where / f"{name}_{band}.TIF", pixels)
    (where / f"{name}_SR_stac.json").write_text(json.dumps(_stac(name, size)), "utf-8")
    (where / "done").touch()


def _bands(number: int, size: int) -> dict[str, np.ndarray]:
    """Smooth fields with noise, so that they pack about as well as real ones; a third of the pixels in clouds."""
    rng = np.random.default_rng(number)
    land = np.random.default_rng(7)
    coarse = -(-size // 60) + 1

    def smooth(source: np.random.Generator) -> np.ndarray:
        return np.kron(source.random((coarse, coarse), np.float32), np.ones((60, 60), np.float32))[
            :size, :size
        ]

    season = 0.5 + 0.5 * np.sin(2 * np.pi * number * 16 / 365)
    green = smooth(land) * (0.4 + 0.6 * season)
    red = (8500 + 4000 * (1 - green) + rng.normal(0, 150, (size, size))).astype(np.uint16)
    nir = (11000 + 9000 * green + rng.normal(0, 300, (size, size))).astype(np.uint16)
    cloud = smooth(rng) > 0.67
    red[cloud] += 20000
    nir[cloud] += 18000
    qa = np.where(cloud, CLOUD, CLEAR).astype(np.uint16)
    return {"SR_B4": red, "SR_B5": nir, "QA_PIXEL": qa, "QA_RADSAT": np.zeros_like(qa)}


def _cog(path: Path, pixels: np.ndarray) -> None:
    import rasterio
    from rasterio.transform import from_origin

    with rasterio.open(
        path, "w", driver="COG", height=pixels.shape[0], width=pixels.shape[1], count=1, dtype="uint16",
        crs=f"EPSG:{EPSG}", transform=from_origin(LEFT_M, TOP_M, PIXEL_M, PIXEL_M),
        compress="DEFLATE", predictor="YES", blocksize=256, overviews="NONE",
    ) as file:  # fmt: skip
        file.write(pixels, 1)


def _stac(name: str, size: int) -> dict[str, object]:
    """The fields of a scene's description that readers use."""
    from rasterio.warp import transform_geom

    right, bottom = LEFT_M + size * PIXEL_M, TOP_M - size * PIXEL_M
    ring = [[LEFT_M, TOP_M], [LEFT_M, bottom], [right, bottom], [right, TOP_M], [LEFT_M, TOP_M]]
    outline = transform_geom(f"EPSG:{EPSG}", "EPSG:4326", {"type": "Polygon", "coordinates": [ring]})
    corners = outline["coordinates"][0]
    box = [f(c[i] for c in corners) for f in (min, max) for i in (0, 1)]
    files = {"red": "SR_B4", "nir08": "SR_B5", "qa_pixel": "QA_PIXEL", "qa_radsat": "QA_RADSAT"}
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": f"{name}_SR", "geometry": outline, "bbox": box,
        "properties": {
            "datetime": f"{name[17:21]}-{name[21:23]}-{name[23:25]}T10:00:00.000000Z", "eo:cloud_cover": 33.0,
            "view:sun_elevation": 45.0, "platform": "LANDSAT_8", "instruments": ["OLI", "TIRS"], "proj:epsg": EPSG,
            "proj:shape": [size, size], "proj:transform": [PIXEL_M, 0.0, LEFT_M, 0.0, -PIXEL_M, TOP_M],
            "landsat:wrs_path": "193", "landsat:wrs_row": "027", "landsat:collection_category": "T1",
        },
        "links": [],
        "assets": {band: {"href": f"{name}_{file}.TIF", "type": "image/vnd.stac.geotiff; cloud-optimized=true"}
                   for band, file in files.items()},
        "stac_extensions": [],
    }  # fmt: skip


def _areas(count: int, size: int) -> dict[str, object]:
    """Irregular rounded fields on a jittered grid, that meet most of the footprint."""
    from rasterio.warp import transform_geom

    rng = np.random.default_rng(11)
    side = int(np.ceil(np.sqrt(count)))
    step = size / side
    features = []
    for number in range(count):
        row, column = divmod(number, side)
        x, y = (np.array([column, row]) + 0.5 + rng.uniform(-0.1, 0.1, 2)) * step
        angles = np.sort(rng.uniform(0, 2 * np.pi, 20))
        reach = step * rng.uniform(0.32, 0.48, 20)
        points = np.stack(
            [LEFT_M + 30 * (x + reach * np.cos(angles)), TOP_M - 30 * (y - reach * np.sin(angles))], 1
        )
        ring: Sequence[Sequence[float]] = [*points.tolist(), points[0].tolist()]
        shape = transform_geom(
            f"EPSG:{EPSG}", "EPSG:4326", {"type": "Polygon", "coordinates": [ring]}, precision=9
        )
        features.append({"type": "Feature", "properties": {"area": f"{number:04d}"}, "geometry": shape})
    return {"type": "FeatureCollection", "features": features}

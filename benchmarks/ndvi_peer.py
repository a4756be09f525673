"""The peers' roads to the panel, run by `ndvi.py` in an environment of their own (odc-stac, exactextract, geopandas).

    PYTHON ndvi_peer.py FOLDER AREAS.geojson odc|plain DATES_A_CALL OUT.json

`odc`: odc-stac reads the scenes of some dates into an array, NumPy masks, exactextract averages them together, so
that the coverage of an area is worked out once a call. `plain`: rasterio and exactextract, scene by scene, in two
processes. Both give mean and number of pixels per area and date, nothing else.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

SCALE, OFFSET = np.float32(0.0000275), np.float32(-0.2)
STEP_DEG = 0.01
"""Longest edge that is projected as one, as ours does: a kilometre's edge strays by centimetres, which shows in areas
with a pixel or two to average."""
CORES = len(os.sched_getaffinity(0))


def main() -> None:
    """Run one road and write area, date, mean and count."""
    folder, areas, road, at_once, out = sys.argv[1:6]
    items = sorted(Path(folder).rglob("*_SR_stac.json"))
    found = {"odc": odc, "plain": plain}[road](items, areas, int(at_once))
    Path(out).write_text(json.dumps(found), "utf-8")


def odc(items: list[Path], areas: str, at_once: int) -> dict[str, Any]:
    """odc-stac and exactextract, some dates a call."""
    import odc.stac

    frame, found = _frame(areas), {}
    for start in range(0, len(items), at_once):
        chosen = [_item(path) for path in items[start : start + at_once]]
        bands = ["red", "nir08", "qa_pixel"]
        cube = odc.stac.load(chosen, bands=bands, groupby="id", pool=CORES, fail_on_error=True)
        dates = [str(t)[:10] for t in cube.time.values]
        with ThreadPoolExecutor(CORES) as pool:
            images = list(pool.map(_ndvi, *(cube[band].values for band in bands)))
        box = cube.odc.geobox.extent.boundingbox
        found |= _means(
            dict(zip(dates, images, strict=True)), (box.left, box.bottom, box.right, box.top), frame
        )
    return found


def plain(items: list[Path], areas: str, at_once: int) -> dict[str, Any]:
    """Plain rasterio and exactextract in two processes, some dates a call."""
    shares = [(items[start : start + at_once], areas) for start in range(0, len(items), at_once)]
    with ProcessPoolExecutor(CORES, get_context("spawn")) as pool:
        return {date: rows for part in pool.map(_plain, shares) for date, rows in part.items()}


def _plain(share: tuple[list[Path], str]) -> dict[str, Any]:
    import rasterio

    images, box = {}, None
    for path in share[0]:
        name = path.name.removesuffix("_SR_stac.json")
        bands = []
        for band in ("SR_B4", "SR_B5", "QA_PIXEL"):
            with rasterio.open(path.parent / f"{name}_{band}.TIF") as file:
                bands.append(file.read(1))
                box = file.bounds
        images[f"{name[17:21]}-{name[21:23]}-{name[23:25]}"] = _ndvi(*bands)
    return _means(images, tuple(box), _frame(share[1]))


def _ndvi(red: np.ndarray, nir: np.ndarray, qa: np.ndarray) -> np.ndarray:
    """NDVI of clear land, NaN elsewhere."""
    r, n = red * SCALE + OFFSET, nir * SCALE + OFFSET
    with np.errstate(all="ignore"):
        index = (n - r) / (n + r)
    bad = (qa & 0x3F) != 0
    bad |= (qa & 0x80) != 0
    bad |= (red == 0) | (nir == 0)
    index[bad] = np.nan
    return index


def _means(images: dict[str, np.ndarray], box: tuple[float, ...], frame: Any) -> dict[str, Any]:
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    wkt = frame.crs.to_wkt()
    left, bottom, right, top = box
    rasters = [
        NumPyRasterSource(image, left, bottom, right, top, nodata=np.nan, name=f"d{i}", srs_wkt=wkt)
        for i, image in enumerate(images.values())
    ]
    told = exact_extract(rasters, frame, ["mean", "count"], include_cols=["area"], output="pandas")
    several = len(rasters) > 1
    return {
        date: [told["area"].tolist(), told[f"d{i}_mean" if several else "mean"].tolist(),
               told[f"d{i}_count" if several else "count"].tolist()]
        for i, date in enumerate(images)
    }  # fmt: skip


def _frame(areas: str) -> Any:
    import geopandas

    frame = geopandas.read_file(areas)
    frame.geometry = frame.geometry.segmentize(STEP_DEG)
    return frame.to_crs(32632)


def _item(path: Path) -> Any:
    """The scene as a STAC item whose projection and data types are stated, so that no file is opened to learn them."""
    import pystac

    told = json.loads(path.read_text("utf-8"))
    for asset in told["assets"].values():
        asset["href"] = str(path.resolve().parent / asset["href"])
        asset["raster:bands"] = [{"data_type": "uint16", "nodata": 0}]
    told["stac_extensions"] = [
        "https://stac-extensions.github.io/projection/v1.0.0/schema.json",
        "https://stac-extensions.github.io/raster/v1.0.0/schema.json",
    ]
    return pystac.Item.from_dict(told)


if __name__ == "__main__":
    main()

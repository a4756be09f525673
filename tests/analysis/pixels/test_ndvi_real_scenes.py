"""Known answers of real scenes: whole scenes as one area, read by rasterio here and cut into tiles."""

from __future__ import annotations

import json
import warnings

import numpy as np
import pytest

from analysis import run
from tests.analysis.pixels.conftest import SIZE, tile

BANDS = {"red": "SR_B4", "nir": "SR_B5", "qa_pixel": "QA_PIXEL", "qa_radsat": "QA_RADSAT"}
ROOT = "landsat/usgs-landsat/collection02/level-2/standard/oli-tirs"
SCENES = {
    "forest": f"{ROOT}/2019/008/059/LC08_L2SP_008059_20191201_20200825_02_T1",
    "ice": f"{ROOT}/2015/005/009/LC08_L2SP_005009_20150710_20200908_02_T2",
    "small": f"{ROOT}/2021/098/084/LC08_L2SP_098084_20210503_20210508_02_T1",
}


@pytest.fixture
def scene(data, tmp_path):
    """Bands of a scene as arrays, its tiles, and its rectangle as an area."""
    import rasterio
    from rasterio.warp import transform_bounds

    def read(name: str):
        folder = data(SCENES[name])
        bands = {}
        for band, suffix in BANDS.items():
            with warnings.catch_warnings(), rasterio.open(folder / f"{folder.name}_{suffix}.TIF") as file:
                bands[band], bounds, crs, at = file.read(1), file.bounds, file.crs, file.transform
        epsg, pixel = crs.to_epsg(), (at.a, -at.e)
        rows = []
        height, width = bands["red"].shape
        for top in range(0, height, SIZE):
            for left in range(0, width, SIZE):
                cut = {}
                for band, values in bands.items():
                    here = values[top : top + SIZE, left : left + SIZE]
                    cut[band] = np.full((SIZE, SIZE), 1 if band == "qa_pixel" else 0, np.uint16)
                    cut[band][: here.shape[0], : here.shape[1]] = here
                rows.append(tile(folder.name, at.c + left * at.a, at.f + top * at.e, epsg, pixel, **cut))
        west, south, east, north = transform_bounds(crs, 4326, *bounds, densify_pts=101)
        ring = [[west - 1, south - 1], [east + 1, south - 1], [east + 1, north + 1], [west - 1, north + 1]]
        area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
        path = tmp_path / "scene.geojson"
        path.write_text(json.dumps({"type": "Feature", "properties": {"id": "05"}, "geometry": area}))
        return bands, rows, str(path)

    return read


def strict(bands):
    """The index of strictly clear pixels, in the plainest way."""
    kept = ((bands["qa_pixel"] & 0x3F) == 0) & ((bands["qa_pixel"] & 0x80) == 0)
    kept &= (bands["red"] > 0) & (bands["nir"] > 0)
    red, nir = (bands[b][kept] * 0.0000275 - 0.2 for b in ("red", "nir"))
    return (nir - red) / (nir + red)


def test_the_forest(scene, tiles):
    bands, rows, path = scene("forest")
    (row,) = run("ndvi", settings=tiles(rows), areas=path, coverage_min=0).table.to_pylist()
    assert (row["area_id"], row["period"], row["sensor"]) == ("05", "2019-12", "oli-tirs")
    assert row["pixels_touched"] == 21_249
    assert row["pixels"] == 21_249
    assert row["mean"] == pytest.approx(0.775069, abs=5e-7)
    assert row["sd"] == pytest.approx(0.062360, abs=5e-7)
    exact = strict(bands)
    assert np.median(exact) == pytest.approx(0.781411, abs=5e-7)
    for name, q in (("p10", 0.1), ("median", 0.5), ("p90", 0.9)):
        assert row[name] == pytest.approx(np.quantile(exact, q), abs=5e-4), name
    assert row["mean_low"] is None  # one pass tells nothing of the next


@pytest.mark.parametrize(("name", "share"), [("forest", 0.8106), ("ice", 0.5467)])
def test_cloud_as_the_producer_states_it(scene, tiles, name, share):
    _, rows, path = scene(name)
    (row,) = run("ndvi", settings=tiles(rows), areas=path).table.to_pylist()
    assert row["lost_cloud"] / (1 - row["lost_fill"]) == pytest.approx(share, abs=5e-5)


def test_few_clear_pixels_are_no_mean(scene, tiles):
    bands, rows, path = scene("small")
    lake = tiles(rows)
    (row,) = run("ndvi", settings=lake, areas=path, coverage_min=0, water=True).table.to_pylist()
    assert row["pixels"] == ((bands["qa_pixel"] & 0x3F) == 0).sum() == 198
    (row,) = run("ndvi", settings=lake, areas=path, water=True).table.to_pylist()
    assert (row["pixels"], row["mean"], row["median"], row["p90"]) == (198, None, None, None)

"""Pixels land as they were delivered: whatever the file's layout, whole or by areas, in one go or in several."""

from __future__ import annotations

import numpy as np
import pytest

from flows.landing.run import pending
from flows.sources.landsat.canvas import Canvas
from flows.sources.landsat.layout import Extent
from schemas.grid import Grid
from tests.flows.landsat.made_scenes import BANDS, COG, ID, LEFT, TOP, areas, at, mosaic

LAYOUTS = {
    "cloud-optimised": COG,
    "no predictor": COG | {"predictor": 1},
    "blocks of 512": COG | {"blockxsize": 512, "blockysize": 512},
    "blocks of 16": COG | {"blockxsize": 16, "blockysize": 16},
    "strips of 8": {"blockysize": 8, "compress": "deflate", "predictor": 2},
    "strips of 7, not packed": {"blockysize": 7},
    "one strip": {"blockysize": 600, "compress": "deflate"},
    "big-endian": COG | {"ENDIANNESS": "BIG"},
    "BigTIFF": COG | {"BIGTIFF": "YES"},
    "packed as only GDAL knows": COG | {"compress": "lzw"},
}


@pytest.mark.parametrize("how", LAYOUTS.values(), ids=LAYOUTS)
def test_every_layout_gives_the_same_pixels(scenes, lake, how):
    scenes.scene(**how)
    row = lake.land()[0]
    assert (row["status"], row["records_seen"], row["records_kept"]) == ("complete", 64, 64)
    rows = lake.rows()
    assert list(rows) == sorted(rows)
    for band in BANDS:
        assert np.array_equal(mosaic(rows, band), scenes.made[ID, band])


def test_rows_say_where_they_lie_and_rims_are_filled(scenes, lake):
    scenes.scene()
    lake.land()
    rows = lake.rows()
    assert {r for r, _ in rows} == {-637, -636, -635, -634}
    assert {c for _, c in rows} == {40, 41, 42, 43}
    first = rows[-637, 40]
    assert (first["x_m"], first["y_m"]) == (15 + 7680 * 40, 15 + 7680 * 637)
    assert (first["epsg"], first["pixel_width_m"], first["pixel_height_m"]) == (32615, 30, 30)
    assert first["blue"] is None
    assert first["failed_bands"] is None
    red, quality = (np.frombuffer(first[b], "<u2").reshape(256, 256) for b in ("red", "qa_pixel"))
    assert (red[:206].max(), quality[:206].min(), quality[:206].max()) == (0, 1, 1)
    assert (red[206:, :100].max(), red[206:, 100:].min() > 0) == (0, True)


def test_the_digest_is_of_the_blocks_as_stored(scenes, lake):
    """Row of blocks by row of blocks, and of each row band by band."""
    import hashlib

    scenes.scene()
    row = lake.land()[0]
    stored = {band: scenes.stored(band) for band in BANDS}
    blocks = [stored[band][r, c] for r in range(3) for band in sorted(BANDS) for c in range(3)]
    assert row["input_sha256"] == hashlib.sha256(b"".join(blocks)).hexdigest()
    assert row["bytes_read"] == sum(map(len, blocks))


def test_two_threads_and_seven_make_the_same_part(scenes, tmp_path):
    scenes.scene()
    first = at(str(scenes.root), tmp_path / "a", landsat={"threads": 1})
    second = at(str(scenes.root), tmp_path / "b", landsat={"threads": 7})
    assert first.land()[0]["input_sha256"] == second.land()[0]["input_sha256"]
    assert first.rows() == second.rows()


def test_only_tiles_that_meet_the_areas_are_read(scenes, lake, tmp_path):
    scenes.scene()
    within = areas(tmp_path, (100, 20, 120, 40))
    item = lake.inputs(areas=within)[0]
    assert item.wants.tiles == ((-636, 40),)
    assert (item.wants.blocks, round(item.wants.share, 3)) == (4, round(1 / 16, 3))
    lake.land(areas=within)
    assert list(lake.rows()) == [(-636, 40)]
    assert np.array_equal(
        mosaic(lake.rows(), "red")[50 + 6 : 306, :156], scenes.made[ID, "red"][56:306, :156]
    )


def test_scenes_that_show_no_area_are_left_out(scenes, lake, tmp_path):
    scenes.scene()
    assert lake.inputs(areas=areas(tmp_path, (-90, 20, -80, 40)), path_row=()) == []
    assert len(lake.inputs(areas=areas(tmp_path, (-90, 20, -80, 40), (10, 10, 20, 20)), path_row=())) == 1


def test_a_part_is_extended_by_what_is_missing(scenes, lake, tmp_path):
    """More areas, then another band, then all: each time only what is missing is read."""
    scenes.scene(bands=(*BANDS, "blue"))
    sizes = {band: {b: len(d) for b, d in scenes.stored(band).items()} for band in (*BANDS, "blue")}
    # a tile meets up to four blocks of a file: those of the first, and those of the second
    first, second = ({(0, 0), (1, 0)}, {(r, c) for r in (1, 2) for c in (1, 2)})

    def bytes_of(bands, blocks):
        return sum(sizes[band][block] for band in bands for block in blocks)

    one, two = areas(tmp_path, (100, 20, 120, 40)), areas(tmp_path, (100, 20, 120, 40), (500, 600, 510, 620))
    assert lake.land(areas=one)[0]["bytes_read"] == bytes_of(BANDS, first)
    assert pending("landsat", lake.inputs(areas=one), lake.settings) == []
    row = lake.land(areas=two)[0]
    assert (row["bytes_read"], row["records_seen"], row["records_kept"]) == (bytes_of(BANDS, second), 8, 8)
    assert list(lake.rows()) == [(-636, 40), (-635, 42)]
    assert pending("landsat", lake.inputs(areas=one), lake.settings) == []
    row = lake.land(areas=one, bands=("red", "blue"))[0]
    assert (row["bytes_read"], row["records_kept"]) == (bytes_of(["blue"], first), 9)
    assert lake.rows()[-635, 42]["blue"] is None
    assert lake.land(bands=("red", "nir", "blue"))[0]["records_kept"] == 80
    for band in (*BANDS, "blue"):
        assert np.array_equal(mosaic(lake.rows(), band), scenes.made[ID, band])
    assert pending("landsat", lake.inputs(bands=("blue",)), lake.settings) == []


def test_a_scene_that_is_made_anew_elsewhere_is_landed_anew(scenes, lake):
    scenes.scene()
    lake.land()
    scenes.scene(at=(LEFT + 10, TOP))
    assert lake.land()[0]["records_kept"] == 36
    assert {(r["x_m"], r["y_m"]) for r in lake.rows().values()} >= {(LEFT + 10, TOP)}


REAL = {
    "2019/008/059/LC08_L2SP_008059_20191201_20200825_02_T1": 4,
    "2015/005/009/LC08_L2SP_005009_20150710_20200908_02_T2": 4,
    "2021/098/084/LC08_L2SP_098084_20210503_20210508_02_T1": 1,
}


@pytest.mark.parametrize("name", REAL)
def test_real_scenes_land_as_rasterio_reads_them(data, tmp_path, name):
    rasterio = pytest.importorskip("rasterio")
    root = data("landsat/usgs-landsat")
    lake = at(str(root), tmp_path)
    _, path, row, product = name.split("/")
    assert lake.land(path_row=(f"{path}/{row}",))[0]["status"] == "complete"
    rows = lake.rows(product=product)
    assert len(rows) == REAL[name]
    for band, ending in (
        ("red", "SR_B4"),
        ("nir", "SR_B5"),
        ("qa_pixel", "QA_PIXEL"),
        ("qa_radsat", "QA_RADSAT"),
    ):
        with rasterio.open(
            root / f"collection02/level-2/standard/oli-tirs/{name}/{product}_{ending}.TIF"
        ) as file:
            whole, corner, size = file.read(1), file.transform, file.shape
        for (r, c), told in rows.items():
            tile = np.frombuffer(told[band], "<u2").reshape(256, 256)
            want = whole[r * 256 : r * 256 + 256, c * 256 : c * 256 + 256]
            assert np.array_equal(tile[: want.shape[0], : want.shape[1]], want)
            assert (told["x_m"], told["y_m"]) == pytest.approx(
                (corner.c + c * 256 * corner.a, corner.f + r * 256 * corner.e)
            )
        assert max(r for r, _ in rows) == (size[0] - 1) // 256


def test_clear_land_of_the_real_scene(data, tmp_path):
    """The known answer of shared/data: 21,249 pixels clear and dry."""
    lake = at(str(data("landsat/usgs-landsat")), tmp_path)
    lake.land(path_row=("008/059",))
    rows = lake.rows(product="LC08_L2SP_008059_20191201_20200825_02_T1").values()
    red, nir, quality = (
        np.concatenate([np.frombuffer(r[b], "<u2") for r in rows]).astype(float)
        for b in ("red", "nir", "qa_pixel")
    )
    quality = quality.astype(int)
    clear = ((quality & 0x3F) == 0) & ((quality >> 7 & 1) == 0) & (red > 0) & (nir > 0)
    red, nir = red[clear] * 0.0000275 - 0.2, nir[clear] * 0.0000275 - 0.2
    assert clear.sum() == 21249
    assert ((nir - red) / (nir + red)).mean() == pytest.approx(0.775069, abs=5e-7)


def test_a_block_is_drawn_on_all_tiles_it_meets():
    canvas = Canvas(0, [0, 1], Extent(Grid(32615), 0, 0, 512, 512), 2)
    canvas.open("red", [0, 1])
    canvas.draw("red", (200, 200, 256, 256), np.full((256, 256), 7, np.uint16))
    drawn = np.concatenate(list(canvas.pixels["red"]), axis=1)
    assert (drawn[200:, 200:456] == 7).all()

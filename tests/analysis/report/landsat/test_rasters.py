"""Composites as images: the georeference exact, the layout cloud-optimised, no data where there is none."""

from __future__ import annotations

import io
import json
import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from analysis.report.landsat.quicklook import SCALE, colours
from analysis.report.landsat.rasters import images, rasters
from analysis.result import open_result
from schemas import composites as out
from schemas import landsat
from schemas.grid import Grid

rasterio = pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
SIDE = 256
nan = np.float32("nan")


def tile(
    place: tuple[int, int], values: np.ndarray, period: str = "2020-07", grid: Grid | None = None
) -> dict:
    grid = grid or Grid(32632)
    x, y = grid.corner(*place)
    return {
        "period": period,
        "epsg": grid.epsg,
        "tile_row": place[0],
        "tile_column": place[1],
        "x_m": x,
        "y_m": y,
        "pixel_width_m": grid.pixel_width_m,
        "pixel_height_m": grid.pixel_height_m,
        "index_name": "ndvi",
        "method": "median",
        "harmonisation": "none",
        "first_date": date(2020, 7, 1 + place[1] % 10),
        "last_date": date(2020, 7, 20 + place[1] % 10),
        "scenes_read": 3,
        "scenes_unread": 0,
        "observed_share": float(np.isfinite(values).mean()),
        "values": values.astype("<f4").tobytes(),
        "observations": np.isfinite(values).astype("<u2").tobytes(),
    }


def table(*tiles: dict) -> pa.Table:
    return pa.Table.from_pylist(list(tiles), out.composites.schema())


def ramp(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).uniform(-0.2, 0.9, (SIDE, SIDE)).astype(np.float32)


@pytest.fixture
def made(tmp_path):
    """Three tiles that do not fill their rectangle, one with a gap; written."""
    holed = ramp(2)
    holed[:10] = nan
    tiles = {(-701, 65): ramp(1), (-701, 66): holed, (-699, 65): ramp(3)}
    found = list(rasters(table(*(tile(place, v) for place, v in tiles.items()))))
    for name, content in found:
        (tmp_path / name).write_bytes(content)
    return tmp_path, tiles, [name for name, _ in found]


def test_every_pixel_lies_where_its_tile_does(made):
    folder, tiles, names = made
    assert names == ["ndvi-median-2020-07-epsg32632.tif", "ndvi-median-2020-07-epsg32632.png"]
    with rasterio.open(folder / names[0]) as file:
        assert (file.height, file.width) == (3 * SIDE, 2 * SIDE)
        assert file.crs.to_epsg() == 32632 and file.dtypes == ("float32",) and np.isnan(file.nodata)
        x, y = Grid(32632).corner(-701, 65)
        assert tuple(file.transform)[:6] == (30.0, 0.0, x, 0.0, -30.0, y)
        whole = file.read(1)
        for place, values in tiles.items():
            left, bottom, right, top = Grid(32632).box(*place)
            window = rasterio.windows.from_bounds(left, bottom, right, top, file.transform)
            rows, columns = (slice(*map(round, pair)) for pair in window.toranges())
            np.testing.assert_array_equal(whole[rows, columns], values)
            whole[rows, columns] = nan
        assert np.isnan(whole).all()
        tags = file.tags()
        assert {k: tags[k] for k in ("index", "method", "period", "harmonisation")} == {
            "index": "ndvi",
            "method": "median",
            "period": "2020-07",
            "harmonisation": "none",
        }
        assert (file.units, tags["last_date"]) == (("1",), "2020-07-31") or tags["last_date"] > tags[
            "first_date"
        ]


def test_the_layout_is_cloud_optimised(made):
    """What GDAL's validate_cloud_optimized_geotiff looks at: all directories first, then overviews, then pixels."""
    folder, _, names = made
    with rasterio.open(folder / names[0]) as file:
        structure = file.tags(ns="IMAGE_STRUCTURE")
        assert structure["LAYOUT"] == "COG" and structure["COMPRESSION"] == "DEFLATE"
        assert structure["PREDICTOR"] == "3"
        assert file.block_shapes == [(SIDE, SIDE)]
        factors = file.overviews(1)
        assert factors and max(file.height, file.width) / factors[-1] <= 512
        directories = [int(file.get_tag_item("IFD_OFFSET", "TIFF", bidx=1))]
        pixels = [int(file.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1))]
        for level in range(len(factors)):
            directories.append(int(file.get_tag_item("IFD_OFFSET", "TIFF", bidx=1, ovr=level)))
            pixels.append(int(file.get_tag_item("BLOCK_OFFSET_0_0", "TIFF", bidx=1, ovr=level)))
        assert directories == sorted(directories) and directories[-1] < min(pixels)
        assert pixels == sorted(pixels, reverse=True)
        overview = file.read(1, out_shape=(file.height // factors[0], file.width // factors[0]))
        assert np.isfinite(overview[: SIDE // factors[0] // 2, : SIDE // factors[0]]).all()


def test_an_image_a_period_a_projection_and_a_grid():
    own = Grid(32632, 1234.5, 99.0, 30.0, 30.0)
    rows = table(
        tile((0, 0), ramp(0)),
        tile((0, 0), ramp(0), "2020-08"),
        tile((0, 0), ramp(0), grid=Grid(32633)),
        tile((0, 0), ramp(0), grid=own),
    )
    names = [name for name, _ in rasters(rows) if name.endswith(".tif")]
    assert names == [
        "ndvi-median-2020-07-epsg32632.tif",
        "ndvi-median-2020-08-epsg32632.tif",
        "ndvi-median-2020-07-epsg32633.tif",
        "ndvi-median-2020-07-epsg32632-2.tif",
    ]
    assert [image.top_left for image in images(rows)][-1] == (1234.5, 99.0)
    assert list(rasters(rows.slice(0, 0))) == []


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")  # a PNG is not
def test_a_quick_look_is_transparent_where_there_is_no_data(made):
    folder, _, names = made
    with rasterio.io.MemoryFile((folder / names[1]).read_bytes()) as memory, memory.open() as file:
        picture = file.read()
    assert picture.shape[0] == 4 and picture.shape[1] == 3 * SIDE
    opaque = picture[3] == 255
    assert opaque[:SIDE, :SIDE].all() and not picture[3][:10, SIDE : 2 * SIDE].any()
    assert not picture[3][SIDE : 2 * SIDE, : 2 * SIDE].any()
    assert opaque[:, 2 * SIDE :].all(), "the legend stands on white"
    assert len(np.unique(picture[0][:, 2 * SIDE :])) > 20, "text and colours are drawn"


def test_colours_grow_darker_all_the_way():
    """Told apart without seeing colours: relative luminance (WCAG 2) falls from step to step."""
    picture = colours(np.linspace(-0.2, 0.9, 200, dtype=np.float32)[None], -0.2, 0.9)[:3, 0] / 255
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    assert (np.diff(linear.T @ [0.2126, 0.7152, 0.0722]) < 1e-9).all()
    low, high = colours(np.array([[-9, 9]], np.float32), -0.2, 0.9)[:3, 0].T
    assert tuple(low) == SCALE[0] and tuple(high) == SCALE[-1]
    assert colours(np.array([[nan]]), 0, 1)[3, 0, 0] == 0


def test_the_command_leaves_images_beside_the_table(tmp_path, monkeypatch, capsys):
    import pyarrow.parquet as pq

    from flows.cli import main

    red, nir, clear = (np.full((SIDE, SIDE), v, "<u2").tobytes() for v in (11000, 25000, 21824))
    x, y = Grid(32632).corner(-701, 65)
    told = {"product_id": "LC08_1", "epsg": 32632, "tile_row": -701, "tile_column": 65, "source_file": "a"}
    told |= {
        "satellite": 8,
        "wrs_path": 193,
        "wrs_row": 27,
        "acquired_on": date(2020, 7, 4),
        "x_m": x,
        "y_m": y,
    }
    told |= {"pixel_width_m": 30.0, "pixel_height_m": 30.0, "red": red, "nir": nir, "qa_pixel": clear}
    path = tmp_path / "lake" / landsat.tiles.folder({"sensor": "oli-tirs", "year": "2020"}) / "part-a.parquet"
    path.parent.mkdir(parents=True)
    rows = pa.Table.from_pylist([told | {"qa_radsat": bytes(2 * SIDE * SIDE)}], landsat.tiles.schema())
    pq.write_table(rows, path)
    monkeypatch.setenv("FIELDWORK_LAKE", str(tmp_path / "lake"))
    folder = tmp_path / "out"
    for line in (["composites", "--out", str(folder)], ["composites", "--json"], ["report", str(folder)]):
        monkeypatch.setattr(sys, "argv", ["fieldwork", *line])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        assert ended.value.code == 0, said
        assert len(said.out) < 20_000, "pixels are not for reading"
    assert {"ndvi-median-2020-07-epsg32632.tif", "ndvi-median-2020-07-epsg32632.png"} <= {
        file.name for file in folder.iterdir()
    }
    assert len((folder / "report.html").read_bytes()) < 3_000_000
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert len(manifest["files"]) == 2
    again = dict(open_result(folder).extras())
    with rasterio.open(io.BytesIO(again["ndvi-median-2020-07-epsg32632.tif"])) as file:
        assert file.read(1)[5, 5] == pytest.approx(0.3850 / (0.4875 + 0.1025), abs=1e-4)

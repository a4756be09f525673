"""The panel: exact shares of pixels, each pass once, honest gaps; the same on every engine."""

from __future__ import annotations

import json

import numpy as np
import pytest
import shapely

from analysis import open_result, run
from analysis.lake import NoData
from conf.typed import OptionError
from tests.analysis.pixels.conftest import CLEAR, CLEAR_TM, SIZE, dn, full, tile

X, Y = 506880.0, 5598720.0  # a corner of the grid in UTM zone 32
EDGE = SIZE * 30.0
OLI = "LC08_L2SP_195025_20200615_20200824_02_T1"


def field(column: float, row: float, width: float, height: float) -> shapely.Polygon:
    """A rectangle by its upper left corner and size in pixels of the tile."""
    left, top = X + column * 30, Y - row * 30
    return shapely.box(left, top - height * 30, left + width * 30, top)


def rows_of(result, *keys):
    return {tuple(r[k] for k in keys): r for r in result.table.to_pylist()}


@pytest.fixture
def scenes():
    """Tiles of four passes of three sensors, with clouds, water, gaps and a block that failed."""
    rng = np.random.default_rng(7)
    rows = []
    for name, clear in (
        (OLI, CLEAR),
        ("LC09_L2SP_195025_20200623_20200824_02_T1", CLEAR),
        ("LE07_L2SP_195025_20200616_20200824_02_T1", CLEAR_TM),
        ("LT05_L2SP_195025_20110616_20200824_02_T1", CLEAR_TM),
    ):
        for column in (0, 1):
            red, nir = dn(rng.uniform(-0.01, 0.2, (SIZE, SIZE))), dn(rng.uniform(0.1, 0.6, (SIZE, SIZE)))
            qa = rng.choice(
                [clear, clear | 8, clear | 2, clear | 4, clear | 16, clear | 32, clear | 128, 1], (SIZE, SIZE)
            )
            radsat = rng.choice([0, 8, 4], (SIZE, SIZE), p=[0.9, 0.05, 0.05])
            if name.startswith("LE07") and column:
                nir = None
            rows.append(tile(name, X + column * EDGE, Y, red=red, nir=nir, qa_pixel=qa, qa_radsat=radsat))
    return rows


SHAPES = {
    "05": shapely.Polygon(
        [(X + 500, Y - 500), (X + 9000, Y - 700), (X + 8500, Y - 7000), (X + 700, Y - 6000)]
    ),
    "5": field(10.3, 20.2, 30.5, 17.1),
    "over": field(15.0, 22.0, 40.0, 40.0),
    "ring": field(100, 100, 50, 50).difference(field(110.5, 110.5, 20.2, 20.2)),
    "tiny": field(200.2, 3.3, 0.4, 0.5),
    "far": field(-5000, 0, 10, 10),
}


@pytest.mark.parametrize("by", ["month", "year"])
def test_the_same_on_every_engine(tiles, areas, scenes, engine, by):
    lake, path = tiles(scenes), areas(SHAPES)
    options = {"areas": path, "by": by, "pool_sensors": by == "year", "coverage_min": 0}
    want = run("ndvi", settings=lake, **options)
    found = run("ndvi", settings=lake, engine=engine, **options)
    assert found.table.equals(want.table)
    assert found.table.num_rows == (10 if by == "year" else 15)
    assert {k: v for k, v in found.manifest["facts"].items()} == want.manifest["facts"]
    assert found.manifest["facts"]["areas_no_scene_shows_named"] == ["far"]


def test_equal_to_exactextract(tiles, areas, scenes):
    import geopandas as gpd
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    lake, path = tiles(scenes), areas(SHAPES)
    found = rows_of(run("ndvi", settings=lake, areas=path, by="day", coverage_min=0), "area_id", "period")
    images = []
    for row in scenes[:2]:
        red, nir, qa, radsat = (
            np.frombuffer(row[n], "<u2").reshape(SIZE, SIZE).astype(np.float64)
            for n in ("red", "nir", "qa_pixel", "qa_radsat")
        )
        bad = (qa.astype(int) & 0xBF) | (radsat.astype(int) & 0b11000)
        red, nir = red * 0.0000275 - 0.2, nir * 0.0000275 - 0.2
        images.append(np.where(bad > 0, np.nan, (nir - red) / (nir + red)))
    shapes = gpd.GeoDataFrame({"name": list(SHAPES)}, geometry=list(SHAPES.values()), crs=32632)
    source = NumPyRasterSource(
        np.hstack(images), X, Y - EDGE, X + 2 * EDGE, Y, nodata=np.nan, srs_wkt=shapes.crs.to_wkt()
    )
    told = exact_extract(source, shapes, ["mean", "count", "stdev"], include_cols=["name"], output="pandas")
    compared = 0
    for want in told.itertuples():
        if want.count:
            row = found[want.name, "2020-06-15"]
            # through degrees and back, in steps of 50 m: outlines moved by less than a hundredth of a millimetre
            assert row["pixels"] == pytest.approx(want.count, rel=1e-6), want.name
            assert row["mean"] == pytest.approx(want.mean, abs=1e-6), want.name
            assert row["sd"] == pytest.approx(want.stdev, abs=1e-6), want.name
            compared += 1
    assert compared >= 4


def test_causes_of_loss_add_up_and_tell_a_failed_block(tiles, areas, scenes):
    whole = {"left": field(0, 0, 256, 256), "both": field(128, 0, 256, 256), "half": field(-128, 0, 256, 256)}
    lake, path = tiles(scenes), areas(whole)
    found = rows_of(run("ndvi", settings=lake, areas=path, by="day"), "area_id", "period")
    etm = found["both", "2020-06-16"]
    assert etm["lost_failed"] == pytest.approx(0.5, abs=1e-3)
    assert found["left", "2020-06-16"]["lost_failed"] == 0
    assert found["left", "2020-06-16"]["lost_cirrus"] == 0  # Landsat 7 has no band for it
    assert found["left", "2020-06-15"]["lost_cirrus"] == pytest.approx(1 / 8, abs=0.01)
    assert found["half", "2020-06-15"]["lost_fill"] == pytest.approx(0.5 + 1 / 16, abs=0.01)
    assert found["left", "2020-06-15"]["lost_water"] == pytest.approx(1 / 8, abs=0.01)
    kept = run("ndvi", settings=lake, areas=path, by="day", water=True)
    assert rows_of(kept, "area_id", "period")["left", "2020-06-15"]["lost_water"] == 0


def test_pixels_beyond_physical_reflectance_are_counted(tiles, areas):
    red = dn(np.where(np.arange(SIZE) % 4 == 0, -0.05, 0.1))
    lake = tiles([tile(OLI, X, Y, red=full(red), nir=full(dn(0.3)))])
    path = areas({"1": field(0, 0, 256, 256)})
    (row,) = run("ndvi", settings=lake, areas=path, reflectance_range="physical").table.to_pylist()
    assert (row["lost_out_of_range"], row["mean"]) == (
        pytest.approx(0.25, abs=1e-4),
        pytest.approx(0.5, abs=1e-4),
    )
    raw = run("ndvi", settings=lake, areas=path)
    (row,) = raw.table.to_pylist()
    assert (row["lost_out_of_range"], row["p90"]) == (0, 1.0)  # above 1: the end of the scale, and told
    assert raw.manifest["facts"]["pixels_beyond_the_histogram"] == pytest.approx(SIZE * SIZE / 4, rel=1e-3)


def test_neighbouring_scenes_of_a_pass_count_once(tiles, areas):
    """Rows 25 and 26 of path 195 overlap near 49.6° north; what one shows red, the other shows less so."""
    names = ["LC08_L2SP_195025_20200615_20200824_02_T1", "LC08_L2SP_195026_20200615_20200824_02_T1"]
    y = 5_494_000 - 5_494_000 % EDGE
    strip = [y - EDGE * n for n in range(-4, 5)]
    rows = [
        tile(name, X, top, red=full(dn(red)), nir=full(dn(0.4)))
        for name, red in zip(names, (0.1, 0.2), strict=True)
        for top in strip
    ]
    box = shapely.box(X, strip[-1] - EDGE, X + EDGE, strip[0] + 0)
    options = {"areas": areas({"1": box}), "by": "day"}
    both = run("ndvi", settings=tiles(rows), **options)
    (row,) = both.table.to_pylist()
    alone = SIZE * SIZE * len(strip)
    assert row["pixels"] == pytest.approx(alone, rel=1e-4)
    assert both.manifest["facts"]["pixels_left_to_a_neighbouring_scene"] == pytest.approx(alone, rel=1e-4)
    assert (row["scenes"], row["passes"], row["clear_share"]) == (2, 1, pytest.approx(1, abs=1e-4))
    assert 0.3333 < row["mean"] < 0.6 and row["sd"] > 0.05  # some of each: the line between them runs through


def test_neighbours_in_different_zones_both_count_and_are_told(tiles, areas):
    """Their grids have no tile in common, so that no line between them can be drawn pixel by pixel."""
    below = OLI.replace("195025", "195026")
    rows = [tile(OLI, X, Y, red=full(dn(0.1)), nir=full(dn(0.3)))]
    path = areas({"1": field(0, 0, 20, 20)})
    same = [*rows, tile(below, X, Y - 20 * EDGE, red=full(dn(0.1)), nir=full(dn(0.3)))]
    other = [*rows, tile(below, X, Y, epsg=32633, red=full(dn(0.1)), nir=full(dn(0.3)))]
    for landed, expected in ((same, 0), (other, 1)):
        found = run("ndvi", settings=tiles(landed), areas=path)
        assert found.manifest["facts"]["neighbours_in_different_zones"] == expected
    assert "different UTM zones" in found.manifest["methods"]


def test_areas_are_opened_with_the_settings_of_the_run(tiles, areas, monkeypatch):
    from analysis.landsat import prepare as ndvi_prepare

    asked = []
    read = ndvi_prepare.read
    monkeypatch.setattr(ndvi_prepare, "read", lambda *a, **k: asked.append(a[2]) or read(*a, **k))
    lake = tiles([tile(OLI, X, Y, red=full(dn(0.1)), nir=full(dn(0.3)))])
    run("ndvi", settings=lake, areas=areas({"1": field(0, 0, 20, 20)}))
    assert asked == [lake]


def test_a_product_made_again_counts_once(tiles, areas):
    again = "LC08_L2SP_195025_20200615_20211231_02_T1"
    rows = [
        tile(name, X, Y, red=full(dn(red)), nir=full(dn(0.3))) for name, red in ((OLI, 0.2), (again, 0.1))
    ]
    result = run("ndvi", settings=tiles(rows), areas=areas({"1": field(0, 0, 20, 20)}))
    (row,) = result.table.to_pylist()
    assert (row["scenes"], row["mean"]) == (1, pytest.approx(0.5, abs=1e-4))
    assert result.manifest["facts"]["scenes_replaced_by_newer"] == [OLI]


def test_harmonised_and_recorded(tiles, areas):
    tm = "LT05_L2SP_195025_20110616_20200824_02_T1"
    rows = [tile(tm, X, Y, red=full(dn(0.1)), nir=full(dn(0.3)), qa_pixel=full(CLEAR_TM))]
    rows += [tile(OLI, X, Y, red=full(dn(0.1)), nir=full(dn(0.3)))]
    lake, path = tiles(rows), areas({"1": field(0, 0, 20, 20)})
    for how, red, nir in (
        ("none", 0.1, 0.3),
        ("roy_ols", 0.0061 + 0.9047 * 0.1, 0.0412 + 0.8462 * 0.3),
        ("roy_rma", -0.0022 + 0.9825 * 0.1, -0.0021 + 1.0073 * 0.3),
    ):
        found = rows_of(run("ndvi", settings=lake, areas=path, harmonise=how), "sensor")
        assert found["tm",]["mean"] == pytest.approx((nir - red) / (nir + red), abs=1e-4)
        assert found["oli-tirs",]["mean"] == pytest.approx(0.5, abs=1e-4)
        assert {r["harmonisation"] for r in found.values()} == {how}


def test_interval_of_the_mean_and_anomaly(tiles, areas):
    level = {"20180605": 0.5, "20180621": 0.6, "20190608": 0.4, "20200610": 0.8}
    rows = [
        tile(
            f"LC08_L2SP_195025_{day}_20210101_02_T1",
            X,
            Y,
            red=full(dn(0.1)),
            nir=full(dn(0.1 * (1 + v) / (1 - v))),
        )
        for day, v in level.items()
    ]
    lake, path = tiles(rows), areas({"1": field(0, 0, 20, 20)})
    found = rows_of(run("ndvi", settings=lake, areas=path, baseline="2018-2019"), "period")
    assert list(found) == [("2018-06",), ("2019-06",), ("2020-06",)]
    june = found["2018-06",]
    assert june["mean"] == pytest.approx(0.55, abs=1e-4)
    # two passes, 0.5 and 0.6: standard error 0.05, Student's t of one degree of freedom 12.706
    assert june["mean_high"] - june["mean"] == pytest.approx(12.706 * 0.05, rel=1e-3)
    assert found["2020-06",]["anomaly"] == pytest.approx(0.8 - (0.55 + 0.4) / 2, abs=1e-4)
    assert {r["baseline_years"] for r in found.values()} == {2}
    alone = rows_of(run("ndvi", settings=lake, areas=path, baseline="2019"), "period")
    assert {r["anomaly"] for r in alone.values()} == {None}


def test_periods_and_days_asked_for(tiles, areas):
    days = ["20191215", "20200110", "20200301"]
    rows = [
        tile(f"LC08_L2SP_195025_{d}_20210101_02_T1", X, Y, red=full(dn(0.1)), nir=full(dn(0.3))) for d in days
    ]
    lake, path = tiles(rows), areas({"1": field(0, 0, 20, 20)})

    def periods(**options):
        return run("ndvi", settings=lake, areas=path, **options).table["period"].to_pylist()

    assert periods(by="season") == ["2019-12", "2020-03"]
    assert periods(by="quarter") == ["2019-10", "2020-01"]
    assert periods(by="year") == ["2019", "2020"]
    assert periods(by="day", since="2020-01-10", until="2020-02-01") == ["2020-01-10"]
    with pytest.raises(NoData, match=r"lake's days are 2019-12-15 to 2020-03-01"):
        periods(since="2021-01-01")


def test_another_index_and_a_band_that_is_not_there(tiles, areas):
    rows = [tile(OLI, X, Y, blue=full(dn(0.05)), red=full(dn(0.1)), nir=full(dn(0.3)))]
    lake, path = tiles(rows), areas({"1": field(0, 0, 20, 20)})
    (row,) = run("ndvi", settings=lake, areas=path, index="evi").table.to_pylist()
    assert row["mean"] == pytest.approx(2.5 * 0.2 / (0.3 + 0.6 - 7.5 * 0.05 + 1), abs=1e-4)
    assert row["index_name"] == "evi"
    with pytest.raises(ValueError, match="ingest landsat with --bands"):
        run("ndvi", settings=lake, areas=path, index="nbr")


def test_a_result_is_saved_with_its_outlines(tiles, areas, scenes, tmp_path):
    result = run("ndvi", settings=tiles(scenes), areas=areas(SHAPES))
    again = open_result(result.save(tmp_path / "out"))
    assert again.table.equals(result.table)
    told = json.loads(dict(again.extras())["areas.geojson"])
    assert [f["properties"]["area_id"] for f in told["features"]] == list(SHAPES)
    assert "Rouse et al. 1974" in again.manifest["methods"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"areas": ""}, "areas is empty"),
        ({"index": "nvdi"}, "'index'"),
        ({"coverage_min": 2}, "give a share"),
        ({"since": "2020"}, "since is '2020'; give a day"),
        ({"since": "2021-01-01", "until": "2020-01-01"}, "exchange them"),
        ({"baseline": "13"}, "baseline is '13'; give a year"),
        ({"by": "week"}, "'by'"),
    ],
)
def test_what_cannot_be_asked(tiles, options, said):
    with pytest.raises(OptionError, match=said):
        run("ndvi", settings=tiles([]), **({"areas": "x.geojson"} | options))


def test_areas_elsewhere_are_refused(tiles, areas, scenes):
    with pytest.raises(NoData, match="are they of the same region"):
        run("ndvi", settings=tiles(scenes), areas=areas({"far": SHAPES["far"]}))

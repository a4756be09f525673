"""Composites: known medians, honest gaps, one observation an overflight, exact georeference, equal engines."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from analysis import run
from analysis.engines import EngineError
from analysis.kernels.pixels.composite import METHODS, composite
from analysis.kernels.pixels.looks import look
from analysis.landsat.composites import periods_of
from conf.settings import Settings, load
from schemas import landsat
from schemas.grid import Grid

SIDE, CLEAR, CLOUD, WATER, SNOW, FILL = 256, 21824, 22280, 21952, 30048, 1
GRID = Grid(32632)
PLACES = {(-5, 3): 0, (-5, 4): 1, (-4, 4): 2}
"""Tiles of the lake, not filling their rectangle, and a number for each."""


def dn(reflectance: float) -> int:
    return round((reflectance + 0.2) / 0.0000275)


def ndvi(red: int, nir: int) -> float:
    r, n = (0.0000275 * v - 0.2 for v in (red, nir))
    return (n - r) / (n + r)


def filled(value: int) -> np.ndarray:
    return np.full((SIDE, SIDE), value, np.uint16)


def scene(
    day: str, place: tuple[int, int], nir: float, *, satellite: int = 8, row: int = 27, path: int = 193
) -> dict:
    """A tile of a scene: one reflectance everywhere, all clear."""
    row_, column = place
    x, y = GRID.corner(row_, column)
    name = f"LC{satellite:02}_L2SP_{path}{row:03}_{day.replace('-', '')}_20300101_02_T1"
    return {
        "product_id": name,
        "epsg": 32632,
        "tile_row": row_,
        "tile_column": column,
        "source_file": f"{name}.json",
        "satellite": satellite,
        "wrs_path": path,
        "wrs_row": row,
        "acquired_on": date.fromisoformat(day),
        "x_m": x,
        "y_m": y,
        "pixel_width_m": 30.0,
        "pixel_height_m": 30.0,
        "red": filled(dn(0.1)),
        "nir": filled(dn(nir)),
        "qa_pixel": filled(CLEAR),
        "qa_radsat": filled(0),
        "sensor": "oli-tirs" if satellite >= 8 else "etm",
        "year": day[:4],
    }


def land(folder: Path, tiles: list[dict]) -> Settings:
    """A lake with a part for each scene, rows in small row groups."""
    parts: dict[tuple[str, str, str], list[dict]] = {}
    for tile in tiles:
        parts.setdefault((tile["sensor"], tile["year"], tile["product_id"]), []).append(tile)
    for (sensor, year, name), rows in parts.items():
        path = folder / landsat.tiles.folder({"sensor": sensor, "year": year}) / f"part-{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        stored = [
            {k: v.tobytes() if isinstance(v, np.ndarray) else v for k, v in row.items()} for row in rows
        ]
        pq.write_table(pa.Table.from_pylist(stored, landsat.tiles.schema()), path, row_group_size=2)
    return load(environ={}, lake=str(folder))


def values(row: dict) -> np.ndarray:
    return np.frombuffer(row["values"], "<f4").reshape(SIDE, SIDE)


def counts(row: dict) -> np.ndarray:
    return np.frombuffer(row["observations"], "<u2").reshape(SIDE, SIDE)


def index(nir: float) -> float:
    return ndvi(dn(0.1), dn(nir))


# --- the kernel on hand-made stacks


def made(stack: list[list[float]], method: str) -> tuple[list[float], list[int]]:
    rows = [np.array(row, np.float32) for row in stack]
    found, n = composite([[lambda part, row=row: row[part]] for row in rows], method, len(stack[0]))
    return found.tolist(), n.tolist()


nan = float("nan")
STACK = [
    #  odd, even, ties, one, none, infinite
    [0.5, 0.25, 0.5, nan, nan, 0.5],
    [0.125, 0.75, 0.5, nan, nan, float("inf")],
    [nan, 0.5, 0.25, 0.75, nan, nan],
    [0.75, -0.5, 0.5, nan, nan, nan],
]


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("median", [0.5, 0.375, 0.5, 0.75, nan, 0.5]),
        ("max", [0.75, 0.75, 0.5, 0.75, nan, 0.5]),
        ("mean", [np.float32(1.375 / 3), 0.25, 0.4375, 0.75, nan, 0.5]),
    ],
)
def test_known_answers(method, expected):
    found, n = made(STACK, method)
    assert found == pytest.approx(expected, abs=0, nan_ok=True)
    assert n == [3, 4, 4, 1, 0, 1]


@pytest.mark.parametrize("method", METHODS)
def test_nothing_at_all(method):
    found, n = composite([], method, 5000)
    assert np.isnan(found).all() and not n.any() and found.shape == n.shape == (5000,)


@examples(deadline=None, max_examples=60)
@given(
    rows=st.integers(1, 70),
    pixels=st.sampled_from([1, 7, 4095, 4097, 9000]),
    seed=st.integers(0, 2**32 - 1),
    clouds=st.sampled_from([0.0, 0.4, 0.95]),
    steps=st.sampled_from([3, 1000]),
)
def test_as_numpy_does(rows, pixels, seed, clouds, steps):
    """Few distinct values make ties; sorting must be exact for every number of rows."""
    rng = np.random.default_rng(seed)
    stack = (rng.integers(-steps, steps, (rows, pixels)) / steps).astype(np.float32)
    stack[rng.random(stack.shape) < clouds] = np.nan
    seen = np.isfinite(stack).sum(axis=0)
    looks = [[lambda part, row=row: row[part].copy()] for row in stack]
    for method in METHODS:
        found, n = composite(looks, method, pixels)
        assert np.array_equal(n, seen) and np.array_equal(np.isnan(found), seen == 0)
        wide = stack[:, seen > 0].astype(np.float64)
        expected = {"median": np.nanmedian, "max": np.nanmax, "mean": np.nanmean}[method](wide, axis=0)
        tolerance = 1e-7 if method == "mean" else 0
        np.testing.assert_allclose(
            found[seen > 0], expected.astype(np.float32), rtol=tolerance, atol=tolerance
        )


# --- the analysis on a lake


@pytest.fixture(scope="module")
def lake(tmp_path_factory) -> Settings:
    """Three tiles over eleven months of two years: clouds, snow, water, an unread band, overlaps."""
    tiles = []
    for place, number in PLACES.items():
        for month, nir in ((6, 0.3), (7, 0.5), (8, 0.4)):
            tiles.append(scene(f"2020-{month:02}-04", place, nir + number / 100))
        tiles.append(scene("2020-08-12", place, 0.6, satellite=7))
        tiles.append(scene("2020-12-26", place, 0.2))
        tiles.append(scene("2021-01-11", place, 0.1))
    by_name = {(t["product_id"][17:25], t["tile_row"], t["tile_column"]): t for t in tiles}
    by_name["20200704", -5, 3]["qa_pixel"][:128] = CLOUD
    by_name["20200804", -5, 3]["qa_pixel"][:64] = WATER
    by_name["20200804", -5, 3]["nir"][64:66] = 0
    by_name["20200804", -5, 3]["qa_radsat"][66:68] = 1 << 4
    by_name["20210111", -5, 4]["qa_pixel"][:] = SNOW
    by_name["20200604", -4, 4]["nir"] = None
    return land(tmp_path_factory.mktemp("lake"), tiles)


def by_place(result) -> dict[tuple[str, int], dict]:
    return {(r["period"], PLACES[r["tile_row"], r["tile_column"]]): r for r in result.table.to_pylist()}


def test_medians_of_the_whole_time(lake, engine):
    rows = by_place(
        run("composites", settings=lake, engine=engine, by="all", since="2020-06-01", until="2020-08-31")
    )
    assert sorted(rows) == [("all", 0), ("all", 1), ("all", 2)]
    one = rows["all", 0]
    # clouds over July, water over August, one sensor more
    expected = {
        0: (np.median([index(0.3), index(0.6)]), 2),
        65: (np.median([index(0.3), index(0.6)]), 2),
        67: (np.median([index(0.3), index(0.6)]), 2),
        100: (np.median([index(0.3), index(0.4), index(0.6)]), 3),
        200: (np.median([index(0.3), index(0.4), index(0.5), index(0.6)]), 4),
    }
    for line, (value, n) in expected.items():
        assert values(one)[line].tolist() == pytest.approx([value] * SIDE, abs=1e-6)
        assert (counts(one)[line] == n).all()
    assert (one["first_date"], one["last_date"]) == (date(2020, 6, 4), date(2020, 8, 12))
    assert (one["scenes_read"], one["scenes_unread"], one["observed_share"]) == (4, 0, 1.0)
    third = rows["all", 2]
    assert (third["scenes_read"], third["scenes_unread"], counts(third).max()) == (3, 1, 3)
    assert values(third)[0, 0] == pytest.approx(index(0.52), abs=1e-6)


def test_the_same_bits_on_every_engine(lake, engine):
    for method in METHODS:
        told = run("composites", settings=lake, engine=engine, by="month", method=method)
        assert told.table.equals(run("composites", settings=lake, by="month", method=method).table)


def test_periods_without_a_usable_pixel_say_so(lake):
    rows = by_place(run("composites", settings=lake, by="month"))
    assert sorted({period for period, _ in rows}) == ["2020-06", "2020-07", "2020-08", "2020-12", "2021-01"]
    snow = rows["2021-01", 1]
    assert np.isnan(values(snow)).all() and not counts(snow).any()
    assert (snow["scenes_read"], snow["observed_share"]) == (1, 0.0)
    unread = rows["2020-06", 2]
    assert (unread["scenes_read"], unread["scenes_unread"], unread["observed_share"]) == (0, 1, 0.0)
    half = rows["2020-07", 0]
    assert half["observed_share"] == 0.5 and np.isnan(values(half)[:128]).all()


def test_the_greenest_pixel_and_seasons(lake):
    made = run("composites", settings=lake, by="season", method="max", water=True)
    names = {name for name, _ in made.extras()}
    assert names and all(name.startswith("ndvi-max-season-2020-") for name in names)
    rows = by_place(made)
    assert sorted({period for period, _ in rows}) == ["2020-06", "2020-12"]
    assert values(rows["2020-06", 0])[0, 0] == pytest.approx(index(0.6), abs=1e-6)
    assert counts(rows["2020-06", 0])[0, 0] == 3
    assert values(rows["2020-12", 0])[0, 0] == pytest.approx(index(0.2), abs=1e-6)


def test_harmonised_values_differ_for_the_older_sensor_only(lake):
    plain, roy = (
        by_place(
            run(
                "composites",
                settings=lake,
                since="2020-08-01",
                until="2020-08-31",
                harmonise=how,
                method="max",
            )
        )
        for how in ("none", "roy_rma")
    )
    a, b = (by_place_[("2020-08", 0)] for by_place_ in (plain, roy))
    red, nir = -0.0022 + 0.9825 * 0.1, -0.0021 + 1.0073 * 0.6
    assert b["harmonisation"] == "roy_rma" and a["harmonisation"] == "none"
    assert values(b)[200, 0] == pytest.approx((nir - red) / (nir + red), abs=1e-4)
    assert values(a)[200, 0] == pytest.approx(index(0.6), abs=1e-6)


def test_an_overflight_counts_once(tmp_path):
    """Adjacent rows of one path: the northern one where it has a value, the other elsewhere, across midnight too."""
    place = (-5, 3)
    north, south = scene("2020-07-04", place, 0.5, row=26), scene("2020-07-05", place, 0.3, row=27)
    north["qa_pixel"][128:] = FILL
    other_path = scene("2020-07-05", place, 0.7, path=194)
    next_pass = scene("2020-07-20", place, 0.7)
    south["qa_pixel"][-1] = FILL
    settings = land(tmp_path, [south, north, other_path, next_pass])
    (row,) = run("composites", settings=settings, by="all", method="mean").table.to_pylist()
    assert counts(row)[0, 0] == 3 and counts(row)[200, 0] == 3 and counts(row)[-1, 0] == 2
    assert row["scenes_read"] == 4
    later = 2 * index(0.7)
    assert values(row)[0, 0] == pytest.approx((index(0.5) + later) / 3, abs=1e-6)
    assert values(row)[200, 0] == pytest.approx((index(0.3) + later) / 3, abs=1e-6)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"since": "2020-13-01"}, "give a day as YYYY-MM-DD"),
        ({"since": "2021-01-01", "until": "2020-01-01"}, "exchange them"),
        ({"index": "nvdi"}, "ndvi"),
        ({"method": "mode"}, "median"),
    ],
)
def test_what_cannot_be_asked(lake, wrong, said):
    with pytest.raises(ValueError, match=said):
        run("composites", settings=lake, **wrong)


def test_without_rasterio_it_says_so_before_anything_is_read(lake, monkeypatch):
    monkeypatch.setitem(sys.modules, "rasterio", None)
    with pytest.raises(EngineError, match=r"fieldwork\[raster\]"):
        run("composites", settings=lake)


def test_no_day_is_no_row(lake):
    assert run("composites", settings=lake, until="1999-12-31").table.num_rows == 0


def test_other_indices_need_their_bands(lake):
    """None of these scenes has swir1: all are unread, and said so."""
    rows = run("composites", settings=lake, index="mndwi", by="year").table.to_pylist()
    assert {(r["scenes_read"], r["scenes_unread"], r["observed_share"]) for r in rows} == {
        (0, 5, 0.0),
        (0, 1, 0.0),
    }


@pytest.mark.parametrize(
    ("by", "expected"), [("day", "2019-12-31"), ("quarter", "2019-10"), ("year", "2019")]
)
def test_periods_are_those_of_the_panel(by, expected):
    assert periods_of([{"acquired_on": date(2019, 12, 31)}], by) == [expected]


def test_a_real_scene(data):
    """The known answers of the scene: usable pixels, mean, and the median by sorting."""
    rasterio = pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
    name = "LC08_L2SP_008059_20191201_20200825_02_T1"
    folder = data(f"landsat/usgs-landsat/collection02/level-2/standard/oli-tirs/2019/008/059/{name}")
    bands = {}
    for band, file in (
        ("red", "SR_B4"),
        ("nir", "SR_B5"),
        ("qa_pixel", "QA_PIXEL"),
        ("qa_radsat", "QA_RADSAT"),
    ):
        with rasterio.open(folder / f"{name}_{file}.TIF") as opened:
            bands[band] = opened.read(1).ravel()
    pixels = bands["red"].size
    for method in METHODS:
        found, n = composite([[look(bands, "oli-tirs", "ndvi")]], method, pixels)
        usable = found[n > 0].astype(np.float64)
        assert usable.size == 21_249 and n.max() == 1
        assert usable.mean() == pytest.approx(0.775069, abs=1e-6)
        assert np.median(usable) == pytest.approx(0.781411, abs=1e-6)

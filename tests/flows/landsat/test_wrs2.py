"""Where the scenes of a path and a row lie: beside five real scenes, and around the globe."""

from __future__ import annotations

import json
from math import cos, radians

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.sources.landsat.areas import Outlines
from flows.sources.landsat.describe import from_mtl_text
from flows.sources.landsat.products import parse
from flows.sources.landsat.wrs2 import DESCENDING, centre, outline, path_rows

REAL = [
    "stac-items/LC08_L2SP_028030_20200114_20200824_02_T1_SR.json",
    "stac-items/LE07_L2SP_044033_20210329_20210424_02_T1_SR.json",
    "usgs-landsat/collection02/level-2/standard/oli-tirs/2015/005/009/LC08_L2SP_005009_20150710_20200908_02_T2/"
    "LC08_L2SP_005009_20150710_20200908_02_T2_SR_stac.json",
    "usgs-landsat/collection02/level-2/standard/oli-tirs/2019/008/059/LC08_L2SP_008059_20191201_20200825_02_T1/"
    "LC08_L2SP_008059_20191201_20200825_02_T1_SR_stac.json",
    "usgs-landsat/collection02/level-2/standard/oli-tirs/2021/098/084/LC08_L2SP_098084_20210503_20210508_02_T1/"
    "LC08_L2SP_098084_20210503_20210508_02_T1_MTL.txt",
]


@pytest.mark.parametrize("name", REAL)
def test_real_scenes_lie_where_the_orbit_says(data, name):
    shapely = pytest.importorskip("shapely")
    path = data(f"landsat/{name}")
    product = parse(path.name[:40])
    if name.endswith("json"):
        shape = shapely.from_geojson(json.dumps(json.loads(path.read_text())["geometry"]))
    else:
        shape = shapely.from_wkb(from_mtl_text(product, path.read_bytes()).footprint)
    x, y = centre(product.path, product.row)
    away = abs(shape.centroid.x - x) * cos(radians(y)), abs(shape.centroid.y - y)
    assert max(away) < 0.25  # degrees: about 25 km
    if name.endswith("json"):  # the metadata file has the corners of the image, which is wider than the scene
        assert shapely.Polygon(outline(product.path, product.row)).contains(shape)
    point = shapely.Point(shape.centroid).buffer(0.01).wkb
    assert (product.path, product.row) in path_rows([point])


def test_row_60_of_path_1_is_on_the_equator():
    assert centre(1, 60) == pytest.approx((-64.6, 0.0))
    assert max(centre(1, row)[1] for row in DESCENDING) == pytest.approx(81.85, abs=0.1)


@settings(deadline=None, max_examples=25)
@given(st.floats(-179.9, 179.9), st.floats(-80, 80))
def test_every_place_is_shown(x, y):
    shapely = pytest.importorskip("shapely")
    found = path_rows([shapely.box(x - 0.05, y - 0.05, x + 0.05, y + 0.05).wkb])
    assert len(found) >= 1
    if abs(y) < 60:
        assert len(found) <= 9
        nearest = [centre(*p) for p in found]
        assert all(abs(b - y) < 2.5 for _, b in nearest)


def test_the_date_line_is_no_wall():
    shapely = pytest.importorskip("shapely")
    west, east = shapely.box(179.8, -17, 180, -16.8), shapely.box(-180, -17, -179.8, -16.8)
    assert set(path_rows([west.wkb])) & set(path_rows([east.wkb]))
    across = shapely.Polygon([(179, -18), (-179, -18), (-179, -16), (179, -16)])
    outlines = Outlines((west.wkb, east.wkb, shapely.box(0, -17, 1, -16).wkb))
    assert outlines.near(across.wkb) == [0, 1]

"""Outlines from files: ids stay as written, nothing is guessed where it could be wrong, bad outlines are named."""

from __future__ import annotations

import json
import zipfile

import geopandas as gpd
import pytest
import shapely
from shapely.geometry import Polygon, box

from conf.areas import AreasError, read
from conf.settings import load

SETTINGS = load(environ={})
SQUARES = [box(10 + i, 50, 10.5 + i, 50.5) for i in range(3)]


def geojson(path, shapes, properties, **more):
    features = [
        {"type": "Feature", "geometry": s and json.loads(shapely.to_geojson(s)), "properties": p}
        for s, p in zip(shapes, properties, strict=True)
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), "utf-8")
    return str(path)


def frame(**columns) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(columns, geometry=SQUARES, crs="EPSG:4326")


@pytest.mark.parametrize("kind", ["gpkg", "parquet", "shp", "zip", "fgb", "geojson"])
def test_ids_stay_text_in_every_format(tmp_path, kind):
    fields = frame(code=["05", "1", "é"], crop=["a", "a", "b"])
    path = tmp_path / f"fields.{'shp' if kind == 'zip' else kind}"
    fields.to_parquet(path) if kind == "parquet" else fields.to_file(path, encoding="utf-8")
    if kind == "zip":
        with zipfile.ZipFile(tmp_path / "fields.zip", "w") as archive:
            for file in tmp_path.glob("fields.*"):
                if file.suffix != ".zip":
                    archive.write(file, f"inner/{file.name}")
        path = tmp_path / "fields.zip"
    areas = read(str(path), None, SETTINGS)
    assert (sorted(areas.ids), areas.id_column, len(areas)) == (["05", "1", "é"], "code", 3)
    found = dict(zip(areas.ids, shapely.from_wkb(areas.outlines), strict=True))
    assert all(found[c].equals(s) for c, s in zip(["05", "1", "é"], SQUARES, strict=True))


def test_a_column_called_id_survives_the_features_own(tmp_path):
    path = geojson(tmp_path / "a.geojson", SQUARES, [{"id": c} for c in ("007", "008", "009")])
    told = json.loads((tmp_path / "a.geojson").read_text("utf-8"))
    for number, feature in enumerate(told["features"]):
        feature["id"] = number
    (tmp_path / "a.geojson").write_text(json.dumps(told), "utf-8")
    assert read(path, None, SETTINGS).ids == ("007", "008", "009")
    for feature in told["features"]:
        feature["properties"] = {}
    (tmp_path / "b.geojson").write_text(json.dumps(told), "utf-8")
    assert read(str(tmp_path / "b.geojson"), None, SETTINGS).ids == ("0", "1", "2")


def test_the_column_is_guessed_only_where_there_is_one(tmp_path):
    both = [{"code": c, "name": n, "year": 2000} for c, n in zip("abc", "xyz", strict=True)]
    path = geojson(tmp_path / "a.geojson", SQUARES, both)
    with pytest.raises(AreasError, match="which column has the ids\\? code, name"):
        read(path, None, SETTINGS)
    assert read(path, "name", SETTINGS).ids == ("x", "y", "z")
    with pytest.raises(AreasError, match="no column 'nome'; it has code, name, year"):
        read(path, "nome", SETTINGS)
    alone = [{k: v for k, v in each.items() if k != "name"} for each in both]
    assert read(geojson(tmp_path / "b.geojson", SQUARES, alone), None, SETTINGS).id_column == "code"
    named = [{**each, "Area_ID": 5.0 + i} for i, each in enumerate(both)]
    assert read(geojson(tmp_path / "c.geojson", SQUARES, named), None, SETTINGS).ids == ("5", "6", "7")
    with pytest.raises(AreasError, match="It has none"):
        read(geojson(tmp_path / "d.geojson", SQUARES, [{}, {}, {}]), None, SETTINGS)


def test_an_id_twice_is_named_or_dissolved(tmp_path):
    path = geojson(tmp_path / "a.geojson", SQUARES, [{"id": "05"}, {"id": "6"}, {"id": "05"}])
    with pytest.raises(AreasError, match="more than once: '05'"):
        read(path, "id", SETTINGS)
    areas = read(path, "id", SETTINGS, dissolve=True)
    assert areas.ids == ("05", "6")
    assert shapely.from_wkb(areas.outlines[0]).equals(SQUARES[0].union(SQUARES[2]))


@pytest.mark.parametrize("value", [None, "", 1.5, {"a": 1}])
def test_an_empty_id_is_refused(tmp_path, value):
    path = geojson(tmp_path / "a.geojson", SQUARES, [{"id": "1"}, {"id": value}, {"id": "3"}])
    with pytest.raises(AreasError, match="area 1 \\(from 0\\)"):
        read(path, "id", SETTINGS)


def test_outlines_are_mended_or_refused_by_id(tmp_path):
    bow_tie = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    shapes = [bow_tie, SQUARES[1], SQUARES[2]]
    ids = [{"id": c} for c in ("05", "6", "7")]
    areas = read(geojson(tmp_path / "a.geojson", shapes, ids), None, SETTINGS)
    assert areas.mended == ("05",)
    assert shapely.from_wkb(areas.outlines[0]).area == pytest.approx(2)
    for bad, said in ((None, "without an outline: '6'"), (shapely.Point(1, 1), "no polygons: '6'")):
        path = geojson(tmp_path / "b.geojson", [bow_tie, bad, SQUARES[2]], ids)
        with pytest.raises(AreasError, match=said):
            read(path, None, SETTINGS)
    far = geojson(tmp_path / "c.geojson", [box(500000, 5e6, 500030, 5000030), *SQUARES[1:]], ids)
    with pytest.raises(AreasError, match=r"outside the globe: '05'.*coordinate reference system"):
        read(far, None, SETTINGS)


def test_a_missing_reference_system_is_refused(tmp_path):
    frame(id=["1", "2", "3"]).to_file(tmp_path / "a.shp")
    (tmp_path / "a.prj").unlink()
    with pytest.raises(AreasError, match=r"no coordinate reference system.*\.prj"):
        read(str(tmp_path / "a.shp"), None, SETTINGS)


def test_another_reference_system_becomes_degrees(tmp_path):
    there = frame(id=["1", "2", "3"]).to_crs("EPSG:25832")
    there.to_file(tmp_path / "a.gpkg")
    areas = read(str(tmp_path / "a.gpkg"), None, SETTINGS)
    found = shapely.from_wkb(areas.outlines)
    back = gpd.GeoSeries(found, crs="EPSG:4326").to_crs("EPSG:25832")
    # 35 km edges: straight in the file, so they stay straight there, though curved in degrees
    assert max(back.symmetric_difference(there.geometry).area / there.area) < 1e-6


def test_layers_are_chosen_by_name(tmp_path):
    path = tmp_path / "a.gpkg"
    for layer in ("one", "two"):
        frame(id=[layer + c for c in "abc"]).to_file(path, layer=layer)
    with pytest.raises(AreasError, match=r"it has one, two: choose one, as in '.*a\.gpkg#one'"):
        read(str(path), None, SETTINGS)
    assert read(f"{path}#two", None, SETTINGS).ids == ("twoa", "twob", "twoc")


def test_from_a_web_server(tmp_path, faulty):
    frame(id=["1", "2", "3"]).to_file(tmp_path / "a.shp")
    faulty.folder = tmp_path
    assert read(f"{faulty.address}/a.shp", None, SETTINGS).ids == ("1", "2", "3")
    (tmp_path / "a.shx").unlink()
    with pytest.raises(AreasError, match=r"a\.shx is missing"):
        read(f"{faulty.address}/a.shp", None, SETTINGS)


def test_what_is_no_file_of_areas(tmp_path):
    for name, content in (("a.geojson", b"{"), ("a.parquet", b"PAR1"), ("a.gpkg", b"x"), ("a.zip", b"x")):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(AreasError, match=name):
            read(str(tmp_path / name), None, SETTINGS)
    (tmp_path / "a.csv").write_bytes(b"x")
    with pytest.raises(AreasError, match=r"ends with .*\.gpkg"):
        read(str(tmp_path / "a.csv"), None, SETTINGS)
    with pytest.raises(FileNotFoundError, match="no file with areas"):
        read(str(tmp_path / "none.geojson"), None, SETTINGS)


def test_the_digest_is_of_ids_and_outlines(tmp_path):
    one = read(geojson(tmp_path / "a.geojson", SQUARES, [{"id": c} for c in "123"]), None, SETTINGS)
    same = read(geojson(tmp_path / "b.geojson", SQUARES, [{"no": c} for c in "123"]), None, SETTINGS)
    other = read(geojson(tmp_path / "c.geojson", SQUARES, [{"id": c} for c in "124"]), None, SETTINGS)
    moved = read(geojson(tmp_path / "d.geojson", SQUARES[::-1], [{"id": c} for c in "123"]), None, SETTINGS)
    assert one.digest == same.digest
    assert len({one.digest, other.digest, moved.digest}) == 3

"""The same seed gives the same bytes; areas, refusals, and the command."""

import json
import sys
from datetime import date

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.cli.sample import sample as command
from flows.sources.sample import MissingExtraError, SampleError, read_landsat, write_landsat
from flows.sources.sample.landsat import days, noise, plan
from flows.sources.sample.landsat.ground import window
from flows.sources.sample.landsat.pixels import pixels

pytest.importorskip("rasterio")


def test_same_seed_same_bytes_however_many_processes(tmp_path, tiny, files):
    told = []
    write_landsat(tmp_path / "a", seed=5, progress=lambda done, total: told.append((done, total)))
    write_landsat(tmp_path / "b", seed=5, processes=2)
    write_landsat(tmp_path / "c", seed=6)
    a, b, c = (files(tmp_path / name) for name in "abc")
    assert a == b
    assert a.keys() == c.keys()
    changed = {key.rsplit("_", 1)[-1] for key in a if a[key] != c[key]}
    assert changed >= {"B4.TIF", "B5.TIF", "PIXEL.TIF", "RADSAT.TIF", "stac.json"}
    assert len(told) == 36 and told[-1][0] == told[-1][1]


SCALE = plan.SCALES["small"]


@given(
    st.integers(0, 599), st.integers(1, 200), st.sampled_from(range(36)), st.integers(0, 2**40)
)  # fmt: skip
@settings(deadline=None, max_examples=12)
def test_a_window_is_the_same_whichever_window_it_is_part_of(first, height, number, seed):
    product = days.products(SCALE)[number]
    stop = min(first + height, product.place.height)
    first = min(first, stop - 1)
    wider = max(0, first - 7)
    small = pixels(SCALE, product, window(product.place, first, stop), seed)
    large = pixels(SCALE, product, window(product.place, wider, stop), seed)
    for band, numbers in small.bands.items():
        assert np.array_equal(numbers, large.bands[band][first - wider :])
    assert np.array_equal(small.qa_pixel, large.qa_pixel[first - wider :])
    assert np.array_equal(small.qa_radsat, large.qa_radsat[first - wider :])


def test_grains_are_even_and_do_not_repeat():
    rows, columns = np.arange(-300, 300), np.arange(-300, 300)
    drawn = noise.grains(rows, columns, 7)
    assert len(np.unique(drawn)) > 0.9999 * drawn.size
    assert abs(drawn.mean() / 2**32 - 0.5) < 0.003
    assert abs(np.corrcoef(drawn[:-1].ravel(), drawn[1:].ravel())[0, 1]) < 0.01
    assert abs(np.corrcoef(drawn[:, :-1].ravel(), drawn[:, 1:].ravel())[0, 1]) < 0.01


def test_the_areas_have_what_trips_readers(truth):
    features = json.loads((truth.root / "areas.geojson").read_text("utf-8"))["features"]
    ids = [f["properties"]["area_id"] for f in features]
    assert ids == [f"{n:02d}" for n in range(1, 14)] == [a["area_id"] for a in truth.facts["areas"]]
    assert len({f["properties"]["id"] for f in features}) == 13
    assert not {str(f["properties"]["id"]) for f in features} & {str(int(i)) for i in ids}
    assert all("id" not in f for f in features)
    kinds = {i: f["geometry"] for i, f in zip(ids, features, strict=True)}
    assert kinds["04"]["type"] == "MultiPolygon" and len(kinds["05"]["coordinates"]) == 2
    greening = [a["greening_per_year"] for a in truth.facts["areas"]]
    assert min(greening) < 0 < max(greening) and 0 in greening


def test_the_sizes_of_the_areas_are_those_of_their_shapes(truth):
    shapely = pytest.importorskip("shapely")
    from rasterio.warp import transform_geom

    features = json.loads((truth.root / "areas.geojson").read_text("utf-8"))["features"]
    shapes = {}
    for feature, area in zip(features, truth.facts["areas"], strict=True):
        shape = transform_geom("EPSG:4326", f"EPSG:{area['epsg']}", feature["geometry"])
        shapes[area["area_id"]] = shapely.geometry.shape(shape)
        assert shapes[area["area_id"]].is_valid
        assert shapes[area["area_id"]].area == pytest.approx(area["area_m2"], rel=1e-6)
    assert shapes["07"].intersection(shapes["08"]).area > 50 * 900
    grid = next(s for s in truth.facts["scenes"] if s["wrs_row"] == 33)
    right = grid["x_m"] + 30 * grid["width_px"]
    assert shapes["10"].bounds[0] < right < shapes["10"].bounds[2]


def test_passes_keep_to_the_satellites_sixteen_days():
    assert days.passes("LE07", 2021, 3, 29) == date(2021, 3, 29)
    assert days.passes("LC08", 2020, 1, 14) == date(2020, 1, 14)
    passed = {p.day for p in days.products(SCALE) if p.place.path == 44 and p.sensor.code == "LC08"}
    assert all((day - date(2020, 1, 14)).days % 16 == 0 for day in passed)


def test_a_finished_sample_is_left_alone_and_another_one_refused(tmp_path, tiny):
    with pytest.raises(SampleError, match="no complete Landsat sample"):
        read_landsat(tmp_path)
    facts = write_landsat(tmp_path).facts
    before = (tmp_path / "landsat-truth.json").stat().st_mtime_ns
    assert write_landsat(tmp_path).facts == facts == read_landsat(tmp_path).facts
    assert (tmp_path / "landsat-truth.json").stat().st_mtime_ns == before
    key = facts["files"][0]["key"]
    whole = (tmp_path / key).read_bytes()
    (tmp_path / key).write_bytes(whole[:-1])
    write_landsat(tmp_path)
    assert (tmp_path / key).read_bytes() == whole
    with pytest.raises(SampleError, match="holds another Landsat sample"):
        write_landsat(tmp_path, seed=1)


@pytest.mark.parametrize(
    ("size", "seed", "told"), [("huge", 0, "choose from small, medium, large"), ("small", -1, "negative")]
)
def test_a_wrong_size_or_seed_is_refused(tmp_path, size, seed, told):
    with pytest.raises(SampleError, match=told):
        write_landsat(tmp_path, size, seed)


def test_without_rasterio_the_web_part_is_there_and_the_other_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "rasterio", None)
    done = CliRunner().invoke(command, [str(tmp_path / "a"), "--json"], catch_exceptions=False)
    told = json.loads(done.stdout)
    assert done.exit_code == 0 and "fieldwork[raster]" in told["landsat_left_out"]
    assert (tmp_path / "a/truth.json").is_file() and not (tmp_path / "a/landsat-truth.json").exists()
    assert "fieldwork[raster]" in done.stderr
    only = CliRunner().invoke(command, [str(tmp_path / "b"), "--archive", "landsat"])
    assert isinstance(only.exception, MissingExtraError)


def test_the_command_writes_either_part_in_either_order(tmp_path, tiny):
    for which, there in (("landsat", {"landsat_truth", "areas"}), ("web", {"truth"})):
        done = CliRunner().invoke(
            command, [str(tmp_path), "--archive", which, "--json"], catch_exceptions=False
        )
        told = json.loads(done.stdout)
        assert told.keys() == {"archive", "size", "seed"} | there
    assert {"truth.json", "landsat-truth.json", "areas.geojson"} < {p.name for p in tmp_path.iterdir()}

"""Descriptions of scenes: real STAC items of two generations, metadata files, and broken ones; the table of scenes."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conf.places import place
from flows.sources.landsat.describe import (
    DescriptionError,
    described,
    from_mtl_json,
    from_mtl_text,
    from_stac,
)
from flows.sources.landsat.products import parse
from tests.flows.landsat.made_scenes import ID, at

REAL = "usgs-landsat/collection02/level-2/standard/oli-tirs"


def test_a_real_item_says_all(data):
    pytest.importorskip("shapely")
    path = data("landsat/stac-items/LE07_L2SP_044033_20210329_20210424_02_T1_SR.json")
    said = from_stac(parse(path.name[:40]), path.read_bytes())
    assert said.acquired_at == datetime(2021, 3, 29, 17, 57, 33, 490812, UTC)
    assert (said.epsg, said.width_px, said.height_px, said.cloud_share) == (32610, 8151, 7131, 0.0)
    assert said.sun_elevation_deg == 43.38653299


def test_both_forms_of_the_metadata_file_say_the_same(data):
    pytest.importorskip("shapely")
    folder = data(f"landsat/{REAL}/2019/008/059/LC08_L2SP_008059_20191201_20200825_02_T1")
    product = parse(folder.name)
    text = from_mtl_text(product, (folder / f"{folder.name}_MTL.txt").read_bytes())
    assert text == from_mtl_json(product, (folder / f"{folder.name}_MTL.json").read_bytes())
    assert (text.epsg, text.cloud_share, text.width_px) == (32618, 0.8102, 7591)
    assert text.acquired_at == datetime(2019, 12, 1, 15, 13, 51, 861099, UTC)


@pytest.mark.parametrize("where", ["008/059", "005/009", "098/084"])
def test_real_scenes_become_rows(data, tmp_path, where):
    """Their items name neither projection nor time of day, or there is none: the metadata file fills in."""
    pytest.importorskip("shapely")
    lake = at(str(data("landsat/usgs-landsat")), tmp_path)
    row = lake.land("landsat-scenes", path_row=(where,))[0]
    assert (row["status"], row["records_kept"]) == ("complete", 1)
    told = lake.rows("landsat-scenes", row["source_file"].rpartition("/")[2])[0]
    assert (told["wrs_path"], told["wrs_row"]) == tuple(map(int, where.split("/")))
    assert told["acquired_at"].date() == told["acquired_on"]
    assert {"008/059": 0.8102, "005/009": 0.5465, "098/084": 0.7257}[where] == told["cloud_share"]
    assert dict(told["asset_keys"])["red"].endswith("_SR_B4.TIF")
    assert dict(told["asset_bytes"]).keys() == {"red", "nir", "qa_pixel", "qa_radsat"}


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"proj:epsg": None}, "no projection"),
        ({"proj:epsg": 4326}, "EPSG 4326"),
        ({"datetime": "2020-01-15T17:05:46Z"}, "acquired at 2020-01-15"),
        ({"datetime": "soon"}, "no projection or time"),
        ({"eo:cloud_cover": 250}, "cloud cover of 250"),
        ({"proj:shape": [0, 5]}, "0 pixels"),
    ],
)
def test_an_impossible_description_is_set_aside(scenes, lake, said, told):
    scenes.scene()
    scenes.describe(parse(ID), **said)
    row = lake.land("landsat-scenes")[0]
    assert (row["status"], row["records_kept"]) == ("damaged", 0)
    assert dict(row["set_aside_by_reason"]) == {"bad_metadata": 1}
    archive = place(lake.settings.archives.landsat, lake.settings)
    with pytest.raises(DescriptionError, match=told):
        described(parse(ID), archive, lake.settings.http)


def test_an_item_of_another_scene_is_refused(scenes, lake):
    scenes.scene()
    path = scenes.describe(parse(ID))
    item = json.loads(path.read_text())
    path.write_text(json.dumps(item | {"id": "LC08_L2SP_028030_20200130_20200824_02_T1_SR"}))
    assert dict(lake.land("landsat-scenes")[0]["set_aside_by_reason"]) == {"bad_metadata": 1}


NAMES = ("id", "properties", "datetime", "geometry", "LANDSAT_METADATA_FILE", "IMAGE_ATTRIBUTES")
LEAVES = st.none() | st.integers() | st.sampled_from([ID, "2020-01-14T00:00:00Z", ""])
JSON = st.recursive(
    LEAVES, lambda x: st.lists(x, max_size=2) | st.dictionaries(st.sampled_from(NAMES), x, max_size=4)
)


@settings(deadline=None)
@given(st.binary(max_size=300) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_content_breaks_the_reading(content):
    from flows.sources.landsat.describe import FILES

    pytest.importorskip("shapely")
    for _, understand in FILES:
        try:
            understand(parse(ID), content)
        except (DescriptionError, ValueError, LookupError, TypeError, AttributeError):
            continue

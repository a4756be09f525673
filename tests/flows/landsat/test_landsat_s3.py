"""Landsat from a real S3 server, and its lake on it."""

from __future__ import annotations

import io

import numpy as np
import pyarrow.parquet as pq
import pytest

from conf.places import place
from flows.landing.parts import part_path
from flows.landing.run import pending
from schemas import landsat
from tests.flows.landsat.made_scenes import BANDS, ID, areas, at, mosaic

pytestmark = pytest.mark.s3
MANY_ROWS = (700, 300)


def test_scenes_are_listed_read_and_extended_on_s3(s3, scenes, tmp_path):
    scenes.scene(shape=MANY_ROWS)
    root = s3.url("landsat")
    lake = at(f"{root}/archive", tmp_path, s3.settings)
    lake.settings = lake.settings.model_copy(update={"lake": f"{root}/lake"})
    there = place(f"{root}/archive", lake.settings)
    for path in scenes.root.rglob("*.*"):
        (there / str(path.relative_to(scenes.root))).write_bytes(path.read_bytes())
    row = lake.land(bands=("red",))[0]
    assert (row["status"], row["records_seen"]) == ("complete", 3 * 8)
    assert len(pending("landsat", lake.inputs(), lake.settings)) == 1
    assert lake.land()[0]["bytes_read"] == sum(map(len, scenes.stored("nir").values()))
    assert pending("landsat", lake.inputs(), lake.settings) == []
    within = areas(tmp_path, (100, 20, 120, 40))
    assert lake.inputs(areas=within, path_row=(), dates="2020", sensors=("oli-tirs",))[0].wants.blocks == 4
    part = place(lake.settings.lake, lake.settings) / part_path(landsat.tiles, lake.inputs()[0])
    told = pq.ParquetFile(io.BytesIO(part.read_bytes())).read().to_pylist()
    rows = {(r["tile_row"], r["tile_column"]): r for r in told}
    for band in BANDS:
        assert np.array_equal(mosaic(rows, band, MANY_ROWS), scenes.made[ID, band])


def test_a_wrong_key_is_no_missing_scene(s3, scenes, tmp_path):
    """Access refused is told, not taken for an empty archive."""
    from conf.places import PlaceError

    lake = at(s3.url("landsat/archive"), tmp_path, s3.settings, s3={"secret": "wrong"})
    with pytest.raises(PlaceError, match="secret does not belong"):
        lake.inputs()

"""The sample archive: what was damaged on purpose is lost, with the reason, and nothing else."""

from __future__ import annotations

import pytest

from tests.flows.landsat.made_scenes import at


def test_the_sample_lands_but_for_what_was_damaged(tmp_path):
    rasterio = pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
    from flows.sources.sample.landsat.write import write_landsat

    truth = write_landsat(tmp_path / "archive", "small", 0)
    lake = at(str(tmp_path / "archive"), tmp_path)
    areas = {"areas": str(tmp_path / "archive/areas.geojson"), "area_id": "area_id", "path_row": ()}
    rows = {r["source_file"].rpartition("/")[2]: r for r in lake.land(**areas)}
    preferred = {
        s["product_id"] for s in truth.scenes().to_pylist() if s["preferred"] or s["quirk"] == "shifted"
    }
    assert set(rows) == preferred
    damaged = {d["product_id"]: d for d in truth.damaged if d["product_id"] in rows}
    assert {p for p, r in rows.items() if r["status"] == "damaged"} == set(damaged)
    for product, damage in damaged.items():
        assert dict(rows[product]["set_aside_by_reason"]).keys() == {damage["reason"]}
        tiles = lake.rows(product=product)
        failed = {tile for tile, told in tiles.items() if told["failed_bands"] == damage["band"]}
        if len(damage["blocks_lost"]) == damage["blocks"]:
            assert failed == set(tiles)
            continue
        with rasterio.open(tmp_path / "archive" / damage["key"]) as file:
            left, top = round((file.transform.c - 15) / 30), round((15 - file.transform.f) / 30)
        met = {
            ((top + r * 256 + dy) // 256, (left + c * 256 + dx) // 256)
            for r, c in damage["blocks_lost"]
            for dy in (0, min(255, 599 - r * 256))
            for dx in (0, min(255, 599 - c * 256))
        }
        assert failed == met & set(tiles)

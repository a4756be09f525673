"""What cannot be read is named and counted, the rest lands, and what can be read later is read later."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from conf import gdal
from conf.places import place
from flows.landing.run import pending
from flows.sources.landsat.layout import layout_of
from flows.sources.landsat.products import parse
from schemas import ops
from tests.flows.landsat.made_scenes import BANDS, COG, ID, at, mosaic
from tests.servers.faulty import Fault

PRODUCT = parse(ID)


def block_at(scenes, lake, band: str, block: tuple[int, int]) -> tuple[int, int]:
    """Where a block lies in a file, and its length."""
    return layout_of(place(str(scenes.file(band)), lake.settings), lake.settings).stored[block]


def tiles_lacking(rows, band: str) -> set[tuple[int, int]]:
    return {tile for tile, told in rows.items() if told[band] is None}


@pytest.mark.parametrize("how", ["flipped", "zeroed"])
def test_a_block_with_wrong_bytes_is_never_taken_for_pixels(scenes, lake, how):
    """GDAL reads many such blocks without an error: it does not look at their checksum."""
    scenes.scene()
    offset, size = block_at(scenes, lake, "nir", (1, 1))
    path = scenes.file("nir")
    data = bytearray(path.read_bytes())
    harmed = (
        slice(offset + size // 2, offset + size // 2 + 3)
        if how == "flipped"
        else slice(offset, offset + size)
    )
    data[harmed] = bytes(b ^ 0xFF for b in data[harmed]) if how == "flipped" else bytes(size)
    path.write_bytes(data)
    row = lake.land()[0]
    rows = lake.rows()
    lost = {(-636, 41), (-636, 42), (-635, 41), (-635, 42)}
    assert tiles_lacking(rows, "nir") == lost
    assert {tile for tile, told in rows.items() if told["failed_bands"] == "nir"} == lost
    assert (row["status"], row["records_seen"], row["records_kept"]) == ("damaged", 64, 60)
    assert dict(row["set_aside_by_reason"]) == {"unreadable_block": 4}
    whole, want = mosaic(rows, "nir"), scenes.made[ID, "nir"]
    assert np.array_equal(whole[whole >= 0], want[whole >= 0])
    assert not tiles_lacking(rows, "red")


def test_the_quarantine_names_the_block(scenes, lake):
    scenes.scene()
    offset, size = block_at(scenes, lake, "red", (0, 2))
    data = bytearray(scenes.file("red").read_bytes())
    data[offset + 20] ^= 1
    scenes.file("red").write_bytes(data)
    lake.land()
    root = place(lake.settings.lake, lake.settings) / ops.quarantine.path
    told = [r for f in root.files() for r in pq.ParquetFile((root / f).path).read().to_pylist()]
    assert {r["source_file"] for r in told} == {PRODUCT.key}
    assert len({r["record_offset"] for r in told}) == len(told)
    assert all(
        f"its {size} bytes at {offset}" in r["detail"] and "red of tile -6" in r["detail"] for r in told
    )


def test_a_file_that_ends_early_keeps_what_comes_before(scenes, lake):
    scenes.scene()
    offset, _ = block_at(scenes, lake, "red", (1, 1))
    path = scenes.file("red")
    path.write_bytes(path.read_bytes()[: offset + 10])
    row = lake.land()[0]
    assert dict(row["set_aside_by_reason"]).keys() == {"unreadable_block"}
    whole, want = mosaic(lake.rows(), "red"), scenes.made[ID, "red"]
    assert np.array_equal(whole[:50], want[:50])
    assert np.array_equal(whole[50:306, :156], want[50:306, :156])
    assert (whole[50:, 156:] == -1).all()


@pytest.mark.parametrize(
    ("harm", "reason"),
    [
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_bytes(b""), "empty"),
        (lambda path: path.write_bytes(b"<html>not here</html>"), "unreadable_block"),
        (lambda path: path.write_bytes(path.read_bytes()[:100]), "unreadable_block"),
    ],
    ids=["missing", "empty", "junk", "header cut"],
)
def test_a_band_that_cannot_be_opened_is_lost_alone(scenes, lake, harm, reason):
    scenes.scene()
    harm(scenes.file("qa_pixel"))
    row = lake.land()[0]
    assert (row["status"], row["records_kept"]) == ("damaged", 48)
    assert dict(row["set_aside_by_reason"]) == {reason: 16}
    assert tiles_lacking(lake.rows(), "qa_pixel") == set(lake.rows())
    assert np.array_equal(mosaic(lake.rows(), "red"), scenes.made[ID, "red"])


def test_a_band_that_lies_elsewhere_is_none_of_the_scene(scenes, lake):
    scenes.scene()
    scenes.raster(scenes.file("red"), scenes.made[ID, "red"], at=(15, 15))
    row = lake.land()[0]
    assert dict(row["set_aside_by_reason"]) == {"bad_metadata": 16}


@pytest.mark.parametrize("dtype", ["float32", "uint8"])
def test_other_numbers_are_refused(scenes, lake, dtype):
    scenes.scene()
    scenes.raster(scenes.file("red"), np.ones((600, 700), dtype), tiled=True, blockxsize=256, blockysize=256)
    row = lake.land()[0]
    assert dict(row["set_aside_by_reason"]) == {"unreadable_block": 16}


def test_a_scene_of_which_nothing_can_be_read_fails(scenes, lake):
    scenes.scene()
    for band in BANDS:
        scenes.file(band).unlink()
    row = lake.land()[0]
    assert (row["status"], row["reason"]) == ("failed", "missing")
    assert len(pending("landsat", lake.inputs(), lake.settings)) == 1


def test_a_scene_all_of_whose_blocks_are_broken_fails(scenes, lake):
    scenes.scene()
    for band in BANDS:
        for block in ((r, c) for r in range(3) for c in range(3)):
            offset, size = block_at(scenes, lake, band, block)
            data = bytearray(scenes.file(band).read_bytes())
            data[offset : offset + size] = bytes(size)
            scenes.file(band).write_bytes(data)
    row = lake.land()[0]
    assert (row["status"], row["reason"]) == ("failed", "unreadable_block")


def test_a_block_that_failed_is_tried_again_and_nothing_else(scenes, lake):
    scenes.scene()
    good = scenes.file("nir").read_bytes()
    offset, size = block_at(scenes, lake, "nir", (1, 1))
    scenes.file("nir").write_bytes(good[:offset] + bytes(size) + good[offset + size :])
    lake.land()
    assert len(pending("landsat", lake.inputs(), lake.settings)) == 1
    scenes.file("nir").write_bytes(good)
    row = lake.land()[0]
    met = sum(map(len, scenes.stored("nir").values()))  # the four tiles it lies in meet all nine blocks
    assert (row["status"], row["bytes_read"], row["records_kept"]) == ("complete", met, 64)
    assert np.array_equal(mosaic(lake.rows(), "nir"), scenes.made[ID, "nir"])
    assert all(told["failed_bands"] is None for told in lake.rows().values())
    assert pending("landsat", lake.inputs(), lake.settings) == []


@pytest.fixture(params=["http", "s3"])
def far(request, scenes, faulty, tmp_path):
    """The archive on a server that fails on request, as a web server and as S3; and the path of a band there."""
    scenes.scene()
    faulty.folder = scenes.root.parent
    ids = tmp_path / "ids.txt"
    ids.write_text(f"{ID}\n")
    root = f"{faulty.address}/archive" if request.param == "http" else "s3://archive"
    lake = at(root, tmp_path, faulty.settings, landsat={"threads": 4})
    return lake, faulty, {"scenes": str(ids), "path_row": ()}, f"/archive/{PRODUCT.file('red')}"


@pytest.mark.parametrize(
    "faults",
    [
        [Fault("status", 503)] * 3,
        [Fault("reset")],
        [Fault("short")],
        [Fault("reset"), Fault("status", 500), Fault("refuse")],
    ],
    ids=["busy", "reset", "cut", "all of it"],
)
@pytest.mark.parametrize("later", [0, 3])
def test_a_server_that_stumbles_is_asked_again(far, scenes, faults, later):
    lake, faulty, chosen, path = far
    items = lake.inputs(**chosen)
    faulty.requests.clear()
    for _ in range(later):
        faulty.faults[path].append(None)
    faulty.fail(path, *faults)
    from flows.landing.run import land_all

    row = land_all("landsat", items, lake.settings)[0]
    assert (row["status"], row["records_kept"]) == ("complete", 64), row["set_aside_by_reason"]
    for band in BANDS:
        assert np.array_equal(mosaic(lake.rows(), band), scenes.made[ID, band])


@pytest.mark.parametrize(("status", "reason"), [(404, "missing"), (403, "forbidden"), (503, "unavailable")])
def test_a_server_that_says_no_loses_the_band_alone(far, status, reason):
    lake, faulty, chosen, path = far
    items = lake.inputs(**chosen)
    faulty.requests.clear()
    faulty.always[path] = Fault("status", status)
    from flows.landing.run import land_all

    row = land_all("landsat", items, lake.settings)[0]
    assert (row["status"], dict(row["set_aside_by_reason"])) == ("damaged", {reason: 16})
    assert len(faulty.asked(path)) == (1 if status < 500 else lake.settings.http.tries)


def test_requester_pays_is_said_and_the_secret_is_not(scenes, faulty, tmp_path, caplog):
    scenes.scene()
    faulty.folder, faulty.requester_pays = scenes.root.parent, True
    ids = tmp_path / "ids.txt"
    ids.write_text(f"{ID}\n")
    secret = "a-secret-of-this-test"
    lake = at("s3://archive", tmp_path, faulty.settings, s3={"requester_pays": True, "secret": secret})
    assert lake.land(scenes=str(ids), path_row=())[0]["status"] == "complete"
    assert secret not in caplog.text
    assert not any(secret in str(value) for r in faulty.requests for value in r.headers.values())


def test_a_broken_block_far_away_is_not_asked_for_again_and_again(far, scenes):
    lake, faulty, chosen, path = far
    offset, size = block_at(scenes, lake, "red", (1, 1))
    data = bytearray(scenes.file("red").read_bytes())
    data[offset : offset + size] = bytes(size)
    faulty.files[path] = bytes(data)
    row = lake.land(**chosen)[0]
    assert dict(row["set_aside_by_reason"]) == {"unreadable_block": 4}
    asked = [r.range for r in faulty.asked(path) if r.method == "GET"]
    assert len(asked) <= 8


def test_packings_that_gdal_reads_are_tried_again_too(scenes, lake):
    scenes.scene(**(COG | {"compress": "lzw"}))
    path = scenes.file("red")
    offset, size = block_at(scenes, lake, "red", (1, 1))
    data = path.read_bytes()
    path.write_bytes(data[: offset + size // 2])
    row = lake.land()[0]
    assert dict(row["set_aside_by_reason"]).keys() == {"unreadable_block"}
    assert row["status"] == "damaged"


def test_a_file_that_is_cut_for_good_is_not_asked_for_again(far, scenes):
    """The server itself says that the file is so short: no other try can mend it."""
    lake, faulty, chosen, path = far
    gdal.clear(place(lake.settings.archives.landsat, lake.settings) / PRODUCT.file("red"))  # of other tests
    faulty.files[path] = scenes.file("red").read_bytes()[:100]
    row = lake.land(**chosen)[0]
    assert (row["status"], dict(row["set_aside_by_reason"])) == ("damaged", {"unreadable_block": 16})
    root = place(lake.settings.lake, lake.settings) / ops.quarantine.path
    told = [r for f in root.files() for r in pq.ParquetFile((root / f).path).read().to_pylist()]
    assert all("it is cut: the file has 100 bytes" in r["detail"] for r in told)
    assert len([r for r in faulty.asked(path) if r.method == "GET"]) < 2 * lake.settings.http.tries


def test_an_answer_that_is_cut_is_no_file_that_is_cut(far, scenes):
    """Every answer to GDAL ends early once; the file itself is whole."""
    lake, faulty, chosen, path = far
    items = lake.inputs(**chosen)
    gdal.clear(place(lake.settings.archives.landsat, lake.settings) / PRODUCT.file("red"))
    faulty.requests.clear()
    faulty.faults[path].append(None)
    faulty.fail(path, Fault("short", after=100), Fault("short", after=100))
    from flows.landing.run import land_all

    row = land_all("landsat", items, lake.settings)[0]
    assert (row["status"], row["records_kept"]) == ("complete", 64)
    assert not faulty.faults[path]

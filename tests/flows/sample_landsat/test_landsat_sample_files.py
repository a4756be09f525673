"""Files, keys, grids and descriptions of the Landsat sample; what is damaged is damaged, and only that."""

import hashlib
import json
import re

import numpy as np
import pytest

KEY = re.compile(
    r"collection02/level-2/standard/(oli-tirs|etm|tm)/(\d{4})/(\d{3})/(\d{3})/"
    r"((L[COTEM]\d{2})_L2SP_(\d{6})_(\d{8})_\d{8}_02_(T1|T2|RT))/\5_"
    r"(SR_B[1-7]\.TIF|QA_PIXEL\.TIF|QA_RADSAT\.TIF|SR_stac\.json|MTL\.json|MTL\.txt)"
)


def rasters(truth, scenes, product_id):
    return sorted((truth.root / scenes[product_id]["folder"]).glob("*.TIF"))


def test_every_file_has_a_true_key_and_is_in_the_truth(truth, scenes):
    found = {
        str(path.relative_to(truth.root)): path.stat().st_size
        for path in (truth.root / "collection02").rglob("*.*")
    }
    assert found == {file["key"]: file["bytes"] for file in truth.facts["files"]}
    for key in found:
        told = KEY.fullmatch(key)
        assert told, key
        folder, year, path, row, product_id, code, place, day, *_ = told.groups()
        assert product_id in scenes
        assert (day[:4], place) == (year, path + row)
        assert folder == {"LC08": "oli-tirs", "LC09": "oli-tirs", "LE07": "etm", "LT05": "tm"}[code]
    assert sum(found.values()) < 30_000_000
    assert truth.facts["totals"]["file_bytes"] == sum(found.values())


def test_what_the_archive_holds(truth, scenes):
    good = [s for s in scenes.values() if s["preferred"]]
    main = [s for s in good if (s["wrs_path"], s["wrs_row"]) == (44, 33)]
    assert len(main) == 26
    assert {s["sensor"] for s in main} == {"etm", "oli-tirs"}
    assert {s["satellite"] for s in good} == {5, 7, 8, 9}
    assert sorted(s["tier"] for s in scenes.values() if s["tier"] != "T1") == ["RT", "T2"]
    (twice,) = truth.facts["duplicates"]
    assert twice["use"][:25] == twice["not"][:25]
    assert scenes[twice["use"]]["processed_on"] > scenes[twice["not"]]["processed_on"]
    assert len(truth.facts["overlaps"]) == 4


def test_rasters_are_blocks_of_256_on_the_bucket_s_grid_without_a_scale_tag(truth, scenes, whole):
    import rasterio

    for name in whole:
        for path in rasters(truth, scenes, name):
            with rasterio.open(path) as file:
                assert file.profile["tiled"] and file.block_shapes == [(256, 256)]
                assert file.compression.name == "deflate" and file.dtypes == ("uint16",)
                assert file.scales == (1.0,) and file.offsets == (0.0,) and not file.tags(1)
                assert file.res == (30, 30) and file.transform.c % 30 == 15 and file.transform.f % 30 == 15
                assert file.crs.to_epsg() == scenes[name]["epsg"]
                assert (file.width, file.height) == (scenes[name]["width_px"], scenes[name]["height_px"])
                assert (file.transform.f < 0) == (scenes[name]["wrs_path"] == 90)
                assert int(file.get_tag_item("IFD_OFFSET", "TIFF", bidx=1) or 8) < 1000


def test_a_block_is_lost_if_and_only_if_the_truth_says_so(truth):
    import rasterio
    from rasterio.windows import Window

    kinds = set()
    for damage in truth.damaged:
        kinds.add((damage["kind"], damage["reason"]))
        path = truth.root / damage["key"]
        if damage["kind"] in ("missing", "cut_header"):
            assert path.exists() == (damage["kind"] != "missing")
            with pytest.raises(rasterio.errors.RasterioIOError):
                rasterio.open(path)
            assert len(damage["blocks_lost"]) == damage["blocks"] == 9
            continue
        lost = []
        with rasterio.open(path) as file:
            for (r, c), window in file.block_windows(1):
                try:
                    file.read(1, window=Window(*window.flatten()))
                except rasterio.errors.RasterioIOError:
                    lost.append([r, c])
        assert lost == damage["blocks_lost"] and 0 < len(lost) < 9
    assert kinds == {
        ("missing", "missing"), ("cut_header", "unreadable_block"), ("cut_within", "unreadable_block"),
        ("block_zeroed", "unreadable_block"),
    }  # fmt: skip


def test_all_other_rasters_can_be_read_and_have_the_stated_checksum(truth, scenes):
    import rasterio

    harmed = {damage["key"] for damage in truth.damaged}
    for name, scene in scenes.items():
        folder = truth.root / scene["folder"]
        item = json.loads((folder / f"{name}_SR_stac.json").read_text())
        for asset in item["assets"].values():
            key = asset["alternate"]["s3"]["href"].removeprefix("s3://usgs-landsat/")
            if not key.endswith(".TIF"):
                continue
            path = truth.root / key
            same = (
                path.exists()
                and asset["file:checksum"] == "1340" + hashlib.sha512(path.read_bytes()).hexdigest()
            )
            assert same == (key not in harmed)
            if same:
                with rasterio.open(path) as file:
                    file.read(1)


def test_descriptions_agree_with_the_rasters(truth, scenes, whole):
    import rasterio

    for name in whole:
        folder = truth.root / scenes[name]["folder"]
        item = json.loads((folder / f"{name}_SR_stac.json").read_text())
        mtl = json.loads((folder / f"{name}_MTL.json").read_text())["LANDSAT_METADATA_FILE"]
        lines = [line.strip() for line in (folder / f"{name}_MTL.txt").read_text().splitlines()]
        with rasterio.open(folder / f"{name}_QA_PIXEL.TIF") as file:
            assert item["properties"]["proj:epsg"] == file.crs.to_epsg()
            assert item["properties"]["proj:shape"] == list(file.shape)
            assert item["properties"]["proj:transform"] == list(file.transform)[:6]
            left, top = file.xy(0, 0)
        assert item["id"] == f"{name}_SR" and "raster:bands" not in json.dumps(item)
        assert float(mtl["PROJECTION_ATTRIBUTES"]["CORNER_UL_PROJECTION_X_PRODUCT"]) == left
        assert float(mtl["PROJECTION_ATTRIBUTES"]["CORNER_UL_PROJECTION_Y_PRODUCT"]) == top
        assert float(mtl["IMAGE_ATTRIBUTES"]["CLOUD_COVER"]) == scenes[name]["cloud_percent"]
        assert f'LANDSAT_PRODUCT_ID = "{name}"' in lines and lines[-1] == "END"
        assert sum(line.startswith("GROUP") for line in lines) == len(mtl) + 1
        assert f"DATE_ACQUIRED = {scenes[name]['acquired_on']}" in lines


def test_scenes_of_a_path_and_day_agree_where_they_overlap(truth, scenes, whole, arrays):
    compared = 0
    for pair in truth.facts["overlaps"]:
        if not set(pair) <= set(whole):
            continue
        (top, low), (above, below) = (scenes[p] for p in pair), (arrays(p) for p in pair)
        down, left = (top["y_m"] - low["y_m"]) // 30, (top["x_m"] - low["x_m"]) // 30
        for first, second in zip(above, below, strict=True):
            a, b = first[down:, : low["width_px"] - left], second[: top["height_px"] - down, left:]
            both = (above[2][down:, : a.shape[1]] != 1) & (below[2][: a.shape[0], left:] != 1)
            assert both.sum() > 5_000
            assert np.array_equal(a[both], b[both])
            compared += 1
    assert compared >= 8


def test_the_traps_of_real_scenes_are_there(scenes, whole, arrays):
    shadow_clear = shadow_dull = fill_lit = gaps = cirrus = 0
    codes = set()
    for name in whole:
        red, _, qa, _ = arrays(name)
        codes |= {(name[:4], int(code)) for code in np.unique(qa)}
        shadow_clear += int(((qa & 0x50) == 0x50).sum())
        shadow_dull += int(((qa & 0x50) == 0x10).sum())
        fill_lit += int(((qa == 1) & (red != 0)).sum())
        if name[:4] != "LC08" and name[:4] != "LC09":
            assert not (qa & 0b1100000000000100).any()
        cirrus += int(((qa & 4) != 0).sum())
        broken = bool((qa[250:350, 90:130] == 1).any()) if scenes[name]["wrs_row"] == 33 else None
        if broken is not None and not scenes[name]["quirk"]:
            late = scenes[name]["acquired_on"] > "2003-05-31" and name.startswith("LE07")
            assert broken == late == scenes[name]["scan_line_gaps"]
            gaps += late
    assert min(shadow_clear, shadow_dull, fill_lit, cirrus, gaps) > 5
    assert {("LC08", 21824), ("LC08", 21952), ("LC08", 22280), ("LC08", 23888), ("LC08", 30048)} <= codes
    assert {("LE07", 5440), ("LE07", 5504), ("LE07", 5896), ("LE07", 13664), ("LE07", 1)} <= codes

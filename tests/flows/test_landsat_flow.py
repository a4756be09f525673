"""Landsat from end to end on the sample archive: planted greening, what was damaged, the flow, S3, the terminal."""

from __future__ import annotations

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import pytest

from analysis import open_result, run
from analysis.coverage import ledger
from conf.places import place
from conf.settings import load
from flows.landing.run import land_all
from schemas import landsat

QUIET = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
PARTLY_OUTSIDE = {"10", "12", "13"}
"""Areas that one scene does not show whole."""


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The small sample archive of Landsat, seed 0, and what was planted in it."""
    pytest.importorskip("rasterio", reason="rasterio is not installed (extra `raster`)")
    from flows.sources.sample.landsat.write import write_landsat

    return write_landsat(tmp_path_factory.mktemp("landsat") / "archive", "small", 0)


def landed(archive: str, lake: str, settings=load, **chosen):
    """Settings of a lake that holds the archive's blocks of its areas; the archive's root has them."""
    from flows.sources import find
    from flows.sources.landsat.select import Selection

    over = {"lake": lake, "archives": {"landsat": archive}, "ingest": {"processes": 1}}
    made = settings(**over) if settings is not load else load(environ={}, **over)
    asked = Selection(areas=f"{archive}/areas.geojson", area_id="area_id", **chosen)
    for name in ("landsat-scenes", "landsat"):
        items = find(name).inputs(asked, place(archive, made), made)
        land_all(name, items, made)
    return made


@pytest.fixture(scope="module")
def on_disk(sample, tmp_path_factory):
    """Settings of a lake on disk."""
    return landed(str(sample.root), str(tmp_path_factory.mktemp("landsat") / "lake"))


def trends(settings, **options):
    areas = f"{settings.archives.landsat}/areas.geojson"
    asked = {"harmonise": "roy_rma", "pool_sensors": True} | options
    return run("ndvi-trends", settings=settings, areas=areas, area_id="area_id", **asked)


def test_the_planted_greening_is_found(sample, on_disk):
    rows = {row["area_id"]: row for row in trends(on_disk).table.to_pylist()}
    planted = {area["area_id"]: area["greening_per_year"] for area in sample.facts["areas"]}
    assert set(rows) == set(planted)
    assert rows.pop("13")["slope"] is None  # three looks are no trend
    for name, row in rows.items():
        assert row["slope"] == pytest.approx(planted[name], abs=6e-4), name
        assert row["slope_low"] <= planted[name] <= row["slope_high"], name
        assert (row["p_value"] < 0.01) is (planted[name] != 0), name
    raw = {row["area_id"]: row for row in trends(on_disk, harmonise="none").table.to_pylist()}

    def off(found):
        return sum(abs(found[name]["slope"] - planted[name]) for name in rows)

    assert off(raw) > 3 * off(rows)  # the step between sensors is no greening


def test_damaged_scenes_are_named_in_the_ledger(sample, on_disk):
    rows = ledger(place(on_disk.lake, on_disk), landsat.tiles).to_pylist()
    found = {row["source_file"].rpartition("/")[2]: row for row in rows}
    damaged = {d["product_id"]: d for d in sample.damaged if d["product_id"] in found}
    assert len(damaged) >= 3
    assert {p for p, row in found.items() if row["status"] != "complete"} == set(damaged)
    for product, damage in damaged.items():
        assert dict(found[product]["set_aside_by_reason"]).keys() == {damage["reason"]}


@pytest.fixture(scope="module")
def by_day(on_disk):
    """The panel by day, by area, day and sensor."""
    areas = f"{on_disk.archives.landsat}/areas.geojson"
    result = run("ndvi", settings=on_disk, areas=areas, area_id="area_id", by="day")
    return {(r["area_id"], r["period"], r["sensor"]): r for r in result.table.to_pylist()}


def test_shares_lost_are_those_planted(sample, by_day):
    harmed = {d["product_id"] for d in sample.damaged}
    scenes = {s["product_id"]: s for s in sample.facts["scenes"]}
    looked = 0
    for row in sample.panel().to_pylist():
        scene = scenes[row["product_id"]]
        alone = scene["preferred"] and scene["wrs_row"] == 33 and row["product_id"] not in harmed
        if not alone or row["area_id"] in PARTLY_OUTSIDE or row["pixels"] < 1000:
            continue
        found = by_day[row["area_id"], scene["acquired_on"], scene["sensor"]]
        for share, count in (("clear_share", "usable"), ("lost_fill", "fill"), ("lost_cloud", "cloud")):
            assert found[share] == pytest.approx(row[count] / row["pixels"], abs=0.02), (row, share)
        assert found["lost_failed"] == 0
        looked += 1
    assert looked > 100


def test_what_could_not_be_read_is_a_loss_of_its_own(sample, by_day):
    whole = [d for d in sample.damaged if len(d["blocks_lost"]) == d["blocks"]]
    assert len(whole) >= 2
    days = {s["product_id"]: s["acquired_on"] for s in sample.facts["scenes"]}
    for damage in whole:
        rows = [
            r for (area, day, _), r in by_day.items() if day == days[damage["product_id"]] and area == "05"
        ]
        assert [(r["lost_failed"], r["mean"], r["clear_share"]) for r in rows] == [
            (pytest.approx(1), None, 0)
        ]


@pytest.mark.s3
def test_scenes_from_s3_and_the_lake_on_s3(s3, sample, on_disk):
    root, since = s3.url("landsat-road"), "2018-01-01"
    shutil.copytree(sample.root, s3.folder / s3.bucket / "landsat-road" / "archive")
    # on S3 paths and rows are computed from the orbit, which made-up scenes do not follow
    chosen = {"path_row": ("44/33",), "dates": "2018..2022", "sensors": ("oli-tirs",)}
    # a cut file looks like a broken connection: it is tried again, which need not take long here
    hasty = partial(s3.settings, http={"tries": 2, "wait_min_s": 0, "wait_max_s": 0.01})
    there = landed(f"{root}/archive", f"{root}/lake", hasty, **chosen)
    known = ["source_file", "status", "records_seen", "records_kept"]
    tiles, here = (ledger(place(s.lake, s), landsat.tiles).select(known) for s in (there, on_disk))
    assert set(tiles["status"].to_pylist()) == {"complete", "damaged"}
    assert set(map(str, tiles.to_pylist())) < set(map(str, here.to_pylist()))
    assert ledger(place(there.lake, there), landsat.scenes).num_rows == tiles.num_rows
    areas = f"{root}/archive/areas.geojson"
    result = run("ndvi", settings=there, areas=areas, area_id="area_id", by="day")
    on_s3 = {(r["area_id"], r["period"]): r["mean"] for r in result.table.to_pylist()}
    assert len(on_s3) > 30 and any(on_s3.values())
    areas = f"{sample.root}/areas.geojson"
    again = run("ndvi", settings=on_disk, areas=areas, area_id="area_id", by="day", since=since)
    same = {(r["area_id"], r["period"]): r["mean"] for r in again.table.to_pylist()}
    alone = set(on_s3) - {k for k in on_s3 if k[0] == "12"}  # 12 is shown by the next row too
    assert {k: on_s3[k] for k in alone} == {k: same[k] for k in alone}
    folder = result.save(f"{root}/results", there)
    assert open_result(folder, there).table.equals(result.table)


@QUIET
def test_the_flow_lands_and_publishes(server, sample, tmp_path):
    from prefect.client.orchestration import get_client

    from flows.landsat_ndvi import landsat_ndvi

    profile = tmp_path / "landsat.toml"
    profile.write_text(
        f'lake = "{tmp_path / "lake"}"\n[archives]\nlandsat = "{sample.root}"\n[ingest]\nprocesses = 1\n'
        "loss_limit = 0.5\n"
    )
    out = str(tmp_path / "out")
    scenes = {"areas": f"{sample.root}/areas.geojson", "area_id": "area_id", "dates": "2013..2022"}
    asked = {"measure": {"harmonise": "roy_rma"}, "batch_size": 20, "profile": str(profile)}
    assert landsat_ndvi(scenes, out, **asked) == out
    panel = open_result(f"{out}/ndvi")
    assert min(panel.table["period"].to_pylist()) >= "2013"
    assert "Shares of the areas" in Path(out, "report.html").read_text("utf-8")
    with get_client(sync_client=True) as client:
        keys = {a.key: a for a in client.read_artifacts()}
    assert {
        "ingest-landsat-ledger",
        "ingest-landsat-coverage",
        "landsat-ndvi-rows",
        "landsat-ndvi-trends-rows",
    } <= set(keys)
    told = keys["landsat-ndvi-trends-methods"].data
    assert "**Coverage**: " in told and f"{out}/report.html" in told and "Theil" in told


@QUIET
@pytest.mark.parametrize(
    "wrong",
    [
        {"dates": "recently"},
        {"dates": "2013..", "cloud_max": 2},
        {"dates": "2013..", "index": "ndvi"},
        {"dates": "2013..", "path_row": ["44-33"]},
        {"dates": "2013..", "sensors": []},
    ],
)
def test_parameters_are_checked(server, wrong):
    from prefect.exceptions import ParameterTypeError

    from flows.landsat_ndvi import landsat_ndvi

    with pytest.raises(ParameterTypeError):
        landsat_ndvi({"areas": "a.geojson"} | wrong, "out")
    with pytest.raises(ParameterTypeError):
        landsat_ndvi({"areas": "a.geojson", "dates": "2013.."}, "out", measure={"by": "decade"})


@QUIET
def test_too_large_a_loss_fails_the_flow_but_the_results_are_there(server, sample, tmp_path):
    from flows.ingest import LossError
    from flows.landsat_ndvi import landsat_ndvi

    profile = tmp_path / "strict.toml"
    profile.write_text(
        f'lake = "{tmp_path / "lake"}"\n[archives]\nlandsat = "{sample.root}"\n[ingest]\nprocesses = 1\n'
        "loss_limit = 0.0\n"
    )
    scenes = {"areas": f"{sample.root}/areas.geojson", "area_id": "area_id", "dates": "2016..2016"}
    with pytest.raises(LossError, match="unreadable_block"):
        landsat_ndvi(scenes, str(tmp_path / "out"), measure={"trends": False}, profile=str(profile))
    assert open_result(tmp_path / "out" / "ndvi").table.num_rows


@pytest.fixture
def command(on_disk, capsys, monkeypatch):
    """Runs `fieldwork ndvi` on that lake."""

    def call(*args: str) -> tuple[str, str]:
        from flows.cli import main

        areas = f"{on_disk.archives.landsat}/areas.geojson"
        words = ["fieldwork", "ndvi", "--lake", on_disk.lake, "--areas", areas, "--area-id", "area_id", *args]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 0
        return capsys.readouterr()

    return call


def test_the_terminal_shows_what_fits_and_says_what_does_not(command):
    out, err = command("--top", "5")
    lines = out.splitlines()
    assert max(map(len, lines)) <= 110
    names = lines[0].split()
    rows = json.loads(command("--top", "5", "--json")[0])["rows"]
    told = {name for row in rows for name, value in row.items() if value is not None}
    first = ("mean", "mean_low", "mean_high", "anomaly", "passes", "clear_share")
    wanted = ["area_id", "period", "sensor", *(name for name in first if name in told)]
    assert names[: len(wanted)] == wanted and len(wanted) > 5
    assert set(names) < set(rows[0])
    assert f"{len(names)} of {len(rows[0])} columns (all: --json, --out)" in err

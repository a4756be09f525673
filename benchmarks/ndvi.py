"""NDVI: the kernel beside NumPy, and the panel of areas beside odc-stac with exactextract; same files, same run.

    python benchmarks/ndvi.py [--peer-python PYTHON] [--dates 40] [--size 3660] [--areas 2000] [--folder DIR]

PYTHON is that of an environment with odc-stac, exactextract, geopandas and pystac; without it there is no ratio. Every
job is a process of its own, so that start-up is in its time; memory is that of the process and all its children.
The peers give mean and number of pixels; ours gives median, spread, quantiles and causes of loss beside these, reads
one band more (saturation), and its means have to agree with theirs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import ndvi_scenes
import numpy as np
from processes import Usage, watched

ROOT = Path(__file__).parent.parent
SAME = 2e-6
"""How far the means of an area and date may differ: the peers' images are rounded to 32 bits."""


def main() -> None:
    """Run all and print a line each."""
    asked = _arguments()
    kernel()
    folder = Path(asked.folder)
    archive = folder / f"archive-{asked.size}-{asked.dates}"
    ndvi_scenes.write(archive, asked.dates, asked.size, asked.areas, len(os.sched_getaffinity(0)))
    areas = archive / f"areas-{asked.areas}.geojson"
    print(f"panel: {asked.dates} dates of {asked.size} × {asked.size} pixels, {asked.areas} areas")
    found: dict[str, Usage] = {}
    means: dict[str, dict[str, dict[str, float]]] = {}
    for road in ("odc", "plain") if asked.peer_python else ():
        out = folder / f"{road}.json"
        command = [
            asked.peer_python,
            str(ROOT / "benchmarks/ndvi_peer.py"),
            str(archive),
            str(areas),
            road,
            "5",
            str(out),
        ]
        found[road] = watched(command, {}, ROOT)[1]
        means[road] = {
            d: dict(zip(ids, m, strict=True)) for d, (ids, m, _) in json.loads(out.read_text("utf-8")).items()
        }
    lake = folder / "lake"
    shutil.rmtree(lake, ignore_errors=True)
    found["land"] = _ours("land", archive, areas, lake)
    found["ours"] = _ours("panel", archive, areas, lake)
    _report(found)
    for road, told in means.items():
        print(f"  largest difference of a mean from {road}: {_difference(lake, told):.1e}")


def kernel(pixels: int = 3660 * 3660) -> None:
    """Mask, scale and index of one scene: ours beside NumPy written with care, one thread each."""
    from analysis.kernels.pixels.formulas import coefficients, radsat_mask
    from analysis.kernels.pixels.loops import classify

    rng = np.random.default_rng(0)
    red, nir = (rng.integers(7000, 30000, pixels, np.uint16) for _ in range(2))
    qa = rng.choice(np.array([21824, 22280, 21952, 1], np.uint16), pixels, p=[0.7, 0.2, 0.05, 0.05])
    radsat = np.zeros(pixels, np.uint16)
    tile = 256 * 256
    value, code = np.empty(tile, np.float32), np.empty(tile, np.uint16)
    k = coefficients("ndvi", "oli-tirs", "none")
    bits = np.array([0xBF, radsat_mask("ndvi", "oli-tirs"), 1, 65535], np.uint16)

    def ours() -> None:  # tile by tile, as the panel does: what one tile leaves is added up before the next
        for start in range(0, pixels - tile + 1, tile):
            at = slice(start, start + tile)
            classify(nir[at], red[at], red[at], qa[at], radsat[at], k, bits, value, code)

    def theirs() -> None:
        scale, offset = np.float32(0.0000275), np.float32(-0.2)
        r, n = red * scale + offset, nir * scale + offset
        with np.errstate(all="ignore"):
            index = (n - r) / (n + r)
        bad = ((qa & 0xBF) != 0) | (red == 0) | (nir == 0) | ((radsat & 0x18) != 0)
        index[bad] = np.nan

    times = {}
    for name, job in (("ours", ours), ("numpy", theirs)):
        job()
        times[name] = min(_timed(job) for _ in range(5))
    print(f"kernel, {pixels / 1e6:.1f} Mpx, one thread: {pixels / 1e6 / times['ours']:,.0f} Mpx/s, "
          f"NumPy {pixels / 1e6 / times['numpy']:,.0f}: {times['numpy'] / times['ours']:.1f} ×")  # fmt: skip


def _timed(job: Callable[[], None]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


def _ours(what: str, archive: Path, areas: Path, lake: Path) -> Usage:
    fieldwork = [sys.executable, "-m", "flows.cli"]
    where = ["--areas", str(areas), "--area-id", "area", "--lake", str(lake)]
    if what == "land":
        command = [
            *fieldwork,
            "ingest",
            "landsat",
            "--archive",
            str(archive),
            "--path-row",
            "193/027",
            *where,
        ]
    else:
        command = [
            *fieldwork,
            "ndvi",
            *where,
            "--by",
            "day",
            "--coverage-min",
            "0",
            "--out",
            str(lake.parent / "result"),
            "--top",
            "1",
        ]
    return watched(command, {"PYTHONPATH": str(ROOT)}, ROOT)[1]


def _report(found: dict[str, Usage]) -> None:
    for name, usage in found.items():
        processors, most = f"{usage.cpu_s:6.1f} s of processors", f"{usage.peak_bytes / 1e6:,.0f} MB at most"
        print(f"  {name:6} {usage.wall_s:6.1f} s, {processors}, {most}")
    whole = found["land"].wall_s + found["ours"].wall_s
    for road in ("odc", "plain"):
        if road in found:
            print(f"  beside {road}: landing included {found[road].wall_s / whole:.1f} ×, "
                  f"from the lake {found[road].wall_s / found['ours'].wall_s:.1f} ×")  # fmt: skip


def _difference(lake: Path, told: dict[str, dict[str, float]]) -> float:
    """Largest difference of a mean; a mean that only one of the two has is a difference of 1."""
    import pyarrow.parquet as pq

    largest = 0.0
    rows = pq.read_table(lake.parent / "result/areas.parquet", columns=["area_id", "period", "mean"])
    mine = {(day, area): mean for area, day, mean in zip(*(c.to_pylist() for c in rows.columns), strict=True)}
    for day, of_day in told.items():
        for area, mean in of_day.items():
            ours = mine.get((day, area))
            none = mean is None or np.isnan(mean)
            largest = max(
                largest, 0.0 if none and ours is None else 1.0 if none or ours is None else abs(ours - mean)
            )
    assert largest < SAME, f"means differ by {largest}"
    return largest


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer-python", help="Python of the peers' environment")
    parser.add_argument("--dates", type=int, default=40)
    parser.add_argument("--size", type=int, default=3660, help="pixels along a side of the footprint")
    parser.add_argument("--areas", type=int, default=2000)
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "fieldwork-ndvi"))
    return parser.parse_args()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()

"""From links in the lake to canonical edges, numbered by name: ours beside Polars; same parts, same run, same edges.

    python benchmarks/graph_lake.py [--edges 1,10] [--rounds 2] [--seed 0] [--folder FOLDER]

`--edges` are millions, of R-MAT graphs (graph.py) whose rows lie in random order in parts of 800,000; names have 24
bytes. Ours is `run("graph", metrics=("degree",))`: it also counts degrees and says what its memory will be. Seconds are
of whole processes, start and imports among them; peak memory is resident. Both must find the same edges and links.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from graph import kept
from processes import Usage, watched

from schemas.links import links

ROOT = Path(__file__).parent.parent
PART_ROWS = 800_000
GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # times a number: names whose order says nothing of the number
OURS = """
import sys
from analysis import run
found = run("graph", sys.argv[1], metrics=("degree",))
(told,) = found.manifest["facts"]["graphs"]
print(told["vertices"], told["edges"], told["links"])
"""
PEER = """
import sys
import polars as pl
rows = pl.scan_parquet(sys.argv[1] + "/core/**/*.parquet", hive_partitioning=False).select(
    "pages", "links", one="source_host_reversed", other="target_host_reversed").collect()
names = pl.concat([rows["one"], rows["other"]]).unique().sort().alias("name")
ids = pl.DataFrame([names]).with_row_index("id").lazy()
edges = (
    rows.lazy()
    .join(ids, left_on="one", right_on="name").rename({"id": "source"})
    .join(ids, left_on="other", right_on="name").rename({"id": "target"})
    .filter(pl.col("source") != pl.col("target"))
    .group_by("source", "target").agg(pl.col("links").sum(), pl.col("pages").sum())
    .sort("source", "target").collect()
)
print(len(names), len(edges), edges["links"].sum())
"""


def lake(folder: Path, millions: float, seed: int) -> Path:
    """A lake with the links of a graph; made where it is not there."""
    root = folder / f"lake-{millions:g}-{seed}"
    home = root / links.path / "crawl=CC-MAIN-2024-22"
    edges = np.load(kept(folder, millions, seed), mmap_mode="r")
    if home.exists():
        return root
    home.mkdir(parents=True)
    draw = np.random.default_rng(seed)
    hashed = np.arange(edges.max() + 1, dtype=np.uint64) * GOLDEN
    names = pa.array([f"com.{value:016x}.www" for value in hashed.tolist()])
    order = draw.permutation(edges.shape[1])
    for number, first in enumerate(range(0, len(order), PART_ROWS)):
        rows = np.sort(order[first : first + PART_ROWS])  # edges are sorted, and so are a part's
        source, target = (names.take(pa.array(ends[rows])) for ends in edges)
        told = {
            "source_file": pa.repeat(f"file-{number}", len(rows)),
            "source_host_reversed": source,
            "target_host_reversed": target,
            "kind": pa.repeat("anchor", len(rows)),
            "pages": pa.repeat(pa.scalar(1, pa.int64()), len(rows)),
            "links": pa.array(draw.integers(1, 9, len(rows))),
            "nofollow_links": pa.repeat(pa.scalar(0, pa.int64()), len(rows)),
        }
        pq.write_table(pa.table(told), home / f"part-{number:05}.parquet", compression="zstd")
    return root


def best(code: str, root: Path, rounds: int) -> tuple[str, Usage]:
    """What it printed, and the run that took least processor time."""
    runs = [
        watched([sys.executable, "-c", code, str(root)], {"PYTHONPATH": str(ROOT)}, root)
        for _ in range(rounds)
    ]
    return min(runs, key=lambda run: run[1].cpu_s)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--edges", default="1,10")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        for millions in map(float, asked.edges.split(",")):
            root = lake(asked.folder or Path(temporary), millions, asked.seed)
            sides = {
                name: best(code, root, asked.rounds) for name, code in (("ours", OURS), ("Polars", PEER))
            }
            if len({said for said, _ in sides.values()}) > 1:
                raise SystemExit(f"vertices, edges and links differ: {[said for said, _ in sides.values()]}")
            for name, (_, took) in sides.items():
                peak = took.peak_bytes / 1e6
                print(f"{name:8} {took.wall_s:7.1f} s  {took.cpu_s:7.1f} CPU s  {peak:8,.0f} MB", flush=True)
            mine, peer = (took for _, took in sides.values())
            wall, cpu = peer.wall_s / mine.wall_s, peer.cpu_s / mine.cpu_s
            memory = mine.peak_bytes / peer.peak_bytes
            print(f"ours is {wall:.1f} x as fast ({cpu:.1f} x by CPU), in {memory:.2f} of the memory")


if __name__ == "__main__":
    main()

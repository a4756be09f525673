"""WAT to host-to-host edges, the whole job: ours beside cc-pyspark's and beside floors; same files, same run.

    python benchmarks/links.py [--files 4 --pages 20000] [--peer PATH --peer-python PYTHON] [--spark]

Ours is `fieldwork ingest wat` and `fieldwork links`, each a process of its own. The peer's is its two jobs
(hostlinks_extract_fastwarc.py, hostlinks_to_graph.py) on a local Spark with as many cores; PATH is a checkout of
commoncrawl/cc-pyspark, PYTHON that of an environment with pyspark and what it needs. It keeps each pair of hosts
once and no numbers. Of each job both steps are told apart (ours: landing, edges; the peer's: pairs, graph), with the
processor time of Python, of Spark's workers and of Java. Floors are what one core needs for a part of the work, in
seconds of processor time: to unpack, to parse records and JSON as well, to take the host of each link by a regular
expression as well.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from links_files import write
from processes import Usage, watched

ROOT = Path(__file__).parent.parent
HOST = re.compile(r"(?:https?:)?//([^/?#]+)")
COMMAND = "import sys; from flows.cli import main; sys.argv[0] = 'fieldwork'; main()"


def main() -> None:
    """Write the files, run the jobs, print times and ratios."""
    asked = _arguments()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.cores])  # ours and all children's
    folder = Path(asked.folder)
    keys = write(folder / "archive", asked.files, asked.pages, asked.cores)
    (folder / "paths").write_text("".join(f"{key}\n" for key in keys), "utf-8")
    paths = [folder / "archive" / key for key in keys]
    floor, found = floors(paths)
    for name, seconds in floor.items():
        print(f"floor: {name:40} {seconds:6.1f} s of one core")
    whole: dict[str, Usage] = {}
    for engine in ("dask", "spark", "spark-rdd") if asked.spark else ("dask",):
        name = f"wat+links-{engine}"
        edges, *steps = ours(folder, engine)
        whole[name] = together(*steps)
        print(line(name, whole[name], edges), *map(step, steps), sep="\n    ", flush=True)
    if asked.peer:
        edges, *steps = peer(paths, Path(asked.peer), asked.peer_python, asked.cores)
        whole["cc-pyspark"] = together(*steps)
        print(line("cc-pyspark", whole["cc-pyspark"], edges), *map(step, steps), sep="\n    ")
    print(f"{found[0]:,} pages, {found[1]:,} links")
    for name, use in whole.items():
        told = [f"{use.cpu_s / seconds:.1f} x {what}" for what, seconds in floor.items()]
        if "cc-pyspark" in whole:
            told.insert(0, f"{whole['cc-pyspark'].wall_s / use.wall_s:.1f} times as fast as cc-pyspark")
        print(f"{name:16} {'; CPU '.join(told)}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--files", type=int, default=4)
    parser.add_argument("--pages", type=int, default=20_000, help="pages a file")
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "fieldwork-links"))
    parser.add_argument("--peer", help="checkout of cc-pyspark")
    parser.add_argument("--peer-python", default=sys.executable, help="Python of an environment for it")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--spark", action="store_true", help="add the edges up on Spark, too, both ways")
    return parser.parse_args()


def floors(paths: list[Path]) -> tuple[dict[str, float], tuple[int, int]]:
    """Seconds of processor time by what is done; and how many pages and links there are."""
    from isal import igzip

    seconds: dict[str, float] = {}
    begun = time.process_time()
    for path in paths:
        with igzip.open(path) as file:
            while file.read(1 << 20):
                pass
    seconds["igzip"] = time.process_time() - begun
    begun = time.process_time()
    pages, links = 0, 0
    for page in _pages(paths):
        pages += 1
        links += len(page["Links"])
    seconds["FastWARC + orjson"] = time.process_time() - begun
    begun = time.process_time()
    hosts: set[str] = set()
    for page in _pages(paths):
        for link in page["Links"]:
            match = HOST.match(link["url"])
            if match:
                hosts.add(match[1])
    seconds["FastWARC + orjson + regex for the host"] = time.process_time() - begun
    return seconds, (pages, links)


def _pages(paths: list[Path]) -> Iterator[dict[str, list[dict[str, str]]]]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    for path in paths:
        with path.open("rb") as file:
            for record in ArchiveIterator(file, record_types=WarcRecordType.metadata):
                payload = orjson.loads(record.reader.read())["Envelope"]["Payload-Metadata"]
                answer = payload.get("HTTP-Response-Metadata")
                if answer:
                    yield answer["HTML-Metadata"]


def ours(folder: Path, engine: str) -> tuple[int, Usage, Usage]:
    """Edges found, and what each command took."""
    with tempfile.TemporaryDirectory() as scratch:
        environ = {
            "PYTHONPATH": str(ROOT),
            "FIELDWORK_LAKE": f"{scratch}/lake",
            "FIELDWORK_ARCHIVES__COMMONCRAWL": str(folder / "archive"),
        }
        land = ["ingest", "wat", "--paths", str(folder / "paths"), "--json"]
        add_up = ["links", "--engine", engine, "--out", f"{scratch}/out", "--json", "--top", "1"]
        _, first = watched([sys.executable, "-c", COMMAND, *land], environ, Path(scratch))
        told, second = watched([sys.executable, "-c", COMMAND, *add_up], environ, Path(scratch))
    return orjson.loads(told)["manifest"]["rows"], first, second


def peer(paths: list[Path], source: Path, python: str, cores: int) -> tuple[int, Usage, Usage]:
    """Edges found, and what each of its jobs took."""
    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch, "input")
        listed.write_text("".join(f"file:{path}\n" for path in paths), "utf-8")
        submit = [str(Path(python).with_name("spark-submit")), "--master", f"local[{cores}]",
                  "--driver-memory", "4g", "--conf", "spark.ui.enabled=false"]  # fmt: skip
        extract = [*submit, str(source / "hostlinks_extract_fastwarc.py"), "--num_input_partitions", str(len(paths)),
                   "--num_output_partitions", "1", "--log_level", "WARN", str(listed), "pairs"]  # fmt: skip
        graph = [*submit, str(source / "hostlinks_to_graph.py"), "--num_output_partitions", "1",
                 "--log_level", "WARN", f"{scratch}/spark-warehouse/pairs", "graph"]  # fmt: skip
        environ = {"PYSPARK_PYTHON": python, "PYTHONPATH": str(source)}
        _, first = watched(extract, environ, Path(scratch))
        _, second = watched(graph, environ, Path(scratch))
        rows = pq.read_table(Path(scratch, "spark-warehouse", "graph_edges")).num_rows
    return rows, first, second


def together(first: Usage, second: Usage) -> Usage:
    """What two processes took, one after the other."""
    kinds = first.cpu_by_kind.keys() | second.cpu_by_kind.keys()
    cpu = {kind: first.cpu_by_kind.get(kind, 0.0) + second.cpu_by_kind.get(kind, 0.0) for kind in kinds}
    peaks = (
        max(first.peak_bytes, second.peak_bytes),
        max(first.peak_process_bytes, second.peak_process_bytes),
    )
    return Usage(first.wall_s + second.wall_s, cpu, *peaks)


def line(name: str, use: Usage, edges: int) -> str:
    """One job in words."""
    return (
        f"{name:16} {use.wall_s:6.1f} s, CPU {use.cpu_s:6.1f} s, memory {use.peak_bytes / 1e6:,.0f} MB "
        f"(largest process {use.peak_process_bytes / 1e6:,.0f}), {edges:,} edges"
    )


def step(use: Usage) -> str:
    """One step in words."""
    kinds = ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in sorted(use.cpu_by_kind.items()))
    return f"{use.wall_s:6.1f} s, CPU {use.cpu_s:6.1f} s ({kinds})"


if __name__ == "__main__":
    main()

"""Whole jobs, from the same .gz files: our engines beside cc-pyspark's word count; same cores, same run, same counts.

    python benchmarks/words_job.py --gb 1 4 [--peer PATH --peer-python PYTHON] [--folder DIR] [--only words-dask]

PATH is a checkout of commoncrawl/cc-pyspark, PYTHON that of an environment with the same pyspark and what it needs
(fastwarc, boto3, requests, ujson, orjson, warcio); without them there is no ratio. Every job is a process of its
own, so that start-up is in its time. Memory is the resident memory of the process and all its children (pages they
share are counted for each), sampled from /proc; so is processor time.
"Beyond start-up" is the slope from the smallest to the largest input: what a gigabyte more costs.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from processes import Usage, watched

ROOT = Path(__file__).parent.parent
OURS = {
    "land+words-dask": ("land", "dask"),
    "words-dask": ("dask",),
    "words-spark": ("spark",),
    "words-spark-rdd": ("spark-rdd",),
}
"""Jobs by name, and what each does."""
PEER = "cc-pyspark"
DAMAGED_BYTES = 200e6
"""Text in the files that a large sample damages, about; they are left out, as one stops the peer."""
SILENT = "CC-MAIN-2023-06"
"""Crawl of the sample that states no languages, as none did before August 2018; left out as well."""


@dataclass(frozen=True)
class Run:
    """One job on one input."""

    job: str
    """Its name."""
    text_bytes: int
    """Text in the input, in bytes."""
    usage: Usage
    """What it took."""
    stages: dict[str, float]
    """Seconds by stage, as the job itself tells."""
    total_tf: int
    """All words counted."""
    types: int
    """Different words counted."""


def main() -> None:
    """Run all jobs on all sizes, print a line each and the ratios."""
    asked = _arguments()
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: asked.cores])  # ours and all children's
    runs: list[Run] = []
    for gb in sorted(asked.gb):
        folder = Path(asked.folder) / f"{gb:g}gb"
        text, keys = prepare(folder, gb, asked.cores)
        print(f"{gb:g} GB: {text / 1e6:,.0f} MB of text in {len(keys)} files, {asked.cores} cores")
        jobs = [j for j in ("land+words-dask", PEER, *OURS) if not asked.only or j in asked.only]
        for job in dict.fromkeys(jobs):
            if job == PEER and not asked.peer:
                print(f"  {PEER:16} not here (--peer PATH)")
                continue
            runs.append(run(job, folder, text, asked))
            print(f"  {line(runs[-1], asked.cores)}", flush=True)
        same_counts(r for r in runs if r.text_bytes == text)
    print(*ratios(runs), sep="\n")
    if asked.json:
        Path(asked.json).write_text(json.dumps([asdict(r) for r in runs], indent=1), "utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--gb", type=float, nargs="+", default=[1.0, 4.0], help="gigabytes of text")
    parser.add_argument("--folder", default=str(Path(tempfile.gettempdir()) / "fieldwork-words-job"))
    parser.add_argument("--peer", help="checkout of cc-pyspark")
    parser.add_argument("--peer-python", default=sys.executable, help="Python of an environment for it")
    parser.add_argument("--cores", type=int, default=2)
    parser.add_argument("--only", nargs="+", choices=[PEER, *OURS], help="only these jobs")
    parser.add_argument("--json", help="file for all figures")
    return parser.parse_args()


def prepare(folder: Path, gb: float, cores: int) -> tuple[int, list[str]]:
    """A sample archive and the list of the files to read: their text in bytes, their keys."""
    listed = folder / "whole.json"
    if not listed.is_file():
        from flows.sources.sample import write

        text_bytes = round(1.2 * (gb * 1e9 + DAMAGED_BYTES))
        truth = write(folder / "archive", "large", 0, text_bytes=text_bytes, also=())
        out = [SILENT, *(item["key"] for item in truth.damaged)]
        paths = sorted((folder / "archive").rglob("*.wet.gz"))
        keys = [str(p.relative_to(folder / "archive")) for p in paths]
        keys = [key for key in keys if not any(o in key for o in out)]
        text = sum(text_in(folder / "archive" / key) for key in keys)
        listed.write_text(json.dumps({"text": text, "keys": keys}), "utf-8")
        (folder / "paths").write_text("".join(f"{k}\n" for k in keys), "utf-8")
    known = json.loads(listed.read_text("utf-8"))
    if not (folder / "lake").is_dir():
        child("land+words-dask", folder, cores)  # so that each job can be run alone, and files are in memory
    return known["text"], known["keys"]


def text_in(path: Path) -> int:
    """Bytes of text in a WET file."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    with path.open("rb") as file:
        records = ArchiveIterator(file, record_types=WarcRecordType.conversion)
        return sum(record.content_length for record in records)


def run(job: str, folder: Path, text: int, asked: argparse.Namespace) -> Run:
    """Run one job in processes of its own."""
    if job == PEER:
        told, usage = ask_peer(folder, asked.cores, asked.peer, asked.peer_python)
    else:
        told, usage = child(job, folder, asked.cores)
    return Run(job, text, usage, told["stages"], told["tf"], told["types"])


def child(job: str, folder: Path, cores: int) -> tuple[dict, Usage]:
    """Our job; it tells its stages and counts in its last line."""
    environ = {
        "PYTHONPATH": str(ROOT),
        "FIELDWORK_LAKE": str(folder / "lake"),
        "FIELDWORK_ARCHIVES__COMMONCRAWL": str(folder / "archive"),
        "FIELDWORK_INGEST__PROCESSES": str(cores),
        "PYSPARK_SUBMIT_ARGS": f"--master local[{cores}] pyspark-shell",
    }
    if "land" in OURS[job]:
        shutil.rmtree(folder / "lake", ignore_errors=True)
    script = [sys.executable, str(Path(__file__).with_name("words_child.py")), *OURS[job]]
    command = [*script, "--paths", str(folder / "paths"), "--began", str(time.time())]
    output, usage = watched(command, environ, folder)
    return json.loads(output.splitlines()[-1]), usage


def ask_peer(folder: Path, cores: int, peer: str, python: str) -> tuple[dict, Usage]:
    """cc-pyspark's word count by spark-submit, as its README says, with the partitions it was fastest with.

    On 29 files and 2 cores 2, 4 and 8 partitions took the same time within noise, one a file a sixth more.
    """
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    source = Path(peer).absolute()
    keys = json.loads((folder / "whole.json").read_text("utf-8"))["keys"]
    with tempfile.TemporaryDirectory() as scratch:
        listed = Path(scratch, "input.txt")
        listed.write_text("".join(f"file:{(folder / 'archive' / k).absolute()}\n" for k in keys), "utf-8")
        modules = ",".join(str(source / f"{m}.py") for m in ("sparkcc", "sparkcc_fastwarc", "word_count"))
        command = [
            str(Path(python).with_name("spark-submit")),
            *("--master", f"local[{cores}]", "--conf", "spark.driver.memory=2g", "--py-files", modules),
            *("--conf", "spark.ui.enabled=false", str(source / "word_count_fastwarc.py")),
            *("--num_input_partitions", str(4 * cores), "--num_output_partitions", "1"),
            *("--log_level", "WARN", str(listed), "words"),
        ]
        _, usage = watched(command, {"PYSPARK_PYTHON": python}, Path(scratch))
        found = pq.read_table(Path(scratch, "spark-warehouse", "words"))
        tf = pc.sum(pc.struct_field(found["val"], "tf")).as_py()
    return {"stages": {}, "tf": tf, "types": found.num_rows}, usage


def line(run: Run, cores: int) -> str:
    """One run in words."""
    use, mb = run.usage, run.text_bytes / 1e6
    whole = sum(run.stages.values()) or 1
    shares = " · ".join(f"{name} {100 * seconds / whole:.0f} %" for name, seconds in run.stages.items())
    kinds = ", ".join(f"{kind} {seconds:.0f}" for kind, seconds in use.cpu_by_kind.items())
    return (
        f"{run.job:16} {use.wall_s:6.1f} s  {mb / use.wall_s:6.1f} MB/s  CPU {use.cpu_s:6.1f} s ({kinds}; "
        f"{100 * use.cpu_s / use.wall_s / cores:.0f} % of {cores} cores)  "
        f"memory {use.peak_bytes / 1e6:,.0f} MB, largest process {use.peak_process_bytes / 1e6:,.0f}  {shares}"
    )


def same_counts(runs: Iterable[Run]) -> None:
    """Stop where two jobs disagree: a speed with other counts means nothing."""
    counts = {(r.total_tf, r.types): r.job for r in runs}
    if len(counts) > 1:
        sys.exit(f"jobs disagree: {counts}")


def ratios(runs: Sequence[Run]) -> list[str]:
    """How many times as fast as the peer: whole jobs of the largest size, and what a gigabyte more costs."""
    by_job: dict[str, list[Run]] = {}
    for one in sorted(runs, key=lambda r: r.text_bytes):
        by_job.setdefault(one.job, []).append(one)
    lines = []
    for job, sizes in by_job.items():
        if job == PEER or PEER not in by_job:
            continue
        whole = by_job[PEER][-1].usage.wall_s / sizes[-1].usage.wall_s
        text = f"{job:16} {whole:5.1f} x {PEER}, start-up included"
        if len(sizes) > 1:
            text += f"; {_slope(by_job[PEER]) / _slope(sizes):5.1f} x beyond start-up"
            text += f" ({1e-6 / _slope(sizes):.1f} against {1e-6 / _slope(by_job[PEER]):.1f} MB/s)"
            text += (
                f"; memory {sizes[-1].usage.peak_bytes / sizes[0].usage.peak_bytes:.2f} x from least to most"
            )
        lines.append(text)
    return lines


def _slope(sizes: Sequence[Run]) -> float:
    """Seconds that a byte more costs."""
    least, most = sizes[0], sizes[-1]
    return max(most.usage.wall_s - least.usage.wall_s, 1e-9) / (most.text_bytes - least.text_bytes)


if __name__ == "__main__":
    main()

"""Pages to text: our WARC source with both extractors beside plain trafilatura; same pages, same run.

    python benchmarks/extract.py [--pages 300] [--rounds 2] [--seed 0] [--warc FILE.warc.gz]

Speed is pages per second of processor time, of all processes together, best of the rounds. Ours is the whole job: the
WARC file read and checked, answers, encodings, extraction in a process apart, language, title, the part written with
its ledger row. The peer is `trafilatura.extract` alone on texts that are decoded already, without a cap on time.

Quality is measured on generated articles whose main text is known: precision and recall of words (with how often each
occurs), the mean over pages. With --warc the pages of a real file are timed instead, and no quality is told.
"""

from __future__ import annotations

import argparse
import re
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean

import pyarrow.parquet as pq
from extract_pages import Planted, pages, warc

WORD = re.compile(r"\w+")
EXTRACTORS = ("resiliparse", "trafilatura")


def cpu_s() -> float:
    """Processor time of this process and of its children that have ended, in seconds."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def ours(archive: Path, key: str, extractor: str) -> list[str]:
    """Land the file; the texts of its pages, in its order."""
    from conf.settings import load
    from flows.landing.land import land
    from flows.sources.source import Input

    with tempfile.TemporaryDirectory() as lake:
        settings = load(environ={}, lake=lake, archives={"commoncrawl": str(archive)})
        row = land("warc", Input(key, {"crawl": "X", "extractor": extractor}), settings)
        if row["status"] != "complete":
            raise SystemExit(f"{key}: {row['status']}, {row['set_aside_by_reason'] or row['detail']}")
        return [str(t) for t in pq.ParquetFile(Path(lake) / row["part"]).read(["text"])["text"].to_pylist()]


def peer(htmls: list[str]) -> list[str]:
    """What trafilatura's documentation begins with."""
    import trafilatura

    return [trafilatura.extract(html) or "" for html in htmls]


def htmls_of(path: Path) -> list[str]:
    """The pages of a real file, decoded as ours are."""
    from conf.settings import load
    from flows.sources.html.charset import text_of
    from flows.sources.html.responses import response
    from flows.sources.source import Account
    from flows.sources.warc import records

    settings, account = load(environ={}), Account()
    found = records([path.read_bytes()], account, settings.ingest)
    answers = (response(r, account, settings.extract, settings.ingest) for r in found)
    return [text_of(a.body, a.content_type)[0] for a in answers if a]


def timed(work: Callable[[], list[str]], rounds: int) -> tuple[float, float, list[str]]:
    """Best processor time, best wall time, and the texts."""
    best: list[tuple[float, float]] = []
    texts: list[str] = []
    for _ in range(rounds):
        cpu, wall = cpu_s(), time.perf_counter()
        texts = work()
        best.append((cpu_s() - cpu, time.perf_counter() - wall))
    return min(c for c, _ in best), min(w for _, w in best), texts


def quality(texts: list[str], planted: list[Planted]) -> tuple[float, float]:
    """Mean precision and recall of words."""
    precision, recall = [], []
    for text, page in zip(texts, planted, strict=True):
        found, true = Counter(WORD.findall(text.lower())), Counter(WORD.findall(page.main.lower()))
        both = (found & true).total()
        precision.append(both / max(1, found.total()))
        recall.append(both / max(1, true.total()))
    return mean(precision), mean(recall)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--warc", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        planted = [] if asked.warc else pages(asked.pages, asked.seed)
        path = asked.warc or Path(folder) / "pages.warc.gz"
        if planted:
            path.write_bytes(warc([p.html for p in planted]))
        htmls = [p.html for p in planted] or htmls_of(path)
        jobs = {name: (lambda name=name: ours(path.parent, path.name, name)) for name in EXTRACTORS}
        jobs["plain trafilatura"] = lambda: peer(htmls)
        peer(htmls[:2])  # imports, tables
        report(jobs, htmls, planted, asked.rounds)


def report(
    jobs: dict[str, Callable[[], list[str]]], htmls: list[str], planted: list[Planted], rounds: int
) -> None:
    """A line for each way, the peer last; ratios are to the peer."""
    told = {name: timed(job, rounds) for name, job in jobs.items()}
    slowest = told["plain trafilatura"][0]
    print(f"{len(htmls)} pages, {sum(map(len, htmls)) / len(htmls) / 1e3:.0f} thousand characters each")
    print(f"{'':18} {'pages/CPU-s':>11} {'ratio':>6} {'wall s':>7} {'precision':>10} {'recall':>7}")
    for name, (cpu, wall, texts) in told.items():
        good = "".join(f"{v:>9.3f}" for v in quality(texts, planted)) if planted else ""
        print(f"{name:18} {len(htmls) / cpu:>11.1f} {slowest / cpu:>6.2f} {wall:>7.1f} {good}")


if __name__ == "__main__":
    main()

"""`fieldwork sample`: a miniature of Common Crawl's archives, in which every count is known."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from flows.sources.sample import truth
from flows.sources.sample.crawls import CRAWLS, SCALES, FilePlan, Scale, Size, absent, plans
from flows.sources.sample.facts import captures, facts
from flows.sources.sample.file import Made, make_file
from flows.sources.sample.news.write import write_news
from flows.sources.sample.records import LEVEL
from flows.sources.sample.tally import Tally
from flows.sources.sample.truth import SampleError, Truth
from flows.sources.sample.web.captures import sibling
from flows.sources.sample.words import vocabularies

Also = Literal["captures", "news"]
"""What is made besides WET: WARC, WAT and index of the same pages; CC-NEWS."""
ALSO: tuple[Also, ...] = ("captures", "news")
VERSION = 4
"""Goes up when the same seed gives another archive."""
BESIDE = (
    "crawl-data",
    "cc-index",
    "truth",
    "topics.toml",
    "tone.toml",
    "collection02",
    "areas.geojson",
    "landsat-truth.json",
)
"""What a folder may hold before: an unfinished part of this sample, and the Landsat sample."""


def write(
    path: Path,
    size: Size = "small",
    seed: int = 0,
    *,
    text_bytes: int | None = None,
    also: Collection[Also] = ALSO,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Truth:
    """Write a sample and its truth; the same arguments give the same bytes, however many processes work.

    A folder that holds just this sample is left as it is; one that holds a part of it is written anew.

    Args:
        path: Folder to write to; root of the archive (`crawl-data/…`) and place of `truth.json`.
        size: small (4 MB of text), medium (200 MB) or large (4 GB); sets the vocabulary too.
        seed: Not negative.
        text_bytes: Text in all where another amount than that of `size` is wanted, in bytes.
        also: What is made besides WET files: `captures` (WARC, WAT and index of the same pages), `news` (CC-NEWS).
        processes: Files made at the same time; above 1, call it from under `if __name__ == "__main__":`.
        progress: Told after each file how much text is done and how much there will be, in bytes.

    Raises:
        SampleError: An unknown size, a wrong seed or amount, or a folder with something else in it.
    """
    scale = _scale(size, seed, text_bytes)
    recipe = {"kind": "web", "version": VERSION, "size": size, "seed": seed, "text_bytes": scale.text_bytes}
    recipe["also"] = sorted(also)
    if (done := _already(path, recipe)) is not None:
        return done
    tally, made = Tally(), []
    todo = plans(scale, scale.text_bytes)
    for file in _made(todo, _Job(path, scale, seed, "captures" in also), processes):
        tally.add(file.tally)
        made.append(replace(file, tally=Tally()))
        if progress is not None:
            progress(scale.text_bytes * len(made) // len(todo), scale.text_bytes)
    lost = absent(scale, scale.text_bytes)
    words = {v.language.code: v for v in vocabularies(seed, scale.words)}
    told = {**recipe, **facts(made, tally, words, lost), "captures": captures(made, lost)}
    told["news"] = write_news(path, size, seed) if "news" in also else None
    _write_paths(path, told, lost)
    truth.write_tables(path, tally, words)
    return truth.write_facts(path, told)


def _scale(size: str, seed: int, text_bytes: int | None) -> Scale:
    if size not in SCALES:
        raise SampleError(f"no size '{size}'; choose from {', '.join(SCALES)}")
    if seed < 0:
        raise SampleError(f"seed {seed} is negative; give 0 or more")
    if text_bytes is not None and text_bytes < 1:
        raise SampleError(f"{text_bytes} bytes of text cannot be made; give 1 or more")
    scale = SCALES[size]
    return replace(scale, text_bytes=text_bytes) if text_bytes is not None else scale


def _already(path: Path, recipe: dict[str, Any]) -> Truth | None:
    """The truth of just this sample, if the folder has it whole."""
    if not (path / truth.FACTS).is_file():
        if path.exists() and any(child.name not in BESIDE for child in path.iterdir()):
            raise SampleError(f"{path} is not empty; give a new folder")
        return None
    have = truth.read(path)
    if any(have.facts.get(name) != value for name, value in recipe.items()):
        raise SampleError(f"{path} holds another sample; give a new folder or remove that one")
    files = have.facts["files"] + [
        file for part in ALSO for file in (have.facts.get(part) or {}).get("files", [])
    ]
    sizes = {file["key"]: file["bytes"] for file in files}
    whole = all((path / key).is_file() and (path / key).stat().st_size == n for key, n in sizes.items())
    return have if whole else None


def _made(todo: list[FilePlan], job: _Job, processes: int) -> Iterator[Made]:
    """Files in the order of their plans."""
    if processes == 1:
        yield from map(job, todo)
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(job, todo)


@dataclass(frozen=True)
class _Job:
    """How files are made, in whatever process."""

    path: Path
    scale: Scale
    seed: int
    captures: bool

    def __call__(self, plan: FilePlan) -> Made:
        return make_file(self.path, plan, self.scale, self.seed, self.captures)


_LISTS = {
    "index": "cc-index-table",
    "wat": "wat",
    "crawldiagnostics": "non200responses",
    "robotstxt": "robotstxt",
    "warc": "warc",
}
"""Name of a crawl's list by kind or subset of the files in it."""


def _write_paths(path: Path, told: dict[str, Any], lost: str) -> None:
    lists = {"wet": [*(file["key"] for file in told["files"]), lost]}
    for file in (told["captures"] or {"files": ()})["files"]:
        kind = file["kind"] if file["kind"] != "warc" else file["subset"]
        lists.setdefault(_LISTS[kind], []).append(file["key"])
    for kind in ("warc", "wat") if told["captures"] else ():
        lists[kind].append(sibling(lost, kind))
    for crawl in CRAWLS:
        for name, keys in lists.items():
            lines = "".join(f"{key}\n" for key in sorted(keys) if f"{crawl.name}/" in key)
            (path / f"crawl-data/{crawl.name}/{name}.paths.gz").write_bytes(
                zlib.compress(lines.encode(), LEVEL, 31)
            )

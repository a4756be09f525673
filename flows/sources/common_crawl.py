"""Which files of Common Crawl to read: by crawl, by a list of paths, or a seeded sample of them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from conf.places import Place, place
from conf.settings import Settings
from flows.sources.fetch import FetchError, read_all
from flows.sources.source import Input, SelectionError

CRAWL = re.compile(r"CC-MAIN-\d{4}-\d{2}")
LATEST = "latest"
EXAMPLES = (
    "--crawl CC-MAIN-2024-22 --sample 4 --dry-run",
    "--crawl CC-MAIN-2024-22 --sample 4",
    "--archive s3://commoncrawl/ --paths my.paths",
)


@dataclass(frozen=True)
class Selection:
    """What to read of Common Crawl."""

    crawl: tuple[str, ...] = ()
    """Crawls by name, e.g. CC-MAIN-2024-22, or `latest`; their list of files is read from the archive."""
    paths: str = ""
    """A list of keys, one a line (plain or .gz): a local file or an address."""
    sample: int = 0
    """Read only this many files of each crawl, drawn with the seed; 0 reads all."""
    seed: int = 0
    """Seed of the sample; the same seed draws the same files."""

    def __post_init__(self) -> None:
        if sum(map(bool, self.ways())) != 1:
            raise SelectionError(
                "say either which crawl (--crawl CC-MAIN-2024-22) or which files (--paths FILE)"
            )
        for name in self.crawl:
            if name != LATEST and not CRAWL.fullmatch(name):
                raise SelectionError(
                    f"'{name}' is no crawl; they are named like CC-MAIN-2024-22, or say {LATEST}"
                )
        if self.sample < 0:
            raise SelectionError(
                f"a sample of {self.sample} files cannot be drawn; give 1 or more, or 0 for all"
            )

    def ways(self) -> tuple[object, ...]:
        """What says which files are meant; exactly one has to be given."""
        return self.crawl, self.paths


def inputs(kind: str) -> Callable[[Selection, Place, Settings], list[Input]]:
    """How to list files of a kind (`wet`, `warc`, `wat`)."""

    def listed(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
        if selection.paths:
            return _draw(lines_of(_list_at(selection.paths, settings), settings), selection)
        found: list[Input] = []
        for crawl in named(selection.crawl, settings):
            key = f"crawl-data/{crawl}/{kind}.paths.gz"
            try:
                lines = lines_of(archive / key, settings)
            except FetchError as error:
                raise SelectionError(f"cannot list {crawl}: {error} ({archive.url}/{key})") from None
            found += _draw(lines, selection)
        return found

    return listed


def named(crawls: Iterable[str], settings: Settings) -> list[str]:
    """The crawls by name, `latest` replaced by the newest, sorted, each once.

    Raises:
        SelectionError: The newest cannot be told.
    """
    return sorted({_latest(settings) if crawl == LATEST else crawl for crawl in crawls})


def _latest(settings: Settings) -> str:
    """The newest crawl in Common Crawl's own list (collinfo.json), newest first there."""
    import json

    where = place(settings.archives.crawl_list, settings)
    try:
        listed = [str(entry["id"]) for entry in json.loads(_read(where, settings))]
    except (FetchError, ValueError, LookupError, TypeError) as error:
        raise SelectionError(f"cannot tell the latest crawl from {where.url}: {error}; name one") from None
    crawls = sorted(c for c in listed if CRAWL.fullmatch(c))
    if not crawls:
        raise SelectionError(f"{where.url} names no crawl; name one, like CC-MAIN-2024-22")
    return crawls[-1]


def crawl_of(key: str) -> str:
    """The crawl a key belongs to, `unknown` where its path does not tell."""
    found = CRAWL.search(key)
    return found[0] if found else "unknown"


def _list_at(paths: str, settings: Settings) -> Place:
    if "://" not in paths and not Path(paths).is_file():
        raise SelectionError(f"no list of files at '{paths}'; give a local file or an address")
    return place(paths, settings)


def lines_of(where: Place, settings: Settings) -> list[str]:
    """Keys in a list of paths, plain or .gz, sorted, each once.

    Raises:
        FetchError: It cannot be fetched.
        SelectionError: It cannot be read.
    """
    return _lines(_read(where, settings))


def _read(where: Place, settings: Settings) -> bytes:
    return read_all(where, settings.http)


def _lines(content: bytes) -> list[str]:
    import gzip

    try:
        text = (gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content).decode("utf-8")
    except (OSError, EOFError, UnicodeDecodeError) as error:
        raise SelectionError(f"the list of files cannot be read: {error}") from None
    return sorted({line.strip().lstrip("/") for line in text.splitlines() if line.strip()})


def _draw(keys: list[str], selection: Selection) -> list[Input]:
    """Sampling by crawl, so that each crawl has the same number of files whatever its size."""
    chosen: list[str] = []
    for crawl in sorted({crawl_of(k) for k in keys}):
        of_crawl = [k for k in keys if crawl_of(k) == crawl]
        if selection.sample and selection.sample < len(of_crawl):
            of_crawl = random.Random(f"{selection.seed}/{crawl}").sample(of_crawl, selection.sample)
        chosen += of_crawl
    return [Input(key, {"crawl": crawl_of(key)}) for key in sorted(chosen)]

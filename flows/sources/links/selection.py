"""What can be asked for when links are landed, and how a part tells what it was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from conf.settings import Settings
from flows.sources import common_crawl
from flows.sources.source import Input, Reading
from flows.sources.stream import Read, streamed

NOTE = "link_rules"
EXAMPLES = (*common_crawl.EXAMPLES[:2], "--crawl CC-MAIN-2024-22 --www folded --captures all")


@dataclass(frozen=True)
class Links(common_crawl.Selection):
    """Links of which captures, and of which hosts."""

    www: Literal["kept", "folded"] = "kept"
    """Whether a leading www. stays part of a host, or is left out where at least two labels follow it."""
    captures: Literal["pages", "all"] = "pages"
    """`pages` takes answers with status 200; `all` takes redirects and the sitemaps of robots.txt too."""


@dataclass(frozen=True)
class Rules:
    """How links of an input are taken; what `Input.wants` is for these sources."""

    read_from: Literal["wat", "warc"]
    """Kind of file."""
    www: Literal["kept", "folded"]
    """As in Links."""
    captures: Literal["pages", "all"]
    """As in Links."""

    def __str__(self) -> str:
        """As the column link_rules has it."""
        return f"{self.read_from}, www {self.www}, {self.captures}"


def inputs(
    read_from: Literal["wat", "warc"], more: tuple[str, ...] = ()
) -> Callable[[Links, Place, Settings], list[Input]]:
    """How to list files with links; `more` are kinds of files that only `--captures all` reads."""

    def listed(selection: Links, archive: Place, settings: Settings) -> list[Input]:
        rules = Rules(read_from, selection.www, selection.captures)
        kinds = (read_from, *(more if selection.captures == "all" and not selection.paths else ()))
        found = [item for kind in kinds for item in common_crawl.inputs(kind)(selection, archive, settings)]
        return sorted((replace(item, wants=rules) for item in found), key=lambda item: item.key)

    return listed


def noted(read: Read) -> Callable[[Reading], Iterator[pa.RecordBatch]]:
    """As `streamed`, and the part's file says by which rules it was made."""
    inner = streamed(read)

    def reading(given: Reading) -> Iterator[pa.RecordBatch]:
        given.notes[NOTE] = str(given.item.wants)
        return inner(given)

    return reading


def lacks(part: Place, item: Input) -> bool:
    """Whether a part was made by other rules than are wanted now."""
    with part.fs.open(part.path, "rb") as file:
        notes = pq.ParquetFile(file).metadata.metadata or {}
    return bool(notes.get(NOTE.encode()) != str(item.wants).encode())

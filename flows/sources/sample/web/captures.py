"""The captures of one file's plan: WARC, WAT and, of a crawl's first file, diagnostics and robots.txt files."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np

from flows.sources.sample import hosts
from flows.sources.sample.crawls import CRAWLS, SPAN, FilePlan, Scale
from flows.sources.sample.web import harm, index, odd, tables
from flows.sources.sample.web.capture import Subset
from flows.sources.sample.web.charsets import coding
from flows.sources.sample.web.counted import Side
from flows.sources.sample.web.file import Writer
from flows.sources.sample.web.links import plan as plan_links
from flows.sources.sample.web.odd_page import Moment
from flows.sources.sample.web.pages import captured, of_text


@dataclass(frozen=True)
class Captured:
    """The files that were made of one plan."""

    files: list[dict[str, Any]] = field(default_factory=list)
    """As `facts["captures"]["files"]` has them."""
    damaged: list[dict[str, Any]] = field(default_factory=list)
    """What was done to them."""
    odd: list[dict[str, Any]] = field(default_factory=list)
    """Odd captures in them."""


def sibling(wet: str, kind: str) -> str:
    """Key of the file of another kind beside a WET file: `warc`, `wat`, `crawldiagnostics` or `robotstxt`."""
    key = wet.replace("/wet/", f"/{kind}/")
    return key.replace(".warc.wet.gz", ".warc.wat.gz" if kind == "wat" else ".warc.gz")


class Captures:
    """Writes the captures of one plan; a context, at whose end the files appear under their names."""

    def __init__(self, root: Path, plan: FilePlan, scale: Scale, seed: int) -> None:
        self.root, self.plan, self.crawl = root, plan, CRAWLS[plan.crawl]
        sequence = np.random.SeedSequence(seed, spawn_key=(2, plan.crawl, plan.number))
        self.rng = np.random.Generator(np.random.PCG64(sequence))
        place = (plan.crawl, plan.number)
        self.harm = harm.WARC.get(place) or harm.WAT.get(place)
        cut = self.harm is not None and self.harm.what == "truncated"
        self.pages = ceil(plan.pages * scale.captured)
        self.harmed = self.pages - 1 if cut else self.pages // 2
        # Files go on with what is rare where the ones before them left off, as few as their pages may be.
        self.turn = (plan.crawl * 3 + plan.number) * self.pages
        self.made = Captured()
        self._outs: list[Path] = []

    def __enter__(self) -> Captures:
        self._stack = ExitStack()
        place = (self.plan.crawl, self.plan.number)
        wat = self._side("wat", harm.WAT.get(place))
        self.main = self._writer("warc", self._side("warc", harm.WARC.get(place)), wat)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._end()
        self._stack.close()
        for path in self._outs:
            if error is None:
                path.replace(path.with_name(path.name[1:].removesuffix(".unfinished")))

    def _open(self, key: str) -> BinaryIO:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        self._outs.append(unfinished)
        return self._stack.enter_context(unfinished.open("wb"))

    def _side(self, kind: str, done: harm.Harm | None = None) -> Side:
        key = sibling(self.plan.key, kind)
        return Side(key, self._open(key), done)

    def _writer(self, subset: Subset, side: Side, wat: Side | None = None) -> Writer:
        writer = Writer(side, wat, subset, self.crawl.name, self.crawl.languages_stated)
        writer.begin(self.plan.begin)
        return writer

    def add(
        self, number: int, host: hosts.Host, url: str, moment: datetime, language: str, text: bytes, name: str
    ) -> None:
        """Write a page, if it is one of those that are captured.

        Args:
            number: Its number in the file.
            host: Host of its address.
            url: Its address.
            moment: When it was captured.
            language: ISO 639-3.
            text: Its text, UTF-8.
            name: Name of its response record.
        """
        if number >= self.pages:
            return
        turn = number + self.turn
        planned = plan_links(
            url, turn, self.rng.integers(0, 1 << 16, 5).tolist(), hostile=url == hosts.HOSTILE
        )
        written = coding(language, turn)
        page = of_text(text.decode(), language, planned, turn, written)
        capture = captured(url, host, moment, name, language, page, written)
        self.main.add(capture, harmed=number == self.harmed and self.harm is not None)

    def _end(self) -> None:
        writers = [self.main]
        if self.plan.number == 0:
            self._odd(self.main, (*odd.EVERY, *odd.BY_CRAWL.get(self.plan.crawl, ())))
            for subset, makes in (
                ("crawldiagnostics", odd.DIAGNOSTICS),
                ("robotstxt", odd.ROBOTS),
            ):
                writer = self._writer(subset, self._side(subset))  # type: ignore[arg-type]
                self._odd(writer, makes)
                writers.append(writer)
        self._tables(writers)

    def _odd(self, writer: Writer, makes: tuple[odd.Make, ...]) -> None:
        for i, make in enumerate(makes):
            moment = self.plan.begin + SPAN - timedelta(seconds=len(makes) - i)
            number = self.plan.crawl * 100 + i
            writer.add(make(number, Moment(moment, self.rng.bytes(16))))

    def _tables(self, writers: list[Writer]) -> None:
        """The tables of the truth, the index, and the facts."""
        stem = f"{self.crawl.name}-{self.plan.number:05d}"
        sides = [(w.warc, "warc") for w in writers] + [(w.wat, "wat") for w in writers if w.wat]
        edges = [row for side, kind in sides for row in side.edges.rows(side.key, self.crawl.name, kind)]
        tables.write(self.root, f"truth/pages/{stem}.parquet", self.main.rows, tables.pages())
        tables.write(self.root, f"truth/links/{stem}.parquet", edges, tables.links())
        for writer in writers:
            where = index.key(self.crawl.name, writer.subset, self.plan.number)
            size = index.write(self.root, where, writer.index, old=not self.crawl.languages_stated)
            self._file(where, "index", size, {"rows": len(writer.index)}, writer.subset, None)
            told = {"pages": writer.pages.facts() | {"records": writer.warc.links.records}}
            told["links"] = writer.warc.links.facts()
            self._file(writer.warc.key, "warc", writer.warc.out.tell(), told, writer.subset, writer.warc)
            if writer.wat is not None:
                told = {"links": writer.wat.links.facts()}
                self._file(writer.wat.key, "wat", writer.wat.out.tell(), told, writer.subset, writer.wat)
            self.made.odd.extend(writer.odd)

    def _file(
        self, key: str, kind: str, size: int, told: dict[str, Any], subset: Subset, side: Side | None
    ) -> None:
        self.made.files.append({"key": key, "kind": kind, "subset": subset, "bytes": size, **told})
        lost = side.damage if side else None
        if lost is not None:
            told = {"key": lost.key, "kind": kind, "reason": lost.reason, "detail": lost.detail}
            self.made.damaged.append(told | {"offset": lost.offset, "url": lost.url})

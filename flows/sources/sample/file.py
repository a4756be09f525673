"""One WET file, made from nothing but its plan and the seed, so that files can be made in any order."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

import numpy as np

from flows.sources.sample import damage, hosts, records
from flows.sources.sample.crawls import CRAWLS, SPAN, FilePlan, Scale
from flows.sources.sample.draw import zipf
from flows.sources.sample.pages import Planting, Wish, make
from flows.sources.sample.tally import Group, Tally
from flows.sources.sample.web.captures import Captured, Captures
from flows.sources.sample.words import LANGUAGES, vocabularies

CHUNK = 512
"""Pages made at a time: enough for NumPy, little enough for flat memory (about 2.5 MB of text)."""
MIN_STATED, MIN_DETECTED = 300, 1_500
"""Shortest pages, in bytes: where the record states its language, and where CLD2 must be able to tell it."""
HOSTILE_FILE, HOSTILE_PAGE = (5, 0), 3


@dataclass(frozen=True)
class Made:
    """A file that was made."""

    key: str
    """Its key."""
    bytes: int
    """Its size as stored."""
    records: int
    """Records in it, warcinfo and harmed ones too."""
    pages: int
    """Pages a perfect reader reads."""
    damage: damage.Damage | None
    """What was done to it."""
    hostile: str | None
    """Address of the hostile page, where it has one."""
    tally: Tally
    """What its readable pages hold."""
    captures: Captured | None = None
    """The other files with its pages, where they were asked for."""


@dataclass(frozen=True)
class _Page:
    """A page before it has a text."""

    number: int
    language: int
    host: hosts.Host
    url: str
    moment: datetime
    text_bytes: int

    @property
    def month(self) -> str:
        return f"{self.moment:%Y-%m}"


class _Maker:
    """Makes one file, chunk by chunk."""

    def __init__(self, plan: FilePlan, scale: Scale, seed: int, captures: Captures | None) -> None:
        self.plan, self.scale, self.captures = plan, scale, captures
        self.crawl = CRAWLS[plan.crawl]
        sequence = np.random.SeedSequence(seed, spawn_key=(1, plan.crawl, plan.number))
        self.rng = np.random.Generator(np.random.PCG64(sequence))
        self.words = vocabularies(seed, scale.words)
        self.harm = damage.HARMS.get((plan.crawl, plan.number))
        self.harmed = damage.harmed_page(self.harm, plan.pages)
        self.hostile = HOSTILE_PAGE if (plan.crawl, plan.number) == HOSTILE_FILE else -1
        self.planting = [Planting() for _ in LANGUAGES]
        self.tally = Tally()
        self.lost: damage.Damage | None = None

    def write(self, out: BinaryIO) -> None:
        """Write all records."""
        name = self.plan.key.rsplit("/", 1)[1]
        out.write(records.warcinfo(name, self.crawl.name, self.plan.begin + SPAN, self.rng.bytes(16)))
        for begin in range(0, self.plan.pages, CHUNK):
            self._chunk(begin, min(begin + CHUNK, self.plan.pages), out)

    def _chunk(self, begin: int, end: int, out: BinaryIO) -> None:
        pages = self._pages(begin, end)
        texts: dict[int, bytes] = {}
        for language in range(len(LANGUAGES)):
            mine = [page for page in pages if page.language == language]
            if mine:
                texts.update(self._texts(language, mine))
        for page in pages:
            name = self._record(page, texts[page.number], out)
            if self.captures is not None:
                code = LANGUAGES[page.language].code
                self.captures.add(
                    page.number, page.host, page.url, page.moment, code, texts[page.number], name
                )

    def _pages(self, begin: int, end: int) -> list[_Page]:
        n, rng = end - begin, self.rng
        weights = np.array([language.weight for language in LANGUAGES])
        languages = rng.choice(len(LANGUAGES), n, p=weights / weights.sum())
        if begin <= self.harmed < end and self.harm is not None:
            codes = [language.code for language in LANGUAGES]
            languages[self.harmed - begin] = codes.index(self.harm.language)
        if begin <= self.hostile < end:
            languages[self.hostile - begin] = 0
        known = hosts.hosts()
        which = rng.choice(len(known), n, p=zipf(len(known))).tolist()
        sections = rng.integers(0, 1 << 16, n).tolist()
        seconds = rng.integers(0, int(SPAN.total_seconds()), n).tolist()
        # Log-normal with the mean asked for: the mean of exp(N(m, s)) is exp(m + s²/2).
        sizes = np.exp(rng.normal(np.log(self.scale.page_bytes) - 0.5, 1.0, n))
        least = MIN_STATED if self.crawl.languages_stated else MIN_DETECTED
        sizes = np.clip(sizes, least, self.scale.page_bytes * 40).astype(int).tolist()
        made = []
        for i, language in enumerate(languages.tolist()):
            number, host = begin + i, known[which[i]]
            url = hosts.address(host, sections[i], f"{self.plan.crawl}-{self.plan.number}-{number}")
            if number == self.hostile:
                host, url = hosts.Host("example.com", "example.com"), hosts.HOSTILE
            moment = self.plan.begin + timedelta(seconds=seconds[i])
            made.append(_Page(number, language, host, url, moment, sizes[i]))
        return made

    def _texts(self, language: int, pages: list[_Page]) -> dict[int, bytes]:
        wishes = [
            Wish(p.month, p.text_bytes, p.number != self.harmed, p.number == self.hostile) for p in pages
        ]
        plain = not self.crawl.languages_stated
        batch = make(self.words[language], wishes, self.planting[language], self.rng, plain)
        code = LANGUAGES[language].code
        for (month, tokenizer), counts in batch.counts.items():
            self.tally.add_words((self.crawl.name, month, code), tokenizer, counts)
        self.tally.duplicates += batch.duplicates
        tokens = zip(batch.tokens["cc-pyspark"].tolist(), batch.tokens["default"].tolist(), strict=True)
        for page, text, both in zip(pages, batch.texts, tokens, strict=True):
            if page.number != self.harmed:
                group: Group = (self.crawl.name, page.month, code)
                self.tally.add_page(group, page.host.registered_domain, both, len(text))
        return {page.number: text for page, text in zip(pages, batch.texts, strict=True)}

    def _record(self, page: _Page, text: bytes, out: BinaryIO) -> str:
        """Write a page's record; the name of the response that it was made from."""
        sixteen = self.rng.bytes(32)
        names = (records.identity(sixteen[:16]), records.identity(sixteen[16:]))
        stated = self._stated(page, sixteen[0]) if self.crawl.languages_stated else None
        if page.number != self.harmed or self.harm is None:
            header = records.conversion(page.url, page.moment, names, stated, text, len(text))
            out.write(records.member(header, text))
            return names[1]
        body = damage.harm_body(self.harm, text)
        length = damage.harm_length(self.harm, body)
        header = records.conversion(page.url, page.moment, names, stated, body, length)
        if self.harm.kind == "bad_header":
            header[0] = "WRAC/1.0"
        harm, key = self.harm, self.plan.key
        self.lost = damage.Damage(key, harm.reason, harm.detail, out.tell(), page.url, names[0])
        out.write(damage.harm_member(harm, records.member(header, body)))
        return names[1]

    def _stated(self, page: _Page, byte: int) -> str:
        """Languages the record states: the main one first, in one of ten a second one."""
        main = LANGUAGES[page.language].code
        second = "fra" if main == "eng" else "eng"
        return f"{main},{second}" if byte < 26 else main


def make_file(root: Path, plan: FilePlan, scale: Scale, seed: int, captures: bool = False) -> Made:
    """Make one file below `root`, under its key; it appears under its name when it is complete.

    With `captures` its pages appear in a WARC and a WAT file too, and in the index.
    """
    path = root / plan.key
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.unfinished")
    with ExitStack() as stack:
        others = stack.enter_context(Captures(root, plan, scale, seed)) if captures else None
        maker = _Maker(plan, scale, seed, others)
        with unfinished.open("wb") as out:
            maker.write(out)
    size = unfinished.stat().st_size
    unfinished.replace(path)
    hostile = hosts.HOSTILE if maker.hostile >= 0 else None
    pages = plan.pages - (maker.harm is not None)
    found = others.made if others is not None else None
    return Made(plan.key, size, plan.pages + 1, pages, maker.lost, hostile, maker.tally, found)

"""Crawls of the sample, their files and true keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Literal

from flows.sources.sample.words import LANGUAGES

Size = Literal["small", "medium", "large"]


@dataclass(frozen=True)
class Scale:
    """How large an archive is."""

    text_bytes: int
    """Text in all, in bytes; reached to within a few per cent."""
    page_bytes: int
    """Mean length of a page's text, in bytes."""
    file_bytes: int
    """Text in one file, in bytes, at most."""
    words: int
    """Words in the vocabulary of each language."""
    captured: float
    """Share of the pages, the first of each file, that appear in WARC, WAT and the index too."""


SCALES: dict[Size, Scale] = {
    "small": Scale(4_000_000, 2_500, 16_000_000, 3_000, 0.26),
    "medium": Scale(200_000_000, 5_000, 16_000_000, 10_000, 0.5),
    "large": Scale(4_000_000_000, 5_000, 32_000_000, 20_000, 0.25),
}


@dataclass(frozen=True)
class Crawl:
    """A crawl that Common Crawl made, of which the sample has a miniature."""

    name: str
    """Common Crawl's name of it."""
    begin: datetime
    """First capture."""
    end: datetime
    """Last capture."""
    languages_stated: bool = True
    """Whether its records state their language; crawls before August 2018 do not."""


def _crawl(name: str, begin: str, end: str, languages_stated: bool = True) -> Crawl:
    first, last = (datetime.fromisoformat(f"{day}T00:00:00+00:00") for day in (begin, end))
    return Crawl(name, first, last, languages_stated)


CRAWLS = (
    _crawl("CC-MAIN-2023-06", "2023-01-26", "2023-02-09", languages_stated=False),
    _crawl("CC-MAIN-2023-14", "2023-03-20", "2023-04-02"),
    _crawl("CC-MAIN-2023-23", "2023-05-27", "2023-06-11"),
    _crawl("CC-MAIN-2023-40", "2023-09-21", "2023-10-05"),
    _crawl("CC-MAIN-2023-50", "2023-11-28", "2023-12-12"),
    _crawl("CC-MAIN-2024-10", "2024-02-20", "2024-03-06"),
)
"""Names and capture weeks of real crawls; that the first states no languages is planted here."""

SPAN = timedelta(hours=3)
"""Time of capture that one file covers."""


@dataclass(frozen=True)
class FilePlan:
    """One file before it is made."""

    crawl: int
    """Place of its crawl in `CRAWLS`."""
    number: int
    """Number of the file within its crawl."""
    begin: datetime
    """First possible capture."""
    key: str
    """Key in the bucket."""
    pages: int
    """Pages it gets."""


def languages() -> tuple[str, ...]:
    """ISO 639-3 codes of the sample's languages."""
    return tuple(language.code for language in LANGUAGES)


def key(crawl: Crawl, number: int, begin: datetime) -> str:
    """Key of a WET file as Common Crawl forms it.

    The segment is named by the time of its fetch list (ms) and a number, the file by its hours of capture.
    """
    fetch_list = begin - timedelta(hours=5, seconds=number % 977)
    segment = f"{int(fetch_list.timestamp())}{(number * 37 + 216) % 1000:03d}.{(number * 7 + 39) % 100:02d}"
    first, last = (f"{t:%Y%m%d%H%M%S}" for t in (begin, begin + SPAN))
    name = f"CC-MAIN-{first}-{last}-{number:05d}.warc.wet.gz"
    return f"crawl-data/{crawl.name}/segments/{segment}/wet/{name}"


def plans(scale: Scale, text_bytes: int) -> list[FilePlan]:
    """All files of an archive with so much text, at least three a crawl, spread over each crawl's weeks."""
    per_crawl = max(3, ceil(text_bytes / len(CRAWLS) / scale.file_bytes))
    pages = max(12, round(text_bytes / (len(CRAWLS) * per_crawl * scale.page_bytes)))
    made = []
    for c, crawl in enumerate(CRAWLS):
        for n in range(per_crawl):
            begin = crawl.begin + (crawl.end - crawl.begin) * ((n + 0.5) / per_crawl)
            begin = begin.astimezone(UTC).replace(microsecond=0)
            made.append(FilePlan(c, n, begin, key(crawl, n, begin), pages))
    return made


def absent(scale: Scale, text_bytes: int) -> str:
    """Key that the last crawl lists though there is no such file."""
    number = sum(plan.crawl == len(CRAWLS) - 1 for plan in plans(scale, text_bytes))
    return key(CRAWLS[-1], number, CRAWLS[-1].end.replace(microsecond=0))

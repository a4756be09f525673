"""Which files of CC-NEWS to read: by month, by a list of paths, or a seeded sample of them."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from conf.places import Place, place
from conf.settings import Settings
from flows.sources.common_crawl import lines_of
from flows.sources.fetch import FetchError
from flows.sources.source import Input, SelectionError

FIRST = "2016-08"
PREVIOUS = "previous"
MONTH = re.compile(r"20\d{2}-(?:0[1-9]|1[0-2])")
FILE = re.compile(r"CC-NEWS-(\d{14})-\d+\.warc(?:\.gz)?$")
EXAMPLES = ("--month 2024-05 --sample 4 --dry-run", "--month 2024-05,2024-06", "--paths my.paths")


@dataclass(frozen=True)
class Selection:
    """What to read of CC-NEWS."""

    month: tuple[str, ...] = ()
    """Months of capture, e.g. 2024-05, or `previous` (the last whole one); their lists are read from the archive."""
    paths: str = ""
    """A list of keys, one a line (plain or .gz): a local file or an address."""
    sample: int = 0
    """Read only this many files of each month, drawn with the seed; 0 reads all (about 1 GB a file)."""
    seed: int = 0
    """Seed of the sample; the same seed draws the same files."""

    def __post_init__(self) -> None:
        if bool(self.month) == bool(self.paths):
            raise SelectionError(
                "say either which months (--month 2024-05) or which files (--paths FILE) of CC-NEWS"
            )
        for month in self.month:
            if month != PREVIOUS and (not MONTH.fullmatch(month) or month < FIRST):
                raise SelectionError(
                    f"'{month}' is no month of CC-NEWS; give one like 2024-05, from {FIRST} on, or {PREVIOUS}"
                )
        if self.sample < 0:
            raise SelectionError(
                f"a sample of {self.sample} files cannot be drawn; give 1 or more, or 0 for all"
            )

    @property
    def months(self) -> list[str]:
        """The months by name, sorted, each once."""
        return sorted({_previous() if month == PREVIOUS else month for month in self.month})


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """Files that were asked for.

    Raises:
        SelectionError: A list cannot be read.
    """
    if selection.paths:
        return _drawn(lines_of(place(selection.paths, settings), settings), selection)
    return [
        i for month in selection.months for i in _drawn(listed(month, archive, settings), selection, month)
    ]


def listed(month: str, archive: Place, settings: Settings) -> list[str]:
    """Keys that the archive lists of a month.

    Raises:
        SelectionError: The list cannot be read.
    """
    key = list_of(month)
    try:
        return lines_of(archive / key, settings)
    except FetchError as error:
        raise SelectionError(f"cannot list {month}: {error} ({archive.url}/{key})") from None


def list_of(month: str) -> str:
    """Key of a month's list of files."""
    return f"crawl-data/CC-NEWS/{month.replace('-', '/')}/warc.paths.gz"


def begun_at(key: str) -> datetime | None:
    """When the archive began to write a file, from its name; None where that has no such time."""
    found = FILE.search(key)
    try:
        return datetime.strptime(found[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC) if found else None
    except ValueError:  # a 13th month
        return None


def month_of(key: str) -> str:
    """The month a file belongs to by its name, `unknown` where that does not tell."""
    begun = begun_at(key)
    return f"{begun:%Y-%m}" if begun else "unknown"


def _drawn(keys: list[str], selection: Selection, month: str | None = None) -> list[Input]:
    """All files, or a sample of those of each month, so that each has the same number."""
    found = [Input(key, {"archive_month": month or month_of(key)}) for key in keys]
    chosen: list[Input] = []
    for each in sorted({i.partition["archive_month"] for i in found}):
        of_month = [i for i in found if i.partition["archive_month"] == each]
        if selection.sample and selection.sample < len(of_month):
            of_month = random.Random(f"{selection.seed}/{each}").sample(of_month, selection.sample)
        chosen += of_month
    return sorted(chosen, key=lambda item: item.key)


def _previous() -> str:
    """The calendar month before this one, UTC."""
    return f"{datetime.now(UTC).replace(day=1) - timedelta(days=1):%Y-%m}"

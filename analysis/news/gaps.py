"""Gaps: days of which CC-NEWS itself has no file or far fewer than usual, so that a series can mark them.

A day's files are counted by the time in their names, over all files that the archive lists, whether they were read
or not; beside them stand files and articles that the lake has. The usual number is the median of the neighbouring
days. The crawler writes a file when it is full, about 1 GB, so few files mean few captures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any

import pyarrow as pa

from analysis.batches import Batches
from analysis.coverage import ledger
from analysis.declare import Analysis
from analysis.lake import Dataset
from schemas import fields as f
from schemas import news

BEGAN = date(2016, 8, 26)
"""First day of CC-NEWS."""
SUMS = (f.files_listed, f.files_landed, f.files_not_landed, f.articles)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Gaps:
    """What counts as a gap."""

    neighbours: int = 7
    """Days on either side whose median is the usual number of files, 1 to 60."""
    share: float = 0.5
    """A day with less than this share of the usual number is a gap, above 0 and below 1."""

    def __post_init__(self) -> None:
        """Refuse what cannot be told, before anything is read."""
        if not 1 <= self.neighbours <= 60:
            raise ValueError(f"neighbours is {self.neighbours}; give 1 to 60 days")
        if not 0 < self.share < 1:
            raise ValueError(f"share is {self.share}; give a number above 0 and below 1")


@dataclass(frozen=True)
class Prepared:
    """The options, and what the ledger knows of files."""

    options: Gaps
    """As asked."""
    articles: Mapping[str, int]
    """Articles of each file that is in the lake; the most, where several extractors read it."""
    ends: Mapping[str, date]
    """For each month the first day on which more files may come: the day it was listed, or the next month's first."""


def prepare(options: Gaps, data: Dataset) -> Prepared:
    """Look the files up in the ledger."""
    articles: dict[str, int] = {}
    landed = ledger(data.root, news.articles).select(["source_file", "status", "records_kept"])
    for row in landed.to_pylist():
        if row["status"] != "failed":
            key = row["source_file"]
            articles[key] = max(row["records_kept"], articles.get(key, 0))
    listed = ledger(data.root, news.files).select(["part", "finished_at"]).to_pylist()
    on = {row["part"]: row["finished_at"].date() for row in listed}
    ends: dict[str, date] = {}
    for part in data.parts:
        month = part.partition[f.archive_month.name]
        ends[month] = min(on.get(part.path, date.max), after(month))
    return Prepared(options, articles, ends)


def after(month: str) -> date:
    """First day of the month after `YYYY-MM`."""
    year, number = map(int, month.split("-"))
    return date(year + number // 12, number % 12 + 1, 1)


def partial(_: Prepared) -> pa.Schema:
    """Sums by day."""
    return pa.schema([c.field for c in (f.day, *SUMS)])


def count(files: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """Files of each day, and what the lake has of them."""
    for batch in files:
        days: dict[date, list[int]] = {}
        for day, key in zip(batch["day"].to_pylist(), batch["archive_file"].to_pylist(), strict=True):
            kept = options.articles.get(key)
            sums = days.setdefault(day, [0] * len(SUMS))
            for place, more in enumerate((1, kept is not None, kept is None, kept or 0)):
                sums[place] += more
        columns = zip(*days.values(), strict=True) if days else [[]] * len(SUMS)
        schema = partial(options)
        arrays = [pa.array(v, field.type) for v, field in zip([list(days), *columns], schema, strict=True)]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def finish(partials: pa.Table, prepared: Prepared) -> pa.Table:
    """Every day of the months, those without a file too, sorted; only days that were over are called gaps."""
    found = {row.pop("day"): row for row in partials.to_pylist()}
    over = {day for month, end in prepared.ends.items() for day in _days(month, end)}
    listed = {day: found[day]["files_listed"] if day in found else 0 for day in over | found.keys()}
    reach = range(-prepared.options.neighbours, prepared.options.neighbours + 1)
    rows = []
    for day in sorted(listed):
        around = [listed[n] for n in (day + step * DAY for step in reach) if n != day and n in over]
        usual = float(median(around)) if around else None
        share = listed[day] / usual if usual else None
        few = share is not None and share < prepared.options.share
        gap = None if day not in over else "none" if not listed[day] else "few" if few else None
        row = found.get(day, dict.fromkeys((c.name for c in SUMS), 0))
        rows.append(row | {"day": day, "files_usual": usual, "share_of_usual": share, "gap": gap})
    return pa.Table.from_pylist(rows, schema=news.days.schema())


def _days(month: str, end: date) -> Iterator[date]:
    day = max(BEGAN, date.fromisoformat(f"{month}-01"))
    while day < end:
        yield day
        day += DAY


def notes(partials: pa.Table, prepared: Prepared) -> Mapping[str, Any]:
    """The gaps, for a reader of the manifest alone."""
    rows = finish(partials, prepared).select(["day", "gap"]).to_pylist()
    return {
        kind: [str(row["day"]) for row in rows if row["gap"] == kind] for kind in ("none", "few")
    } | {"days": len(rows)}  # fmt: skip


def methods(prepared: Prepared) -> str:
    """What was counted and how, for a methods section."""
    options = prepared.options
    return (
        "Coverage of the archive itself was told from the files that CC-NEWS lists, by the time in their names (UTC). "
        f"A day was called a gap where the archive has no file of it, or fewer than {100 * options.share:g} % of the "
        f"median of the {options.neighbours} days before and after it."
    )


gaps: Analysis[Any] = Analysis(
    name="gaps",
    reads=news.files,
    writes=news.days,
    options=Gaps,
    columns=lambda prepared: (f.archive_file.name, f.day.name),
    kernel=count,
    partial=partial,
    combine={c.name: "sum" for c in SUMS},
    prepare=prepare,
    finish=finish,
    methods=methods,
    notes=notes,
)

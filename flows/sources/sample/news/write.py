"""CC-NEWS's files: warcinfo, then request and response of each capture, damage among them."""

from __future__ import annotations

import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.sources.sample.crawls import Size
from flows.sources.sample.news import page, plan, tables
from flows.sources.sample.news.file import File
from flows.sources.sample.news.outlets import ENGLISH, MONTHS
from flows.sources.sample.records import LEVEL
from flows.sources.sample.web import harm
from flows.sources.sample.web.harm import Harm
from flows.sources.sample.web.record import derived, warcinfo

HARMS = {
    (1, 1): harm.WARC[0, 1],
    (2, 0): harm.WARC[1, 1],
    (3, 0): harm.WARC[2, 1],
}
"""By place of the month and of the file in it; the fifth month besides lists a file that is not there."""
MISSING_MONTH = 4


def write_news(root: Path, size: Size, seed: int) -> dict[str, Any]:
    """Write CC-NEWS and its tables of truth; what truth.json says of it.

    Args:
        root: Folder of the sample.
        size: How many articles.
        seed: Of the sample.
    """
    desk = plan.Desk(size, seed)
    files: list[File] = []
    for month, name in enumerate(MONTHS):
        starts = plan.starts(name)
        articles = desk.month(month, starts)
        of_month = [
            _file(plan.key(start, 100 * month + i), HARMS.get((month, i)), each, start, i)
            for i, (start, each) in enumerate(zip(starts, articles, strict=True))
        ]
        keys = [file.key for file in of_month]
        if month == MISSING_MONTH:
            keys.append(_missing())
        _put(root, of_month, keys)
        files += of_month
    rows = [row for file in files for row in file.rows]
    tables.write(root, rows)
    return tables.facts(files, rows, _missing())


def _missing() -> str:
    return plan.key(datetime.fromisoformat(f"{MONTHS[MISSING_MONTH]}-30T01:02:03+00:00"), 999)


def _file(key: str, done: Harm | None, articles: list[plan.Article], start: datetime, number: int) -> File:
    """One file: its articles, and a front page, a list or a stub."""
    file = File(key, done)
    file.put(warcinfo(key.rsplit("/", 1)[1], "CC-NEWS", start, derived(key, "warcinfo")).packed())
    file.counted.passed["other_record"] += 1
    _others(file, start, number)
    harmed = len(articles) - 1 if done and done.what == "truncated" else len(articles) // 2
    for i, article in enumerate(articles):
        written = page.article_page(article)
        broken = done if i == harmed else None
        at = file.capture(written.url, article.captured, written.body, broken)
        if at is not None:
            file.counted.kept += 1
            file.rows.append(tables.row(article, written, key, at))
    return file


def _others(file: File, start: datetime, number: int) -> None:
    """Pages that are no articles."""
    kinds = (
        ("front_page", page.front_page),
        ("listing", page.section_page),
        ("too_little_text", page.stub_page),
    )
    for i, (reason, make) in enumerate(kinds):
        if (number + i) % 2 == 0:
            url, body = make(ENGLISH[(number + i) % len(ENGLISH)], 20_000 + number)
            file.capture(url, start, body, None)
            file.counted.passed[reason] += 1


def _put(root: Path, files: list[File], keys: list[str]) -> None:
    """The files of a month, and its list of them."""
    folder = (root / files[0].key).parent
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        (root / file.key).write_bytes(b"".join(file.parts))
    lines = "".join(f"{key}\n" for key in keys)
    (folder / "warc.paths.gz").write_bytes(zlib.compress(lines.encode(), LEVEL, 31))

"""CC-NEWS: news articles as they were captured, their text extracted here, as `core__ccnews__articles`.

Pages are read as those of any WARC file (`html.responses`, `html.kept_apart`). What a page says of itself is read
from its markup before its text is extracted, so that front pages and listings cost little; what is no article is
counted by reason (`news.article` has the rule).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from conf.places import Place
from conf.settings import Extract, Ingest, Settings
from flows.sources.captures import Row, batches, capture, within
from flows.sources.html.charset import text_of
from flows.sources.html.extractors import check, version_of
from flows.sources.html.kept_apart import Worker
from flows.sources.html.pages import Captured
from flows.sources.html.responses import Response, response
from flows.sources.members import Fault
from flows.sources.news import article, linked, markup, months
from flows.sources.news.published import published
from flows.sources.source import Account, Input, Reading, SelectionError, Source
from flows.sources.stream import streamed
from flows.sources.warc import Record, records
from schemas.news import articles


@dataclass(frozen=True)
class Selection(months.Selection):
    """What to read of CC-NEWS, and who makes the text."""

    extractor: str = "resiliparse"
    """Who makes the text: `resiliparse` (fast) or `trafilatura` (more exact, some ten times slower)."""

    def __post_init__(self) -> None:
        super().__post_init__()
        try:
            check(self.extractor)
        except LookupError as error:
            raise SelectionError(str(error)) from None


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """Files that were asked for, with the extractor that was."""
    return within(months.inputs(selection, archive, settings), {"extractor": selection.extractor})


def read(given: Reading) -> Iterator[pa.RecordBatch]:
    """Articles of one file."""
    yield from streamed(partial(articles_of, given.settings.extract))(given)


def articles_of(
    caps: Extract, blocks: Iterable[bytes], item: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Articles of one WARC file, in its order.

    Args:
        caps: Limits of extraction.
        blocks: Bytes of the file.
        item: The file, with the extractor as a partition.
        account: Every record is counted here.
        limits: Limits of records.

    Raises:
        WorkerError: The process that extracts cannot be begun.
    """
    name = item.partition["extractor"]
    made = {"extractor_version": version_of(name), "language_source": "cld2"}
    with Worker(name, caps) as worker:
        pages = (
            (r, page)
            for r in records(blocks, account, limits)
            if (page := response(r, account, caps, limits)) is not None
        )
        rows = (_row(record, page, item.key, account, worker) for record, page in pages)
        yield from batches((row | made for row in rows if row is not None), articles.schema())


def _row(record: Record, found: Response, key: str, account: Account, worker: Worker) -> Row | None:
    """The page as a row, or None, counted, where it is no article or has a fault."""
    row = capture(record, key, account)
    if row is None:
        return None
    try:
        told = _told(found, row)
        reason = told.pop("left_out")
        page = None if reason else worker.page(Captured(found.body, found.content_type, row["url"]))
    except Fault as fault:
        account.reject(record.offset, fault.reason, fault.detail, record.block)
        return None
    if page is None or len(page.text) < article.LEAST_BYTES:
        account.leave(reason or "too_little_text")
        return None
    account.kept += 1
    return row | told | {
        "outlet": row["registered_domain"],
        "title": told["title"] or page.title,
        "canonical_url": page.canonical_url,
        "language": page.language,
        "content_digest": article.digest(page.text.decode("utf-8")),
        "http_status": found.status,
        "mime": found.mime,
        "charset": page.charset,
        "text_bytes": len(page.text),
        "text": page.text,
    }  # fmt: skip


def _told(found: Response, row: Row) -> Row:
    """What the page's markup says of it: title, section, date, and under `left_out` why it is no article.

    Raises:
        Fault: It cannot be read as text.
    """
    try:
        html, _ = text_of(found.body, found.content_type)
    except (LookupError, ValueError) as error:  # an encoding that this Python lacks
        raise Fault("not_extracted", f"{type(error).__name__}: {error}"[:500]) from None
    parts = markup.read(html)
    ld = linked.read(parts.blocks)
    when = published(row["url"], parts, ld, row["captured_at"])
    return {
        "left_out": article.left_out(row["url"], parts, ld),
        "title": article.title(parts, ld),
        "section": article.section(parts, ld),
        "published_at": when.at,
        "published_source": when.source,
        "published_confidence": when.confidence,
        "published_resolution": when.resolution,
    }


cc_news = Source(
    name="cc-news",
    summary="CC-NEWS's captured articles (WARC files) with their dates, text extracted here, a row an article.",
    archive="commoncrawl",
    table=articles,
    selection=Selection,
    inputs=inputs,
    read=read,
    before=("cc-news-files",),
    examples=months.EXAMPLES,
)

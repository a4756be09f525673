"""WET: the text Common Crawl extracted from each page, as `core__commoncrawl__pages`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from conf.places import Place
from conf.settings import Ingest, Settings
from flows.sources import common_crawl
from flows.sources.captures import Row, batches, capture, within
from flows.sources.language import detect, from_header
from flows.sources.source import Account, Input, Source
from flows.sources.stream import streamed
from flows.sources.warc import Record, records
from schemas.web import pages

NAME = "wet"
LISTED = common_crawl.inputs("wet")


def inputs(selection: common_crawl.Selection, archive: Place, settings: Settings) -> list[Input]:
    """Files that were asked for; their text was extracted by Common Crawl."""
    return within(LISTED(selection, archive, settings), {"extractor": NAME})


def read(
    blocks: Iterable[bytes], source: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Pages of one WET file: its `conversion` records of type text/plain, in the file's order."""
    rows = (_row(record, source.key, account) for record in records(blocks, account, limits))
    yield from batches(row for row in rows if row is not None)


def _row(record: Record, key: str, account: Account) -> Row | None:
    """The record as a row, or None, counted, where it is no page or has a fault."""
    headers = record.headers
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if headers.get(b"warc-type") != b"conversion" or kind != b"text/plain":
        account.passed += 1
        return None
    try:
        record.block.decode("utf-8")
    except UnicodeDecodeError as error:
        account.reject(record.offset, "not_utf8", str(error), record.block[max(0, error.start - 64) :])
        return None
    row = capture(record, key, account)
    if row is None:
        return None
    account.kept += 1
    stated = from_header(headers.get(b"warc-identified-content-language"))
    return row | {
        "language": stated or detect(record.block),
        "language_source": "header" if stated else "cld2",
        "text_bytes": len(record.block),
        "text": record.block,
    }


wet = Source(
    name=NAME,
    summary="Common Crawl's extracted text (WET files), a row a page.",
    archive="commoncrawl",
    table=pages,
    selection=common_crawl.Selection,
    inputs=inputs,
    read=streamed(read),
    examples=common_crawl.EXAMPLES,
)

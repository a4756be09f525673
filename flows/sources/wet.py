"""WET: the text Common Crawl extracted from each page, as `core__commoncrawl__pages`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from conf.settings import Ingest
from flows.sources import common_crawl
from flows.sources.hosts import host_of, registered_domain
from flows.sources.language import detect, from_header
from flows.sources.source import Account, Input, Source
from flows.sources.stream import streamed
from flows.sources.warc import Record, records
from schemas.web import pages

SCHEMA = pages.schema()
BATCH_BYTES = 8 << 20
WEB_BEGAN = datetime(1991, 1, 1, tzinfo=UTC)


def read(
    blocks: Iterable[bytes], source: Input, account: Account, limits: Ingest
) -> Iterator[pa.RecordBatch]:
    """Pages of one WET file: its `conversion` records of type text/plain, in the file's order."""
    rows: list[dict[str, Any]] = []
    size = 0
    for record in records(blocks, account, limits):
        row = _row(record, source.key, account)
        if row is not None:
            rows.append(row)
            size += len(record.block)
        if size >= BATCH_BYTES:
            yield _batch(rows)
            rows, size = [], 0
    if rows:
        yield _batch(rows)


def _row(record: Record, key: str, account: Account) -> dict[str, Any] | None:
    """The record as a row, or None, counted, where it is no page or has a fault."""
    headers = record.headers
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if headers.get(b"warc-type") != b"conversion" or kind != b"text/plain":
        account.passed += 1
        return None
    try:
        record.block.decode("utf-8")
        url = headers[b"warc-target-uri"].decode("utf-8").strip("<>")
        captured_at = _date(headers[b"warc-date"])
    except UnicodeDecodeError as error:
        account.reject(record.offset, "not_utf8", str(error), record.block[max(0, error.start - 64) :])
        return None
    except (KeyError, ValueError) as error:
        account.reject(
            record.offset, "bad_header", f"{type(error).__name__}: {error}", repr(headers).encode()
        )
        return None
    account.kept += 1
    stated = from_header(headers.get(b"warc-identified-content-language"))
    host = host_of(url)
    return {
        "source_file": key,
        "record_offset": record.offset,
        "url": url,
        "host": host,
        "registered_domain": registered_domain(host),
        "captured_at": captured_at,
        "language": stated or detect(record.block),
        "language_source": "header" if stated else "cld2",
        "record_id": headers.get(b"warc-record-id", b"").decode("latin-1").strip("<>"),
        "digest": headers[b"warc-block-digest"].decode("latin-1")
        if b"warc-block-digest" in headers
        else None,
        "text_bytes": len(record.block),
        "text": record.block,
    }


def _date(stated: bytes) -> datetime:
    """WARC-Date (W3C profile of ISO 8601, UTC).

    Raises:
        ValueError: No such date, or one before the web began.
    """
    date = datetime.fromisoformat(stated.decode("ascii"))
    date = date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    if date < WEB_BEGAN:
        raise ValueError(f"WARC-Date {stated.decode('ascii')} is before the web began")
    return date


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    def column(field: pa.Field) -> pa.Array:
        values = [row[field.name] for row in rows]
        if field.name == "text":  # checked above, so the bytes need no second look
            return pa.array(values, pa.large_binary()).view(pa.large_string())
        return pa.array(values, field.type)

    return pa.RecordBatch.from_arrays([column(f) for f in SCHEMA], schema=SCHEMA)


wet = Source(
    name="wet",
    summary="Common Crawl's extracted text (WET files), a row a page.",
    archive="commoncrawl",
    table=pages,
    selection=common_crawl.Selection,
    inputs=common_crawl.inputs("wet"),
    read=streamed(read),
    examples=common_crawl.EXAMPLES,
)

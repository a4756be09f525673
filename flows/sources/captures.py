"""Rows of pages and articles: what any captured record says of itself, and rows as batches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from flows.sources.hosts import host_of, registered_domain
from flows.sources.source import Account, Input
from flows.sources.warc import Record
from schemas.web import pages

SCHEMA = pages.schema()
BATCH_BYTES = 8 << 20
WEB_BEGAN = datetime(1991, 1, 1, tzinfo=UTC)

Row = dict[str, Any]


def capture(record: Record, key: str, account: Account) -> Row | None:
    """Where and when the record was captured; None, set aside, where its header lacks that.

    Args:
        record: The record.
        key: Key of its file.
        account: Where a fault is counted.
    """
    headers = record.headers
    try:
        url = headers[b"warc-target-uri"].decode("utf-8").strip("<>")
        captured_at = date(headers[b"warc-date"])
    except (KeyError, ValueError) as error:
        told = f"{type(error).__name__}: {error}"
        account.reject(record.offset, "bad_header", told, repr(dict(headers)).encode())
        return None
    host = host_of(url)
    digest = headers.get(b"warc-block-digest")
    return {
        "source_file": key,
        "record_offset": record.offset,
        "url": url,
        "host": host,
        "registered_domain": registered_domain(host),
        "captured_at": captured_at,
        "record_id": headers.get(b"warc-record-id", b"").decode("latin-1").strip("<>"),
        "digest": None if digest is None else digest.decode("latin-1"),
    }


def date(stated: bytes) -> datetime:
    """WARC-Date (W3C profile of ISO 8601, UTC).

    Raises:
        ValueError: No such date, or one before the web began.
    """
    found = datetime.fromisoformat(stated.decode("ascii"))
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if found < WEB_BEGAN:
        raise ValueError(f"WARC-Date {stated.decode('ascii')} is before the web began")
    return found


def batches(rows: Iterable[Row], schema: pa.Schema = SCHEMA) -> Iterator[pa.RecordBatch]:
    """Rows in batches of about eight megabytes of text; a column that a row lacks is empty there.

    `text` is bytes that are known to be UTF-8.
    """
    held: list[Row] = []
    size = 0
    for row in rows:
        held.append(row)
        size += len(row["text"])
        if size >= BATCH_BYTES:
            yield _batch(held, schema)
            held, size = [], 0
    if held:
        yield _batch(held, schema)


def _batch(rows: list[Row], schema: pa.Schema) -> pa.RecordBatch:
    def column(field: pa.Field) -> pa.Array:
        values = [row.get(field.name) for row in rows]
        if field.name == "text":  # checked above, so the bytes need no second look
            return pa.array(values, pa.large_binary()).view(pa.large_string())
        return pa.array(values, field.type)

    return pa.RecordBatch.from_arrays([column(f) for f in schema], schema=schema)


def within(items: Iterable[Input], partition: Mapping[str, str]) -> list[Input]:
    """The same inputs with further values of partition columns."""
    return [replace(item, partition={**item.partition, **partition}) for item in items]

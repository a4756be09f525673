"""Landing one input: read it, write its part, its rejects and its ledger row, in this order.

A part counts as done when its ledger row is there too, and each of the three files appears whole or not at all.
So a run killed at any moment and started again makes the same lake.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from conf.places import Place, place
from conf.settings import Settings
from conf.versions import FIELDWORK
from flows.landing.parts import part_name, part_path, staged, write_rows
from flows.sources import find
from flows.sources.fetch import FetchError, blocks, size
from flows.sources.source import Account, Input, Source
from schemas import ops
from schemas.table import Table

log = logging.getLogger(__name__)


class Meter:
    """Passes blocks on, counting and digesting them."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self._sha256 = hashlib.sha256()
        self.bytes_read = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._sha256.update(block)
            self.bytes_read += len(block)
            yield block

    @property
    def digest(self) -> str:
        """SHA-256 of what has passed, in hex."""
        return self._sha256.hexdigest()


def land(name: str, item: Input, settings: Settings) -> dict[str, Any]:
    """Land one input of the source `name`; returns its ledger row (columns of `ops__landing__ledger`).

    An input that cannot be fetched, or fails in a way nobody foresaw, ends as a row with the status `failed`.
    """
    source = find(name)
    lake = place(settings.lake, settings)
    started = time.perf_counter()
    account = Account(settings.ingest.raw_head_bytes)
    row = _blank(source, item)
    meter = Meter(())
    try:
        where = place(getattr(settings.archives, source.archive), settings) / item.key
        row["bytes_expected"] = size(where, settings.http)
        meter = Meter(blocks(where, settings.http, row["bytes_expected"]))
        _write(source, item, meter, account, lake, settings)
        row["status"] = "damaged" if account.rejects else "complete"
    except FetchError as error:
        row |= {"status": "failed", "reason": error.reason, "detail": error.detail}
    except Exception as error:  # one hostile input must not end a run over thousands; it is named and counted
        log.exception("landing %s failed", item.key)
        row |= {"status": "failed", "reason": "error", "detail": f"{type(error).__name__}: {error}"}
    row |= _counts(account, meter) | {
        "duration_s": time.perf_counter() - started,
        "finished_at": datetime.now(UTC),
    }
    record(source.table, item, row, lake)
    return row


def record(table: Table, item: Input, row: dict[str, Any], lake: Place) -> None:
    """Write an input's ledger row; with it the input is done, or known to have failed."""
    target = lake / ops.ledger.folder({"table_name": table.name}) / part_name(item.key)
    _write_table(target, ops.ledger, [row])


def failed(name: str, item: Input, detail: str, settings: Settings) -> dict[str, Any]:
    """Ledger row, written, of an input whose process died."""
    source = find(name)
    row = _blank(source, item) | _counts(Account(), Meter(()))
    row |= {"status": "failed", "reason": "error", "detail": detail}
    row |= {"duration_s": 0.0, "finished_at": datetime.now(UTC)}
    record(source.table, item, row, place(settings.lake, settings))
    return row


def _write(
    source: Source[Any], item: Input, blocks: Meter, account: Account, lake: Place, settings: Settings
) -> None:
    with staged(lake / part_path(source.table, item)) as path:
        batches = source.read(blocks, item, account, settings.ingest)
        write_rows(path, source.table, batches, settings.ingest.row_group_bytes)
        for _ in blocks:  # a reader may stop early; the digest is of the whole input all the same
            pass
        if blocks.bytes_read == 0:
            raise FetchError("empty", "the file has no bytes")
        _set_aside(source.table, item, account, lake)


def _set_aside(table: Table, item: Input, account: Account, lake: Place) -> None:
    """Write the quarantine of an input, or take away what an earlier, different landing left there."""
    target = lake / ops.quarantine.folder({"table_name": table.name}) / part_name(item.key)
    rows = [
        {
            "source_file": item.key,
            "record_offset": r.offset,
            "reason": r.reason,
            "detail": r.detail,
            "raw_head": r.head,
        }
        for r in account.rejects
    ]
    if rows:
        _write_table(target, ops.quarantine, rows)
    elif target.exists():
        target.remove()


def _write_table(target: Place, table: Table, rows: list[dict[str, Any]]) -> None:
    batch = pa.RecordBatch.from_pylist(rows, schema=table.schema())
    with staged(target) as path:
        write_rows(path, table, [batch], row_group_bytes=1 << 30)


def _blank(source: Source[Any], item: Input) -> dict[str, Any]:
    return {
        "source_file": item.key,
        "source": source.name,
        "part": part_path(source.table, item),
        "status": "failed",
        "reason": None,
        "detail": None,
        "bytes_expected": None,
        "version": FIELDWORK,
    }


def _counts(account: Account, meter: Meter) -> dict[str, Any]:
    return {
        "bytes_read": meter.bytes_read,
        "input_sha256": meter.digest if meter.bytes_read else None,
        "records_seen": account.seen,
        "records_kept": account.kept,
        "records_repaired": account.repaired,
        "records_passed": account.passed,
        "records_set_aside": len(account.rejects),
        "set_aside_by_reason": sorted(account.by_reason.items()),
    }

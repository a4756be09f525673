"""Landing one input: read it, write its part, its rejects and its ledger row, in this order.

A part counts as done when its ledger row is there too, and each of the three files appears whole or not at all.
So a run killed at any moment and started again makes the same lake.
"""

from __future__ import annotations

import logging
import time
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from conf.places import Place, place
from conf.settings import Settings
from conf.versions import FIELDWORK
from flows.landing.parts import beside, part_path, staged, write_rows
from flows.sources import find
from flows.sources.fetch import FetchError
from flows.sources.source import Account, Input, Meter, Reading, Source
from schemas import ops
from schemas.table import Table

log = logging.getLogger(__name__)


def land(name: str, item: Input, settings: Settings) -> dict[str, Any]:
    """Land one input of the source `name`; returns its ledger row (columns of `ops__landing__ledger`).

    An input that cannot be fetched, or fails in a way nobody foresaw, ends as a row with the status `failed`.
    """
    source = find(name)
    lake = place(settings.lake, settings)
    started = time.perf_counter()
    account = Account(settings.ingest.raw_head_bytes)
    row = _blank(source, item)
    meter = Meter()
    try:
        archive = place(getattr(settings.archives, source.archive), settings)
        part = lake / part_path(source.table, item)
        _write(source, Reading(item, archive, part, account, meter, settings), lake)
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
    target = lake / beside(ops.ledger, table, item)
    _write_table(target, ops.ledger, [row])


def failed(name: str, item: Input, detail: str, settings: Settings) -> dict[str, Any]:
    """Ledger row, written, of an input whose process died."""
    source = find(name)
    row = _blank(source, item) | _counts(Account(), Meter())
    row |= {"status": "failed", "reason": "error", "detail": detail}
    row |= {"duration_s": 0.0, "finished_at": datetime.now(UTC)}
    record(source.table, item, row, place(settings.lake, settings))
    return row


def _write(source: Source[Any], reading: Reading, lake: Place) -> None:
    with staged(reading.part) as path:
        batches = source.read(reading)
        write_rows(path, source.table, batches, reading.settings.ingest.row_group_bytes, reading.notes)
        _set_aside(source.table, reading.item, reading.account, lake)


def _set_aside(table: Table, item: Input, account: Account, lake: Place) -> None:
    """Write the quarantine of an input, or take away what an earlier, different landing left there."""
    target = lake / beside(ops.quarantine, table, item)
    rows = [
        {
            "part": part_path(table, item),
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
        "version": FIELDWORK,
    }


def _counts(account: Account, meter: Meter) -> dict[str, Any]:
    return {
        "bytes_expected": meter.bytes_expected,
        "bytes_read": meter.bytes_read,
        "input_sha256": meter.digest,
        "records_seen": account.seen,
        "records_kept": account.kept,
        "records_repaired": account.repaired,
        "records_passed": account.passed,
        "passed_by_reason": sorted(account.passed_by.items()),
        "records_set_aside": len(account.rejects),
        "set_aside_by_reason": sorted(account.by_reason.items()),
    }

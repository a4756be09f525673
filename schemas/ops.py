"""Tables about the landing itself: what came in, what was set aside and why."""

from __future__ import annotations

from schemas import fields as f
from schemas.table import Table

ledger = Table(
    "ops__landing__ledger",
    "One input of an archive and what became of it.",
    key=(f.part,),
    values=(
        f.source_file,
        f.source,
        f.status,
        f.reason,
        f.detail,
        f.bytes_expected,
        f.bytes_read,
        f.input_sha256,
        f.records_seen,
        f.records_kept,
        f.records_repaired,
        f.records_passed,
        f.passed_by_reason,
        f.records_set_aside,
        f.set_aside_by_reason,
        f.duration_s,
        f.finished_at,
        f.version,
    ),
    partitions=(f.table_name,),
)

quarantine = Table(
    "ops__landing__quarantine",
    "A record that could not be read or was rejected, with the reason and its raw head.",
    key=(f.part, f.record_offset),
    values=(f.source_file, f.reason, f.detail, f.raw_head),
    partitions=(f.table_name,),
)

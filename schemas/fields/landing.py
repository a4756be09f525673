"""Columns about the landing: what came in, what was set aside and why."""

from __future__ import annotations

import pyarrow as pa

from schemas.fields.types import utc
from schemas.table import Column

# How it came in
table_name = Column("table_name", pa.string(), "Table the input was landed in.")
source = Column("source", pa.string(), "Name of the source that read the input.")
part = Column("part", pa.string(), "File of the lake made from the input, relative to the lake.")
status = Column(
    "status",
    pa.string(),
    "`complete`, `damaged` (some of it could not be read) or `failed` (nothing was landed).",
)
reason = Column("reason", pa.string(), "Why, in one word of a fixed list.", True)
detail = Column("detail", pa.string(), "What exactly was seen.", True)
bytes_expected = Column(
    "bytes_expected", pa.int64(), "Size of the input as the archive states it, in bytes.", True
)
bytes_read = Column("bytes_read", pa.int64(), "Bytes of the input that were read.")
input_sha256 = Column("input_sha256", pa.string(), "SHA-256 of the bytes read, in hex.", True)
records_seen = Column("records_seen", pa.int64(), "Records found in the input.")
records_kept = Column("records_kept", pa.int64(), "Records that became a row of the table.")
records_repaired = Column(
    "records_repaired",
    pa.int64(),
    "Records kept although their stated length was wrong (ingest.wrong_lengths).",
)
records_passed = Column(
    "records_passed", pa.int64(), "Records that are none of this table's (e.g. warcinfo)."
)
passed_by_reason = Column(
    "passed_by_reason", pa.map_(pa.string(), pa.int64()), "Records passed, by reason, where one is told."
)
records_set_aside = Column("records_set_aside", pa.int64(), "Records that went to the quarantine.")
set_aside_by_reason = Column(
    "set_aside_by_reason", pa.map_(pa.string(), pa.int64()), "Records set aside, by reason."
)
duration_s = Column("duration_s", pa.float64(), "Wall time of landing the input, in seconds.")
finished_at = Column("finished_at", utc, "When the input was landed, UTC.")
version = Column("version", pa.string(), "Version of Fieldwork that landed it.")
raw_head = Column("raw_head", pa.large_binary(), "First bytes of the record as found, for a look.")

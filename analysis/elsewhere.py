"""Files that are read in place of the lake: an edge table of one's own, with its digest for the manifest."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import pyarrow as pa

from analysis.lake import NoData
from conf.places import Place
from conf.versions import versions
from schemas import ops
from schemas.table import Table

CHUNK_BYTES = 1 << 22
SUFFIXES = (".parquet", ".csv", ".tsv")


def files(root: Place) -> list[Place]:
    """The file at an address, or the Parquet, CSV and TSV files below it, sorted.

    Raises:
        NoData: There is none.
    """
    if root.fs.isfile(root.path):
        return [root]
    found = [root / name for name in root.files() if name.endswith(SUFFIXES)]
    if not found:
        raise NoData(f"'{root.url}' is no file and no folder with files ending in {', '.join(SUFFIXES)}")
    return found


def files_read(root: Place, table: Table) -> pa.Table:
    """Rows of the ledger for these files, as if they had been landed: address, size, SHA-256."""
    rows = []
    for file in files(root):
        size, digest = 0, hashlib.sha256()
        with file.fs.open(file.path, "rb") as handle:
            while chunk := handle.read(CHUNK_BYTES):
                size += len(chunk)
                digest.update(chunk)
        rows.append(
            {
                "part": file.url, "source_file": file.url, "source": "file", "status": "complete",
                "bytes_expected": size, "bytes_read": size, "input_sha256": digest.hexdigest(),
                "records_seen": 0, "records_kept": 0, "records_repaired": 0, "records_passed": 0,
                "passed_by_reason": [], "records_set_aside": 0, "set_aside_by_reason": [], "duration_s": 0.0,
                "finished_at": datetime.now(UTC), "version": str(versions().get("fieldwork", "")),
                "table_name": table.name,
            }
        )  # fmt: skip
    schema = pa.schema([c.field for c in ops.ledger.columns])
    return pa.Table.from_pylist(rows, schema=schema)

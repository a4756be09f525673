"""A list of records to read: file, offset and length of each, as `fieldwork select` writes it."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from flows.sources.source import SelectionError
from schemas.cc_index import WHERE

TYPES = pa.schema([(WHERE[0], pa.string()), (WHERE[1], pa.int64()), (WHERE[2], pa.int64())])


def records_of(found: pa.Table) -> pa.Table:
    """The different records of a query's rows, sorted by file and offset.

    Raises:
        SelectionError: The rows do not say where records are.
    """
    missing = [name for name in WHERE if name not in found.column_names]
    if missing:
        raise SelectionError(
            f"the rows lack {', '.join(missing)}; to fetch records, select {', '.join(WHERE)}"
        )
    rows = found.select(WHERE)
    if any(rows[name].null_count for name in WHERE):
        raise SelectionError(
            "some rows do not say where their record is; add WHERE warc_filename IS NOT NULL"
        )
    one_each = rows.cast(TYPES).group_by(list(WHERE), use_threads=False).aggregate([])
    return one_each.sort_by([(name, "ascending") for name in WHERE])


def save(records: pa.Table, path: str, sql: str, crawls: Sequence[str]) -> None:
    """Write the records to a Parquet file that also holds the query and the crawls, so that it can be asked again."""
    notes = {"fieldwork.query": sql, "fieldwork.crawls": ",".join(crawls)}
    pq.write_table(records.replace_schema_metadata(notes), path, compression="zstd")


def opened(path: str) -> pa.Table:
    """The records in such a file, or in any Parquet file with their columns.

    Raises:
        SelectionError: It cannot be read, or lacks columns.
    """
    try:
        found = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        told = " ".join(str(error).split())
        raise SelectionError(
            f"no list of records in '{path}': {told}; make one with fieldwork select"
        ) from None
    return records_of(found)


def wants(records: pa.Table) -> dict[str, tuple[tuple[int, int], ...]]:
    """Offset and length of the records by file, as a source's `Input.wants`."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name, offset, length in zip(*(c.to_pylist() for c in records.columns), strict=True):
        found.setdefault(name, []).append((offset, length))
    return {name: tuple(pairs) for name, pairs in found.items()}

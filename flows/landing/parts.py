"""Parts of the lake: their names, and how one is written so that it is there whole or not at all."""

from __future__ import annotations

import fcntl
import hashlib
import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from flows.sources.source import Input
from schemas.table import Table

UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")
# Chosen by measuring landing plus reading (benchmarks/words_job.py): faster than no packing at all from a disk.
ZSTD_LEVEL = 1
BLOB_PAGE_BYTES, BLOBS_AT_ONCE = 512 << 10, 4
"""Pages of columns of pixels: Arrow looks after every so many values whether a page is full (1,024 of them would be
128 MB). A page that fits into the processor's cache is written in 0.8 of the time, and read in 0.6."""


def part_name(key: str) -> str:
    """File name of the part made from an input: readable, safe, and different for every key."""
    stem = UNSAFE.sub("-", key.rsplit("/", 1)[-1]).removesuffix(".gz")
    return f"part-{stem[:150]}-{hashlib.sha256(key.encode()).hexdigest()[:8]}.parquet"


def part_path(table: Table, item: Input) -> str:
    """Path of that part below the lake's root."""
    return f"{table.folder(item.partition)}/{part_name(item.key)}"


def beside(about: Table, table: Table, item: Input) -> str:
    """Path of what `about` (ledger, quarantine) says of that part: below its own folder it lies as the part does.

    So two parts of one input (its text by two extractors) have two of them.
    """
    return about.folder({"table_name": table.name}) + part_path(table, item).removeprefix(table.path)


@contextmanager
def staged(target: Place) -> Iterator[Path]:
    """A local file to write; when the block ends without an error it appears at the target, whole, at once."""
    with _beside(target) if target.is_local else _elsewhere() as local:
        yield local
        target.write(local)


@contextmanager
def _elsewhere() -> Iterator[Path]:
    with TemporaryDirectory(prefix="fieldwork-") as folder:
        yield Path(folder) / "part"


@contextmanager
def _beside(target: Place) -> Iterator[Path]:
    """A hidden file beside a local target, so that publishing is a rename; what killed runs left is swept.

    It is locked while it is written: a lock ends with its process, so a file without one was left behind.
    """
    path = Path(target.path)
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in path.parent.glob(f".{escape(path.name)}.*"):
        _sweep(left)
    hidden = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    with hidden.open("xb") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        try:
            yield hidden
        finally:
            hidden.unlink(missing_ok=True)


def _sweep(left: Path) -> None:
    with suppress(OSError), left.open("rb") as handle:  # gone meanwhile, or locked by a run that goes on
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        left.unlink(missing_ok=True)


def write_rows(
    path: Path,
    table: Table,
    batches: Iterable[pa.RecordBatch],
    row_group_bytes: int,
    notes: Mapping[str, str] = MappingProxyType({}),
) -> int:
    """Write batches as one Parquet file, checked against the table; returns the number of rows.

    Notes are read when the last batch is written, and go into the file's key-value metadata.

    Raises:
        TableError: Rows that do not fit the table.
    """
    schema = table.schema()
    rows = 0
    words = [
        f.name for f in schema if pa.types.is_string(f.type) and f.name not in ("url", "record_id", "digest")
    ]
    blobs = [
        f.name for f in schema if pa.types.is_fixed_size_binary(f.type)
    ]  # only to know how many are missing
    codecs = {c.name: c.codec for c in table.columns if c not in table.partitions}
    levels = {name: ZSTD_LEVEL for name, codec in codecs.items() if codec == "zstd"}
    pages = {"data_page_size": BLOB_PAGE_BYTES, "write_batch_size": BLOBS_AT_ONCE} if blobs else {}
    with pq.ParquetWriter(
        path,
        schema,
        compression=codecs,
        compression_level=levels,
        use_dictionary=words,
        write_statistics=[*words, *blobs],
        **pages,
    ) as writer:
        for group in _row_groups(batches, schema, row_group_bytes):
            table.check(group)
            writer.write_table(group, row_group_size=max(1, group.num_rows))
            rows += group.num_rows
        writer.add_key_value_metadata(dict(notes))
    return rows


def _row_groups(batches: Iterable[pa.RecordBatch], schema: pa.Schema, size: int) -> Iterator[pa.Table]:
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.nbytes for b in held) >= size:
            yield pa.Table.from_batches(held, schema)
            held = []
    if held:
        yield pa.Table.from_batches(held, schema)

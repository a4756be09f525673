"""A toy table and kernels for it, in a module that workers of every engine can import."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from schemas.table import Column, Table

utc = pa.timestamp("us", tz="UTC")

toys = Table(
    "core__toys__things",
    "A thing.",
    key=(Column("id", pa.int64(), "Number."),),
    values=(
        Column("word", pa.large_string(), "Key that may be empty.", True),
        Column("small", pa.int8(), "Small number.", True),
        Column("seen_at", utc, "When.", True),
        Column("bytes", pa.binary(4), "Four bytes.", True),
        Column("dn", pa.uint16(), "Digital number.", True),
        Column("bands", pa.list_(pa.uint16(), 2), "Two numbers.", True),
        Column("weight", pa.int32(), "Measure."),
    ),
    partitions=(Column("crawl", pa.string(), "Partition."),),
)

COLUMNS = tuple(c.name for c in toys.columns)
KEYS = ("crawl", "word", "small", "seen_at", "bytes", "dn")
SUMS = {"rows": "sum", "total": "sum", "least": "min", "last_word": "max"}
PARTIAL = pa.schema(
    [
        pa.field("crawl", pa.string(), False),
        pa.field("word", pa.large_string()),
        pa.field("small", pa.int8()),
        pa.field("seen_at", utc),
        pa.field("bytes", pa.binary(4)),
        pa.field("dn", pa.uint16()),
        pa.field("rows", pa.int64(), False, {"description": "Rows."}),
        pa.field("total", pa.int64(), False),
        pa.field("least", pa.int32(), False),
        pa.field("last_word", pa.large_string()),
    ]
)


def measure(batches: Batches) -> Iterator[pa.RecordBatch]:
    """One row a row; an empty batch after each, which no engine may trip over."""
    for batch in batches:
        wanted = pa.schema([toys.column(name).field for name in batch.schema.names])
        assert batch.schema.equals(wanted, check_metadata=True)
        columns = [batch[name] for name in KEYS]
        weight = batch["weight"]
        ones = pa.array([1] * batch.num_rows, pa.int64())
        columns += [ones, weight.cast(pa.int64()), weight, batch["word"]]
        rows = pa.RecordBatch.from_arrays(columns, schema=PARTIAL)
        yield rows
        yield rows.slice(0, 0)


def keep(batches: Batches) -> Iterator[pa.RecordBatch]:
    """The rows of even weight, as they are."""
    for batch in batches:
        yield batch.filter(pc.equal(pc.bit_wise_and(batch["weight"], 1), 0))


def everything(batches: Batches) -> Iterator[pa.RecordBatch]:
    """One row for all rows of a batch: measures without a key."""
    for batch in batches:
        yield pa.RecordBatch.from_pydict({"rows": pa.array([batch.num_rows], pa.int64())})


def fail(batches: Batches, word: str) -> Iterator[pa.RecordBatch]:
    """No rows but an error."""
    for _ in batches:
        raise ValueError(f"no word '{word}' here")
    yield from ()

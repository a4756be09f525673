"""A kernel that must see whole groups: the median weight of each, in a module that workers can import."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from analysis.batches import Batches

PARTIAL = pa.schema(
    [
        pa.field("crawl", pa.string(), False),
        pa.field("word", pa.large_string()),
        pa.field("rows", pa.int64(), False),
        pa.field("median", pa.float64(), False),
        pa.field("ids", pa.list_(pa.int64()), False),
        pa.field("bytes", pa.binary(4)),
    ]
)
COLUMNS = ("id", "word", "bytes", "weight", "crawl")


def medians(batches: Batches) -> Iterator[pa.RecordBatch]:
    """One row a batch, with the order its rows came in; fails where a batch is no single group."""
    for batch in batches:
        assert tuple(batch.schema.names) == COLUMNS
        (word,) = batch["word"].unique().to_pylist()
        weights = batch["weight"].to_numpy()
        row = {
            "crawl": batch["crawl"][-1].as_py(),
            "word": word,
            "rows": batch.num_rows,
            "median": float(np.median(weights)),
            "ids": batch["id"].to_pylist(),
            "bytes": batch["bytes"][0].as_py(),
        }
        yield pa.RecordBatch.from_pylist([row], PARTIAL)
        yield pa.RecordBatch.from_pylist([], PARTIAL)


def largest(rows: pa.Table) -> pa.Table:
    """The two groups with most rows."""
    return rows.take(np.argsort(rows["rows"].to_numpy(), kind="stable")[::-1][:2])

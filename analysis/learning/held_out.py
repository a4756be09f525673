"""What models that had not seen a coded text predict for it: `held_out.parquet`, for shares of the whole."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.coding.join import HELD_OUT
from analysis.learning.coded import Coded
from analysis.learning.search import Held
from schemas import fields as f

__all__ = ["HELD_OUT", "rows", "written"]
SCHEMA = pa.schema([column.field for column in (f.item_id, f.predicted, f.predicted_probability)])


def rows(coded: Coded, held: Held) -> Iterator[pa.Table]:
    """Held-out predictions of some texts; nothing where they are of no drawn sample."""
    if coded.items is None:
        return
    sure = pa.nulls(len(coded), pa.float64()) if held.probability is None else held.probability.max(1)
    columns = coded.items.tolist(), held.predicted.tolist(), sure
    made = pa.table(dict(zip(SCHEMA.names, columns, strict=True)), SCHEMA)
    yield made.filter(made["item_id"].is_valid())


def written(tables: Iterable[pa.Table]) -> bytes:
    """These rows as a Parquet file; no bytes where there are none."""
    buffer, writer = io.BytesIO(), None
    for table in tables:
        writer = writer or pq.ParquetWriter(buffer, SCHEMA, compression="zstd")
        writer.write_table(table)
    if writer:
        writer.close()
    return buffer.getvalue()

"""A toy analysis, as a newcomer would add one: how long pages are, by language. One file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis
from schemas import fields as f
from schemas import web
from schemas.table import Column, Table

longest = Column("longest_bytes", pa.int64(), "Length of the longest page.")
mean = Column("mean_bytes", pa.float64(), "Mean length of a page.")
lengths_table = Table(
    "out__toys__lengths", "A language.", key=(f.language,), values=(f.documents, mean, longest)
)


@dataclass(frozen=True)
class Lengths:
    """How long pages are."""

    least: int = 0
    """Leave out pages shorter than this, in bytes."""


PARTIAL = pa.schema([f.language.field, f.documents.field, pa.field("sum", pa.int64(), False), longest.field])


def measure(batches: Batches, options: Lengths) -> Iterator[pa.RecordBatch]:
    """Pages, their sum of lengths and the longest, by language."""
    for batch in batches:
        rows = pa.table({n: batch.column(n) for n in ("language", "text_bytes")})
        rows = rows.filter(pc.greater_equal(rows["text_bytes"], options.least))
        added = rows.group_by("language", use_threads=False).aggregate(
            [("text_bytes", "count"), ("text_bytes", "sum"), ("text_bytes", "max")]
        )
        yield from added.rename_columns(PARTIAL.names).cast(PARTIAL).to_batches()


def finish(partials: pa.Table, options: Lengths) -> pa.Table:
    """Sums to means."""
    means = pc.divide(partials["sum"].cast(pa.float64()), partials["documents"].cast(pa.float64()))
    rows = partials.drop_columns(["sum"]).add_column(2, mean.field, means)
    return rows.cast(lengths_table.schema()).sort_by("language")


lengths = Analysis(
    name="lengths",
    reads=web.pages,
    writes=lengths_table,
    options=Lengths,
    columns=lambda options: ("language", "text_bytes"),
    kernel=measure,
    partial=lambda options: PARTIAL,
    combine={"documents": "sum", "sum": "sum", "longest_bytes": "max"},
    finish=finish,
)

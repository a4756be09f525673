"""Kernel of corrected means: scores of all texts added up, those of the coded texts apart, in one pass.

Sums are integers, so that every engine adds up the same to the bit: a score is put on the scale of the codes, which
is then taken for 0 to 1, and rounded once to whole units of 2⁻³⁰; so is its square. Eight thousand million texts fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding.marks import NONE, Marks
from analysis.coding.options import Draw
from analysis.coding.scored import scored
from analysis.coding.totals import cells
from analysis.coding.whole import Scale
from analysis.kernels.sentiment.articles import Plan

UNIT = 2.0**-30
"""What 1 stands for in a sum, as a part of the length of the scale (of its square in a sum of squares)."""
CELL = ("group", "period")
KEY = (*CELL, "item_id")
SUMS = ("items", "total", "squares", "unscored", "cut")
PARTIAL = pa.schema(
    [*(pa.field(name, pa.string(), False) for name in KEY), *(pa.field(n, pa.int64(), False) for n in SUMS)]
)
"""`item_id` is empty but for coded texts. `unscored`: texts with nothing to score; `cut`: those beyond the scale."""
By = Literal["month", "year", "all"]
Group = Literal["all", "outlet", "language"]


@dataclass(frozen=True)
class Sums:
    """What to do with texts; small, since it is sent to other machines."""

    draw: Draw
    """Options of the drawing: which texts count."""
    plan: Plan
    """How they are scored."""
    scale: Scale
    """How scores become codes, with two ends."""
    coded: Marks
    """Item ids of the coded texts, by where these stand."""
    by: By = "month"
    """Length of a period."""
    group: Group = "all"
    """What texts are grouped by."""


def add_up(batches: Iterable[pa.RecordBatch], asked: Sums) -> Iterator[pa.RecordBatch]:
    """Sums by group and period, and a row for each coded text; a batch for each batch of texts."""
    low, length = asked.scale.low, asked.scale.high - asked.scale.low
    for rows in scored(batches, asked.draw, asked.plan):
        if not rows.num_rows:
            continue
        score = pc.fill_null(rows["score"], 0.0).to_numpy(zero_copy_only=False)
        code = asked.scale(score)
        part = (code - low) / length
        ids = asked.coded.of(rows["source_file"], rows["record_offset"])
        columns: dict[str, Any] = {
            **_cells(rows, asked),
            "item_id": pc.if_else(pc.equal(ids, NONE), "", ids),
            "items": np.ones(rows.num_rows, np.int64),
            "total": np.rint(part / UNIT).astype(np.int64),
            "squares": np.rint(part**2 / UNIT).astype(np.int64),
            "unscored": rows["score"].is_null().cast(pa.int64()),
            "cut": (asked.scale.shift + asked.scale.factor * score != code).astype(np.int64),
        }
        added = pa.table(columns).group_by(KEY, use_threads=False).aggregate([(n, "sum") for n in SUMS])
        added = added.rename_columns([name.removesuffix("_sum") for name in added.column_names])
        yield added.select(PARTIAL.names).cast(PARTIAL).combine_chunks().to_batches()[0]


def _cells(rows: pa.RecordBatch, asked: Sums) -> dict[str, pa.Array]:
    found = cells(
        rows, None if asked.group == "all" else asked.group, None if asked.by == "all" else "period"
    )
    if asked.by == "year":
        found["period"] = pc.utf8_slice_codeunits(found["period"], 0, 4)
    return found


def on_scale(sums: pa.Table, scale: Scale) -> pa.Table:
    """Number, sum and sum of squares of scores on the scale of the codes, as `whole.means` takes them.

    Args:
        sums: Rows with `group`, `period` and the sums.
        scale: The scale that they were put on.
    """
    low, length = scale.low, scale.high - scale.low
    items, total, squares = (
        sums[name].to_numpy().astype(np.float64) * unit
        for name, unit in (("items", 1.0), ("total", UNIT), ("squares", UNIT))
    )
    return pa.table(
        {
            **{name: sums[name] for name in (*CELL, "items")},
            "total": low * items + length * total,
            "squares": low**2 * items + 2 * low * length * total + length**2 * squares,
        }
    )

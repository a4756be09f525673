"""Predictions and scores of everything added up by group and period; sums, so that parts add up in any order."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding.whole import ALL, Scale

_CELL = (pa.field("group", pa.string()), pa.field("period", pa.string()), pa.field("items", pa.int64()))
CLASSES = pa.schema([*_CELL[:2], pa.field("predicted", pa.string()), _CELL[2]])
SCORES = pa.schema([*_CELL, pa.field("total", pa.float64()), pa.field("squares", pa.float64())])
MISSING = "(missing)"


def cells(rows: pa.Table | pa.RecordBatch, group: str | None, period: str | None) -> dict[str, pa.Array]:
    """Columns `group` and `period` of some rows.

    Args:
        rows: Predictions or coded texts.
        group: Column that groups them (outlet, language, …); all are one group where None.
        period: Column of their periods; all are one period where None.
    """
    return {
        name: pa.array([ALL] * rows.num_rows, pa.string())
        if column is None
        else pc.fill_null(rows[column].cast(pa.string()), MISSING)
        for name, column in (("group", group), ("period", period))
    }


def totals_of(
    predictions: Iterable[pa.RecordBatch], group: str | None = None, period: str | None = None
) -> pa.Table:
    """Texts by group, period and predicted class, of rows of `out__coding__predictions`."""
    parts = [
        pa.table(
            {**cells(b, group, period), "predicted": b["predicted"], "items": np.ones(b.num_rows, np.int64)}
        )
        for b in predictions
    ]
    return _added(parts, CLASSES)


def score_totals_of(
    scores: Iterable[pa.RecordBatch], scale: Scale, group: str | None = None, period: str | None = None
) -> pa.Table:
    """Number, sum and sum of squares of scores (column `score`) on the scale of the codes, by group and period.

    A text that could not be scored counts as scored 0: any guess will do, since the coded sample corrects it.
    """
    parts = []
    for batch in scores:
        values = scale(pc.fill_null(batch["score"].cast(pa.float64()), 0.0).to_numpy(zero_copy_only=False))
        sums = {"items": np.ones(len(values), np.int64), "total": values, "squares": values**2}
        parts.append(pa.table({**cells(batch, group, period), **sums}))
    return _added(parts, SCORES)


def _added(parts: list[pa.Table], schema: pa.Schema) -> pa.Table:
    measures = [name for name in schema.names if name in ("items", "total", "squares")]
    keys = [name for name in schema.names if name not in measures]

    def add(rows: pa.Table) -> pa.Table:
        made = rows.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in measures])
        return made.rename_columns([n.removesuffix("_sum") for n in made.column_names]).select(schema.names)

    added = [add(part).cast(schema) for part in parts]
    whole = add(pa.concat_tables(added)) if added else schema.empty_table()
    return whole.cast(schema).sort_by([(key, "ascending") for key in keys])

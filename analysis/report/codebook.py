"""The codebook that lies beside a saved or exported table."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow as pa

from analysis.report.columns import role
from analysis.report.stata_columns import plan
from schemas.table import Table

HEAD = (
    "table", "column", "description", "role", "type", "rows", "missing", "stata_name", "stata_type", "stata_note",
)  # fmt: skip


def write_codebook(table: Table, rows: pa.Table, folder: Path) -> Path:
    """Write `codebook.csv`: each column's meaning, role, type, number of missing values, name in Stata.

    Args:
        table: What the columns mean.
        rows: Rows of it.
        folder: Where to.
    """
    path = folder / "codebook.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        out = csv.writer(handle, lineterminator="\n")
        out.writerow(HEAD)
        for column in plan(table, rows):
            name = column.source
            facts = [
                role(table, name),
                str(rows.schema.field(name).type),
                rows.num_rows,
                rows[name].null_count,
            ]
            told = [table.name, name, column.description, *facts, column.name, column.kind, column.note]
            out.writerow(told)
    return path

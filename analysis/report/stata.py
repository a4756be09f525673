"""Stata files (format 118, Stata 14 and newer); what they change of the data, the codebook says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import as_text
from analysis.report.stata_columns import StataColumn, plan
from schemas.table import Table

if TYPE_CHECKING:
    import pandas as pd

# Limits of Stata: `help limits`, `help data_types`.
_LABEL_CHARACTERS = 80
_LARGEST_DOUBLE = 8.9884656743115785e307


class ExportError(ValueError):
    """A table that cannot be written as asked; the message names the column and the cure."""


def write_stata(table: Table, rows: pa.Table, path: Path, started_at: str) -> None:
    """Write rows as a Stata file.

    Args:
        table: The table they are rows of; its description becomes the label of the data.
        rows: The rows.
        path: Where to.
        started_at: When the analysis ran (ISO 8601), written as the time of the file, so that a
            second export is the same.

    Raises:
        ExportError: A number that Stata cannot hold.
    """
    import pandas as pd

    columns = plan(table, rows)
    frame = pd.DataFrame({c.name: _values(rows[c.source], c) for c in columns})
    frame.to_stata(
        path,
        version=118,
        write_index=False,
        time_stamp=datetime.fromisoformat(started_at).astimezone(UTC).replace(tzinfo=None),
        data_label=_label(table.description),
        variable_labels={c.name: _label(c.description) for c in columns},
        convert_strl=[c.name for c in columns if c.kind == "strL"],
        convert_dates={
            c.name: "td" if c.kind == "date" else "tc" for c in columns if c.kind.startswith("date")
        },
    )


def _label(description: str) -> str:
    return (
        description if len(description) <= _LABEL_CHARACTERS else description[: _LABEL_CHARACTERS - 1] + "…"
    )


def _values(values: pa.ChunkedArray, column: StataColumn) -> pd.Series:
    """The column as pandas wants it for the kind planned."""
    import pandas as pd

    if column.kind == "datetime":
        naive = pc.floor_temporal(values, unit="millisecond").cast(pa.timestamp("ms", values.type.tz))
        return pd.Series(naive.cast(pa.timestamp("ms")).to_numpy()).astype("datetime64[ms]")
    if column.kind == "date":
        return pd.Series(values.cast(pa.timestamp("ms")).to_numpy()).astype("datetime64[ms]")
    if column.kind == "number":
        return _numbers(values, column.source)
    shown = pc.fill_null(pc.replace_substring(as_text(values), "\0", "\ufffd"), "")
    return pd.Series(shown.to_pylist(), dtype=object)


def _numbers(values: pa.ChunkedArray, name: str) -> pd.Series:
    import pandas as pd

    if not pa.types.is_floating(values.type):
        return pd.Series(values.cast(pa.float64() if values.null_count else pa.int64()).to_numpy())
    largest = pc.max(pc.abs(pc.if_else(pc.is_nan(values), None, values))).as_py()
    if largest is not None and largest > _LARGEST_DOUBLE:
        raise ExportError(
            f"column '{name}' holds {largest}; Stata's largest number is 8.98e307. Leave out the format stata"
        )
    return pd.Series(values.to_numpy())

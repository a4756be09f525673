"""Stata files (format 118, Stata 14 and newer); what they change of the data, the codebook says."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import as_text
from schemas.table import Table

if TYPE_CHECKING:
    import pandas as pd

Kind = Literal["number", "text", "strL", "date", "datetime"]

# Limits of Stata, from `help limits`, `help dta` and `help data types` of Stata 18.
_NAME_CHARACTERS = 32
_LABEL_CHARACTERS = 80
_LARGEST_DOUBLE = 8.9884656743115785e307
_EXACT_INTEGER = 2**53
# Each row of a fixed-width text is as long as the longest (at most 2045 bytes); beyond this strL is smaller.
_FIXED_BYTES = 244
_RESERVED = set(
    [
        "_all",
        "_b",
        "_coef",
        "_cons",
        "_n",
        "_N",
        "_pi",
        "_pred",
        "_rc",
        "_skip",
        "byte",
        "double",
        "float",
        "if",
        "in",
        "int",
        "long",
        "strL",
        "using",
        "with",
    ]
)


class ExportError(ValueError):
    """A table that cannot be written as asked; the message names the column and the cure."""


@dataclass(frozen=True)
class StataColumn:
    """How a column of a result is written."""

    source: str
    """Its name in the result."""
    name: str
    """Its name in Stata: letters, digits and `_`, at most 32."""
    description: str
    """What it means; the first 80 characters become the variable's label."""
    kind: Kind
    """number, text (str#), strL, date (%td) or datetime (%tc)."""
    note: str
    """What differs from the result; empty where nothing does."""


def plan(table: Table, rows: pa.Table) -> list[StataColumn]:
    """How each column of a result is written to Stata."""
    described = {c.name: c.description for c in table.columns}
    names = _names(rows.column_names)
    return [
        StataColumn(source, name, described.get(source, ""), *_kind(rows[source]))
        for source, name in zip(rows.column_names, names, strict=True)
    ]


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


def _names(names: Sequence[str]) -> list[str]:
    """Names legal in Stata, each once."""
    found: list[str] = []
    for name in names:
        legal = re.sub(r"[^A-Za-z0-9_]", "_", name)
        if not legal or legal[0].isdigit() or legal in _RESERVED or re.fullmatch(r"str\d+", legal):
            legal = f"_{legal}"
        legal, number = legal[:_NAME_CHARACTERS], 1
        base = legal
        while legal in found:
            number += 1
            end = f"_{number}"
            legal = base[: _NAME_CHARACTERS - len(end)] + end
        found.append(legal)
    return found


def _label(description: str) -> str:
    return (
        description if len(description) <= _LABEL_CHARACTERS else description[: _LABEL_CHARACTERS - 1] + "…"
    )


def _kind(values: pa.ChunkedArray) -> tuple[Kind, str]:
    kind = values.type
    if pa.types.is_timestamp(kind):
        return "datetime", "UTC, cut to milliseconds" if _is_finer(values) else "UTC" if kind.tz else ""
    if pa.types.is_date(kind):
        return "date", ""
    if pa.types.is_integer(kind):
        return (
            ("text", "as text: Stata's numbers are exact to 2^53 only")
            if _is_large(values)
            else ("number", "")
        )
    if pa.types.is_floating(kind) or pa.types.is_boolean(kind) or pa.types.is_null(kind):
        return "number", ""
    texts = as_text(values)
    longest = pc.max(pc.binary_length(texts)).as_py() or 0
    notes = ["JSON"] if pa.types.is_nested(kind) else []
    # An empty text is what Stata has for a missing one.
    notes += ["a missing value is an empty text"] if values.null_count else []
    notes += ["U+0000 is written as U+FFFD"] if pc.any(pc.match_substring(texts, "\0")).as_py() else []
    return "strL" if longest > _FIXED_BYTES else "text", "; ".join(notes)


def _is_finer(values: pa.ChunkedArray) -> bool:
    whole = pc.floor_temporal(values, unit="millisecond")
    return bool(pc.any(pc.not_equal(whole, values)).as_py())


def _is_large(values: pa.ChunkedArray) -> bool:
    ends = pc.min_max(values)
    return any(
        end.as_py() is not None and abs(end.as_py()) > _EXACT_INTEGER for end in (ends["min"], ends["max"])
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

"""How the columns of a result become variables of Stata: legal names, types, and what changes on the way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.columns import as_text, describe
from schemas.table import Table

Kind = Literal["number", "text", "strL", "date", "datetime"]

# Limits of Stata: `help limits`, `help data_types`, `help reswords`.
_NAME_CHARACTERS = 32
_EXACT_INTEGER = 2**53
# Each row of a fixed-width text is as long as the longest (at most 2045 bytes); beyond this strL is smaller.
_FIXED_BYTES = 244
_RESERVED = frozenset(
    {"_all", "_b", "_coef", "_cons", "_n", "_N", "_pi", "_pred", "_rc", "_skip", "byte", "double"}
)
_RESERVED |= {"float", "if", "in", "int", "long", "strL", "using", "with"}


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
    names = _names(rows.column_names)
    return [
        StataColumn(source, name, describe(table, source), *_kind(rows[source]))
        for source, name in zip(rows.column_names, names, strict=True)
    ]


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

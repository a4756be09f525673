"""Columns of a result: what they are for, what they mean, and as text where a format has no such type."""

from __future__ import annotations

import json

import pyarrow as pa

from schemas.table import Table


def role(table: Table, name: str) -> str:
    """What a column is for: `key`, `group` (part of the key, as asked) or `value`."""
    if name in {c.name for c in table.groups}:
        return "group"
    return "key" if name in {c.name for c in table.key} else "value"


def describe(table: Table, name: str) -> str:
    """The column's description; empty for a column that the table does not declare."""
    return next((c.description for c in table.columns if c.name == name), "")


def is_text(kind: pa.DataType) -> bool:
    """Whether values are strings."""
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def is_number(kind: pa.DataType) -> bool:
    """Whether values are whole numbers or floats."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def is_plain(kind: pa.DataType) -> bool:
    """Whether a CSV file can hold values as they are: neither nested nor bytes."""
    return not (pa.types.is_nested(kind) or _is_bytes(kind))


def as_text(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column as text: lists, maps and structures as JSON, bytes as hexadecimal digits."""
    kind = values.type
    if pa.types.is_nested(kind):
        shown = [None if v is None else _json(v) for v in values.to_pylist()]
    elif _is_bytes(kind):
        shown = [None if v is None else v.hex() for v in values.to_pylist()]
    else:
        return values.cast(pa.large_string())
    return pa.chunked_array([pa.array(shown, pa.large_string())])


def _is_bytes(kind: pa.DataType) -> bool:
    tests = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(test(kind) for test in tests)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)

"""Arrow types that Spark has, and the nearest such type for each it has not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.types as is_

_WIDER = {
    pa.uint8(): pa.int16(),
    pa.uint16(): pa.int32(),
    pa.uint32(): pa.int64(),
    pa.uint64(): pa.decimal128(20, 0),
    pa.float16(): pa.float32(),
    pa.date64(): pa.date32(),
    pa.large_string(): pa.string(),
    pa.large_binary(): pa.binary(),
}
"""Unsigned integers travel in the type Spark's Parquet reader gives them; strings have one kind of length."""


def carrier(schema: pa.Schema) -> pa.Schema:
    """The schema in which columns travel through Spark and back without loss.

    Every column may be empty: Spark's generated code believes a promise of the opposite without looking;
    Arrow checks it when the rows come back.
    """
    return pa.schema([pa.field(f.name, carried(f.type)) for f in schema])


def carried(kind: pa.DataType) -> pa.DataType:
    """The type of Spark, as an Arrow type, that holds every value of this type."""
    if is_.is_dictionary(kind):
        return carried(kind.value_type)
    if is_.is_timestamp(kind):
        return pa.timestamp("us", "UTC" if kind.tz else None)
    if is_.is_struct(kind):
        return pa.struct([pa.field(f.name, carried(f.type)) for f in kind])
    if is_.is_map(kind):
        return pa.map_(carried(kind.key_type), carried(kind.item_type))
    if is_.is_nested(kind):
        return pa.list_(carried(kind.value_type))
    return pa.binary() if is_.is_fixed_size_binary(kind) else _WIDER.get(kind, kind)

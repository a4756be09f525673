"""Adding up partial results in Arrow: the one definition, used wherever an engine has none of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa

from analysis.declare import Combine


def combine(
    tables: Sequence[pa.Table],
    measures: Mapping[str, Combine],
    schema: pa.Schema,
    thin: Callable[[pa.Table], pa.Table] | None = None,
) -> pa.Table:
    """One table with each key once; without measures, the rows of all tables that can still matter.

    Raises:
        pa.ArrowInvalid: A table does not have the schema.
    """
    rows = pa.concat_tables([t.cast(schema) for t in tables]) if tables else schema.empty_table()
    if not measures:
        return thin(rows).cast(schema) if thin else rows
    keys = [name for name in schema.names if name not in measures]
    added = rows.group_by(keys, use_threads=False).aggregate(list(measures.items()))
    renamed = {f"{name}_{how}": name for name, how in measures.items()}
    return (
        added.rename_columns([renamed.get(n, n) for n in added.column_names])
        .select(schema.names)
        .cast(schema)
    )

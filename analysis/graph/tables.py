"""The graph's result tables from what an engine computed: vertices, edges, degrees, summary, and their files."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from schemas import graph as out
from schemas.table import Table

if TYPE_CHECKING:
    from analysis.kernels.graph.edges import Edges

Columns = Mapping[str, Any]
"""Values by name of column, Arrow or NumPy, a row a vertex; those that are missing were not asked for."""


def vertices(columns: Columns, group: Mapping[str, str]) -> pa.Table:
    """`out__graph__vertices` of one graph, sorted by vertex_id.

    Args:
        columns: vertex_id and vertex_name, the degrees, and the metrics asked for; shape (vertices,) each.
        group: Value of each group, e.g. `{"crawl": "CC-MAIN-2024-22"}`.
    """
    return _table(out.vertices, columns, len(columns["vertex_id"]), group)


def edges(graph: Edges, group: Mapping[str, str]) -> pa.Table:
    """`out__graph__edges` of one graph, sorted by source and target."""
    weights = {f"edge_{name}": values for name, values in graph.weights.items()}
    ends = {"source_id": graph.source, "target_id": graph.target}
    return edge_table({**ends, **weights}, len(graph.source), group)


def edge_table(columns: Columns, rows: int, group: Mapping[str, str]) -> pa.Table:
    """Some rows of `out__graph__edges`, from their columns."""
    return _table(out.edges, columns, rows, group)


def degrees(counts: Mapping[str, Mapping[int, int]], group: Mapping[str, str]) -> pa.Table:
    """`out__graph__degrees` of one graph, from vertices by degree by direction (`in`, `out`, `any`)."""
    rows = [(way, k, n) for way in sorted(counts) for k, n in sorted(counts[way].items())]
    columns = zip(*rows, strict=True) if rows else ([], [], [])
    named = dict(zip(("direction", "degree", "vertices"), columns, strict=True))
    return _table(out.degrees, named, len(rows), group)


def summary(measures: Mapping[str, float], group: Mapping[str, str]) -> pa.Table:
    """`out__graph__summary` of one graph: the measures that were made, in the order of `schemas.graph.MEASURES`.

    Raises:
        KeyError: A measure that is not one of these.
    """
    order = list(out.MEASURES)
    names = sorted(measures, key=order.index)
    columns = {
        "measure": names,
        "value": [float(measures[n]) for n in names],
        "meaning": [out.MEASURES[n] for n in names],
    }
    return _table(out.summary, columns, len(names), group)


def files(tables: Mapping[str, Iterable[pa.Table]]) -> Iterator[tuple[str, bytes]]:
    """Tables as Parquet files, one at a time: `edges.parquet`, …; the tables of several graphs follow each other."""
    for name, parts in tables.items():
        sink = io.BytesIO()
        pq.write_table(pa.concat_tables(parts), sink, compression="zstd")
        yield f"{name}.parquet", sink.getvalue()


def _table(table: Table, columns: Columns, rows: int, group: Mapping[str, str]) -> pa.Table:
    schema = table.schema(group)
    arrays = []
    for column in schema:
        if column.name in group:
            arrays.append(pa.repeat(pa.scalar(group[column.name], column.type), rows))
        elif column.name in columns:
            arrays.append(_array(columns[column.name], column.type))
        else:
            arrays.append(pa.nulls(rows, column.type))
    made = pa.Table.from_arrays(arrays, schema=schema)
    table.check(made)
    return made


def _array(values: Any, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    if isinstance(values, pa.Array | pa.ChunkedArray):
        return values.cast(kind)
    return pa.array(values).cast(kind) if len(values) else pa.array([], kind)

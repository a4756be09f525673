"""Rows of edges with their names as codes: what engines gather and number, without a name twice."""

from __future__ import annotations

import pyarrow as pa

from analysis.batches import Batches
from analysis.graph.graph import ENDS, WEIGHTS
from analysis.kernels.graph.numbering import one_dictionary

CODES = pa.dictionary(pa.int32(), pa.string())


def schema(rows: pa.Schema) -> pa.Schema:
    """Names as dictionaries; a weight of one input fits 32 bits."""
    weights = {weight.name for weight in WEIGHTS}
    return pa.schema([(field.name, pa.uint32() if field.name in weights else CODES) for field in rows])


def coded(batches: Batches, rows: pa.Schema) -> pa.Table:
    """The edges of a part in one chunk, both ends as codes of one dictionary.

    Args:
        batches: What the analysis' kernel yields; it must come in the same order each time for the same codes.
        rows: Their schema.
    """
    table = pa.Table.from_batches(batches, rows)
    source, target = (table[end.name].chunks for end in ENDS)
    codes = one_dictionary(pa.chunked_array(source + target, pa.string())).chunks
    for end, chunks in zip(ENDS, (codes[: len(codes) // 2], codes[len(codes) // 2 :]), strict=True):
        place = table.column_names.index(end.name)
        table = table.set_column(place, end.name, pa.chunked_array(chunks, CODES))
    return table.cast(schema(rows)).combine_chunks()

"""Rows of edges with their names as codes: what engines gather and number, without a name twice."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import pyarrow as pa
import pyarrow.types as is_

from analysis.batches import Batches
from analysis.engines import Job
from analysis.graph.graph import ENDS
from analysis.kernels.graph.numbering import one_dictionary

CODES = pa.dictionary(pa.int32(), pa.string())


def in_codes(job: Job) -> Job:
    """The same job, whose rows are gathered as codes and not yet added up."""
    return replace(job, kernel=partial(_coded, job=job), partial=schema(job.partial), combine={})


def schema(rows: pa.Schema) -> pa.Schema:
    """Names as dictionaries; a weight of one input fits 32 bits."""
    return pa.schema([(field.name, pa.uint32() if is_.is_integer(field.type) else CODES) for field in rows])


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


def _coded(batches: Batches, job: Job) -> Iterator[pa.RecordBatch]:
    yield from coded(job.kernel(batches), job.partial).to_batches()

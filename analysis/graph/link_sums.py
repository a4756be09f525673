"""Rows of edges added up by number: each edge and group once, in the order of their names."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as is_
from numpy.typing import NDArray

from analysis.graph.graph import ENDS
from analysis.kernels.graph.adding import Chunk, added
from analysis.kernels.graph.numbering import CHUNK_ROWS, Numbered, numbered, one_dictionary
from analysis.kernels.graph.order import Ints

KEY = tuple(end.name for end in ENDS)


def added_up(rows: pa.Table) -> pa.Table:
    """The rows with the same ends and groups once, their weights added up, sorted by source, target and groups.

    Args:
        rows: Source and target, which differ, and groups: names or codes of names; whole numbers are weights.

    Returns:
        Source, target, groups, weights; names as codes of dictionaries that are in order, weights int64.
    """
    weights = [field.name for field in rows.schema if is_.is_integer(field.type)]
    groups = [name for name in rows.column_names if name not in (*KEY, *weights)]
    together = _Together(numbered(rows.select([*KEY, *weights])), *_groups(rows, groups))
    del rows
    source, slots, sums = added(together, together.size, len(weights), together.slots)
    target, of_groups = together.apart(slots)
    made = {
        end: _coded(codes, together.found.names) for end, codes in zip(KEY, (source, target), strict=True)
    }
    made |= {name: _coded(of_groups[name], names) for name, names in together.groups.items()}
    return pa.table(made | {name: pa.array(one) for name, one in zip(weights, sums, strict=True)})


def in_names(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Rows of `added_up` with names in place of codes, some at a time: an array of texts holds no more than 2 GB."""
    rows = rows.select(schema.names)
    some = (rows.slice(start, CHUNK_ROWS) for start in range(0, rows.num_rows, CHUNK_ROWS))
    return pa.concat_tables([schema.empty_table(), *(piece.cast(schema) for piece in some)])


@dataclass(frozen=True)
class _Together:
    """Rows whose target and groups are one number (a slot), so that rows are alike where source and slot are."""

    found: Numbered
    """Rows by number."""
    groups: dict[str, pa.Array]
    """Names of each group, in order."""
    of_rows: NDArray[np.int64]
    """Place of each row's groups among all there could be, in order. Shape (rows,)."""

    @property
    def size(self) -> int:
        """Number of vertices."""
        return len(self.found.names)

    @property
    def each(self) -> int:
        """Slots of a target."""
        return math.prod(len(names) for names in self.groups.values())

    @property
    def slots(self) -> int:
        """What slots are below. They begin where vertices end: a slot that was a vertex would look like a loop."""
        return self.size * (1 + self.each)

    def __iter__(self) -> Iterator[Chunk]:
        begin = 0
        for source, target, weights in self.found:
            end = begin + len(source)
            slots = self.size + target.astype(np.int64) * self.each + self.of_rows[begin:end]
            yield source, slots, weights
            begin = end

    def apart(self, slots: Ints) -> tuple[Ints, dict[str, Ints]]:
        """Targets and groups of some slots."""
        left, of_groups = slots - self.size, {}
        for name, names in reversed(self.groups.items()):
            if len(names) > 1:
                left, of_groups[name] = np.divmod(left, len(names))
            else:
                of_groups[name] = np.broadcast_to(np.int32(0), len(slots))
        return left, of_groups


def _groups(rows: pa.Table, groups: Sequence[str]) -> tuple[dict[str, pa.Array], NDArray[np.int64]]:
    """Names of each group in order, and the place of each row's groups among all there could be."""
    named, of_rows = {}, np.broadcast_to(np.int64(0), rows.num_rows)
    for group in groups:
        coded = one_dictionary(rows[group])
        names = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], pa.string())
        order = pc.sort_indices(names)
        named[group] = names.take(order)
        if len(names) > 1:  # else no row needs room for a number that is the same everywhere
            codes = np.concatenate([chunk.indices.to_numpy() for chunk in coded.chunks])
            of_rows = of_rows * len(names) + np.argsort(order.to_numpy())[codes]
    return named, of_rows


def _coded(codes: Ints, names: pa.Array) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(codes.astype(np.int32, copy=False)), names)


def trimmed(rows: pa.Table) -> pa.Table:
    """Some rows of `added_up` without the names that they do not have."""
    for place, field in enumerate(rows.schema):
        if is_.is_dictionary(field.type) and rows.num_rows:
            column = rows.column(place).combine_chunks()
            used, codes = np.unique(column.indices.to_numpy(), return_inverse=True)
            rows = rows.set_column(place, field.name, _coded(codes, column.dictionary.take(pa.array(used))))
    return rows

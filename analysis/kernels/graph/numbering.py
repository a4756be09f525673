"""Vertices numbered by their names in order, with little beside the rows themselves in memory.

Names are looked at once for each dictionary they come in, not once a row; rows keep their codes, and become numbers
some at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.graph.adding import Chunk
from analysis.kernels.graph.order import Ints

CHUNK_ROWS = 1 << 20


@dataclass(frozen=True)
class Numbered:
    """Rows whose ends are known by number."""

    names: pa.Array
    """Name of each vertex, in order; its place is the vertex's number."""
    batches: list[pa.RecordBatch]
    """Source and target as dictionaries, then weights."""
    places: Mapping[object, Ints]
    """Numbers of a dictionary's entries."""

    def __iter__(self) -> Iterator[Chunk]:
        """Numbers of sources and targets, and weights, some rows at a time."""
        for batch in self.batches:
            source, target, *weights = batch.columns
            made = [w.to_numpy(zero_copy_only=False).astype(np.int64, copy=False) for w in weights]
            yield self._ids(source), self._ids(target), made

    def _ids(self, ends: pa.DictionaryArray) -> Ints:
        codes: NDArray[np.int32] = ends.indices.to_numpy()
        return self.places[_key(ends.dictionary)][codes]


def numbered(rows: pa.Table) -> Numbered:
    """Number the vertices of some rows: int32 where that suffices.

    Args:
        rows: Source and target (strings or whole numbers, both alike; no row without one), then weights.
    """
    for place in range(2):
        if not pa.types.is_dictionary(rows.column(place).type):
            coded = one_dictionary(rows.column(place))
            rows = rows.set_column(place, rows.column_names[place], coded)
    batches = [batch for batch in rows.to_batches(CHUNK_ROWS) if batch.num_rows]
    used = _used(batches)
    kind = rows.column(0).type.value_type
    seen = [names if which.all() else names.filter(pa.array(which)) for names, which in used.values()]
    coded = one_dictionary(pa.chunked_array(seen, kind))
    found = coded.chunk(0).dictionary if coded.num_chunks else pa.array([], kind)
    order = pc.sort_indices(found)
    number = np.empty(len(found), np.int32 if len(found) <= np.iinfo(np.int32).max else np.int64)
    number[order.to_numpy()] = np.arange(len(found), dtype=number.dtype)
    places = {}
    for (key, (_, which)), chunk in zip(used.items(), coded.chunks, strict=True):
        places[key] = np.full(len(which), -1, number.dtype)
        places[key][which] = number[chunk.indices.to_numpy()]
    names = found.take(order)
    return Numbered(names if pa.types.is_string(kind) else names.cast(pa.string()), batches, places)


def one_dictionary(values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The values as codes of one dictionary; empty chunks are gone."""
    coded = pc.dictionary_encode(values)
    alike = (
        len({_key(chunk.dictionary) for chunk in coded.chunks}) < 2
    )  # Arrow's way, though it promises nothing
    return coded if alike else coded.unify_dictionaries()


def _used(batches: list[pa.RecordBatch]) -> dict[object, tuple[pa.Array, NDArray[np.bool_]]]:
    """Dictionaries of the rows, and which of their entries the rows have: others are no vertices."""
    found: dict[object, tuple[pa.Array, NDArray[np.bool_]]] = {}
    for batch in batches:
        for ends in batch.columns[:2]:
            names = ends.dictionary
            _, which = found.setdefault(_key(names), (names, np.zeros(len(names), bool)))
            which[ends.indices.to_numpy()] = True
    return found


def _key(dictionary: pa.Array) -> object:
    """Tells dictionaries apart by where they lie: the same one is often shared by many batches."""
    lies = tuple(buffer.address if buffer else 0 for buffer in dictionary.buffers())
    return lies, dictionary.offset, len(dictionary)

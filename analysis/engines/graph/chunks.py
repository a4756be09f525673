"""A graph in chunks, for rounds of computation in which chunks send each other values of their vertices.

Vertex v belongs to chunk v mod P and has the place v div P in it, so that neither hosts of one domain nor vertices of
many edges gather in one chunk. A chunk holds the edges that lead to its vertices, and for each other chunk the places
of those of its own vertices that the other needs. So a round sends each value once to each chunk that needs it, as an
array without numbers beside it, and adds up in one fixed order. What is done here is NumPy's and knows no Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Ints = NDArray[np.int64]
PACKED = pa.schema([("chunk", pa.int32()), ("source", pa.binary()), ("target", pa.binary())])
"""Edges that lead to a chunk: numbers of their vertices, int64."""
CHUNK = pa.schema(
    [
        ("chunk", pa.int32()),
        ("other", pa.int32()),
        *((n, pa.binary()) for n in ("at", "begin", "ends", "lengths")),
    ]
)
"""A row with `other` -1: places (`at`) of the vertices to which edges lead, where the edges of each `begin`, and for
each edge the place of its source among all values that are received (`ends`), which come in order of chunks with
these `lengths`. Other rows: places of the values that chunk `other` needs, and for how many edges each (`begin`)."""
PACKED_EDGES = 1 << 20
ITSELF = -1


@dataclass(frozen=True)
class Chunk:
    """What a chunk knows of the graph."""

    number: int
    """Its number."""
    chunks: int
    """How many there are."""
    vertices: int
    """How many vertices the graph has."""
    at: NDArray[np.int32]
    """Places of its vertices to which edges lead, ascending."""
    begin: Ints
    """Where their edges begin."""
    ends: NDArray[np.int32]
    """For each edge, where the value of its source is."""
    lengths: Ints
    """How many values come from each chunk, shape (chunks,)."""
    needed: dict[int, tuple[NDArray[np.int32], NDArray[np.int32]]]
    """By other chunk, places of the values it needs, and for how many edges."""

    @property
    def size(self) -> int:
        """How many vertices are its own."""
        return owned(self.number, self.chunks, self.vertices)

    @property
    def ids(self) -> Ints:
        """Numbers of its vertices."""
        return np.arange(self.number, self.vertices, self.chunks, dtype=np.int64)

    @property
    def out_degrees(self) -> Ints:
        """Edges that leave each of its vertices, shape (size,)."""
        counts = np.zeros(self.size, np.int64)
        for places, edges in self.needed.values():
            counts[places] += edges
        return counts

    def received(self, values: dict[int, bytes], kind: Any) -> NDArray[Any]:
        """The values of the sources of all its edges, shape (edges,); 0 for those of chunks that sent none."""
        ends = np.cumsum(self.lengths)
        whole = np.zeros(int(ends[-1]), kind)
        for sender, data in values.items():
            whole[ends[sender] - self.lengths[sender] : ends[sender]] = np.frombuffer(data, kind)
        return whole[self.ends]

    def reduced(self, how: np.ufunc, of_edges: NDArray[Any]) -> NDArray[Any]:
        """The values of each vertex's edges taken together, 0 where it has none; shape (size,)."""
        whole = np.zeros(self.size, of_edges.dtype)
        if len(self.at):
            whole[self.at] = how.reduceat(of_edges, self.begin)
        return whole


def owned(number: int, chunks: int, vertices: int) -> int:
    """How many vertices a chunk has."""
    return max(0, (vertices - number + chunks - 1) // chunks)


def read(rows: pa.Table, chunks: int, vertices: int) -> Chunk:
    """A chunk from its rows."""
    number, others = rows["chunk"][0].as_py(), rows["other"].to_pylist()
    arrays = {n: rows[n].to_pylist() for n in CHUNK.names[2:]}
    mine = others.index(ITSELF)
    needed = {
        other: (np.frombuffer(arrays["at"][i], np.int32), np.frombuffer(arrays["begin"][i], np.int32))
        for i, other in enumerate(others)
        if other != ITSELF
    }
    return Chunk(
        number,
        chunks,
        vertices,
        np.frombuffer(arrays["at"][mine], np.int32),
        np.frombuffer(arrays["begin"][mine], np.int64),
        np.frombuffer(arrays["ends"][mine], np.int32),
        np.frombuffer(arrays["lengths"][mine], np.int64),
        dict(sorted(needed.items())),
    )


def packed(batches: Iterable[pa.RecordBatch], chunks: int) -> Iterator[pa.RecordBatch]:
    """Edges (source_id, target_id) gathered by the chunk they lead to, a million at a time."""
    held: list[tuple[Ints, Ints]] = []
    waiting = 0
    for batch in batches:
        held.append((batch["source_id"].to_numpy(), batch["target_id"].to_numpy()))
        waiting += batch.num_rows
        if waiting >= PACKED_EDGES:
            yield from _packed(held, chunks)
            held, waiting = [], 0
    if waiting:
        yield from _packed(held, chunks)


def _packed(held: list[tuple[Ints, Ints]], chunks: int) -> Iterator[pa.RecordBatch]:
    source, target = (np.concatenate(ends) for ends in zip(*held, strict=True))
    for chunk, places in by_chunk(target, chunks):
        row = {"chunk": chunk, "source": source[places].tobytes(), "target": target[places].tobytes()}
        yield pa.RecordBatch.from_pylist([row], schema=PACKED)


def by_chunk(ids: Ints, chunks: int) -> Iterator[tuple[int, Ints]]:
    """For each chunk to which some vertices belong, its number and their places, in their order."""
    home = (ids % chunks).astype(np.uint16 if chunks <= 1 << 16 else np.int32)
    order = np.argsort(home, kind="stable")
    ends = np.cumsum(np.bincount(home, minlength=chunks))
    for chunk in range(chunks):
        places = order[ends[chunk - 1] if chunk else 0 : ends[chunk]]
        if len(places):
            yield chunk, places


def built(rows: pa.Table, chunks: int, vertices: int) -> pa.Table:
    """Rows of `CHUNK` from all edges that lead to a chunk: its own, and one for each chunk they come from."""
    number = rows["chunk"][0].as_py()
    source, target = (numbers(rows[n].to_pylist()) for n in ("source", "target"))
    order = np.argsort(target // chunks * vertices + source, kind="stable")
    source, target = source[order], target[order] // chunks
    each = owned(0, chunks, vertices)
    sources, ends, edges = np.unique(
        source % chunks * each + source // chunks, return_inverse=True, return_counts=True
    )
    lengths = np.bincount(sources // max(1, each), minlength=chunks)
    begin = np.flatnonzero(np.diff(target, prepend=-1))
    made = [
        {
            "chunk": number, "other": ITSELF, "at": target[begin].astype(np.int32).tobytes(),
            "begin": begin.astype(np.int64).tobytes(), "ends": ends.astype(np.int32).tobytes(),
            "lengths": lengths.astype(np.int64).tobytes(),
        }
    ]  # fmt: skip
    cuts = np.cumsum(lengths)
    for other in np.flatnonzero(lengths).tolist():
        part = slice(cuts[other] - lengths[other], cuts[other])
        at = (sources[part] % each).astype(np.int32)
        made.append(
            {
                "chunk": other,
                "other": number,
                "at": at.tobytes(),
                "begin": edges[part].astype(np.int32).tobytes(),
            }
        )
    return pa.Table.from_pylist(made, schema=CHUNK)


def numbers(parts: Iterable[bytes]) -> Ints:
    """Numbers from their bytes."""
    return np.concatenate([np.empty(0, np.int64), *(np.frombuffer(part, np.int64) for part in parts)])

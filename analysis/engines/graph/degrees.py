"""Degrees and weighted degrees of all vertices on Spark, chunk by chunk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.graph.chunks import by_chunk, owned

if TYPE_CHECKING:
    from analysis.engines.graph.edges import SparkEdges

Ints = NDArray[np.int64]
IN, OUT = 0, 1
GATHERED_ROWS = 1 << 20
PACKED = pa.schema([("chunk", pa.int32()), ("way", pa.int32()), ("name", pa.string()), ("data", pa.binary())])
MADE = pa.schema([("chunk", pa.int32()), ("name", pa.string()), ("data", pa.binary())])


def degrees(graph: SparkEdges, chunks: int) -> dict[str, Ints]:
    """in_degree, out_degree, mutual_degree, and in_ and out_ of each weight; shape (vertices,) each."""
    from pyspark.sql.pandas.types import from_arrow_schema

    vertices = graph.size

    def count(rows: pa.Table) -> pa.Table:  # Spark reads the hints: no partial
        return counted(rows, chunks, vertices)

    pack = partial(packed, chunks=chunks, weights=graph.weights)
    letters = graph.rows.mapInArrow(pack, from_arrow_schema(PACKED)).repartition(chunks, "chunk")
    found = letters.groupBy("chunk").applyInArrow(count, from_arrow_schema(MADE)).toArrow()
    names = [
        "in_degree",
        "out_degree",
        "mutual_degree",
        *(f"{w}_{n}" for w in ("in", "out") for n in graph.weights),
    ]
    columns = {name: np.zeros(vertices, np.int64) for name in names}
    for row in found.to_pylist():
        columns[row["name"]][row["chunk"] :: chunks] = np.frombuffer(row["data"], np.int64)
    return columns


def packed(
    batches: Iterable[pa.RecordBatch], chunks: int, weights: tuple[str, ...]
) -> Iterator[pa.RecordBatch]:
    """Edges gathered by the chunks of both their ends: own end, other end and weights, each as bytes."""
    held: list[pa.RecordBatch] = []
    for batch in batches:
        held.append(batch)
        if sum(b.num_rows for b in held) >= GATHERED_ROWS:
            yield from _packed(pa.Table.from_batches(held), chunks, weights)
            held = []
    if held:
        yield from _packed(pa.Table.from_batches(held), chunks, weights)


def _packed(rows: pa.Table, chunks: int, weights: tuple[str, ...]) -> Iterator[pa.RecordBatch]:
    columns = {name: rows[name].to_numpy() for name in ("source_id", "target_id", *weights)}
    for way, own, other in ((IN, "target_id", "source_id"), (OUT, "source_id", "target_id")):
        named = {"own": columns[own], "other": columns[other]} | {name: columns[name] for name in weights}
        for chunk, places in by_chunk(columns[own], chunks):
            made = [
                {"chunk": chunk, "way": way, "name": name, "data": values[places].tobytes()}
                for name, values in named.items()
            ]
            yield pa.RecordBatch.from_pylist(made, schema=PACKED)


def counted(rows: pa.Table, chunks: int, vertices: int) -> pa.Table:
    """Degrees of a chunk's vertices, a row a column."""
    number = rows["chunk"][0].as_py()
    size = owned(number, chunks, vertices)
    taken: dict[tuple[int, str], list[Any]] = {}
    for way, name, data in zip(*(rows[n].to_pylist() for n in ("way", "name", "data")), strict=True):
        taken.setdefault((way, name), []).append(np.frombuffer(data, np.int64))
    arrays = {key: np.concatenate(parts) for key, parts in taken.items()}
    made: dict[str, Ints] = {}
    keys: list[Ints] = []
    for way, word in ((IN, "in"), (OUT, "out")):
        own = arrays.get((way, "own"), np.empty(0, np.int64)) // chunks
        keys.append(own * vertices + arrays.get((way, "other"), np.empty(0, np.int64)))
        made[f"{word}_degree"] = np.bincount(own, minlength=size)
        for (at, name), values in arrays.items():
            if at == way and name not in ("own", "other"):
                made[f"{word}_{name}"] = _added(own, values, size)
    both = np.intersect1d(keys[0], keys[1], assume_unique=True)
    made["mutual_degree"] = np.bincount(both // vertices, minlength=size)
    return pa.Table.from_pylist(
        [{"chunk": number, "name": n, "data": v.astype(np.int64).tobytes()} for n, v in made.items()],
        schema=MADE,
    )


def _added(places: Ints, values: Ints, size: int) -> Ints:
    """Sums in whole numbers: bincount's weights are floats."""
    order = np.argsort(places, kind="stable")
    places, sums = places[order], np.zeros(size, np.int64)
    begin = np.flatnonzero(np.diff(places, prepend=-1))
    if len(begin):
        sums[places[begin]] = np.add.reduceat(values[order], begin)
    return sums

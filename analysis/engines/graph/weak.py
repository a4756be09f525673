"""Weak components in few rounds: parts of the edges are united where they lie, then labels jump to labels' labels.

Every vertex has a label, at first itself, in the end the least vertex of its component. A chunk unites the pairs of
vertices that it is sent with its own vertices' labels; of what it learns of others' vertices it tells their chunks. And
it asks the chunks of its labels for the labels of these, once each, so that ways shrink by half. Labels only ever fall
and no pair is dropped that is not kept as a label, so it ends, with one label a component. NumPy's, without Spark.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.graph.chunks import by_chunk, numbers
from analysis.engines.graph.steps import ROW, STATE

PAIRS, ASKED, ANSWERS = 2, 3, 4
GATHERED_EDGES = 1 << 22
"""Edges that a task unites at once: 64 MB."""
Ints = NDArray[np.int64]
Pairs = tuple[Ints, Ints]


def united(batches: Iterable[pa.RecordBatch], chunks: int) -> Iterator[pa.RecordBatch]:
    """Edges of a task as few pairs that connect the same: each vertex with the least that they connect it to."""
    held: list[Pairs] = []
    waiting = 0
    for batch in batches:
        held.append((batch["source_id"].to_numpy(), batch["target_id"].to_numpy()))
        waiting += batch.num_rows
        if waiting >= GATHERED_EDGES:
            yield from _sent(stars(*_joined(held)), chunks)
            held, waiting = [], 0
    if held:
        yield from _sent(stars(*_joined(held)), chunks)


def unite(rows: pa.Table, chunks: int, vertices: int) -> pa.Table:
    """A round of one chunk; it tells how many labels changed and how many pairs it sends."""
    number = rows["chunk"][0].as_py()
    own = np.arange(number, vertices, chunks, dtype=np.int64)
    taken: dict[int, list[tuple[int, bytes]]] = {}
    for sender, what, data in zip(*(rows[n].to_pylist() for n in ("sender", "what", "data")), strict=True):
        taken.setdefault(what, []).append((sender, data))
    old = numbers(data for _, data in taken[STATE]) if STATE in taken else own
    labels = old.copy()
    _answered(labels, _joined([_pair(data) for _, data in taken.get(ANSWERS, [])]))
    _shorten(labels, number, chunks)  # then a label of this chunk is its own, and uniting overwrites no other
    told = _merged(labels, _joined([_pair(data) for _, data in taken.get(PAIRS, [])]), number, chunks)
    _shorten(labels, number, chunks)
    made = [_row(number, number, STATE, labels, float((labels != old).sum()), float(len(told[0])))]
    made += _rows(told, number, chunks)
    for sender, data in taken.get(ASKED, []):
        asked = np.frombuffer(data, np.int64)
        made.append(_row(sender, number, ANSWERS, np.concatenate([asked, labels[asked // chunks]])))
    asking = np.unique(labels[labels % chunks != number])
    made += [_row(to, number, ASKED, asking[places]) for to, places in by_chunk(asking, chunks)]
    return pa.Table.from_pylist(made, schema=ROW)


def stars(one: Ints, other: Ints) -> Pairs:
    """The same connections as pairs: each vertex that is not the least of those it is connected with, and that."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    ids, places = np.unique(np.concatenate([one, other]), return_inverse=True)
    half, shape = len(one), (len(ids), len(ids))
    edges = coo_matrix((np.ones(half, np.int8), (places[:half], places[half:])), shape)
    count, component = connected_components(edges, directed=False)
    least = np.empty(count, np.int64)
    least[component[::-1]] = ids[::-1]  # the last to be written is the first, which is the least
    found = least[component]
    more = found != ids
    return ids[more], found[more]


def _answered(labels: Ints, answers: Pairs) -> None:
    """Labels take the labels of their own."""
    asked, given = answers
    if not len(asked):
        return
    order = np.argsort(asked)
    asked, given = asked[order], given[order]
    at = np.minimum(np.searchsorted(asked, labels), len(asked) - 1)
    known = asked[at] == labels
    labels[known] = given[at[known]]


def _merged(labels: Ints, pairs: Pairs, number: int, chunks: int) -> Pairs:
    """Unite pairs with labels; what was learnt of vertices of other chunks."""
    if not len(pairs[0]):
        return pairs
    mine = np.unique(np.concatenate(pairs))
    mine = mine[mine % chunks == number]
    vertex, least = stars(*_joined([pairs, (mine, labels[mine // chunks])]))
    here = vertex % chunks == number
    labels[vertex[here] // chunks] = least[here]
    return vertex[~here], least[~here]


def _shorten(labels: Ints, number: int, chunks: int) -> None:
    """Labels that are vertices of this chunk are followed to the end."""
    while True:
        places = np.flatnonzero(labels % chunks == number)
        further = labels[labels[places] // chunks]
        if np.array_equal(further, labels[places]):
            return
        labels[places] = further


def _sent(pairs: Pairs, chunks: int) -> Iterator[pa.RecordBatch]:
    for row in _rows(pairs, 0, chunks):
        yield pa.RecordBatch.from_pylist([row], schema=ROW)


def _rows(pairs: Pairs, number: int, chunks: int) -> list[dict[str, object]]:
    """Pairs sent to the chunks of their first vertices."""
    one, other = pairs
    return [
        _row(to, number, PAIRS, np.concatenate([one[places], other[places]]))
        for to, places in by_chunk(one, chunks)
    ]


def _row(
    to: int, number: int, what: int, data: Ints, one: float = 0.0, other: float = 0.0
) -> dict[str, object]:
    return {"chunk": to, "sender": number, "what": what, "data": data.tobytes(), "one": one, "other": other}


def _pair(data: bytes) -> Pairs:
    one, other = np.frombuffer(data, np.int64).reshape(2, -1)
    return one, other


def _joined(pairs: list[Pairs]) -> Pairs:
    if not pairs:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    one, other = (np.concatenate(ends) for ends in zip(*pairs, strict=True))
    return one, other

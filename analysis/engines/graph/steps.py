"""What a chunk does in a round: new values of its vertices from those it receives. NumPy's, without Spark."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import Any, Protocol

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.engines.graph.chunks import Chunk, read

ROW = pa.schema(
    [
        ("chunk", pa.int32()), ("sender", pa.int32()), ("what", pa.int32()), ("data", pa.binary()),
        ("one", pa.float64()), ("other", pa.float64()),
    ]
)  # fmt: skip
"""What is sent to a chunk: by whom, what, its bytes. Of a chunk's own values, two numbers to be added up over all."""
STATE, VALUES = 0, 1


@dataclass
class Done:
    """What a chunk has after a round."""

    state: NDArray[Any]
    """New values of its vertices."""
    values: NDArray[Any] | None = None
    """What it sends of each; nothing where None."""
    one: float = 0.0
    """A number of the round to be added up over all chunks."""
    other: float = 0.0
    """Another."""
    only_news: bool = field(default=False)
    """Whether chunks for which all values are 0 are sent nothing."""


class Step(Protocol):
    """A round of one chunk: what it knows, its values (None in the first round), what it received by sender."""

    def __call__(self, chunk: Chunk, state: bytes | None, received: dict[int, bytes]) -> Done:
        """New values, and what is sent."""


def advance(known: pa.Table, rows: pa.Table, step: Step, chunks: int, vertices: int) -> pa.Table:
    """Rows that a chunk sends in a round, its own new values among them."""
    chunk = read(known, chunks, vertices)
    state, received = None, {}
    columns = (rows[n].to_pylist() for n in ("sender", "what", "data"))
    for sender, what, data in zip(*columns, strict=True):
        if what == STATE:
            state = data
        else:
            received[sender] = data
    done = step(chunk, state, received)
    mine = {"chunk": chunk.number, "sender": chunk.number, "what": STATE, "data": done.state.tobytes()}
    made: list[dict[str, Any]] = [mine | {"one": float(done.one), "other": float(done.other)}]
    for to, (places, _) in chunk.needed.items() if done.values is not None else ():
        values = done.values[places]  # type: ignore[index]
        if not done.only_news or values.any():
            row = {"chunk": to, "sender": chunk.number, "what": VALUES, "data": values.tobytes()}
            made.append(row | {"one": 0.0, "other": 0.0})
    return pa.Table.from_pylist(made, schema=ROW)


def ranks(base: float, damping: float, last: bool) -> Step:
    """A round of PageRank: sends each vertex's rank over its edges; tells the ranks of sinks and the change."""
    return partial(_ranks, base=base, damping=damping, last=last)


def _ranks(
    chunk: Chunk, state: bytes | None, received: dict[int, bytes], base: float, damping: float, last: bool
) -> Done:
    degrees, change = chunk.out_degrees, 0.0
    if state is None:
        new = np.full(chunk.size, 1.0 / chunk.vertices)
    else:
        new = base + damping * chunk.reduced(np.add, chunk.received(received, np.float64))
        change = float(np.abs(new - np.frombuffer(state)).sum())
    given = None if last else new / np.maximum(degrees, 1)
    return Done(new, given, float(new[degrees == 0].sum()), change)


def labels(chunk: Chunk, state: bytes | None, received: dict[int, bytes]) -> Done:
    """A round of label propagation; tells how many labels changed. The most frequent wins, of several the least."""
    if state is None:
        return Done(chunk.ids, chunk.ids)
    old = np.frombuffer(state, np.int64)
    new = old.copy()
    given = chunk.received(received, np.int64)
    if len(given):
        lengths = np.diff(chunk.begin, append=len(given))
        keys = np.repeat(np.arange(len(lengths)), lengths) * chunk.vertices + given
        keys.sort()
        first = np.flatnonzero(np.diff(keys, prepend=-1))
        votes = np.diff(first, append=len(keys))
        voters, voted = np.divmod(keys[first], chunk.vertices)
        begin = np.flatnonzero(np.diff(voters, prepend=-1))
        most = np.repeat(np.maximum.reduceat(votes, begin), np.diff(begin, append=len(voters)))
        best = np.flatnonzero(votes == most)  # labels ascend, so the first of a vertex is the least
        best = best[np.flatnonzero(np.diff(voters[best], prepend=-1))]
        new[chunk.at] = voted[best]
    return Done(new, new, float((new != old).sum()))


def steps(source: int, number: int) -> Step:
    """A round of breadth-first search: the vertices first reached in it; tells how many they are."""
    return partial(_steps, source=source, number=number)


def _steps(chunk: Chunk, state: bytes | None, received: dict[int, bytes], source: int, number: int) -> Done:
    if state is None:
        found, new = np.full(chunk.size, -1, np.int32), chunk.ids == source
    else:
        found = np.frombuffer(state, np.int32).copy()
        new = np.zeros(chunk.size, bool)
        if received:
            new = (chunk.reduced(np.maximum, chunk.received(received, np.uint8)) > 0) & (found < 0)
    found[new] = number
    return Done(found, new.astype(np.uint8), float(new.sum()), only_news=True)

"""Rounds over chunks, as Spark sends them but without it, beside the laptop's kernels on any graph."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines.graph import chunks as at
from analysis.engines.graph import degrees as counting
from analysis.engines.graph import steps as step
from analysis.engines.graph import weak
from analysis.kernels.graph import components, degrees, distances, labels, pagerank
from analysis.kernels.graph.rows import backward, forward


@st.composite
def graphs(draw):
    """Size, distinct edges without loops (isolated, dangling and reciprocal ones come by themselves), chunks."""
    size = draw(st.integers(1, 30))
    vertex = st.integers(0, size - 1)
    pairs = draw(st.sets(st.tuples(vertex, vertex).filter(lambda e: e[0] != e[1]), max_size=80))
    ends = np.array(sorted(pairs), np.int64).reshape(-1, 2)
    return size, ends[:, 0].copy(), ends[:, 1].copy(), draw(st.integers(1, 5))


def by_chunk(rows: pa.Table, chunks: int) -> list[pa.Table]:
    return [rows.filter(pa.array(rows["chunk"].to_numpy() == c)) for c in range(chunks)]


def batches(source, target, tasks: int = 2, **weights):
    columns = {"source_id": source, "target_id": target, **weights}
    return [[pa.record_batch({n: v[k::tasks] for n, v in columns.items()})] for k in range(tasks)]


def known(source, target, size: int, chunks: int) -> list[pa.Table]:
    """What each chunk knows, in rows of any order."""
    seeds = pa.Table.from_pylist(
        [{"chunk": c, "source": b"", "target": b""} for c in range(chunks)], at.PACKED
    )
    made = [b for task in batches(source, target) for b in at.packed(task, chunks)]
    packed = pa.concat_tables([*(pa.Table.from_batches([b]) for b in made[::-1]), seeds])
    return by_chunk(pa.concat_tables([at.built(p, chunks, size) for p in by_chunk(packed, chunks)]), chunks)


def advanced(chunks_known, rows, do, size):
    chunks = len(chunks_known)
    sent = by_chunk(rows, chunks) if rows is not None else [step.ROW.empty_table()] * chunks
    return pa.concat_tables(
        [step.advance(k, r, do, chunks, size) for k, r in zip(chunks_known, sent, strict=True)]
    )


def values(rows: pa.Table, size: int, chunks: int, kind) -> np.ndarray:
    whole = np.full(size, -7, kind)
    for row in rows.to_pylist():
        if row["what"] == step.STATE:
            whole[row["chunk"] :: chunks] = np.frombuffer(row["data"], kind)
    return whole


@settings(deadline=None)
@given(graphs())
def test_ranks_are_the_laptops(graph):
    size, source, target, chunks = graph
    to, come_from = forward(source, target, size), backward(source, target, size)
    parts, rows = known(source, target, size, chunks), None
    rows = advanced(parts, None, step.ranks(0.0, 0.85, False), size)
    for _ in range(3):
        sinks = rows["one"].to_numpy().sum()
        rows = advanced(parts, rows, step.ranks(0.15 / size + 0.85 * sinks / size, 0.85, False), size)
    wanted = pagerank.pagerank(come_from, to.degrees, 0.85, 1e-10, 3)
    assert values(rows, size, chunks, np.float64) == pytest.approx(wanted.ranks, abs=1e-15)
    assert rows["other"].to_numpy().sum() == pytest.approx(wanted.change, abs=1e-14)


@settings(deadline=None)
@given(graphs())
def test_labels_are_the_laptops(graph):
    size, source, target, chunks = graph
    to, come_from = forward(source, target, size), backward(source, target, size)
    parts = known(np.append(source, target), np.append(target, source), size, chunks)
    rows = advanced(parts, None, step.labels, size)
    for rounds in (1, 2, 3):
        rows = advanced(parts, rows, step.labels, size)
        wanted, done, changed = labels.propagate(to, come_from, rounds)
        assert values(rows, size, chunks, np.int64).tolist() == wanted.tolist()
        if done == rounds:
            assert rows["one"].to_numpy().sum() == changed


@settings(deadline=None)
@given(graphs(), st.integers(0, 29))
def test_distances_are_the_laptops(graph, source_id):
    size, source, target, chunks = graph
    parts, first = known(source, target, size, chunks), source_id % size
    rows, new, number = advanced(parts, None, step.steps(first, 0), size), 1, 0
    while new:
        number += 1
        rows = advanced(parts, rows, step.steps(first, number), size)
        new = rows["one"].to_numpy().sum()
    wanted = distances.distances(forward(source, target, size), first)
    assert values(rows, size, chunks, np.int32).tolist() == wanted.tolist()


def united(source, target, size: int, chunks: int) -> tuple[np.ndarray, int]:
    """Weak components by the rounds that Spark makes, and how many they are."""
    made = [b for task in batches(source, target, 3) for b in weak.united(task, chunks)]
    seeds = [
        {"chunk": c, "sender": 0, "what": weak.PAIRS, "data": b"", "one": 0, "other": 0}
        for c in range(chunks)
    ]
    rows = pa.Table.from_batches([*made, pa.RecordBatch.from_pylist(seeds, step.ROW)])
    quiet = rounds = 0
    while quiet < 2:
        rows = pa.concat_tables([weak.unite(r, chunks, size) for r in by_chunk(rows, chunks)])
        moved = rows["one"].to_numpy().sum() + rows["other"].to_numpy().sum()
        quiet, rounds = 0 if moved else quiet + 1, rounds + 1
    return values(rows, size, chunks, np.int64), rounds


@settings(deadline=None)
@given(graphs())
def test_weak_components_are_the_laptops(graph):
    size, source, target, chunks = graph
    assert united(source, target, size, chunks)[0].tolist() == components.weak(source, target, size).tolist()


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_long_path_takes_few_rounds(shuffled):
    """Labels that only flowed along edges would need as many rounds as there are vertices."""
    order = np.random.default_rng(0).permutation(20_000) if shuffled else np.arange(20_000)
    found, rounds = united(order[:-1], order[1:], len(order), 4)
    assert (found == 0).all()
    assert rounds < 60


@settings(deadline=None)
@given(graphs(), st.randoms())
def test_degrees_are_the_laptops(graph, draw):
    size, source, target, chunks = graph
    weights = np.array([draw.choice([0, 1, 2**53 + 1]) for _ in source], np.int64)
    tasks = [counting.packed(t, chunks, ("links",)) for t in batches(source, target, links=weights)]
    packed = pa.Table.from_batches([b for task in tasks for b in task], counting.PACKED)
    columns = {}
    for rows in (r for r in by_chunk(packed, chunks) if len(r)):
        for row in counting.counted(rows, chunks, size).to_pylist():
            whole = columns.setdefault(row["name"], np.zeros(size, np.int64))
            whole[row["chunk"] :: chunks] = np.frombuffer(row["data"], np.int64)
    to, come_from = forward(source, target, size), backward(source, target, size)
    wanted = {
        "in_degree": come_from.degrees, "out_degree": to.degrees, "mutual_degree": degrees.mutual(to, come_from),
        "in_links": degrees.weighted(target, weights, size), "out_links": degrees.weighted(source, weights, size),
    }  # fmt: skip
    assert {n: v.tolist() for n, v in columns.items()} == {
        n: v.tolist() for n, v in wanted.items() if len(source)
    }

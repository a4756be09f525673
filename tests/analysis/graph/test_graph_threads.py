"""Larger graphs: the same to the bit for any number of threads; estimates near what they estimate."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from analysis.graph.found import View
from analysis.kernels.graph import components, harmonic, hyperball, labels, pagerank, rows, triangles
from analysis.kernels.graph.edges import Edges

SIZE, DRAWN = 4000, 60_000


@pytest.fixture(scope="module")
def ends():
    """Edges with hubs, sorted and distinct; more than one thread would take alone."""
    draw = np.random.default_rng(0)
    source, target = (SIZE * draw.random((2, DRAWN)) ** 2).astype(np.int64)
    keys = np.unique(source * SIZE + target)
    source, target = keys // SIZE, keys % SIZE
    apart = source != target
    assert apart.sum() > rows.SMALL
    return source[apart], target[apart]


def view(ends, kind=np.int32) -> View:
    return View(Edges(pa.nulls(SIZE, pa.string()), *(e.astype(kind) for e in ends), {}))


def everything(graph: View) -> dict[str, np.ndarray]:
    found = graph.triangles
    return {
        "pagerank": pagerank.pagerank(graph.come_from, graph.to.degrees, 0.85, 1e-10).ranks,
        "labels": labels.propagate(graph.to, graph.come_from, 4)[0],
        "triangles": found.counts,
        "arcs": found.arcs,
        "kinds": found.kinds,
        "mutual": graph.mutual,
        "harmonic": harmonic.harmonic(graph.to),
        "estimated": hyperball.estimated(graph.come_from, 64),
        "strong": components.strong(graph.to),
    }


@pytest.mark.parametrize("threads", [3, 7])
def test_any_number_of_threads_gives_the_same(ends, threads, monkeypatch):
    monkeypatch.setattr(rows, "cores", lambda: 1)
    monkeypatch.setattr(triangles, "cores", lambda: 1)
    alone = everything(view(ends))
    monkeypatch.setattr(rows, "cores", lambda: threads)
    monkeypatch.setattr(triangles, "cores", lambda: threads)
    shared = everything(view(ends))
    assert [name for name, values in alone.items() if not np.array_equal(values, shared[name])] == []


def test_wide_numbers_give_the_same(ends):
    """Beyond 2^31 vertices numbers have 64 bits."""
    narrow, wide = view(ends), view(ends, np.int64)
    assert wide.to.ends.dtype == np.int64
    assert np.array_equal(wide.mutual, narrow.mutual)
    weak = [components.weak(v.edges.source, v.edges.target, SIZE) for v in (narrow, wide)]
    assert np.array_equal(*weak)
    ranks = [pagerank.pagerank(v.come_from, v.to.degrees, 0.85, 1e-10).ranks for v in (narrow, wide)]
    assert np.array_equal(*ranks)


def test_rows_are_shared_whole_and_each_once():
    begin = np.concatenate([[0, 50_000], 50_000 + np.arange(1, 100)])
    pieces = rows.share(lambda first, last: (first, last), begin, threads=4)
    assert len(pieces) > 1
    assert [v for first, last in pieces for v in range(first, last)] == list(range(100))
    assert rows.share(lambda first, last: (first, last), begin[:3], threads=4, small=1 << 20) == [(0, 2)]


def test_components_are_scipys_named_by_their_least(ends):
    source, target = ends
    keep = np.random.default_rng(1).random(len(source)) < 0.06
    source, target = source[keep], target[keep]
    graph = view((source, target))
    matrix = coo_array((np.ones(len(source)), (source, target)), shape=(SIZE, SIZE)).tocsr()
    for how, ours in (("weak", components.weak(graph.edges.source, graph.edges.target, SIZE)),
                      ("strong", components.strong(graph.to))):  # fmt: skip
        count, theirs = connected_components(matrix, connection=how)
        least = np.full(count, SIZE)
        np.minimum.at(least, theirs, np.arange(SIZE))
        assert 1 < count < SIZE
        assert np.array_equal(ours, least[theirs])
        assert components.largest(ours) == (count, np.bincount(theirs).max())


@pytest.mark.parametrize("registers", [16, 64, 1024])
def test_harmonic_centrality_is_estimated_within_its_error(ends, registers):
    graph = view(ends)
    exact, estimated = harmonic.harmonic(graph.to), hyperball.estimated(graph.come_from, registers)
    off = estimated[exact > 100] / exact[exact > 100] - 1
    error = hyperball.standard_error(registers)
    assert error == pytest.approx(1.04 / registers**0.5)
    assert len(off) > 1000
    assert np.sqrt((off**2).mean()) < 2 * error
    assert estimated[exact == 0].sum() == 0

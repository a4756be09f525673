"""Canonical edges: the same whatever the order, number and kind of rows."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.graph.adding import added
from analysis.kernels.graph.domains import folded
from analysis.kernels.graph.edges import canonical
from analysis.kernels.graph.order import order_by, starts
from analysis.kernels.graph.rows import backward, forward

NAMES = st.sampled_from(["org.a", "org.a.b", "org", "com.é", "com.zz", "", "null"])
ROWS = st.lists(st.tuples(NAMES, NAMES, st.integers(0, 9)), max_size=40)


def chunked(values, kind, cuts=1) -> pa.ChunkedArray:
    whole = pa.array(list(values), kind)
    step = max(1, len(whole) // cuts)
    return pa.chunked_array([whole[i : i + step] for i in range(0, len(whole), step)], kind)


def edges(rows, kind=None, cuts=1, vertex_only=""):
    kind = kind or pa.string()
    source, target, links = ([r[n] for r in rows] for n in range(3))
    weights = {"links": chunked(links, pa.int64(), cuts)}
    return canonical(chunked(source, kind, cuts), chunked(target, kind, cuts), weights, vertex_only)


@given(rows=ROWS, cuts=st.integers(1, 5), seed=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=150)
def test_edges_are_distinct_sorted_and_added_up(rows, cuts, seed):
    made = edges(rows, cuts=cuts)
    names = sorted({n for s, t, _ in rows for n in (s, t)}, key=lambda n: n.encode())
    assert made.names.to_pylist() == names
    want = Counter()
    for s, t, n in rows:
        want[names.index(s), names.index(t)] += n
    plain = sorted(k for k in want if k[0] != k[1])
    assert list(zip(made.source.tolist(), made.target.tolist(), strict=True)) == plain
    assert made.weights["links"].tolist() == [want[k] for k in plain]
    loops = [k for k in want if k[0] == k[1]]
    assert (made.loops, made.loop_weights["links"]) == (len(loops), sum(want[k] for k in loops))
    shuffled = list(rows)
    seed.shuffle(shuffled)
    again = edges(shuffled, pa.dictionary(pa.int32(), pa.string()))
    assert again.names.equals(made.names)
    assert all(np.array_equal(getattr(again, end), getattr(made, end)) for end in ("source", "target"))
    assert made.source.dtype == np.int32


def test_entries_of_dictionaries_that_no_row_has_are_no_vertices():
    kind = pa.dictionary(pa.int32(), pa.string())
    own = [pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), ["zz", "b", "never", "a"])
           for codes in ([], [1, 3], [0, None])]  # fmt: skip
    other = [pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), ["b", "a", "lost"])
             for codes in ([], [1, 0], [2, 2])]  # fmt: skip
    ones = [pa.array([1] * len(chunk), pa.int64()) for chunk in own]
    rows = (pa.chunked_array(own, kind), pa.chunked_array(other, kind), {"links": pa.chunked_array(ones)})
    made = canonical(*rows)
    assert made.names.to_pylist() == ["a", "b", "lost", "zz"]
    assert (made.source.tolist(), made.target.tolist(), made.unreadable_rows) == ([0, 1, 3], [1, 0, 2], 1)
    only_readable = canonical(*(r.filter(pa.array([True, True, False, True])) for r in rows[:2]), {})
    assert only_readable.names.to_pylist() == ["a", "b"]


@given(
    ends=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 90)), max_size=300),
    cuts=st.lists(st.integers(0, 300), max_size=3),
    weights=st.integers(0, 2),
)
@settings(deadline=None)
def test_rows_are_sorted_and_added_up_however_they_are_cut(ends, cuts, weights):
    """Some sources have many rows, so that both ways of sorting are gone."""
    bounds = [0, *sorted(cuts), len(ends)]
    values = [[(n + 1) * (i + 1) for i in range(len(ends))] for n in range(weights)]

    def chunk(first, last):
        source, target = (np.array([e[n] for e in ends[first:last]], np.int32) for n in range(2))
        return source, target, [np.array(v[first:last], np.int64) for v in values]

    made = added([chunk(a, b) for a, b in pairwise(bounds) if a <= b], 91, weights)
    want = [Counter() for _ in range(weights + 1)]
    for row, edge in enumerate(ends):
        if edge[0] != edge[1]:
            want[0][edge] += 1
            for n in range(weights):
                want[n + 1][edge] += values[n][row]
    edges_made = sorted(want[0])
    assert list(zip(made[0].tolist(), made[1].tolist(), strict=True)) == edges_made
    assert [w.tolist() for w in made[2]] == [[w[edge] for edge in edges_made] for w in want[1:]]


def test_whole_numbers_are_sorted_as_numbers_and_told_as_text():
    made = edges([(10, 9, 1), (-3, 10, 1), (9, 9, 1)], pa.int64())
    assert made.names.to_pylist() == ["-3", "9", "10"]
    assert (made.source.tolist(), made.target.tolist()) == ([0, 2], [2, 1])


def test_rows_without_an_end_are_left_out_and_counted():
    made = edges([("a", None, 1), (None, "b", 1), ("a", "b", 5), (None, None, 1)])
    assert made.unreadable_rows == 3
    assert (made.names.to_pylist(), made.weights["links"].tolist()) == (["a", "b"], [5])


def test_a_loop_without_links_only_makes_a_vertex():
    rows = [("a", "a", 0), ("b", "b", 0), ("b", "b", 7), ("a", "b", 1)]
    made = edges(rows, vertex_only="links")
    assert (made.loops, made.loop_weights["links"], made.size) == (1, 7, 2)
    assert edges([("a", "a", 0)], vertex_only="links").loops == 0


def test_no_rows_make_an_empty_graph():
    made = edges([])
    assert (made.size, len(made.source), made.loops) == (0, 0, 0)


@given(st.lists(st.integers(0, 12), max_size=60))
@settings(deadline=None)
def test_counting_sort_is_stable(keys):
    given_keys = np.array(keys, np.int32)
    assert order_by(given_keys, 13).tolist() == np.argsort(given_keys, kind="stable").tolist()
    assert starts(given_keys, 13).tolist() == [sum(k < n for k in keys) for n in range(14)]


def test_rows_of_neighbours_are_ascending_both_ways():
    source, target = np.array([0, 0, 2, 2], np.int32), np.array([1, 2, 0, 1], np.int32)
    to, come_from = forward(source, target, 4), backward(source, target, 4)
    assert (to.begin.tolist(), to.ends.tolist()) == ([0, 2, 2, 4, 4], [1, 2, 0, 1])
    assert (come_from.begin.tolist(), come_from.ends.tolist()) == ([0, 1, 3, 4, 4], [2, 0, 2, 0])


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("org.archive.www", "org.archive"),
        ("uk.co.bbc.news", "uk.co.bbc"),
        ("uk.gov", "uk.gov"),  # a suffix with pages
        ("com.github.someone", "com.github"),  # private suffixes do not count
        ("org.archive", "org.archive"),
    ],
)
def test_hosts_are_folded_to_registered_domains(host, domain):
    assert folded(pa.array([host, host])).to_pylist() == [domain, domain]

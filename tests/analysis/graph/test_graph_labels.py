"""Label propagation through many rounds, in which most vertices no longer vote, beside its definition."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.graph import labels
from analysis.kernels.graph.rows import backward, forward


@st.composite
def graphs(draw):
    """A clique whose labels come to rest at once, a path along which they go on changing, and any other edges."""
    clique, path = draw(st.integers(0, 8)), draw(st.integers(1, 25))
    size = clique + path
    vertex = st.integers(0, size - 1)
    pairs = {(a, b) for a in range(clique) for b in range(clique)} | {
        (v, v + 1) for v in range(clique, size - 1)
    }
    pairs |= draw(st.sets(st.tuples(vertex, vertex), max_size=12))
    names = draw(st.permutations(range(size)))
    return size, sorted({(names[a], names[b]) for a, b in pairs if a != b})


def defined(size: int, pairs: list[tuple[int, int]], rounds: int) -> tuple[list[int], int, int]:
    """LDBC's definition, every vertex in every round."""
    found, done, changed = list(range(size)), 0, size
    while done < rounds and changed:
        votes = [Counter() for _ in range(size)]
        for a, b in pairs:
            votes[a][found[b]] += 1
            votes[b][found[a]] += 1
        new = [min(c, key=lambda x: (-c[x], x)) if c else old for c, old in zip(votes, found, strict=True)]
        changed = sum(a != b for a, b in zip(new, found, strict=True))
        found, done = new, done + 1
    return found, done, changed


@given(graphs(), st.integers(1, 14))
@settings(deadline=None, max_examples=300)
def test_labels_are_those_of_the_definition(graph, rounds):
    size, pairs = graph
    ends = np.array(pairs, np.int32).reshape(-1, 2)
    to, come_from = (rows(ends[:, 0].copy(), ends[:, 1].copy(), size) for rows in (forward, backward))
    found, done, changed = labels.propagate(to, come_from, rounds)
    assert (found.tolist(), done, changed) == defined(size, pairs, rounds)


def test_few_vote_where_little_changes(monkeypatch):
    """A clique of 30 agrees in two rounds; along the path of 100 beside it labels go on moving."""
    voting = []
    wait = labels._wait

    def counted(*given):
        wait(*given)
        voting.append(int(given[-1].sum()))

    monkeypatch.setattr(labels, "_wait", counted)
    pairs = sorted(
        {(a, b) for a in range(30) for b in range(30) if a != b} | {(v, v + 1) for v in range(30, 129)}
    )
    ends = np.array(pairs, np.int32)
    to, come_from = (rows(ends[:, 0].copy(), ends[:, 1].copy(), 130) for rows in (forward, backward))
    found = labels.propagate(to, come_from, 6)
    assert (found[0].tolist(), *found[1:]) == defined(130, pairs, 6)
    assert voting[0] == 130
    assert 0 < voting[-1] <= 100

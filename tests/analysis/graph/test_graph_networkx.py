"""NetworkX agrees on two hundred random graphs with loops, parallel edges and vertices without any."""

from __future__ import annotations

import random
from itertools import combinations

import pytest

nx = pytest.importorskip("networkx")

GRAPHS = 200


def pairs(seed: int) -> list[tuple[int, int]]:
    """From hardly linked to dense; every vertex is there, some edges come twice, back, or lead to their source."""
    draw = random.Random(seed)
    size = draw.randint(3, 45)
    ends = [
        (draw.randrange(size), draw.randrange(size)) for _ in range(int(size * draw.choice((0.3, 1, 3, 9))))
    ]
    if seed % 3 == 0:  # some hubs
        ends += [(v, draw.randrange(3)) for v in range(size) if draw.random() < 0.7]
    back = [(b, a) for a, b in ends if draw.random() < 0.3]
    return [(v, v) for v in range(size)] + ends + back + ends[: size // 4]


def least(groups) -> dict[int, int]:
    return {v: min(group) for group in groups for v in group}


@pytest.mark.parametrize("seed", range(GRAPHS))
def test_a_random_graph(seed, measure):
    edges = pairs(seed)
    ours, summary = measure(edges, tolerance=1e-13)
    graph = nx.DiGraph(edges)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    simple = graph.to_undirected()
    assert summary["edges"] == graph.number_of_edges()
    assert ours["pagerank"] == pytest.approx(nx.pagerank(graph, tol=1e-15, max_iter=1000), abs=1e-9, rel=1e-9)
    assert sum(ours["pagerank"].values()) == pytest.approx(1, abs=1e-12)
    assert ours["harmonic"] == pytest.approx(nx.harmonic_centrality(graph), rel=1e-12)
    assert ours["core"] == nx.core_number(simple)
    assert ours["triangles"] == nx.triangles(simple)
    assert ours["strong_component"] == least(nx.strongly_connected_components(graph))
    assert ours["weak_component"] == least(nx.weakly_connected_components(graph))
    assert (ours["in_degree"], ours["out_degree"]) == (dict(graph.in_degree), dict(graph.out_degree))
    assert summary["reciprocity"] == pytest.approx(nx.overall_reciprocity(graph) if graph.size() else 0)
    assert summary["transitivity"] == pytest.approx(nx.transitivity(simple))
    census = nx.triadic_census(graph)
    assert {kind: summary[f"triad_{kind}"] for kind in census} == census


@pytest.mark.parametrize("seed", range(0, GRAPHS, 10))
def test_distances_and_the_undirected_reading(seed, measure):
    edges = pairs(seed)
    graph = nx.DiGraph(edges)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    ours, summary = measure(edges, ("distance",), source="0")
    away = nx.single_source_shortest_path_length(graph, 0)
    assert ours["distance"] == {v: away.get(v) for v in graph}
    assert (summary["reached"], summary["farthest"]) == (len(away), max(away.values()))
    both, summary = measure(edges, ("pagerank", "triangles"), directed=False, tolerance=1e-13)
    simple = graph.to_undirected()
    assert both["pagerank"] == pytest.approx(nx.pagerank(simple, tol=1e-15, max_iter=1000), abs=1e-9)
    assert both["clustering"] == pytest.approx(nx.clustering(simple))
    assert summary["reciprocity"] == (1 if simple.size() else 0)


@pytest.mark.parametrize("seed", range(0, GRAPHS, 10))
def test_clustering_and_communities_by_their_definitions(seed, measure):
    """LDBC's definitions, spelt out; NetworkX has others."""
    edges = {(a, b) for a, b in pairs(seed) if a != b}
    ours, _ = measure(pairs(seed), ("triangles", "labels"), label_rounds=3)
    vertices = {a for pair in pairs(seed) for a in pair}
    around = {v: {b for a, b in edges if a == v} | {a for a, b in edges if b == v} for v in vertices}
    local = {}
    for v, near in around.items():
        among = sum(((a, b) in edges) + ((b, a) in edges) for a, b in combinations(near, 2))
        local[v] = among / (len(near) * (len(near) - 1)) if len(near) > 1 else 0
    assert ours["clustering"] == pytest.approx(local)
    labels = {v: v for v in vertices}
    for _ in range(3):
        votes = {
            v: [labels[b] for a, b in edges if a == v] + [labels[a] for a, b in edges if b == v]
            for v in vertices
        }
        labels = {v: min(k, key=lambda x: (-k.count(x), x)) if k else labels[v] for v, k in votes.items()}
    numbers = sorted(vertices)
    assert {v: numbers[label] for v, label in ours["community"].items()} == labels

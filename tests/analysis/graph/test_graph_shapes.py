"""Shapes that graph code gets wrong: each with an answer worked out by hand."""

from __future__ import annotations

import sys

import pytest


def test_a_dangling_vertex_gives_its_rank_to_all(measure):
    """r(b) = 0.15/2 + 0.85 (r(a) + r(b)/2), r(a) = 0.15/2 + 0.85 r(b)/2, which sum to 1."""
    found, summary = measure([("a", "b")], ("pagerank",), tolerance=1e-14)
    a = 0.5 / 1.425
    assert found["pagerank"] == pytest.approx({"a": a, "b": 1 - a}, abs=1e-13)
    assert (summary["no_links_out"], summary["no_links_in"]) == (1, 1)


def test_one_iteration_of_pagerank_is_ldbcs(measure):
    """Half the rank is in the sink: 0.15/2 + 0.85 × 0.5 × (1 or 0) + 0.85 × 0.5/2."""
    found, summary = measure([("a", "b")], ("pagerank",), iterations=1)
    assert found["pagerank"] == pytest.approx({"a": 0.2875, "b": 0.7125})
    assert summary["pagerank_iterations"] == 1
    assert summary["pagerank_change"] == pytest.approx(0.425)


def test_an_isolated_vertex_is_measured(measure):
    found, summary = measure([("b", "b"), ("a", "c")])
    of_b = {name: values["b"] for name, values in found.items() if name != "vertex_name"}
    rank = of_b.pop("pagerank")
    assert 0 < rank < 1 / 3
    assert of_b == {
        "vertex_id": 1, "in_degree": 0, "out_degree": 0, "mutual_degree": 0, "in_links": 0, "out_links": 0,
        "weak_component": 1, "strong_component": 1, "community": 1, "triangles": 0, "clustering": 0, "core": 0,
        "harmonic": 0,
    }  # fmt: skip
    assert (summary["vertices"], summary["isolated"], summary["weak_components"]) == (3, 1, 2)


def test_loops_are_counted_and_change_no_metric(measure):
    plain = [("a", "b"), ("b", "c"), ("c", "a")]
    found, summary = measure([*plain, ("b", "b"), ("b", "b")])
    without, _ = measure(plain)
    assert found == without
    assert (summary["loops"], summary["loop_links"], summary["edges"]) == (1, 2, 3)


def test_parallel_edges_are_one_edge_with_a_weight(measure):
    plain = [("a", "b"), ("b", "c"), ("a", "c")]
    found, summary = measure([*plain, ("a", "b"), ("a", "b")])
    without, _ = measure(plain)
    weights = ("in_links", "out_links")
    assert {k: v for k, v in found.items() if k not in weights} == {
        k: v for k, v in without.items() if k not in weights
    }
    assert found["out_links"] == {"a": 4, "b": 1, "c": 0}
    assert found["in_links"] == {"a": 0, "b": 3, "c": 2}
    assert (summary["edges"], summary["links"]) == (3, 5)


def test_reciprocal_edges_are_two_edges_and_one_neighbour(measure):
    found, summary = measure([("a", "b"), ("b", "a"), ("b", "c"), ("c", "a")])
    assert found["mutual_degree"] == {"a": 1, "b": 1, "c": 0}
    assert found["core"] == {"a": 2, "b": 2, "c": 2}
    assert found["triangles"] == {"a": 1, "b": 1, "c": 1}
    assert found["clustering"] == {"a": 0.5, "b": 0.5, "c": 1}  # c's neighbours are linked both ways
    assert summary["reciprocity"] == 0.5
    assert summary["triad_120C"] == 1


def test_a_vote_counts_twice_where_linked_both_ways(measure):
    """c hears a once and b twice; a alone would win by being less."""
    found, _ = measure([("a", "c"), ("b", "c"), ("c", "b")], ("labels",), label_rounds=1)
    assert found["community"] == {"a": 2, "b": 2, "c": 1}


def test_labels_at_rest_end_the_rounds(measure):
    found, summary = measure([("a", "b"), ("b", "c"), ("c", "a")], ("labels",), label_rounds=50)
    assert set(found["community"].values()) == {0}
    assert (summary["labels_changed"], summary["label_rounds"] < 50) == (0, True)


def test_a_long_way(measure):
    """Deep recursion would end here; a component of thousands, one vertex back."""
    size = 3000
    ring = [(v, (v + 1) % size) for v in range(size)] + [(size, 0)]
    found, summary = measure(ring, ("strong", "weak", "harmonic", "distance"), source=str(size))
    assert set(found["strong_component"].values()) == {0, size}
    assert summary["weak_components"] == 1
    assert found["distance"][size - 1] == size
    assert found["harmonic"][size] == 0
    assert found["harmonic"][0] == pytest.approx(1 + sum(1 / d for d in range(1, size)))


def test_a_power_law_is_left_to_its_package(measure, tmp_path, monkeypatch):
    pairs = [(v, v % 3) for v in range(3, 30)] + [(0, 1), (0, 3)]
    monkeypatch.setitem(sys.modules, "powerlaw", None)  # as where it is not installed
    _, summary = measure(pairs, ("degree",))
    assert "power_law_exponent" not in summary
    (tmp_path / "powerlaw.py").write_text(
        "class Fit:\n"
        "    def __init__(self, data, discrete, verbose):\n"
        "        assert discrete and min(data) == 1\n"
        "        self.power_law = type('Law', (), {'alpha': 2.5, 'xmin': len(data)})\n"
    )
    del sys.modules["powerlaw"]
    monkeypatch.syspath_prepend(tmp_path)
    _, summary = measure(pairs, ("degree",))
    assert (summary["power_law_exponent"], summary["power_law_from"]) == (2.5, 4)


def test_an_undirected_reading_adds_weights_of_both_directions(measure):
    found, summary = measure([("a", "b"), ("a", "b"), ("b", "a")], ("degree",), directed=False)
    assert found["in_links"] == found["out_links"] == {"a": 3, "b": 3}
    assert (summary["edges"], summary["reciprocity"]) == (2, 1)


def test_the_smallest_graphs(measure):
    for pairs in ([], [("a", "a")], [("a", "b"), ("b", "a")]):
        found, summary = measure(pairs)
        assert summary["vertices"] == len(found["vertex_id"]) == len({v for pair in pairs for v in pair})
        assert sum(found["pagerank"].values()) == pytest.approx(1 if pairs else 0)

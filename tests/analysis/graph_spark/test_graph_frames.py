"""What needs GraphFrames' jar: LDBC's clustering, the laptop's other metrics, and a second opinion."""

from __future__ import annotations

import pytest

from analysis.engines.spark_session import session

pytestmark = [pytest.mark.spark, pytest.mark.graphframes]


def test_strong_triangles_clustering_cores_and_motifs(same, ldbc):
    asked, answer = ldbc("directed")
    before = session().sparkContext._jsc.getPersistentRDDs().size()
    found, _ = same(metrics=("strong", "triangles", "cores", "motifs"), **asked)
    assert session().sparkContext._jsc.getPersistentRDDs().size() == before
    names = map(int, found.table["vertex_name"].to_pylist())
    clustering = dict(zip(names, found.table["clustering"].to_pylist(), strict=True))
    assert clustering == pytest.approx(answer("LCC"), abs=1e-4)


def test_a_second_opinion(same, ldbc):
    asked, _ = ldbc("directed")
    asked |= {"iterations": 0, "tolerance": 1e-7}
    found, _ = same(with_graphframes=True, metrics=("pagerank", "weak", "labels", "distance"), **asked)
    told = found.manifest["facts"]["graphframes"]
    assert told.pop("pagerank_largest_difference") < 1e-5
    assert told == {
        "weak_vertices_that_differ": 0, "labels_vertices_that_differ": 0, "distance_vertices_that_differ": 0,
    }  # fmt: skip

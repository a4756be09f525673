"""What needs GraphFrames' jar: LDBC's clustering, the laptop's other metrics, and a second opinion."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from analysis.engines.spark.session import session
from tests.servers.jars import GRAPHFRAMES

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
    found, _ = same(check_with="graphframes", metrics=("pagerank", "weak", "labels", "distance"), **asked)
    told = found.manifest["facts"]["graphframes"]
    assert told.pop("pagerank_largest_difference") < 1e-5
    assert told == {
        "weak_vertices_that_differ": 0, "labels_vertices_that_differ": 0, "distance_vertices_that_differ": 0,
    }  # fmt: skip


@pytest.mark.slow
def test_jars_come_by_a_setting(java, tmp_path):
    """In a process of its own, whose Spark has nothing else that brings them."""
    (tmp_path / "edges.csv").write_text("source,target\na,b\nb,a\nb,c\n")
    environment = {n: v for n, v in os.environ.items() if n != "PYSPARK_SUBMIT_ARGS"}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "graph", "--edges", str(tmp_path / "edges.csv"), "--engine", "spark",
         "--metrics", "strong", "--json"],
        env=environment | {"FIELDWORK_SPARK__JARS": str(GRAPHFRAMES)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert [r["strong_component"] for r in json.loads(done.stdout)["rows"]] == [0, 0, 2]

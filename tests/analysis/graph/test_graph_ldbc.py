"""The example graphs of LDBC Graphalytics with their reference answers, by the way of `--edges`."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.csv as pacsv
import pytest

from analysis import run

UNREACHED = float(9223372036854775807)
FIRST = {"directed": 1, "undirected": 2}  # vertex that distances are counted from


@pytest.fixture(scope="module", params=FIRST)
def example(request, tmp_path_factory):
    """The reference answers by algorithm, and what we find."""
    from tests.conftest import DATA

    name, folder = request.param, DATA / "graph" / "ldbc"
    if not folder.exists():
        pytest.skip("real data is not here: shared/data/graph/ldbc")
    lines = {end: (folder / f"example-{name}.{end}").read_text().splitlines() for end in ("v", "e")}
    pairs = [(int(v), int(v)) for v in lines["v"]] + [tuple(map(int, e.split()[:2])) for e in lines["e"]]
    path = tmp_path_factory.mktemp("ldbc") / "edges.csv"
    source, target = zip(*pairs, strict=True)
    pacsv.write_csv(pa.table({"source": source, "target": target}), path)
    found = run(
        "graph", edges=str(path), directed=name == "directed", metrics=("all",), source=str(FIRST[name]),
        iterations=2, label_rounds=2,
    )  # fmt: skip

    def answer(algorithm: str) -> dict[int, float]:
        rows = (line.split() for line in (folder / f"example-{name}-{algorithm}").read_text().splitlines())
        return {int(vertex): float(value) for vertex, value in rows}

    return answer, found


def by_name(found, column: str, *, is_vertex: bool = False) -> dict[int, float]:
    names = [int(n) for n in found.table["vertex_name"].to_pylist()]
    values = found.table[column].to_pylist()
    return dict(zip(names, (names[v] for v in values) if is_vertex else values, strict=True))


@pytest.mark.parametrize(("algorithm", "column"), [("WCC", "weak_component"), ("CDLP", "community")])
def test_labels_are_the_reference_answers(example, algorithm, column):
    answer, found = example
    assert by_name(found, column, is_vertex=True) == answer(algorithm)


def test_distances_are_the_reference_answers(example):
    answer, found = example
    ours = by_name(found, "distance")
    assert {v: UNREACHED if d is None else d for v, d in ours.items()} == answer("BFS")


@pytest.mark.parametrize(("algorithm", "column"), [("PR", "pagerank"), ("LCC", "clustering")])
def test_shares_are_the_reference_answers(example, algorithm, column):
    answer, found = example
    assert by_name(found, column) == pytest.approx(answer(algorithm), rel=1e-12)

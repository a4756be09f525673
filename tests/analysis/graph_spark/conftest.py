"""The same graph on both engines, and GraphFrames' jar where it is."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from tests.servers.jars import GRAPHFRAMES

LDBC = {"directed": 1, "undirected": 2}
"""LDBC's examples, each with the vertex that distances are counted from."""


def pytest_collection_modifyitems(items):
    """A test that needs the jar is skipped where it is not, with the reason."""
    if any(GRAPHFRAMES.glob("graphframes-spark4*.jar")):
        return
    why = pytest.mark.skip(
        reason=f"GraphFrames' jars (graphframes-spark4_2.13 and -graphx-) are not in {GRAPHFRAMES}"
    )
    for item in items:
        if item.get_closest_marker("graphframes"):
            item.add_marker(why)


@pytest.fixture
def same(java) -> Callable[..., tuple]:
    """Runs the graph on both engines, checks that all tables agree, and returns both results.

    Whole numbers and names to the bit, numbers with a fraction within 1e-9.
    """

    def both(check_with: str = "none", **asked):
        wanted = run("graph", engine="dask", **asked)
        found = run("graph", engine="spark", check_with=check_with, **asked)
        agree(found.table, wanted.table)
        tables = [{n: pq.read_table(io.BytesIO(c)) for n, c in result.extras()} for result in (found, wanted)]
        assert list(tables[0]) == list(tables[1]) == ["edges.parquet", "degrees.parquet", "summary.parquet"]
        for name, table in tables[1].items():
            agree(tables[0][name], table)
        return found, wanted

    return both


def agree(found: pa.Table, wanted: pa.Table) -> None:
    assert found.schema.equals(wanted.schema)
    for name in wanted.column_names:
        one, other = (t[name].to_pylist() for t in (found, wanted))
        if pa.types.is_floating(wanted.schema.field(name).type):
            assert [v is None for v in one] == [v is None for v in other], name
            numbers = [v for v in other if v is not None]
            assert [v for v in one if v is not None] == pytest.approx(numbers, abs=1e-9, rel=1e-9), name
        else:
            assert one == other, name


@pytest.fixture
def ldbc(data, tmp_path):
    """An example of LDBC as an edge table, its options, and the reference answers by algorithm."""

    def find(name: str):
        folder: Path = data("graph/ldbc")
        lines = {end: (folder / f"example-{name}.{end}").read_text().splitlines() for end in ("v", "e")}
        pairs = [(v, v) for v in lines["v"]] + [tuple(e.split()[:2]) for e in lines["e"]]
        path = tmp_path / "edges.csv"
        path.write_text("\n".join(["source,target", *(",".join(pair) for pair in pairs)]) + "\n")
        asked = {
            "edges": str(path), "directed": name == "directed", "source": str(LDBC[name]),
            "iterations": 2, "label_rounds": 2,
        }  # fmt: skip

        def answer(algorithm: str) -> dict[int, float]:
            told = (folder / f"example-{name}-{algorithm}").read_text().splitlines()
            return {int(vertex): float(value) for vertex, value in map(str.split, told)}

        return asked, answer

    return find

"""The graph on Spark without a jar: LDBC's answers, the laptop's tables, and what is refused."""

from __future__ import annotations

import shutil
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.engines import EngineError
from analysis.engines.graph import graphframes as frames
from analysis.engines.spark.session import session
from analysis.result import open_result
from conf.places import place
from conf.settings import load
from flows.landing.run import land_all
from flows.sources.links.selection import Links
from flows.sources.links.warc import warc_links
from schemas.links import links

spark = pytest.mark.spark
UNREACHED = float(2**63 - 1)
PLAIN = ("degree", "pagerank", "weak", "labels", "distance")


def cached() -> int:
    return session().sparkContext._jsc.getPersistentRDDs().size()


@spark
@pytest.mark.parametrize("name", ["directed", "undirected"])
def test_ldbc(same, ldbc, name):
    asked, answer = ldbc(name)
    before = cached()
    found, _ = same(metrics=PLAIN, **asked)
    assert cached() == before
    rows = found.table.to_pydict()
    numbers = [int(n) for n in rows["vertex_name"]]
    by_name = {c: dict(zip(numbers, values, strict=True)) for c, values in rows.items()}
    assert by_name["pagerank"] == pytest.approx(answer("PR"), rel=1e-4)
    steps = {v: UNREACHED if n is None else n for v, n in by_name["distance"].items()}
    assert steps == {v: float(n) for v, n in answer("BFS").items()}
    named = dict(enumerate(numbers))
    assert {v: named[n] for v, n in by_name["community"].items()} == answer("CDLP")
    assert parts({v: named[n] for v, n in by_name["weak_component"].items()}) == parts(answer("WCC"))


def parts(names: dict) -> set[frozenset]:
    """Components up to their names."""
    found: dict = {}
    for vertex, name in names.items():
        found.setdefault(name, set()).add(vertex)
    return {frozenset(p) for p in found.values()}


@spark
def test_loops_parallel_reciprocal_dangling_isolated_and_unreadable(same, tmp_path):
    """Names whose order is that of their bytes, in two files of Parquet, with pages as a weight."""
    rows = [
        ("a", "b", 3), ("a", "b", None), ("b", "a", 1), ("b", "é", 2), ("b", "z.z", 2), ("z.z", "Z", 1),
        ("a", "a", 5), ("a", "a", 5), ("alone", "alone", 0), (None, "b", 1), ("b", None, 1), ("p", "q", 2**40),
    ]  # fmt: skip
    schema = pa.schema(
        [("from", pa.string()), ("to", pa.string()), ("pages", pa.int64()), ("other", pa.string())]
    )
    for number in (0, 1):
        part = [(*row, "not read") for row in rows[number::2]]
        columns = list(map(list, zip(*part, strict=True)))
        pq.write_table(pa.table(columns, schema=schema), tmp_path / f"{number}.parquet")
    asked = ("degree", "pagerank", "weak", "labels")
    found, _ = same(metrics=asked, edges=str(tmp_path), tolerance=1e-3)
    summary = found.manifest["facts"]["graphs"][0]
    told = {
        n: summary[n] for n in ("vertices", "edges", "loops", "loop_links", "unreadable_rows", "isolated")
    }
    assert told == {
        "vertices": 8, "edges": 6, "loops": 2, "loop_links": 3, "unreadable_rows": 2, "isolated": 1,
    }  # fmt: skip
    assert found.table["pagerank"].to_numpy().sum() == pytest.approx(1)


@spark
def test_a_crawl_without_a_link_has_an_empty_graph(same, tmp_path):
    home = tmp_path / links.path / "crawl=CC-MAIN-2024-10"
    home.mkdir(parents=True)
    inside = pa.schema([c.field for c in links.columns if c not in links.partitions])
    pq.write_table(inside.empty_table(), home / "part.parquet")
    found, _ = same(metrics=PLAIN[:4], lake=str(tmp_path))
    assert (found.table.num_rows, [g["edges"] for g in found.manifest["facts"]["graphs"]]) == (0, [0])
    found.save(tmp_path / "result")
    assert open_result(tmp_path / "result").table.num_rows == 0


@spark
def test_the_links_of_an_archive(java, same, data, tmp_path):
    """Aut's archive of 2008, from its pages to the graph."""
    file = tmp_path / "archive" / "CC-MAIN-2008-10" / "example.warc.gz"
    file.parent.mkdir(parents=True)
    shutil.copyfile(data("web/aut/example.warc.gz"), file)
    (tmp_path / "warc.paths").write_text("CC-MAIN-2008-10/example.warc.gz\n")
    over = {"archives": {"commoncrawl": str(tmp_path / "archive")}, "ingest": {"processes": 1}}
    settings = load(environ={}, lake=str(tmp_path / "lake"), **over)
    archive = place(settings.archives.commoncrawl, settings)
    land_all(
        "warc-links",
        warc_links.inputs(Links(paths=str(tmp_path / "warc.paths")), archive, settings),
        settings,
    )
    found, _ = same(metrics=PLAIN[:4], settings=settings, tolerance=1e-3, label_rounds=3)
    assert found.table.num_rows > 20
    assert set(found.table["crawl"].to_pylist()) == {"CC-MAIN-2008-10"}


@spark
@pytest.mark.parametrize("missing", [0, 1])
def test_a_missing_jar_is_told_before_any_work(java, monkeypatch, tmp_path, missing):
    """Either of the two jars."""
    here = ["java.lang.String", "java.lang.String"]
    here[missing] = "org.graphframes.NotHere"
    monkeypatch.setattr(frames, "CLASSES", tuple(here))
    pq.write_table(pa.table({"s": [1], "t": [2]}), tmp_path / "edges.parquet")
    wanted = (
        r"^strong, cores on Spark needs GraphFrames, .* \(degree, pagerank, weak, labels, distance need none\): "
        r"set spark\.jars\.packages to io\.graphframes:graphframes-spark4_2\.13:\S+ in conf/spark\.conf, or the "
        r"setting spark\.jars .*; or use --engine dask$"
    )
    jobs = len(session().sparkContext.statusTracker().getJobIdsForGroup(None))
    with pytest.raises(EngineError, match=wanted):
        run("graph", engine="spark", edges=str(tmp_path), metrics=("weak", "cores", "strong"))
    with pytest.raises(EngineError, match=r"^--with graphframes on Spark needs GraphFrames"):
        run("graph", engine="spark", edges=str(tmp_path), metrics=("weak",), check_with="graphframes")
    assert len(session().sparkContext.statusTracker().getJobIdsForGroup(None)) == jobs


@spark
def test_the_command_tells_a_missing_jar_in_one_line(java, monkeypatch, tmp_path, capsys):
    from flows.cli import main

    monkeypatch.setattr(frames, "CLASSES", ("org.graphframes.NotHere",))
    (tmp_path / "edges.csv").write_text("source,target\na,b\n")
    words = ["graph", "--edges", str(tmp_path / "edges.csv"), "--engine", "spark", "--metrics", "motifs,weak"]
    monkeypatch.setattr(sys, "argv", ["fieldwork", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    out, err = capsys.readouterr()
    assert (ended.value.code, out) == (2, "")
    assert err.startswith("error: motifs on Spark needs GraphFrames")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("engine", "metric", "message"),
    [
        ("spark", "harmonic", "'spark' has no road for harmonic; use --engine dask"),
        ("spark-rdd", "weak", "'spark-rdd' has no road for the analysis graph; choose from dask, spark"),
    ],
)
def test_what_has_no_road_is_refused(engine, metric, message, tmp_path):
    pytest.importorskip("pyspark")
    pq.write_table(pa.table({"s": [1], "t": [2]}), tmp_path / "edges.parquet")
    with pytest.raises(EngineError, match=message):
        run("graph", engine=engine, edges=str(tmp_path), metrics=(metric,))

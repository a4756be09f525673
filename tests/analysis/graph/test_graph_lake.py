"""The graph of a lake's links: which hosts and links count, a graph for each crawl, what is refused."""

from __future__ import annotations

import hashlib
import io
from dataclasses import replace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.engines import EngineError
from analysis.graph.graph import graph
from analysis.lake import Dataset, NoData, dataset
from analysis.result import open_result
from analysis.runner import run_on
from conf.places import place
from conf.settings import load
from conf.typed import OptionError
from flows.landing.run import land_all
from flows.sources.links.selection import Links
from flows.sources.links.wat import wat
from tests.flows.links.wats import anchors, wat_record

OLD, NEW = "CC-MAIN-2024-10", "CC-MAIN-2024-22"


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """Links of two crawls: news.a.org to b.com and back, an image of c.de, a host that links to itself, one to none."""
    folder = tmp_path_factory.mktemp("graph")
    image = {"Links": [{"path": "IMG@/src", "url": "//c.de/i.png"}, {"path": "A@/href", "url": "//a.org/"}]}
    files = {
        f"{OLD}/a.wat.gz": [("https://news.a.org/", anchors("https://b.com/", "https://b.com/2", "/x")),
                            ("https://news.a.org/2", image),
                            ("https://b.com/", anchors("https://news.a.org/"))],
        f"{OLD}/b.wat.gz": [("https://news.a.org/3", anchors("https://b.com/")),
                            ("https://e.net/", anchors("/only", "/here")), ("https://f.net/", anchors())],
        f"{NEW}/c.wat.gz": [("https://b.com/", anchors("https://c.de/"))],
    }  # fmt: skip
    for name, pages in files.items():
        path = folder / "archive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(wat_record(url, page) for url, page in pages))
    (folder / "all.paths").write_text("\n".join(files))
    over = {"archives": {"commoncrawl": str(folder / "archive")}, "ingest": {"processes": 1}}
    made = load(environ={}, lake=str(folder / "lake"), **over)
    archive = place(made.archives.commoncrawl, made)
    rows = land_all(
        "wat", wat.inputs(Links(paths=str(folder / "all.paths"), www="kept"), archive, made), made
    )
    assert [row["status"] for row in rows] == ["complete"] * 3
    return made


def extras(result) -> dict[str, pa.Table]:
    return {name.partition(".")[0]: pq.read_table(io.BytesIO(content)) for name, content in result.extras()}


def named_edges(result) -> dict[tuple[str, str, str], tuple[int, int]]:
    names = {(r["crawl"], r["vertex_id"]): r["vertex_name"] for r in result.table.to_pylist()}
    return {
        (r["crawl"], names[r["crawl"], r["source_id"]], names[r["crawl"], r["target_id"]]): (
            r["edge_pages"],
            r["edge_links"],
        )
        for r in extras(result)["edges"].to_pylist()
    }


def test_a_graph_for_each_crawl(settings):
    result = run("graph", settings=settings, metrics=("all",))
    assert named_edges(result) == {
        (OLD, "org.a.news", "com.b"): (2, 3),
        (OLD, "org.a.news", "org.a"): (1, 1),
        (OLD, "com.b", "org.a.news"): (1, 1),
        (NEW, "com.b", "de.c"): (1, 1),
    }
    rows = [r for r in result.table.to_pylist() if r["crawl"] == OLD]
    assert [r["vertex_name"] for r in rows] == ["com.b", "net.e", "net.f", "org.a", "org.a.news"]
    assert [r["vertex_id"] for r in rows] == list(range(5))
    assert [r["captured"] for r in rows] == [True, True, True, False, True]
    assert sum(r["pagerank"] for r in rows) == pytest.approx(1)
    assert rows[4] | {"out_degree": 2, "out_pages": 3, "out_links": 4, "in_links": 1} == rows[4]
    by_measure = {(r["crawl"], r["measure"]): r["value"] for r in extras(result)["summary"].to_pylist()}
    assert by_measure[OLD, "isolated"] == 2
    assert (by_measure[OLD, "loops"], by_measure[OLD, "loop_links"]) == (2, 3)
    told = {g["crawl"]: g for g in result.manifest["facts"]["graphs"]}
    assert told[NEW]["edges"] == 1
    assert "links of the kinds anchor, onclick, meta_refresh, redirect" in result.manifest["methods"]
    assert result.manifest["coverage"]["inputs"] == 3


def test_degrees_add_up_to_the_vertices(settings):
    result = run("graph", settings=settings, by=())
    assert result.table.schema.names[:2] == ["vertex_id", "vertex_name"]
    degrees = extras(result)["degrees"].to_pylist()
    for way in ("in", "out", "any"):
        found = [r for r in degrees if r["direction"] == way]
        assert sum(r["vertices"] for r in found) == result.table.num_rows == 6
        if way != "any":
            assert sum(r["vertices"] * r["degree"] for r in found) == 4


def test_domains_fold_hosts_and_their_links(settings):
    result = run("graph", settings=settings, level="domain", where={"crawl": [OLD]})
    assert named_edges(result) == {(OLD, "org.a", "com.b"): (2, 3), (OLD, "com.b", "org.a"): (1, 1)}
    assert result.manifest["facts"]["graphs"][0]["loop_links"] == 4


def test_kinds_are_chosen(settings):
    result = run("graph", settings=settings, kinds=("image",), where={"crawl": [OLD]})
    assert named_edges(result) == {(OLD, "org.a.news", "de.c"): (1, 1)}
    assert "org.a" not in result.table["vertex_name"].to_pylist()  # it has no captured page
    every = run("graph", settings=settings, kinds=(), where={"crawl": [OLD]})
    assert len(named_edges(every)) == 4


def test_a_saved_result_is_the_same(settings, tmp_path):
    result = run("graph", settings=settings)
    result.save(tmp_path / "out")
    again = open_result(tmp_path / "out")
    assert again.table.equals(result.table)
    assert {n for n, _ in again.extras()} == {"edges.parquet", "degrees.parquet", "summary.parquet"}


def test_the_links_table_is_an_edge_table_too(settings, tmp_path):
    run("links", settings=settings, by=(), kinds=("anchor",)).save(tmp_path)
    file = tmp_path / "edges.parquet"
    result = run("graph", settings=settings, edges=str(file), metrics=("all",))
    whole = run("graph", settings=settings, by=(), metrics=("all",))
    linked = whole.table.filter(
        pa.compute.greater(pa.compute.add(whole.table["in_degree"], whole.table["out_degree"]), 0)
    )
    for column in ("vertex_name", "in_degree", "out_degree", "in_pages", "out_links", "core"):
        assert result.table[column].to_pylist() == linked[column].to_pylist()
    assert result.inputs["input_sha256"].to_pylist() == [hashlib.sha256(file.read_bytes()).hexdigest()]
    assert result.manifest["coverage"]["inputs"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("e.csv", "from,to,note,pages\nb,a,x,2\nna,b,y,\n,b,z,1\n"),
        ("e.tsv", "from\tto\tpages\nb\ta\t2\nna\tb\t\n\tb\t1\n"),
    ],
)
def test_edge_tables_of_text(name, content, tmp_path):
    (tmp_path / name).write_text(content)
    result = run("graph", edges=str(tmp_path), settings=load(environ={}))
    assert result.table["vertex_name"].to_pylist() == ["a", "b", "na"]
    assert result.table["in_pages"].to_pylist() == [2, 0, 0]
    assert result.table["in_links"].to_pylist() == [1, 1, 0]
    assert result.manifest["facts"]["graphs"][0]["unreadable_rows"] == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (pa.table({"a": [1]}), "1 column; an edge table's first two"),
        (pa.table({"a": [1.5], "b": [2.5]}), "column 'a' is double; vertices are strings or whole numbers"),
        (pa.table({"a": [1], "b": ["x"]}), "the ends of its edges are int64 and .*make them alike"),
    ],
)
def test_edge_tables_that_are_none(table, said, tmp_path):
    pq.write_table(table, tmp_path / "e.parquet")
    with pytest.raises(ValueError, match=said):
        run("graph", edges=str(tmp_path / "e.parquet"), settings=load(environ={}))


def test_files_that_differ_are_not_one_table(tmp_path):
    pq.write_table(pa.table({"a": [1], "b": [2]}), tmp_path / "1.parquet")
    pq.write_table(pa.table({"a": [1], "c": [2]}), tmp_path / "2.parquet")
    with pytest.raises(ValueError, match=r"2\.parquet has the columns a, c, but the files before it a, b"):
        run("graph", edges=str(tmp_path), settings=load(environ={}))
    with pytest.raises(NoData, match=r"no file and no folder with files ending in \.parquet"):
        run("graph", edges=str(tmp_path / "absent"), settings=load(environ={}))


def test_what_does_not_fit_is_refused_with_the_estimate(settings):
    with pytest.raises(
        EngineError, match=r"degree, pagerank, weak of .* need about .* GB here, .*--engine spark"
    ):
        run("graph", settings=settings, memory_gb=1e-6)
    with pytest.raises(EngineError, match="fewer --registers"):
        run(
            "graph",
            settings=settings,
            metrics=("harmonic",),
            exact_harmonic=0,
            registers=65536,
            memory_gb=4e-4,
        )


def test_memory_is_told_before_a_row_is_read(settings, monkeypatch):
    def read(*_):
        raise AssertionError("a row was read")

    monkeypatch.setattr(Dataset, "rows", read)
    with pytest.raises(EngineError, match=r"rows of edges need about .* GB here"):
        run("graph", settings=settings, memory_gb=1e-6)


def test_an_engine_without_a_road_is_refused(settings):
    with pytest.raises(
        EngineError, match="'spark-rdd' has no road for the analysis graph; choose from dask, spark"
    ):
        run("graph", settings=settings, engine="spark-rdd")


def test_an_engine_goes_its_own_road(settings):
    own = replace(graph, own={"spark": "tests.analysis.graph.graph_roads:road"})
    data, seen = dataset(place(settings.lake, settings), graph.reads), []
    result = run_on(own, graph.options(), data, "spark", {}, lambda *done: seen.append(done))
    assert result.table["vertex_name"].to_pylist() == ["core__commoncrawl__links host 3"]
    assert result.manifest["facts"]["road"] == "own"
    assert list(result.extras()) == [("more.txt", b"more")]
    assert seen == [(1, 1)]


def test_partitions_and_a_table_of_ones_own_exclude_each_other(settings, tmp_path):
    with pytest.raises(LookupError, match=r"crawl chooses parts of the lake, but .* is read in its place"):
        run("graph", settings=settings, edges=str(tmp_path), where={"crawl": [OLD]})


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"metrics": ("page_rank",)}, "'page_rank' is no metric; the nearest is 'pagerank'"),
        ({"metrics": ("distance",)}, "say which: --source"),
        ({"kinds": ("page",)}, "'page' is no kind of link"),
        ({"damping": 1.0}, "damping is 1.0"),
        ({"tolerance": 0.0}, "tolerance is 0.0"),
        ({"label_rounds": 0}, "label_rounds 0"),
        ({"iterations": -1}, "iterations is -1"),
        ({"registers": 1000}, "registers is 1000; give a power of 2"),
        ({"memory_gb": -1.0}, "memory_gb is -1.0"),
        ({"level": "page"}, "level"),
    ],
)
def test_options_that_do_not_exist_are_refused(settings, options, said):
    with pytest.raises(OptionError, match=said):
        run("graph", settings=settings, **options)


def test_a_vertex_is_named_either_way(settings):
    where = {"crawl": [OLD]}
    for name in ("org.a.news", "news.a.org", "News.A.org"):
        result = run("graph", settings=settings, metrics=("distance",), source=name, where=where)
        assert result.table["distance"].to_pylist() == [1, None, None, 1, 0]
    with pytest.raises(LookupError, match=r"the graph has no vertex 'nowhere\.org'; its 5 vertices"):
        run("graph", settings=settings, metrics=("distance",), source="nowhere.org", where=where)

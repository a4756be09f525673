"""Graphs as GraphML, GEXF and ranks: what networkx reads back, and what a reader of the bytes sees."""

import gzip
from dataclasses import replace

import networkx as nx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis import run
from analysis.report import ExportError, export
from analysis.report.graph import export as graph_export

ROWS = (
    ("org.archive", "com.example", 3), ("com.example", "org.archive", 1), ("de.uni", "org.archive", 7),
    ("de.uni", "com.example", 2), ("net.alone", "net.alone", 1), ("a<&>\"'\x07\r\n\ufffe\u202eb", "org.archive", 1),
)  # fmt: skip
SAID = "a<&>\"'\ufffd\r\n\ufffd\u202eb"


@pytest.fixture(scope="module")
def edge_table(tmp_path_factory):
    path = tmp_path_factory.mktemp("edges") / "edges.parquet"
    columns = [pa.array(c) for c in zip(*ROWS, strict=True)]
    pq.write_table(pa.table(columns, names=["source", "target", "links"]), path)
    return str(path)


@pytest.fixture(scope="module")
def graph(edge_table):
    """All metrics of five vertices, one alone, one with a name that XML cannot hold."""
    return run("graph", edges=edge_table, metrics=("all",))


def hosts(result):
    """The same as though its vertices were hosts of the lake's links."""
    return replace(result, options=replace(result.options, edges=""))


def crawls(result):
    """The same graph twice, as though of two crawls."""
    (name, edges), *others = [(n, c) for n, c in result.extras() if n == "edges.parquet"]
    assert not others
    rows = pq.read_table(pa.BufferReader(edges))
    both = {"edges": [], "vertices": []}
    for crawl in ("CC-MAIN-2024-10", "../2024-22"):
        for what, table in (("edges", rows), ("vertices", result.table)):
            column = pa.array([crawl] * table.num_rows)
            both[what].append(table.append_column("crawl", column))
    sink = pa.BufferOutputStream()
    pq.write_table(pa.concat_tables([both["edges"][0].slice(1), both["edges"][1]]), sink)
    content = sink.getvalue().to_pybytes()
    return replace(result, table=pa.concat_tables(both["vertices"]), extras=lambda: iter([(name, content)]))


@pytest.mark.parametrize(("form", "read"), [("graphml", nx.read_graphml), ("gexf", nx.read_gexf)])
def test_networkx_reads_the_graph_back_with_all_that_is_known(graph, tmp_path, form, read):
    path = export(hosts(graph), tmp_path, [form])[0]
    assert path == tmp_path / f"vertices.{form}"
    found = read(path)
    assert found.is_directed()
    rows = graph.table.to_pylist()
    by_id = {("n" if form == "graphml" else "") + str(row["vertex_id"]): row for row in rows}
    assert set(found.nodes) == set(by_id)
    for node, row in by_id.items():
        told = {k: v for k, v in row.items() if v is not None and k not in {"vertex_id", "vertex_name"}}
        assert {k: found.nodes[node][k] for k in told} == told
        assert "distance" not in found.nodes[node]
    names = {n: row["vertex_name"] for n, row in by_id.items()}
    ends = {(names[a], names[b]): data["edge_links"] for a, b, data in found.edges(data=True)}
    assert ends == {(a, b): n for a, b, n in ROWS if a != b}
    labels = {data["label"] for _, data in found.nodes(data=True)}
    assert {"archive.org", "example.com", "uni.de", "alone.net", SAID} == labels
    assert SAID in {data["vertex_name"] for _, data in found.nodes(data=True)}


def test_names_of_another_edge_table_stay_as_they_are(graph, tmp_path):
    (path, *_) = export(graph, tmp_path, ["gexf"])
    assert "org.archive" in {data["label"] for _, data in nx.read_gexf(path).nodes(data=True)}


def test_edges_that_lead_both_ways_are_written_once(edge_table, tmp_path):
    result = run("graph", edges=edge_table, directed=False)
    for path, read in zip(
        export(result, tmp_path, ["graphml", "gexf"]), (nx.read_graphml, nx.read_gexf), strict=False
    ):
        found = read(path)
        assert not found.is_directed()
        assert found.number_of_edges() == 4
        assert sorted(d["edge_links"] for *_, d in found.edges(data=True)) == [1, 2, 4, 7]


def test_each_crawl_has_a_file_of_its_own(graph, tmp_path):
    paths = export(crawls(graph), tmp_path, ["graphml", "ranks"])[:4]
    assert [p.name for p in paths] == [
        "vertices-.._2024-22.graphml", "vertices-CC-MAIN-2024-10.graphml",
        "vertices-.._2024-22-ranks.txt.gz", "vertices-CC-MAIN-2024-10-ranks.txt.gz",
    ]  # fmt: skip
    assert all(p.parent == tmp_path for p in paths)
    assert [nx.read_graphml(p).number_of_edges() for p in paths[:2]] == [5, 4]


def test_ranks_are_in_the_layout_of_common_crawl(tmp_path):
    # b and c are pointed to by a, which nothing points to; equal ones keep the order of their names
    table = tmp_path / "edges.csv"
    table.write_text("source,target\norg.a,org.b\norg.a,org.c\norg.b,org.c\norg.c,org.b\norg.0,org.0\n")
    result = run("graph", edges=str(table), metrics=("harmonic", "pagerank"), iterations=1, damping=0.5)
    (path, *_) = export(result, tmp_path / "out", ["ranks"])
    head, *rows = gzip.decompress(path.read_bytes()).decode().splitlines()
    assert path.name == "vertices-ranks.txt.gz"
    assert head == "#harmonicc_pos\t#harmonicc_val\t#pr_pos\t#pr_val\t#host_rev"
    # ranks begin at 1/4: (1 - 1/2)/4, org.0's quarter spread over four, halves of a's quarter, a neighbour's quarter
    base, high = 0.125 + 0.5 * 0.25 / 4, 0.125 + 0.5 * (0.25 / 4 + 0.125 + 0.25)
    expected = [
        (1, 2.0, 1, high, "org.b"),
        (2, 2.0, 2, high, "org.c"),
        (3, 0.0, 3, base, "org.0"),
        (4, 0.0, 4, base, "org.a"),
    ]
    for row, (place, harmonic, rank_place, rank, name) in zip(rows, expected, strict=True):
        told = row.split("\t")
        assert told == [str(place), str(harmonic), str(rank_place), told[3], name]
        assert float(told[3]) == pytest.approx(rank, abs=1e-12)


def test_the_same_result_makes_the_same_bytes(graph, tmp_path):
    one, two = (export(graph, tmp_path / n, ["ranks", "gexf", "graphml"])[:3] for n in ("a", "b"))
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in two]


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_a_graph_too_large_is_refused_with_the_cure(graph, tmp_path, monkeypatch, form):
    monkeypatch.setattr(graph_export, "LARGEST", 9)
    with pytest.raises(ExportError, match=r"5 vertices and 5 edges.* 9 of both; .*--level domain"):
        export(graph, tmp_path, [form])
    assert not list(tmp_path.glob(f"*.{form}"))
    monkeypatch.setattr(graph_export, "LARGEST", 10)
    assert export(graph, tmp_path, [form])[0].is_file()


def test_what_cannot_be_exported_is_said(graph, edge_table, words, tmp_path):
    with pytest.raises(ExportError, match="no harmonic; run the graph with --metrics harmonic,pagerank"):
        export(run("graph", edges=edge_table), tmp_path, ["ranks"])
    for form in ("graphml", "gexf", "ranks"):
        with pytest.raises(ExportError, match=f"format '{form}' is of graphs, and 'words' makes none"):
            export(words, tmp_path, [form])
    with pytest.raises(ExportError, match=r"no edges\.parquet"):
        export(replace(graph, extras=lambda: iter(())), tmp_path, ["gexf"])

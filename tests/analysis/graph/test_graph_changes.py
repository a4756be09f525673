"""Change between two crawls: numbers worked out by hand, what must hold of any two graphs, the sample's truth."""

from __future__ import annotations

import json
import math
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from analysis import run
from analysis.graph.options import FOLLOWED
from analysis.kernels.graph.change import compare
from analysis.result import open_result
from conf.places import place
from conf.settings import load
from conf.typed import OptionError
from flows.landing.run import land_all
from flows.sources import sample
from flows.sources.links.selection import Links
from flows.sources.links.wat import wat
from schemas import graph as out
from tests.flows.links.wats import anchors, wat_record

OLD, NEW, THIRD = "CC-MAIN-2023-06", "CC-MAIN-2024-10", "CC-MAIN-2024-22"
PAGES = {
    OLD: {"a": "bcw", "b": "c", "g": "c"},
    NEW: {"a": "bt", "b": "a", "c": "b", "n": "b"},
    THIRD: {"a": "b"},
}
"""Who links to whom: w and t are never captured, c in the later crawl only."""


def graph_of(folder, archive, paths, **options):
    """Settings of a lake with these files, and the folder of its saved graph."""
    settings = load(environ={}, lake=str(folder / "lake"), archives={"commoncrawl": str(archive)},
                    ingest={"processes": 1})  # fmt: skip
    land_all("wat", wat.inputs(paths, place(str(archive), settings), settings), settings)
    run("graph", settings=settings, **options).save(folder / "graph", settings)
    return settings, str(folder / "graph")


@pytest.fixture(scope="module")
def saved(tmp_path_factory):
    """The graph of these pages."""
    folder = tmp_path_factory.mktemp("changes")
    for crawl, pages in PAGES.items():
        (folder / "archive" / crawl).mkdir(parents=True)
        records = [
            wat_record(f"https://{p}.org/", anchors(*(f"https://{t}.org/" for t in to)))
            for p, to in pages.items()
        ]
        (folder / "archive" / crawl / "a.wat.gz").write_bytes(b"".join(records))
    (folder / "all.paths").write_text("\n".join(f"{crawl}/a.wat.gz" for crawl in PAGES))
    return graph_of(folder, folder / "archive", Links(paths=str(folder / "all.paths")))


def changes(saved, **options):
    settings, folder = saved
    asked = {"graph": folder, "before": OLD, "after": NEW, "metric": "in_degree"} | options
    return run("graph-changes", settings=settings, **asked)


def test_numbers_worked_out_by_hand(saved):
    result = changes(saved)
    third = 100 / 3
    names = ("presence", "percentile_change", "log2_ratio", "value_before", "value_after", "rank_before",
             "rank_after", "captured_before", "captured_after", "out_degree_before", "out_degree_after",
             "in_degree_matched_before", "in_degree_matched_after")  # fmt: skip
    expected = {
        "org.b": ("stayed", third, math.log2(3), 1, 3, 2, 1, True, True, 1, 1, 1, 1),
        "org.a": ("stayed", third, None, 0, 1, 4, 2, True, True, 3, 2, 0, 1),
        "org.c": ("stayed", -2 * third, None, 3, 0, 1, 4, False, True, 0, 1, 2, 0),
        "org.t": ("came", None, None, None, 1, None, 2, None, False, None, 0, None, 1),
        "org.n": ("came", None, None, None, 0, None, 4, None, True, None, 1, None, 0),
        "org.w": ("went", None, None, 1, None, 2, None, False, None, 0, None, 1, None),
        "org.g": ("went", None, None, 0, None, 4, None, True, None, 1, None, 0, None),
    }
    rows = result.table.to_pylist()
    assert [r["vertex_name"] for r in rows] == list(expected)
    for row in rows:
        for name, value in zip(names, expected[row["vertex_name"]], strict=True):
            assert row[name] == (pytest.approx(value) if isinstance(value, float) else value), (row, name)
    at = {r["vertex_name"]: (r["percentile_before"], r["percentile_after"]) for r in rows}
    assert at["org.c"] == (pytest.approx(250 / 3), pytest.approx(50 / 3))
    assert at["org.t"] == (None, None)


def test_the_manifest_tells_what_cannot_be_told(saved):
    manifest = changes(saved).manifest
    told = manifest["facts"]
    assert told["vertices"] == {
        "came": 2, "came_captured": 1, "went": 2, "went_captured": 1, "stayed": 3, "captured_in_both": 2,
    }  # fmt: skip
    assert told["inputs_by_crawl"] == {OLD: 1, NEW: 1}
    assert told["graph"]["folder"] == saved[1]
    assert "may merely not have been sampled" in manifest["methods"]
    graph = open_result(saved[1])
    assert graph.manifest["methods"] in manifest["methods"]
    # it covers what the graph covers; its one input is the graph's table
    assert manifest["coverage"] == graph.manifest["coverage"]
    assert manifest["coverage"]["inputs"] == 3
    assert manifest["inputs"]["count"] == 1


def test_links_from_the_same_sources_are_a_metric(saved):
    rows = {r["vertex_name"]: r for r in changes(saved, metric="in_degree_matched").table.to_pylist()}
    assert [rows[f"org.{n}"]["value_before"] for n in "abcgw"] == [0, 1, 2, 0, 1]
    assert [rows[f"org.{n}"]["value_after"] for n in "abcnt"] == [1, 1, 0, 0, 1]
    assert rows["org.b"]["log2_ratio"] == pytest.approx(math.log2((1 / 2) / (1 / 3)))


def test_first_and_last_crawl_unless_said(saved):
    result = changes(saved, before="", after="", metric="pagerank")
    assert list(result.manifest["facts"]["inputs_by_crawl"]) == [OLD, THIRD]
    assert {r["vertex_name"] for r in result.table.to_pylist() if r["presence"] == "stayed"} == {
        "org.a",
        "org.b",
    }


@pytest.mark.parametrize("engine", ["spark", "spark-rdd"])
def test_every_engine_gives_the_same(saved, engine):
    """No part of the lake is read, so none has anything to do, nor is it started."""
    settings, folder = saved
    result = run("graph-changes", settings=settings, engine=engine, graph=folder, before=OLD, after=NEW)
    assert result.table.equals(changes(saved, metric="pagerank").table)


def test_a_saved_result_is_the_same(saved, tmp_path):
    result = changes(saved)
    result.save(tmp_path / "out")
    assert open_result(tmp_path / "out").table.equals(result.table)


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"after": "CC-MAIN-2024-18"}, ValueError, f"no graph of 'CC-MAIN-2024-18'; it has {OLD}, {NEW}, {THIRD}"),
        ({"before": NEW, "after": OLD}, ValueError, f"not from {NEW} to {OLD}"),
        ({"before": NEW}, ValueError, f"not from {NEW} to {NEW}"),
        ({"metric": "triangles"}, ValueError, "made without triangles; it has in_degree, .*, pagerank; for others"),
        ({"metric": "community"}, OptionError, "option 'metric': Input should be 'pagerank', 'in_degree'"),
        ({"graph": "nowhere"}, FileNotFoundError, "no result in 'nowhere'"),
    ],
)  # fmt: skip
def test_what_does_not_exist_is_refused(saved, options, error, said):
    with pytest.raises(error, match=said):
        changes(saved, **options)


def test_a_result_without_two_crawls_is_refused(saved, tmp_path):
    settings, _ = saved
    run("graph", settings=settings, by=()).save(tmp_path / "whole")
    run("graph", settings=settings, where={"crawl": [NEW]}).save(tmp_path / "one")
    run("links", settings=settings).save(tmp_path / "links")
    for name, said in (
        ("whole", "one graph of no crawl by itself; a change is between two"),
        ("one", f"the graph of {NEW} only"),
        ("links", "holds a result of links; give one of `graph`"),
    ):
        with pytest.raises(ValueError, match=said):
            changes(saved, graph=str(tmp_path / name))


def test_the_command(saved, monkeypatch, tmp_path, capsys):
    from flows.cli import main

    words = ["graph-changes", saved[1], "--from", OLD, "--to", NEW, "--metric", "in_degree", "--json"]
    monkeypatch.setattr(sys, "argv", ["fieldwork", *words, "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    told = json.loads(capsys.readouterr().out)
    assert not ended.value.code
    assert told["rows"][0]["vertex_name"] == "org.b"
    assert told["manifest"]["asked"] == {
        "graph": saved[1],
        "before": OLD,
        "after": NEW,
        "metric": "in_degree",
    }
    assert (tmp_path / "out" / "changes.parquet").is_file()


def side(values: dict[str, float | int]) -> pa.Table:
    kind = pa.float64() if any(isinstance(v, float) for v in values.values()) else pa.int64()
    return pa.table(
        {
            "vertex_name": pa.array(values, pa.string()),
            "value": pa.chunked_array([pa.array(values.values(), kind)]),
        }
    )


def by_name(table: pa.Table) -> dict[str, dict]:
    return {row["vertex_name"]: row for row in table.to_pylist()}


def graphs(numbers):
    return st.dictionaries(st.sampled_from([f"v{n}" for n in range(12)]), numbers, max_size=10)


TWO = st.one_of(
    *(
        st.tuples(graphs(n), graphs(n))
        for n in (st.integers(0, 4), st.floats(0, 1).map(lambda x: round(x, 3)))
    )
)
NEGATED = ("percentile_change", "log2_ratio")


@given(TWO)
@hypothesis_settings(deadline=None)
def test_what_holds_of_any_two_graphs(two):
    before, after = two
    rows = by_name(compare(side(before), side(after)))
    assert len(rows) == len(set(before) | set(after))
    assert {n for n, r in rows.items() if r["presence"] in ("came", "stayed")} == set(after)
    assert {n for n, r in rows.items() if r["presence"] in ("went", "stayed")} == set(before)
    both = set(before) & set(after)
    for name, row in rows.items():
        for values, when in ((before, "before"), (after, "after")):
            assert row[f"value_{when}"] == values.get(name)
            if name in values:
                assert row[f"rank_{when}"] == 1 + sum(v > values[name] for v in values.values())
            if name in both:
                among = [values[n] for n in both]
                below = sum(v < values[name] for v in among) + sum(v == values[name] for v in among) / 2
                assert row[f"percentile_{when}"] == pytest.approx(100 * below / len(both))
    back = by_name(compare(side(after), side(before)))
    for name, row in rows.items():
        assert [back[name][c] for c in NEGATED] == [None if row[c] is None else -row[c] for c in NEGATED]


@given(graphs(st.integers(0, 4)))
@hypothesis_settings(deadline=None)
def test_a_graph_has_not_changed_from_itself(values):
    for row in compare(side(values), side(values)).to_pylist():
        assert row["presence"] == "stayed"
        assert row["percentile_change"] == 0
        assert row["log2_ratio"] == (0 if row["value_before"] else None)


def test_newcomers_move_nobody():
    """PageRank sums to 1: in a sample twice as large all have half of it, and nobody has fallen."""
    before = {"a": 0.5, "b": 0.3, "c": 0.2}
    after = {name: value / 2 for name, value in before.items()} | {f"n{i}": 0.1 for i in range(5)}
    rows = by_name(compare(side(before), side(after)))
    assert [rows[n]["percentile_change"] for n in "abc"] == [0, 0, 0]
    assert [rows[n]["log2_ratio"] for n in "abc"] == pytest.approx([0, 0, 0])


def test_values_that_differ_by_rounding_share_a_place():
    near = 0.1 + 0.2  # 0.30000000000000004
    rows = by_name(compare(side({"a": 0.3, "b": near, "c": 0.4}), side({"a": near, "b": 0.3, "c": 0.4})))
    assert [(rows[n]["rank_before"], rows[n]["rank_after"]) for n in "abc"] == [(2, 2), (2, 2), (1, 1)]
    assert [rows[n]["percentile_change"] for n in "ab"] == [0, 0]


def test_hosts_of_the_sample_came_and_went_as_planted(archive, tmp_path):
    truth = sample.read(archive)
    crawls = (truth.facts["crawls"][0], truth.facts["crawls"][-1])
    made = graph_of(tmp_path, archive, Links(crawl=crawls), metrics=("degree",))
    result = changes(made, before=crawls[0], after=crawls[1])
    planted = truth.links("wat").to_pylist()
    edges = {
        (r["crawl"], r["source_host_reversed"], r["target_host_reversed"])
        for r in planted
        if r["kind"] in FOLLOWED
    }
    captured = {c: {r["source_host_reversed"] for r in planted if r["crawl"] == c} for c in crawls}
    there = {c: captured[c] | {target for crawl, _, target in edges if crawl == c} for c in crawls}
    rows = by_name(result.table)
    for presence, expected in (
        ("came", there[crawls[1]] - there[crawls[0]]),
        ("went", there[crawls[0]] - there[crawls[1]]),
        ("stayed", there[crawls[0]] & there[crawls[1]]),
    ):
        assert {n for n, r in rows.items() if r["presence"] == presence} == expected
        assert expected, presence
    both = captured[crawls[0]] & captured[crawls[1]]
    for crawl, when in zip(crawls, ("before", "after"), strict=True):
        assert {n for n, r in rows.items() if r[f"captured_{when}"]} == captured[crawl]
        for name in there[crawl]:
            sources = {s for c, s, t in edges if (c, t) == (crawl, name) and s != name}
            assert rows[name][f"in_degree_{when}"] == len(sources), name
            assert rows[name][f"in_degree_matched_{when}"] == len(sources & both), name
    assert out.changes.schema().equals(result.table.schema)

"""The flow `web-graph` from end to end on the sample's WAT files of two crawls, and when too much is lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.result import open_result

QUIET = pytest.mark.filterwarnings(
    "ignore::DeprecationWarning",
    "ignore::ResourceWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


@pytest.fixture
def profile(archive, truth, tmp_path):
    """A profile with the sample archive, its list of crawls and a lake of its own; by the loss it allows."""
    (tmp_path / "collinfo.json").write_text(json.dumps([{"id": c} for c in truth["crawls"]]))

    def make(loss_limit: float) -> str:
        path = tmp_path / f"{loss_limit}.toml"
        path.write_text(
            f'lake = "{tmp_path / "lake"}"\n[archives]\ncommoncrawl = "{archive}"\n'
            f'crawl_list = "{tmp_path / "collinfo.json"}"\n[ingest]\nprocesses = 1\nloss_limit = {loss_limit}\n'
        )
        return str(path)

    return make


@QUIET
def test_two_crawls_are_landed_and_compared(server, profile, truth, tmp_path):
    from prefect.client.orchestration import get_client

    from flows.web_graph import web_graph

    out, before, after = str(tmp_path / "out"), truth["crawls"][0], truth["crawls"][-1]
    files = {"crawls": [before, "latest"], "sample": 0}
    measure = {"metrics": ["degree", "pagerank"], "change": "in_degree_matched"}
    assert web_graph(out, files, measure, batch_size=2, profile=profile(0.5)) == out
    graph, changes = (open_result(f"{out}/{name}") for name in ("graph", "graph-changes"))
    assert set(graph.table["crawl"].to_pylist()) == {before, after}
    assert list(changes.manifest["facts"]["inputs_by_crawl"].items()) == [(before, 3), (after, 3)]
    assert changes.options.metric == "in_degree_matched"
    presence = changes.table["presence"].to_pylist()
    assert min(presence.count(p) for p in ("came", "went", "stayed")) > 0
    page = Path(out, "report.html").read_text("utf-8")
    came, went, stayed = (presence.count(p) for p in ("came", "went", "stayed"))
    assert f"From {before} to {after}, {came} hosts came, {went} went and {stayed} stayed" in page
    with get_client(sync_client=True) as client:
        artifacts = client.read_artifacts()
    (told,) = (
        a.data for a in artifacts if a.key == "web-graph-changes-methods" and f"{out}/report.html" in a.data
    )
    assert "**Coverage**: 85.71\u202f% of 7 inputs" in told
    keys = {a.key for a in artifacts}
    assert {"ingest-wat-ledger", "web-graph-rows", "web-graph-methods", "web-graph-changes-rows"} <= keys


@QUIET
def test_a_seeded_sample_of_the_latest_crawl_has_a_graph_and_no_change(server, profile, truth, tmp_path):
    from flows.web_graph import web_graph

    out = tmp_path / "out"
    web_graph(str(out), {"sample": 1, "seed": 0}, profile=profile(1.0))
    graph = open_result(out / "graph")
    assert set(graph.table["crawl"].to_pylist()) == {truth["crawls"][-1]}
    assert graph.manifest["coverage"]["inputs"] == 1
    assert graph.table["pagerank"].null_count == 0
    assert not (out / "graph-changes").exists()
    assert "Codebook of <code>out__graph__vertices" in (out / "report.html").read_text("utf-8")


@QUIET
def test_too_large_a_loss_fails_the_flow_but_the_results_are_there(server, profile, truth, tmp_path):
    from flows.ingest import LossError
    from flows.web_graph import web_graph

    files = {"crawls": [truth["crawls"][0], truth["crawls"][-1]], "sample": 0}
    with pytest.raises(LossError, match="failed: missing 1"):
        web_graph(str(tmp_path / "out"), files, profile=profile(0.05))
    assert open_result(tmp_path / "out" / "graph-changes").table.num_rows
    assert (tmp_path / "out" / "report.html").is_file()


@QUIET
@pytest.mark.parametrize(
    ("files", "measure", "said"),
    [
        ({"crawls": ["CC-MAIN-2024"]}, {}, "pattern"),
        ({"crawls": []}, {}, "at least 1 item"),
        ({"sample": -1}, {}, "greater than or equal to 0"),
        ({"kinds": ["image"]}, {}, "Extra inputs"),
        ({}, {"metrics": ["page_rank"]}, "the nearest is 'pagerank'"),
        ({}, {"change": "harmonic"}, "change is 'harmonic'; the metrics asked for give in_degree"),
        ({}, {"level": "page"}, "'host' or 'domain'"),
    ],
)
def test_parameters_are_checked_before_anything_is_landed(server, tmp_path, files, measure, said):
    from prefect.exceptions import ParameterTypeError

    from flows.web_graph import web_graph

    with pytest.raises(ParameterTypeError, match=said):
        web_graph(str(tmp_path), files, measure)

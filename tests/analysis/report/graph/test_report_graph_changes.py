"""The figure of what changed between two crawls: titles, who moved most, names of all kinds, and nothing to draw."""

from __future__ import annotations

import pyarrow as pa
import pytest

from analysis import report
from analysis.catalogue import find
from analysis.graph.changes import GraphChanges
from analysis.kernels.graph.change import compare
from analysis.report.charts import figures_of
from analysis.result import Result
from schemas import graph as out

CRAWLS = ("CC-MAIN-2023-06", "CC-MAIN-2024-10")
DEGREES = ("in_degree", "out_degree", "in_degree_matched")
COVERAGE = {"inputs": 7, "inputs_share": 6 / 7, "records_seen": 9, "records_share": 1.0, "records_kept": 9}


def result_of(
    before: dict[str, float], after: dict[str, float], level: str = "host", metric: str = "pagerank"
):
    """A result whose vertices were all captured, and half of those that came."""
    sides = [
        pa.table(
            {
                "vertex_name": pa.array(values, pa.string()),
                "value": pa.chunked_array([pa.array(values.values(), pa.float64())]),
                "captured": pa.array([True] * len(values), pa.bool_()),
                **{n: pa.array([3] * len(values), pa.int64()) for n in DEGREES},
            }
        )
        for values in (before, after)
    ]  # fmt: skip
    schema = out.changes.schema()
    table = compare(*sides).select(schema.names).cast(schema)
    came, went, stayed = (
        len(set(after) - set(before)),
        len(set(before) - set(after)),
        len(set(before) & set(after)),
    )
    vertices = {"came": came, "came_captured": came // 2, "went": went, "went_captured": went, "stayed": stayed,
                "captured_in_both": stayed}  # fmt: skip
    facts = {
        "vertices": vertices,
        "inputs_by_crawl": dict.fromkeys(CRAWLS, 3),
        "graph": {"asked": {"level": level}},
    }
    return Result(
        find("graph-changes"),
        GraphChanges("results/graph", metric=metric),
        table,
        {"facts": facts, "coverage": COVERAGE},
        pa.table({}),
    )


def test_who_came_went_rose_and_fell():
    before = {f"org.h{n:02}": float(n + 1) for n in range(60)} | {"org.gone": 5.0}
    after = {f"org.h{n:02}": float((n - 25) % 60 + 1) for n in range(60)} | {"org.new": 9.0, "org.other": 1.0}
    (figure,) = figures_of(result_of(before, after))
    assert figure.title == "From CC-MAIN-2023-06 to CC-MAIN-2024-10, 2 hosts came, 1 went and 60 stayed"
    assert figure.subtitle.startswith(
        "Of those that came, 1 had pages captured and 1 were only linked to; of those that went, 1 had pages captured "
        "and 0 were only linked to. The graphs are of 3 files of CC-MAIN-2023-06 and 3 files of CC-MAIN-2024-10: what"
    )
    assert figure.note == "Source: Fieldwork, 7 inputs, coverage 85.71\u202f%"
    assert [name for name, _, _ in figure.series] == list(CRAWLS)
    rose, fell = figure.panels
    marks = rose.spec["data"]["values"]
    assert len(marks) == 20
    # the first 25 rose by 35 places of 60 each; those of them with the highest value come first
    assert [m["name"] for m in marks] == [f"h{n:02}.org" for n in range(24, 4, -1)]
    assert {round(m["after"] - m["before"], 6) for m in marks} == {round(100 * 35 / 60, 6)}
    assert (marks[0]["said"], marks[0]["captured_after"]) == ("41 → 99", "yes")
    assert rose.finding == (
        "“h24.org” rose most, from percentile 41 to 99 by PageRank among 60 hosts; its share of their sum is 2.4 times "
        "what it was. Of those that came, “new.org” and “other.org” are highest."
    )
    assert {round(m["after"] - m["before"], 6) for m in fell.spec["data"]["values"]} == {
        round(-100 * 25 / 60, 6)
    }
    assert fell.finding.endswith("Of those that went, “gone.org” is highest.")


def test_domains_and_matched_links_are_called_so():
    (figure,) = figures_of(
        result_of({"a": 1.0, "b": 2.0}, {"a": 2.0, "b": 1.0}, level="domain", metric="in_degree_matched")
    )
    assert "0 domains came, 0 went and 2 stayed" in figure.title
    assert "by in-degree from domains captured in both among 2 domains" in figure.panels[0].finding


@pytest.mark.parametrize("after", [{"org.a": 2.0}, {"org.b": 1.0}])
def test_where_nobody_moved_there_are_words_only(after, tmp_path):
    result = result_of({"org.a": 1.0}, after)
    (figure,) = figures_of(result)
    assert figure.panels == () and figure.series == ()
    assert report.figures(result, tmp_path) == []


def test_an_empty_result_has_no_figure():
    assert figures_of(result_of({}, {})) == []


def test_pictures_and_hostile_names(tmp_path):
    wild = {
        "org.<script>alert(1)</script>": 1.0,
        "xn--p1ai.xn--e1afmkfd": 2.0,
        f"com.{'very-long-' * 30}": 3.0,
    }
    result = result_of(wild, dict(zip(wild, (3.0, 1.0, 2.0), strict=True)))
    written = report.figures(result, tmp_path)
    assert [p.name for p in written] == ["graph-changes-movers.png", "graph-changes-movers.svg"]
    assert "<script" not in (tmp_path / "graph-changes-movers.svg").read_text("utf-8")
    (figure,) = figures_of(result)
    (read,) = (
        m["read"] for p in figure.panels for m in p.spec["data"]["values"] if m["name"].startswith("xn--")
    )
    assert read == "пример.рф"

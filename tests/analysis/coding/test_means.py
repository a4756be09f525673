"""Mean sentiment corrected by a coded sample: the whole road, on every engine, and its report."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.compute as pc
import pytest
from click.testing import CliRunner

from analysis import run
from analysis.coding.estimators import ESTIMATORS
from analysis.report import write
from analysis.report.charts import figures_of
from analysis.result import open_result
from flows.cli import cli
from tests.analysis.coding.means_study import EXTRACTOR, IRONIC, MONTH, PLAIN, Study
from tests.analysis.sentiment_series.planted import EACH

MONTHS = ("2024-01", "2024-02")


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("study")).coded()


def ask(study, engine="dask", **options):
    return run(
        "sentiment-corrected", engine=engine, settings=study.settings, coded=str(study.sample), **options
    )


@pytest.fixture(scope="module")
def split(study):
    """Means by outlet and month, on Dask."""
    return ask(study, group="outlet")


def by_cell(result):
    return {(r["group"], r["period"], r["estimator"]): r for r in result.table.to_pylist()}


def holds(row, value):
    return row["mean_score_low"] <= value <= row["mean_score_high"]


def test_the_corrected_means_hold_the_truth_and_the_count_misses_it_where_the_scorer_errs(study, split):
    found = by_cell(split)
    assert set(found) == {(o, m, e) for o in (PLAIN, IRONIC) for m in MONTHS for e in ESTIMATORS}
    for outlet in (PLAIN, IRONIC):
        for month in MONTHS:
            texts, mean = study.truth(outlet, month)
            rows = {name: found[outlet, month, name] for name in ESTIMATORS}
            assert all(row["items_all"] == texts for row in rows.values())
            assert all(holds(rows[name], mean) for name in ("ppi", "dsl", "coded_only"))
            if outlet == IRONIC:
                assert rows["counted"]["mean_score_low"] > mean + 0.3
                assert rows["ppi"]["mean_score_high"] < rows["counted"]["mean_score"]


def test_every_engine_gives_the_same_to_the_bit(study, split, engine):
    other = ask(study, engine, group="outlet")
    assert other.table.equals(split.table)
    assert other.manifest["facts"] == split.manifest["facts"]


def test_the_count_is_the_mean_of_the_scores_with_nothing_to_score_as_nought(study, split):
    scores = [
        np.mean(
            [EACH[("horrible" in s and -1) or int("wonderful" in s)] for s in row["text"].split(".")[:-1]]
            or [0]
        )
        for row in study.room.rows
        if row["outlet"] == PLAIN and row["published_at"].month == 1 and row["language"] == "eng"
    ]
    row = by_cell(split)[PLAIN, "2024-01", "counted"]
    assert row["mean_score"] == pytest.approx(np.mean(scores), abs=1e-4)
    half = 1.959964 * np.std(scores) / np.sqrt(len(scores))
    assert row["mean_score_high"] - row["mean_score"] == pytest.approx(half, abs=1e-4)
    assert split.manifest["facts"]["texts_with_nothing_to_score"] == sum(
        not row["text"] and row["language"] == "eng" for row in study.room.rows
    )


def test_only_the_sample_s_partitions_and_languages_are_read(study, split):
    assert split.manifest["partition_filter"] == {"archive_month": [MONTH], "extractor": [EXTRACTOR]}
    facts = split.manifest["facts"]
    assert facts["texts_scored"] == sum(row["language"] == "eng" for row in study.room.rows)
    assert facts["texts_coded"] == 240 and facts["sample"]["asked"]["languages"] == ["eng"]
    assert 0.3 < facts["correlation_in_coded_texts"] < 0.9
    assert facts["codes"] == {"negative": -1, "neutral": 0, "positive": 1}


def test_periods_and_groups_add_up(study, split):
    whole = by_cell(ask(study, by="all"))
    year = by_cell(ask(study, by="year", group="language"))
    assert {key[:2] for key in whole} == {("all", "all")}
    assert {key[:2] for key in year} == {("eng", "2024")}
    parts = [row for row in split.table.to_pylist() if row["estimator"] == "counted"]
    weighted = sum(row["mean_score"] * row["items_all"] for row in parts) / sum(
        row["items_all"] for row in parts
    )
    for rows in (whole["all", "all", "counted"], year["eng", "2024", "counted"]):
        assert rows["mean_score"] == pytest.approx(weighted) and rows["items_coded"] == 240


def test_scores_are_put_on_the_scale_that_is_asked_for(study, split):
    wide = ask(study, group="outlet", scale_low=0, scale_high=10, estimators=("counted",))
    assert set(wide.table["estimator"].to_pylist()) == {"counted"}
    plain = split.table.filter(pc.equal(split.table["estimator"], "counted"))
    for end in ("mean_score", "mean_score_low", "mean_score_high"):
        expected = 5 + 5 * plain[end].to_numpy()
        np.testing.assert_allclose(wide.table[end].to_numpy(), expected, atol=1e-8)
    turned = ask(study, group="outlet", scale_low=1, scale_high=-1, estimators=("counted",))
    np.testing.assert_allclose(
        turned.table["mean_score"].to_numpy(), -plain["mean_score"].to_numpy(), atol=1e-8
    )
    cut = ask(study, score_end=0.25, by="all")
    toned = [r for r in study.room.rows if "wonderful" in r["text"] or "horrible" in r["text"]]
    positive = sum(row["language"] == "eng" for row in toned)
    assert cut.manifest["facts"]["texts_cut_at_the_ends"] == positive


def test_the_command_and_its_report(study, tmp_path):
    home = tmp_path / "means"
    asked = ["sentiment-corrected", str(study.sample), "--group", "outlet", "--lake", study.settings.lake]
    told = CliRunner().invoke(cli, [*asked, "--out", str(home), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["manifest"]["rows"] == 2 * 2 * 5
    result = open_result(home)
    (drawn,) = figures_of(result)
    assert [panel.name for panel in drawn.panels] == [IRONIC, PLAIN]
    assert "the count lies outside the interval of ppi" in drawn.title
    page = Path(write([result], tmp_path / "report.html")).read_text("utf-8")
    assert "Mean scores by outlet and month are estimated side by side" in page
    assert "Of these" not in page and "Why they differ" in page
    plan = CliRunner().invoke(cli, [*asked, "--dry-run", "--json"])
    assert json.loads(plan.stdout)["parts"] == 3, "those of the sample, not of other months and extractors"

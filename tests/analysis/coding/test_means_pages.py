"""Corrected means of captured pages: on every engine, from the shell and as a Spark job."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from analysis import job, open_result, run
from flows.cli import cli
from tests.analysis.coding.page_study import CRAWL, PageStudy
from tests.analysis.test_spark_submit import app, submit

NAME = "sentiment-corrected-pages"
__all__ = ["app"]


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return PageStudy(tmp_path_factory.mktemp("pages"))


def ask(study, engine="dask", **options):
    return run(NAME, engine=engine, settings=study.settings, coded=str(study.sample), **options)


@pytest.fixture(scope="module")
def by_site(study):
    """Means by site over all months, on Dask."""
    return ask(study, group="outlet", by="all")


def test_the_corrected_means_hold_the_truth_and_the_count_misses_the_ironic_site(study, by_site):
    rows = {(r["group"], r["estimator"]): r for r in by_site.table.to_pylist()}
    truth = study.truth()
    assert {group for group, _ in rows} == set(truth) == {"plain.org", "ironic.org", "(missing)"}
    for site, mean in truth.items():
        for name in ("ppi", "dsl", "coded_only"):
            assert rows[site, name]["mean_score_low"] <= mean <= rows[site, name]["mean_score_high"]
    assert rows["ironic.org", "counted"]["mean_score_low"] > truth["ironic.org"] + 0.3


def test_only_what_the_sample_was_drawn_from_is_read(study, by_site):
    assert by_site.manifest["partition_filter"] == {"crawl": [CRAWL], "extractor": ["wet"]}
    assert by_site.manifest["facts"]["texts_scored"] == len(study.rows)
    assert by_site.manifest["reads"] == "core__commoncrawl__pages"


def test_every_engine_gives_the_same_to_the_bit(study, by_site, engine):
    other = ask(study, engine, group="outlet", by="all")
    assert other.manifest["engine"] == engine
    assert other.table.equals(by_site.table)
    assert other.manifest["facts"] == by_site.manifest["facts"]


def test_months_are_those_of_the_capture(study):
    assert set(ask(study).table["period"].to_pylist()) == {"2024-02", "2024-03"}


def test_the_command_gives_the_same(study, by_site, tmp_path):
    words = [NAME, str(study.sample), "--group", "outlet", "--by", "all", "--lake", study.settings.lake]
    told = CliRunner().invoke(cli, [*words, "--out", str(tmp_path / "out"), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["manifest"]["rows"] == 3 * 5
    assert open_result(tmp_path / "out").table.equals(by_site.table)


def test_a_job_takes_the_sample_by_its_place_among_other_options(study, by_site, tmp_path, capsys):
    out = str(tmp_path / "out")
    words = [
        NAME,
        "--group",
        "outlet",
        study.settings.lake,
        out,
        "--by=all",
        str(study.sample),
        "--engine",
        "dask",
    ]
    assert job.main(words) == 0
    result = open_result(out)
    assert result.table.equals(by_site.table)
    assert result.manifest["asked"]["coded"] == str(study.sample)
    assert capsys.readouterr().out.startswith("15 rows in ")


def test_a_job_without_the_sample_says_so(study, tmp_path, capsys):
    with pytest.raises(SystemExit) as ended:
        job.main([NAME, study.settings.lake, str(tmp_path / "out")])
    assert ended.value.code == 2
    assert "the following arguments are required: coded" in capsys.readouterr().err
    assert job.main([NAME, study.settings.lake, str(tmp_path / "out"), str(tmp_path / "none")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("error: no sample in ") and told.count("\n") == 1


@pytest.mark.slow
@pytest.mark.spark
def test_the_job_by_spark_submit(java, study, by_site, app, tmp_path):
    words = [NAME, study.settings.lake, "out", str(study.sample), "--group", "outlet", "--by", "all"]
    told = submit(app, tmp_path, *words)
    assert told.returncode == 0, told.stderr
    result = open_result(tmp_path / "out")
    assert result.manifest["engine"] == "spark"
    assert result.table.equals(by_site.table)

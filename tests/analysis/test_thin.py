"""Gathered rows are thinned on the way, so that memory does not grow with the number of parts."""

from __future__ import annotations

from dataclasses import replace
from threading import Event

import pytest

from analysis import catalogue
from analysis.engines import on_dask
from analysis.lake import dataset
from analysis.runner import job, run
from analysis.text.keywords import Keywords
from conf.places import place


def test_only_the_sample_and_the_totals_travel(lake):
    keywords = catalogue.find("keywords")
    options = Keywords(queries=("migra*",), sample=7)
    data = dataset(place(lake.lake, lake), keywords.reads)
    asked = job(keywords, options, data)
    seen = []

    def watched(rows):
        seen.append(asked.thin(rows).num_rows)
        return asked.thin(rows)

    thinned = on_dask.run(replace(asked, thin=watched))
    gathered = on_dask.run(replace(asked, thin=None))
    groups = len(keywords.notes(gathered, options)["totals_by_group"])
    assert max(seen) <= 7 + groups
    assert gathered.num_rows > thinned.num_rows == 7 + groups
    assert keywords.finish(thinned, options).equals(keywords.finish(gathered, options))
    assert keywords.notes(thinned, options) == keywords.notes(gathered, options)


def test_progress_counts_the_parts(lake, truth):
    told = []
    run("words", settings=lake, progress=lambda done, total: told.append((done, total)))
    parts = truth["totals"]["files"]
    assert told == [(n + 1, parts) for n in range(parts)]


@pytest.mark.spark
def test_spark_tells_its_progress(java, monkeypatch):
    """A job that ends only once its progress was told."""
    from analysis.engines.spark import progress as spark_progress
    from analysis.engines.spark.session import session

    context = session({}).sparkContext
    monkeypatch.setattr(spark_progress, "INTERVAL_S", 0.01)
    told = Event()
    with spark_progress.watched(context, lambda done, total: told.set() if 0 <= done <= total else None):
        while not told.is_set():
            assert context.parallelize(range(4), 4).map(lambda n: n * n).sum() == 14

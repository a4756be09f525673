"""Prefect flow `classify-news`: a model learnt from a hand-coded sample, and the classes of a month's articles."""

from __future__ import annotations

from typing import Any

from prefect import flow, task

from conf.settings import load
from flows.ingest_news import EXTRACTOR, Month
from flows.results import Engine, publish_results, run_analysis, write_report


@task
def learn_model(codes: str, options: dict[str, Any], profile: str | None, out: str) -> str:
    """Learn from the codes and save the model with its card; returns the folder."""
    from analysis.learning.learn import learn
    from analysis.learning.options import Learn
    from conf.typed import build

    settings = load(profile)
    return learn(build(Learn, options | {"codes": codes}, "learn"), settings).save(out, settings)


@flow(name="classify-news", flow_run_name="classify-{month}")
def classify_news(
    month: Month,
    codes: str,
    out: str,
    options: dict[str, Any] | None = None,
    languages: list[str] | None = None,
    engine: Engine = "dask",
    profile: str | None = None,
) -> str:
    """Learn from a coded sample, classify the articles of a month that has landed, publish scores and counts.

    `codes` is what `fieldwork annotate read` has filled, `options` are those of `fieldwork learn`. Results land in
    `out`/YYYY-MM: the model, a class for each article (`classes`), and their counts (`counts`).
    """
    from flows.sources.cc_news import Selection

    (month,) = Selection(month=(month,)).months
    folder = f"{out}/{month}"
    model = learn_model(codes, options or {}, profile, f"{folder}/model")
    where: dict[str, list[str]] = {"archive_month": [month], "extractor": [EXTRACTOR]}
    asked = {"model": model, "languages": tuple(languages or ())}
    classes = run_analysis("classify", asked, where, engine, profile, f"{folder}/classes")
    counts = run_analysis("classify-counts", asked, where, engine, profile, f"{folder}/counts")
    page = write_report([classes, counts], folder, profile)
    publish_results([counts], page, profile, prefix="news-")
    _publish(folder, profile)
    return folder


def _publish(folder: str, profile: str | None) -> None:
    """The model's card."""
    from conf.places import place
    from flows import publish

    card = (place(folder, load(profile)) / "model/card.md").read_bytes().decode()
    publish.markdown("classify-news-model", card, "The model: how it was made and how good it is")

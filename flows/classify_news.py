"""Prefect flow `classify-news`: a model learnt from a hand-coded sample, and the classes of a month's articles."""

from __future__ import annotations

from typing import Any, Literal

from prefect import flow, task

from conf.settings import load
from flows.analyse import ROWS_SHOWN, run_analysis
from flows.ingest_news import Month

EXTRACTOR: Literal["resiliparse"] = "resiliparse"


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
    engine: Literal["dask", "spark", "spark-rdd"] = "dask",
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
    run_analysis("classify", asked, where, engine, profile, f"{folder}/classes")
    run_analysis("classify-counts", asked, where, engine, profile, f"{folder}/counts")
    _publish(folder, profile)
    return folder


def _publish(folder: str, profile: str | None) -> None:
    """The model's card, and the first counts."""
    from analysis.result import open_result
    from conf.places import place
    from flows import publish

    settings = load(profile)
    card = (place(folder, settings) / "model/card.md").read_bytes().decode()
    publish.markdown("classify-news-model", card, "The model: how it was made and how good it is")
    counts = open_result(f"{folder}/counts", settings)
    publish.table(
        "classify-news-counts", counts.table.slice(0, ROWS_SHOWN).to_pylist(), "classes: first counts"
    )

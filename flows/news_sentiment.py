"""Prefect flow `news-sentiment`: a month of CC-NEWS landed, its stories and gaps found, its sentiment published."""

from __future__ import annotations

from dataclasses import fields
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from flows.ingest_news import EXTRACTOR, Month, ingest_news
from flows.results import Engine, landed, publish_results, run_analysis, write_report

STEPS = ("stories", "gaps", "sentiment", "sentiment-outlets", "sentiment-sentences")
"""Analyses in their order; the first two are what the next rest on."""
SHOWN = STEPS[2:]


@flow(name="news-sentiment", flow_run_name="sentiment-{month}")
def news_sentiment(
    month: Month,
    out: str,
    options: dict[str, Any] | None = None,
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    engine: Engine = "dask",
    profile: str | None = None,
) -> str:
    """Land a month of CC-NEWS (or a seeded sample of its files), score it, and publish series, methods and report.

    Results land in `out`/YYYY-MM, a folder each analysis; `options` are those of the analysis `sentiment`, of which
    the others take what they know. What was landed is not read again.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; the results are of what was landed.
    """
    from flows.sources.cc_news import Selection

    (month,) = Selection(month=(month,)).months  # `previous` is another one after midnight
    folder = f"{out}/{month}"
    rests = {"stories": f"{folder}/stories", "gaps": f"{folder}/gaps"}
    asked = {"by": "day"} | (options or {}) | rests
    with landed(lambda: ingest_news(month, EXTRACTOR, sample, seed, profile=profile)):
        for name in STEPS:
            where = {"archive_month": [month]} | ({} if name == "gaps" else {"extractor": [EXTRACTOR]})
            run_analysis(name, _known(name, asked), where, engine, profile, f"{folder}/{name}")
        shown = [f"{folder}/{name}" for name in SHOWN]
        publish_results(shown, write_report(shown, folder, profile), profile, prefix="news-")
    return folder


def _known(name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Of the options asked for those that a step has; stories and gaps have theirs as they are."""
    from analysis import catalogue

    if name == "sentiment":
        return asked
    own = {field.name for field in fields(catalogue.find(name).options)} if name in SHOWN else set()
    return {option: value for option, value in asked.items() if option in own}

"""Prefect flow `news-sentiment`: a month of CC-NEWS landed, its stories and gaps found, its sentiment published."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from prefect import flow, get_run_logger, task
from pydantic import Field

from conf.settings import load
from flows.analyse import ROWS_SHOWN
from flows.ingest import LossError
from flows.ingest_news import Month, ingest_news

STEPS = ("stories", "gaps", "sentiment", "sentiment-outlets", "sentiment-sentences")
"""Analyses in their order; the first two are what the next rest on."""
SHOWN = STEPS[2:]
EXTRACTOR: Literal["resiliparse"] = "resiliparse"


@task
def analyse_month(
    name: str,
    options: dict[str, Any],
    where: dict[str, list[str]],
    engine: str,
    profile: str | None,
    out: str,
) -> str:
    """Run one of the analyses and save its result; returns the folder."""
    from analysis import run

    settings = load(profile)
    run(name, engine=engine, where=where, settings=settings, **options).save(out, settings)
    return out


@task
def report(folders: list[str], out: str, profile: str | None) -> str:
    """Write one page about several results; returns its address."""
    from analysis.report import write
    from analysis.result import open_result
    from conf.places import place

    settings = load(profile)
    with TemporaryDirectory() as folder:
        page = write([open_result(f, settings) for f in folders], Path(folder) / "report.html")
        (place(out, settings) / "report.html").write(page)
    return f"{out}/report.html"


@flow(name="news-sentiment", flow_run_name="sentiment-{month}")
def news_sentiment(
    month: Month,
    out: str,
    options: dict[str, Any] | None = None,
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    engine: Literal["dask", "spark", "spark-rdd"] = "dask",
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
    lost = None
    try:
        ingest_news(month, EXTRACTOR, sample, seed, profile=profile)
    except LossError as error:
        lost = error
        get_run_logger().warning("the results are of what was landed: %s", error)
    folder = f"{out}/{month}"
    rests = {"stories": f"{folder}/stories", "gaps": f"{folder}/gaps"}
    asked = {"by": "day"} | (options or {}) | rests
    for name in STEPS:
        where = {"archive_month": [month]} | ({} if name == "gaps" else {"extractor": [EXTRACTOR]})
        analyse_month(name, _known(name, asked), where, engine, profile, f"{folder}/{name}")
    page = report([f"{folder}/{name}" for name in SHOWN], folder, profile)
    _publish(folder, page, profile)
    if lost:
        raise lost
    return folder


def _known(name: str, asked: dict[str, Any]) -> dict[str, Any]:
    """Of the options asked for those that a step has; stories and gaps have theirs as they are."""
    from analysis import catalogue

    if name == "sentiment":
        return asked
    own = {field.name for field in fields(catalogue.find(name).options)} if name in SHOWN else set()
    return {option: value for option, value in asked.items() if option in own}


def _publish(folder: str, page: str, profile: str | None) -> None:
    """The first rows of each result, its methods, and where the report is."""
    from analysis.result import open_result
    from flows import publish

    for name in SHOWN:
        result = open_result(f"{folder}/{name}", load(profile))
        rows = result.table.slice(0, ROWS_SHOWN).to_pylist()
        publish.table(f"news-{name}-rows", rows, f"{name}: first rows")
        publish.markdown(
            f"news-{name}-methods",
            f"{result.manifest['methods']}\n\nReport: `{page}`",
            f"{name}: how it was made",
        )

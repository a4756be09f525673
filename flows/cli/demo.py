"""`fieldwork demo`: from a sample archive to one report, the way a study goes, on each kind of data."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from flows.cli.console import say
from flows.cli.ingest import bring

WORDS = ("migration", "klimawandel", "drought")
MONTHS = ("2023-01", "2023-06")


@dataclass(frozen=True)
class Study:
    """A source, what of it is landed, and what is asked of it."""

    source: str
    """Name of the source."""
    selection: Mapping[str, Any]
    """What of it is landed."""
    questions: Mapping[str, Mapping[str, Any]]
    """Analyses by name, with their options; the report has their results in this order."""


@click.command(epilog="\b\nExamples:\n  fieldwork demo\n  fieldwork demo my-demo --seed 3")
@click.argument("folder", type=click.Path(file_okay=False), default="demo")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the sample archive.")
def demo(folder: str, seed: int) -> None:
    """Words, links, news and (with the extra `raster`) Landsat of a sample archive: landed, analysed, reported.

    The words are counted on Spark too, where it is there, and must be equal to the last bit.
    """
    started = time.monotonic()
    base = Path(folder)
    settings, studies = _archive(base, seed)
    results = {name: result for study in studies for name, result in _results(study, settings, base)}
    _again_on_spark(results["words"], studies[0].questions["words"], settings)
    from analysis.report import write

    page = write(list(results.values()), base / "report.html", "Fieldwork demo: a made-up archive")
    say(f"done in {time.monotonic() - started:.0f} s; the report, to open in a browser:")
    click.echo(page)


def _archive(base: Path, seed: int) -> tuple[Any, list[Study]]:
    """Write the sample; settings that know where it is, and what can be studied here."""
    from conf.settings import load
    from flows.sources.sample import MissingExtraError, write, write_landsat

    archive = base / "archive"
    say(f"a sample archive in {archive}; some of its files are damaged on purpose")
    crawls = tuple(write(archive, "small", seed).facts["crawls"])
    studies = [*_of_the_web(crawls, base), _of_news()]
    try:
        write_landsat(archive, "small", seed)
    except MissingExtraError as error:
        say(f"without Landsat: {error}")
    else:
        studies.append(_of_landsat(str(archive / "areas.geojson")))
    archives = dict.fromkeys(("commoncrawl", "landsat"), str(archive))
    return load(lake=str(base / "lake"), archives=archives, ingest={"loss_limit": 0.5}), studies


def _of_the_web(crawls: tuple[str, ...], base: Path) -> Iterator[Study]:
    """What pages say, and who links to whom."""
    yield Study(
        "wet",
        {"crawl": crawls},
        {
            "trends": {"words": WORDS, "by": ("month",)},
            "words": {"by": ("language",), "min_count": 5},
            "keywords": {"queries": ("migra*",), "sample": 200},
        },
    )
    yield Study(
        "wat",
        {"crawl": crawls},
        {
            "graph": {"metrics": ("basic", "labels", "harmonic")},
            "graph-changes": {"graph": str(base / "results" / "graph")},
        },
    )


def _of_news() -> Study:
    """How the news sounds."""
    return Study("cc-news", {"month": MONTHS}, {"sentiment": {"by": "month", "draws": 200}})


def _of_landsat(areas: str) -> Study:
    """How green some areas are, and whether that changes."""
    asked = {"areas": areas, "area_id": "area_id"}
    trends = {**asked, "harmonise": "roy_rma"}
    return Study("landsat", asked, {"ndvi-trends": trends, "ndvi": {**asked, "by": "year"}})


def _results(study: Study, settings: Any, base: Path) -> Iterator[tuple[str, Any]]:
    """Land what a study is about, then answer its questions."""
    from analysis import run
    from conf.typed import build
    from flows.sources import find

    source = find(study.source)
    chosen = build(source.selection, dict(study.selection), source.name)
    for each in (*(find(name) for name in source.before), source):
        say("  " + bring(each, chosen, settings).sentence)
    for name, options in study.questions.items():
        result = run(name, settings=settings, **options)
        result.save(base / "results" / name)
        say(f"  {name}: {result.table.num_rows:,} rows")
        yield name, result


def _again_on_spark(result: Any, options: Mapping[str, Any], settings: Any) -> None:
    from analysis import run
    from analysis.engines import EngineError

    say("the same words on Spark")
    try:
        again = run("words", settings=settings, engine="spark", **options)
    except EngineError as error:
        say(f"  not here: {error}")
        return
    same = again.table.equals(result.table)
    say("  equal to the last bit" if same else "  DIFFERENT from Dask's: please report this")
    if not same:
        raise RuntimeError("Spark and Dask gave different counts")

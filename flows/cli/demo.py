"""`fieldwork demo`: from a sample archive to a report, the way a study goes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import click

from flows.cli.console import progress, say

WORDS = ("migration", "klimawandel", "drought")


@click.command(epilog="\b\nExamples:\n  fieldwork demo\n  fieldwork demo my-demo --seed 3")
@click.argument("folder", type=click.Path(file_okay=False), default="demo")
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the sample archive.")
def demo(folder: str, seed: int) -> None:
    """Sample archive, ingest, words, trends and keywords on Dask (and Spark where it is there), report."""
    started = time.monotonic()
    base = Path(folder)
    settings, crawls = _archive(base, seed)
    _ingest(settings, crawls)
    results = _analyse(settings, base)
    from analysis.report import write

    page = write(results, base / "report.html", "Fieldwork demo: a made-up crawl")
    say(f"done in {time.monotonic() - started:.0f} s; the report, to open in a browser:")
    click.echo(page)


def _archive(base: Path, seed: int) -> tuple[Any, tuple[str, ...]]:
    from conf.settings import load
    from flows.sources.sample import write

    say(f"1 of 4  sample archive in {base / 'archive'}")
    crawls = tuple(write(base / "archive", "small", seed).facts["crawls"])
    archives = {"commoncrawl": str(base / "archive")}
    return load(lake=str(base / "lake"), archives=archives, ingest={"loss_limit": 0.5}), crawls


def _ingest(settings: Any, crawls: tuple[str, ...]) -> None:
    from analysis.coverage import coverage
    from conf.places import place
    from flows.landing.run import land_all, ledger_of
    from flows.sources.common_crawl import Selection
    from flows.sources.wet import wet

    items = wet.inputs(Selection(crawl=crawls), place(settings.archives.commoncrawl, settings), settings)
    say(f"2 of 4  landing {len(items)} files of {len(crawls)} crawls; some are damaged on purpose")
    with progress("inputs") as bar:
        task = bar.add_task("landing", total=len(items), rate="")
        land_all("wet", items, settings, lambda row: bar.update(task, advance=1))
    say("        " + coverage(ledger_of("wet", items, settings)).sentence)


def _analyse(settings: Any, base: Path) -> list[Any]:
    from analysis import run
    from analysis.engines import EngineError

    say("3 of 4  words, trends and keywords on Dask")
    asked: tuple[tuple[str, dict[str, Any]], ...] = (
        ("trends", {"words": WORDS, "by": ("month",)}),
        ("words", {"by": ("language",), "min_count": 5}),
        ("keywords", {"queries": ("migra*",), "sample": 200}),
    )
    results = []
    for name, options in asked:
        result = run(name, settings=settings, **options)
        result.save(base / "results" / name)
        results.append(result)
    say("4 of 4  the same words on Spark")
    try:
        again = run("words", settings=settings, engine="spark", by=("language",), min_count=5)
    except EngineError as error:
        say(f"        not here: {error}")
    else:
        same = again.table.equals(results[1].table)
        say("        equal to the last bit" if same else "        DIFFERENT from Dask's: please report this")
        if not same:
            raise RuntimeError("Spark and Dask gave different counts")
    return results

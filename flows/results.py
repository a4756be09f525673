"""What flows do with analyses: run one and save it, write a report about several, publish what they found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from prefect import get_run_logger, task

from conf.settings import Settings, load
from flows.ingest import LossError

Engine = Literal["dask", "spark", "spark-rdd"]
ROWS_SHOWN = 50


@task(task_run_name="{name}")
def run_analysis(
    name: str,
    options: dict[str, Any],
    where: dict[str, list[str]],
    engine: Engine,
    profile: str | None,
    out: str,
) -> str:
    """Run one analysis and save its result; returns the folder, since results may be large.

    Raises:
        LossError: It failed or found nothing, and all of what it reads was lost on the way into the lake.
    """
    from analysis import run
    from analysis.lake import NoData

    settings = load(profile)
    try:
        result = run(name, engine=engine, where=where, settings=settings, **options)
        result.save(out, settings)
    except Exception as error:
        if told := _all_lost(name, where, settings):
            why = "" if isinstance(error, NoData) else f"; so it failed: {error}"
            raise LossError(f"all of what {name} reads was lost: {told}{why}") from error
        raise
    if not result.table.num_rows and (told := _all_lost(name, where, settings)):
        raise LossError(f"all of what {name} reads was lost: {told}")
    return out


def _all_lost(name: str, where: dict[str, list[str]], settings: Settings) -> str:
    """Coverage of what an analysis reads, in words, where no record of it was kept; empty otherwise."""
    from analysis import catalogue
    from analysis.coverage import coverage, ledger
    from conf.places import place

    rows = ledger(place(settings.lake, settings), catalogue.find(name).reads, where)
    found = coverage(rows)
    return found.sentence if found.loss and not found.records_kept else ""


@task
def write_report(folders: list[str], out: str, profile: str | None) -> str:
    """Write one page about several results or models; returns its address, `out`/report.html."""
    from analysis.report import opened, write
    from conf.places import place

    settings = load(profile)
    with TemporaryDirectory() as folder:
        page = write([opened(f, settings) for f in folders], Path(folder) / "report.html")
        (place(out, settings) / "report.html").write(page)
    return f"{out}/report.html"


def publish_results(folders: Sequence[str], page: str, profile: str | None, prefix: str = "") -> None:
    """Artifacts of each result: its first rows, and what it covers, how it was made and where the report is.

    Keys are the analyses' names (`ndvi-rows`, `ndvi-methods`), each after the prefix.
    """
    from analysis.report.words import coverage
    from analysis.result import open_result
    from flows import publish

    for folder in folders:
        result = open_result(folder, load(profile))
        name, manifest = result.analysis.name, result.manifest
        rows: list[dict[str, Any]] = result.table.slice(0, ROWS_SHOWN).to_pylist()
        publish.table(f"{prefix}{name}-rows", rows, f"{name}: first rows")
        text = f"**Coverage**: {coverage(manifest)}\n\n{manifest['methods']}\n\nReport: `{page}`"
        publish.markdown(f"{prefix}{name}-methods", text, f"{name}: what it covers and how it was made")


@contextmanager
def landed(ingest: Callable[[], object]) -> Iterator[None]:
    """Ingest, then let what was landed be worked out and published; too great a loss is raised only after that.

    Raises:
        LossError: More was lost than the settings allow; where what follows failed of another cause, it says both.
    """
    lost = _loss(ingest)
    try:
        yield
    except Exception as error:
        if lost is None:
            raise
        why = "" if isinstance(error, LossError) else f"; so the rest failed: {error}"
        raise LossError(f"{lost}{why}") from error
    if lost:
        raise lost


def _loss(ingest: Callable[[], object]) -> LossError | None:
    try:
        ingest()
    except LossError as error:
        get_run_logger().warning("the results are of what was landed: %s", error)
        return error
    return None

"""Prefect flow `analyse`: one analysis of the catalogue over the lake, its result saved and published."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from prefect import flow, task

ROWS_SHOWN = 50


@task
def run_analysis(
    name: str,
    options: dict[str, Any],
    where: dict[str, list[str]],
    engine: str,
    profile: str | None,
    out: str,
) -> str:
    """Run it and save the result with its report; returns the folder, since results may be large."""
    from analysis import run
    from analysis.report import write
    from conf.places import place
    from conf.settings import load

    settings = load(profile)
    result = run(name, engine=engine, where=where, settings=settings, **options)
    result.save(out, settings)
    with TemporaryDirectory() as folder:
        page = write([result], Path(folder) / "report.html")
        (place(out, settings) / "report.html").write(page)
    return out


@flow(name="analyse", flow_run_name="{name}")
def analyse(
    name: str,
    out: str,
    options: dict[str, Any] | None = None,
    where: dict[str, list[str]] | None = None,
    engine: Literal["dask", "spark", "spark-rdd"] = "dask",
    profile: str | None = None,
) -> str:
    """Run an analysis (`words`, `trends`, …) and publish its first rows, coverage and methods."""
    from analysis.result import open_result
    from conf.settings import load
    from flows import publish

    folder = run_analysis(name, options or {}, where or {}, engine, profile, out)
    result = open_result(folder, load(profile))
    key = name.replace("_", "-")
    publish.table(f"{key}-rows", result.table.slice(0, ROWS_SHOWN).to_pylist(), f"{name}: first rows")
    text = f"{result.manifest['methods']}\n\nReport: `{folder}/report.html`"
    publish.markdown(f"{key}-methods", text, f"{name}: how it was made")
    return folder

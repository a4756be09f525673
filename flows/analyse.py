"""Prefect flow `analyse`: one analysis of the catalogue over the lake, its result saved and published."""

from __future__ import annotations

from typing import Any

from prefect import flow

from flows.results import Engine, publish_results, run_analysis, write_report


@flow(name="analyse", flow_run_name="{name}")
def analyse(
    name: str,
    out: str,
    options: dict[str, Any] | None = None,
    where: dict[str, list[str]] | None = None,
    engine: Engine = "dask",
    profile: str | None = None,
) -> str:
    """Run an analysis (`words`, `trends`, …) and publish its first rows, coverage, methods and a report."""
    folder = run_analysis(name, options or {}, where or {}, engine, profile, out)
    publish_results([folder], write_report([folder], out, profile), profile)
    return folder

"""Prefect flow `web-graph`: links of crawls landed, the graph of each, and what changed from the first to the last."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from prefect import flow, get_run_logger, task
from prefect.tasks import exponential_backoff
from pydantic import BaseModel, ConfigDict, Field, model_validator

from conf.settings import load
from flows.ingest import Crawl, ingest
from flows.results import Engine, landed, publish_results, run_analysis, write_report

LATEST = "latest"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Files(_Part):
    """Which files."""

    crawls: Annotated[list[Crawl], Field(min_length=1, max_length=24)] = [LATEST]
    """Crawls, or `latest`; of two or more the change is worked out."""
    sample: Annotated[int, Field(ge=0)] = 100
    """Files of each crawl, drawn with the seed; 0 takes all (90,000 of a real crawl)."""
    seed: int = 0
    """Seed of the samples."""
    www: Literal["kept", "folded"] = "kept"
    """Whether a leading www. stays part of a host."""


class Measure(_Part):
    """What is measured of the graphs."""

    metrics: Annotated[list[str], Field(min_length=1)] = ["basic"]
    """Metrics or sets of them, as `fieldwork graph --metrics` takes them."""
    level: Literal["host", "domain"] = "host"
    """Whether vertices are hosts or registered domains."""
    change: str = "pagerank"
    """Metric by which vertices rise or fall between crawls; one of those measured."""

    @model_validator(mode="after")
    def _known(self) -> Self:
        """Refuse what the analyses would refuse, before anything is landed."""
        from analysis.graph.options import Graph
        from analysis.graph.saved import measures

        known = measures(Graph(metrics=tuple(self.metrics)).chosen)
        if self.change not in known:
            raise ValueError(f"change is '{self.change}'; the metrics asked for give {', '.join(known)}")
        return self


@task(retries=3, retry_delay_seconds=exponential_backoff(5), retry_jitter_factor=0.5)
def name_crawls(crawls: list[str], profile: str | None) -> list[str]:
    """The crawls by name; `latest` is asked for once, since it may become another one under way."""
    from flows.sources.common_crawl import named

    return named(crawls, load(profile))


@flow(name="web-graph", flow_run_name="graph-to-{out}")
def web_graph(
    out: str,
    files: Files = Files(),  # noqa: B008  it is frozen
    measure: Measure = Measure(),  # noqa: B008
    engine: Engine = "dask",
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 200,
    profile: str | None = None,
) -> str:
    """Land links of crawls (WAT files, a seeded sample), and publish their graphs, their change and a report.

    What was landed is not read again. A graph is of all that is landed of its crawl.

    Args:
        out: Folder for the results, here or on S3: `graph`, `graph-changes` and `report.html`.
        files: Which files of which crawls.
        measure: What is measured.
        engine: Who computes.
        batch_size: Files a task.
        profile: Name or path of a profile of settings.

    Returns:
        The folder of the results.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; the results are of what was landed.
    """
    from flows.sources.links.selection import Links

    crawls = name_crawls(files.crawls, profile)
    chosen = Links(crawl=tuple(crawls), sample=files.sample, seed=files.seed, www=files.www)
    where: dict[str, list[str]] = {
        "crawl": crawls,
        "read_from": ["wat"],
        "www": [chosen.www],
        "captures": [chosen.captures],
    }
    with landed(lambda: ingest("wat", chosen, ", ".join(crawls), batch_size, load(profile))):
        shown = _graphs(out, crawls, where, measure, engine, profile)
        publish_results(shown, write_report(shown, out, profile), profile, prefix="web-")
    return out


def _graphs(
    out: str,
    crawls: list[str],
    where: dict[str, list[str]],
    measure: Measure,
    engine: Engine,
    profile: str | None,
) -> list[str]:
    """Work out the graphs, and their change where there are two; returns the folders, in the report's order."""
    asked = {"metrics": tuple(measure.metrics), "level": measure.level}
    graph = run_analysis("graph", asked, where, engine, profile, f"{out}/graph")
    there = _crawls(graph, profile)
    if len(there) > 1:
        change = {"graph": graph, "metric": measure.change}
        return [run_analysis("graph-changes", change, {}, engine, profile, f"{out}/graph-changes"), graph]
    if len(crawls) > 1:
        get_run_logger().warning("of %s only %s has links, so there is no change", crawls, there)
    return [graph]


def _crawls(folder: str, profile: str | None) -> list[str]:
    """Crawls of which a saved result has a graph."""
    from analysis.graph.saved import Saved
    from analysis.result import manifest_of
    from conf.places import place

    home = place(folder, load(profile))
    return Saved(home, manifest_of(home)).crawls

"""Prefect flow `ingest-wet`: a crawl's extracted text into the lake, in a few fat tasks.

A batch is a task of hundreds of inputs, since a task costs Prefect tens of milliseconds and an input may take
seconds. What is landed is skipped, so tasks and flows can be run again at any time.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from prefect import flow, get_run_logger, task
from prefect.tasks import exponential_backoff
from pydantic import Field

from conf.settings import Settings, load

# What a second try may mend; a refusal or an absent file it does not.
WORTH_A_RETRY = frozenset({"unavailable", "timeout", "short_body", "error"})

Crawl = Annotated[str, Field(pattern=r"^(latest|CC-MAIN-\d{4}-\d{2})$")]


class UnfinishedError(RuntimeError):
    """Inputs of a batch failed in a way that a retry may mend."""


class LossError(RuntimeError):
    """More was lost than the settings allow."""


def _may_retry(_task: Any, _run: Any, state: Any) -> bool:
    """Retry unfinished batches only; forbidden and missing inputs, and defects of ours, stay as they are."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, UnfinishedError)


@task(retries=3, retry_delay_seconds=exponential_backoff(5), retry_jitter_factor=0.5)
def list_inputs(crawl: str, sample: int, seed: int, settings: Settings) -> list[str]:
    """Keys of the crawl's WET files."""
    from conf.places import place
    from flows.sources.common_crawl import Selection
    from flows.sources.wet import wet

    selection = Selection(crawl=(crawl,), sample=sample, seed=seed)
    archive = place(settings.archives.commoncrawl, settings)
    return [item.key for item in wet.inputs(selection, archive, settings)]


@task(
    retries=4,
    retry_delay_seconds=exponential_backoff(10),
    retry_jitter_factor=0.5,
    retry_condition_fn=_may_retry,
    tags=["commoncrawl"],
)
def land_batch(keys: list[str], settings: Settings) -> dict[str, int]:
    """Land the inputs of a batch that are not landed yet; returns how many ended how.

    Raises:
        UnfinishedError: Some failed in a way that a retry may mend.
    """
    from flows.landing.run import land_all

    rows = land_all("wet", _inputs(keys), settings)
    again = [r["source_file"] for r in rows if r["status"] == "failed" and r["reason"] in WORTH_A_RETRY]
    if again:
        raise UnfinishedError(f"{len(again)} of {len(keys)} inputs failed, first {again[0]}")
    return dict(Counter(r["status"] for r in rows))


@flow(name="ingest-wet", flow_run_name="wet-{crawl}")
def ingest_wet(
    crawl: Crawl,
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 200,
    profile: str | None = None,
) -> dict[str, Any]:
    """Land a crawl (or a seeded sample of its files) and publish its coverage.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.publish import Progress

    settings = load(profile)
    keys = list_inputs(crawl, sample, seed, settings)
    bar = Progress("ingest-wet-progress", len(keys), f"inputs of {crawl}")
    for start in range(0, len(keys), batch_size):
        batch = keys[start : start + batch_size]
        land_batch(
            batch, settings, return_state=True
        )  # a failed batch is in the ledger and must not stop the rest
        bar.advance(len(batch))
    return _conclude(crawl, keys, settings)


def _inputs(keys: list[str]) -> list[Any]:
    from flows.sources.common_crawl import crawl_of
    from flows.sources.source import Input

    return [Input(key, {"crawl": crawl_of(key)}) for key in keys]


def _conclude(crawl: str, keys: list[str], settings: Settings) -> dict[str, Any]:
    """Publish the ledger of these inputs; too large a loss fails the flow."""
    from analysis.coverage import coverage
    from flows import publish
    from flows.landing.run import ledger_of

    rows = ledger_of("wet", _inputs(keys), settings)
    total = coverage(rows)
    shown = [
        "source_file",
        "status",
        "reason",
        "records_kept",
        "records_set_aside",
        "bytes_read",
        "duration_s",
    ]
    publish.table(
        "ingest-wet-ledger", rows.select(shown).to_pylist(), f"What became of each input of {crawl}"
    )
    publish.markdown("ingest-wet-coverage", f"**{crawl}**: {total.sentence}", f"Coverage of {crawl}")
    get_run_logger().info(total.sentence)
    if total.loss > settings.ingest.loss_limit:
        raise LossError(f"{total.sentence}; more than the share of {settings.ingest.loss_limit:g} allowed")
    return total.as_dict()

"""What all ingest flows do: list inputs, land them in a few fat tasks, publish the ledger, fail on too large a loss.

A batch is a task of hundreds of inputs, since a task costs Prefect tens of milliseconds and an input may take
seconds. What is landed is skipped, so tasks and flows can be run again at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any

from prefect import get_run_logger, task
from prefect.tasks import exponential_backoff
from pydantic import Field

from conf.settings import Settings
from flows.sources.source import Input

Crawl = Annotated[str, Field(pattern=r"^(latest|CC-MAIN-\d{4}-\d{2})$")]
# What a second try may mend; a refusal or an absent file it does not.
WORTH_A_RETRY = frozenset({"unavailable", "timeout", "short_body", "error"})
SHOWN = ["source_file", "status", "reason", "records_kept", "records_set_aside", "bytes_read", "duration_s"]


class UnfinishedError(RuntimeError):
    """Inputs of a batch failed in a way that a retry may mend."""


class LossError(RuntimeError):
    """More was lost than the settings allow."""


def _may_retry(_task: Any, _run: Any, state: Any) -> bool:
    """Retry unfinished batches only; forbidden and missing inputs, and defects of ours, stay as they are."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, UnfinishedError)


@task(retries=3, retry_delay_seconds=exponential_backoff(5), retry_jitter_factor=0.5)
def list_inputs(source: str, selection: Any, settings: Settings) -> list[Input]:
    """Inputs of a source that were asked for."""
    from conf.places import place
    from flows.sources import find

    found = find(source)
    archive = place(getattr(settings.archives, found.archive), settings)
    return found.inputs(selection, archive, settings)


@task(
    retries=4,
    retry_delay_seconds=exponential_backoff(10),
    retry_jitter_factor=0.5,
    retry_condition_fn=_may_retry,
    tags=["archive"],
)
def land_batch(source: str, items: list[Input], settings: Settings) -> dict[str, int]:
    """Land the inputs of a batch that are not landed yet; returns how many ended how.

    Raises:
        UnfinishedError: Some failed in a way that a retry may mend.
    """
    from flows.landing.run import land_all

    rows = land_all(source, items, settings)
    again = [r["source_file"] for r in rows if r["status"] == "failed" and r["reason"] in WORTH_A_RETRY]
    if again:
        raise UnfinishedError(f"{len(again)} of {len(items)} inputs failed, first {again[0]}")
    return dict(Counter(r["status"] for r in rows))


def ingest(source: str, selection: Any, what: str, batch_size: int, settings: Settings) -> dict[str, Any]:
    """The body of an ingest flow: sources that come before, then this one; returns the coverage.

    Args:
        source: Name of the source.
        selection: What of it, as its `selection` dataclass.
        what: The selection in a few words, for people (`CC-MAIN-2024-22`).
        batch_size: Inputs a task.
        settings: Settings.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.publish import Progress
    from flows.sources import find

    for earlier in find(source).before:
        ingest(earlier, selection, what, batch_size, settings)
    items = list_inputs(source, selection, settings)
    bar = Progress(f"ingest-{source}-progress", len(items), f"inputs of {what}")
    for start in range(0, len(items), batch_size):
        batch = items[start : start + batch_size]
        # a failed batch is in the ledger and must not stop the rest
        land_batch(source, batch, settings, return_state=True)
        bar.advance(len(batch))
    return _conclude(source, what, items, settings)


def _conclude(source: str, what: str, items: Sequence[Input], settings: Settings) -> dict[str, Any]:
    """Publish the ledger of these inputs; too large a loss fails the flow."""
    from analysis.coverage import coverage
    from flows import publish
    from flows.landing.run import ledger_of

    rows = ledger_of(source, items, settings)
    total = coverage(rows)
    publish.table(
        f"ingest-{source}-ledger", rows.select(SHOWN).to_pylist(), f"What became of each input of {what}"
    )
    publish.markdown(f"ingest-{source}-coverage", f"**{what}**: {total.sentence}", f"Coverage of {what}")
    get_run_logger().info(total.sentence)
    if total.loss > settings.ingest.loss_limit:
        raise LossError(f"{total.sentence}; more than the share of {settings.ingest.loss_limit:g} allowed")
    return total.as_dict()

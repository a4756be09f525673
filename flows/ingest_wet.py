"""Prefect flow `ingest-wet`: a crawl's extracted text into the lake."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from conf.settings import load
from flows.ingest import Crawl, ingest


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
    from flows.sources.common_crawl import Selection

    chosen = Selection(crawl=(crawl,), sample=sample, seed=seed)
    return ingest("wet", chosen, crawl, batch_size, load(profile))

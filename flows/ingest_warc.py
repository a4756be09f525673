"""Prefect flow `ingest-warc`: a crawl's captured pages into the lake, their text extracted here."""

from __future__ import annotations

from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from conf.settings import load
from flows.ingest import Crawl, ingest


@flow(name="ingest-warc", flow_run_name="warc-{crawl}-{extractor}")
def ingest_warc(
    crawl: Crawl,
    extractor: str = "resiliparse",
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 50,
    profile: str | None = None,
) -> dict[str, Any]:
    """Land the pages of a crawl (or of a seeded sample of its files) and publish their coverage.

    Raises:
        SelectionError: Unknown extractor.
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.sources.warc_pages import Selection

    chosen = Selection(crawl=(crawl,), sample=sample, seed=seed, extractor=extractor)
    return ingest("warc", chosen, crawl, batch_size, load(profile))

"""Prefect flow `ingest-wat`: the links of a crawl's pages into the lake."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from conf.settings import load
from flows.ingest import Crawl, ingest


@flow(name="ingest-wat", flow_run_name="wat-{crawl}")
def ingest_wat(
    crawl: Crawl,
    www: Literal["kept", "folded"] = "kept",
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 200,
    profile: str | None = None,
) -> dict[str, Any]:
    """Land the links of a crawl (or of a seeded sample of its files) and publish their coverage.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.sources.links.selection import Links

    chosen = Links(crawl=(crawl,), sample=sample, seed=seed, www=www)
    return ingest("wat", chosen, crawl, batch_size, load(profile))

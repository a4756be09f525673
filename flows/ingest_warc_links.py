"""Prefect flow `ingest-warc-links`: the links of a crawl's pages into the lake, read from the captured pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from conf.settings import load
from flows.ingest import Crawl, ingest


@flow(name="ingest-warc-links", flow_run_name="warc-links-{crawl}")
def ingest_warc_links(
    crawl: Crawl,
    www: Literal["kept", "folded"] = "kept",
    captures: Literal["pages", "all"] = "pages",
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 50,
    profile: str | None = None,
) -> dict[str, Any]:
    """Land the links of a crawl, or of a seeded sample of its WARC files (1 GB each), and publish their coverage.

    WAT files (`ingest-wat`) have the links of the same pages in fewer bytes; this is for archives without them.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.sources.links.selection import Links

    chosen = Links(crawl=(crawl,), sample=sample, seed=seed, www=www, captures=captures)
    return ingest("warc-links", chosen, crawl, batch_size, load(profile))

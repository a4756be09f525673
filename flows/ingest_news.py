"""Prefect flow `ingest-news`: a month of CC-NEWS into the lake, articles and the list of its files."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from prefect import flow
from pydantic import Field

from conf.settings import load
from flows.ingest import ingest

Extractor = Literal["resiliparse", "trafilatura"]
EXTRACTOR: Extractor = "resiliparse"
"""The extractor of the flows that land news and go on with it: it is the fast one."""
Month = Annotated[str, Field(pattern=r"^(previous|20\d{2}-(0[1-9]|1[0-2]))$")]


@flow(name="ingest-news", flow_run_name="news-{month}")
def ingest_news(
    month: Month,
    extractor: Extractor = EXTRACTOR,
    sample: Annotated[int, Field(ge=0)] = 0,
    seed: int = 0,
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 20,
    profile: str | None = None,
) -> dict[str, Any]:
    """Land a month of CC-NEWS (or a seeded sample of its files, about 1 GB each) and publish its coverage.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; what was landed stays.
    """
    from flows.sources.cc_news import Selection

    chosen = Selection(month=(month,), sample=sample, seed=seed, extractor=extractor)
    return ingest("cc-news", chosen, f"CC-NEWS {month}", batch_size, load(profile))

"""Links between hosts on a laptop: Dask reads and encodes, then edges are added up here by number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.engines import Job, Progress
from analysis.engines.on_dask import run as gathered
from analysis.graph.coded import in_codes
from analysis.graph.links import finish

if TYPE_CHECKING:
    from analysis.declare import Finished
    from analysis.graph.links import Links


def run(job: Job, options: Links, progress: Progress) -> Finished:
    """Read and encode with Dask, and add up here."""
    return finish(gathered(in_codes(job), progress), options)

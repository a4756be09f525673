"""The web graph on a laptop: Dask reads and encodes, then all is finished here, with the memory told first.

Edges added up by their names would take most of the memory. So the names of each part become codes, what is gathered
is whole numbers beside the names of each part once, and edges are added up by number.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from analysis.engines import Job, Progress
from analysis.engines.on_dask import run as gathered
from analysis.graph.coded import in_codes
from analysis.graph.graph import Prepared, finish
from analysis.graph.memory import check
from analysis.lake import Part

if TYPE_CHECKING:
    from analysis.declare import Finished

FOOTERS_AT_ONCE = 16


def run(job: Job, prepared: Prepared, progress: Progress) -> Finished:
    """Read and encode with Dask, and compute a graph's metrics here.

    Raises:
        EngineError: The graph needs more memory than it may take; the message has the estimate and the cure.
        LookupError: The vertex from which steps are to be counted is none of the graph's.
    """
    if job.dataset.parts:
        check(0, _rows(job), prepared.options)
    return finish(gathered(in_codes(job), progress), prepared)


def _rows(job: Job) -> int:
    """Rows of all parts, as their footers say: no fewer than there are edges."""

    def rows(part: Part) -> int:
        with job.dataset.open(part) as file:
            return int(file.metadata.num_rows)

    with ThreadPoolExecutor(FOOTERS_AT_ONCE) as pool:
        return sum(pool.map(rows, job.dataset.parts))

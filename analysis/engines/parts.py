"""What the kernel makes of parts, added up as far as one worker can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from analysis.engines import Job
from analysis.engines.combine import fold
from analysis.lake import Part


def partials(parts: Iterable[Part], job: Job) -> Iterator[pa.Table]:
    """Combined partial results of some parts, one table; without a combine, rows as they come."""
    batches = (batch for part in parts for batch in job.dataset.batches(part, job.columns))
    rows = (pa.Table.from_batches([batch], job.partial) for batch in job.kernel(batches))
    if job.combine or job.thin:
        yield fold(rows, job.combine, job.partial, job.thin)
    else:
        yield from rows

"""What the kernel makes of parts, added up as far as one worker can."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

import pyarrow as pa

from analysis.engines import Job
from analysis.engines.combine import fold
from analysis.lake import Part

PARTS_AT_ONCE = 16
"""Parts added up before their sums are handed on: the more, the fewer rows are exchanged; the fewer, the fewer keys a
worker holds."""


def partials(parts: Iterable[Part], job: Job) -> Iterator[pa.Table]:
    """Combined partial results, a table for some parts; without a combine, rows as they come."""
    left = iter(parts)
    while some := list(islice(left, PARTS_AT_ONCE)):
        batches = (batch for part in some for batch in job.dataset.batches(part, job.columns))
        rows = (pa.Table.from_batches([batch], job.partial) for batch in job.kernel(batches))
        if job.combine or job.thin:
            yield fold(rows, job.combine, job.partial, job.thin)
        else:
            yield from rows

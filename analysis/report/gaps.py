"""Periods that an archive itself misses, wholly or in part, as a series has them in its column `gap_days`."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from typing import Any

import pyarrow as pa

from analysis.report.shape import Shape
from schemas.fields.sentiment import gap_days


def gaps_of(rows: pa.Table, shape: Shape) -> tuple[dict[str, Any], ...]:
    """Periods with gaps, in order: `period`, `gap_days`, and `share` of the period's days, at most 1."""
    if shape.time is None or gap_days.name not in rows.column_names:
        return ()
    told = zip(rows[shape.time.name].to_pylist(), rows[gap_days.name].to_pylist(), strict=True)
    found = {period: days for period, days in told if isinstance(period, str)}
    length = _days(sorted(found))
    return tuple(
        {"period": period, gap_days.name: days, "share": min(1.0, days / length)}
        for period, days in sorted(found.items())
        if days
    )


def _days(periods: list[str]) -> int:
    """Length of the periods: a month where they are written so, else the least step between two."""
    if not periods or len(periods[0]) <= len("YYYY-MM"):
        return 31
    steps = [(date.fromisoformat(b) - date.fromisoformat(a)).days for a, b in pairwise(periods)]
    return min(steps, default=1)

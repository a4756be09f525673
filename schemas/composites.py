"""Composites: one picture of many scenes, a tile and a period a row."""

from __future__ import annotations

import pyarrow as pa

from schemas import fields as f
from schemas.landsat import TILE
from schemas.table import Check, Table


def _in_order(rows: pa.Table) -> bool:
    pairs = zip(rows["first_date"].to_pylist(), rows["last_date"].to_pylist(), strict=True)
    return all(first <= last for first, last in pairs)


composites = Table(
    "out__ndvi__composites",
    "A tile in a period: per pixel the mean, the maximum or the median of an index over all usable observations.",
    key=(f.composite_period, *TILE),
    values=(
        f.composite_index,
        f.composite_method,
        f.composite_harmonisation,
        f.first_date,
        f.last_date,
        f.scenes_used,
        f.scenes_unread,
        f.observed_share,
        f.composite_values,
        f.composite_observations,
    ),
    checks=(Check("dates", "first_date is not after last_date", _in_order),),
)

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
    key=(f.period, *TILE),
    values=(
        f.index_name,
        f.method,
        f.harmonisation,
        f.first_date,
        f.last_date,
        f.scenes_read,
        f.scenes_unread,
        f.observed_share,
        f.values,
        f.observations,
    ),
    checks=(Check("dates", "first_date is not after last_date", _in_order),),
)

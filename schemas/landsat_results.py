"""Landsat: an index by area, as a panel, as trends and as changes."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table

LOST = (
    f.lost_failed,
    f.lost_fill,
    f.lost_cloud,
    f.lost_dilated_cloud,
    f.lost_cirrus,
    f.lost_shadow,
    f.lost_snow,
    f.lost_water,
    f.lost_saturated,
    f.lost_out_of_range,
    f.lost_undefined,
)
"""Shares lost, in the order in which causes take precedence."""


def _add_up(rows: pa.Table) -> bool:
    total = rows[f.clear_share.name]
    for column in LOST:
        total = pc.add(total, rows[column.name])
    return bool(pc.all(pc.less(pc.abs(pc.subtract(total, 1.0)), 1e-6)).as_py())


areas = Table(
    "out__ndvi__areas",
    "An area in a period, as one sensor saw it: the index, and what of the area it rests on.",
    key=(f.area_id, f.period, f.sensor),
    values=(
        f.mean,
        f.mean_low,
        f.mean_high,
        f.median,
        f.sd,
        f.p10,
        f.p90,
        f.anomaly,
        f.baseline_years,
        f.scenes,
        f.passes,
        f.pixels,
        f.pixels_touched,
        f.clear_share,
        *LOST,
        f.index_name,
        f.harmonisation,
    ),
    checks=(Check("shares", "what was usable and what was lost add up to 1", _add_up),),
    first=(f.mean, f.mean_low, f.mean_high, f.anomaly, f.passes, f.clear_share),
)

trends = Table(
    "out__ndvi__trends",
    "An area and how its index rose or fell over the years.",
    key=(f.area_id, f.sensor),
    values=(
        f.slope,
        f.slope_low,
        f.slope_high,
        f.tau,
        f.p_value,
        f.periods,
        f.years_covered,
        f.first_period,
        f.last_period,
        f.index_name,
        f.harmonisation,
    ),
)

changes = Table(
    "out__ndvi__changes",
    "An area and how its index differs between earlier and later years.",
    key=(f.area_id, f.sensor),
    values=(
        f.change,
        f.change_low,
        f.change_high,
        f.mean_before,
        f.mean_after,
        f.compared,
        f.years_before,
        f.years_after,
        f.index_name,
        f.harmonisation,
    ),
)

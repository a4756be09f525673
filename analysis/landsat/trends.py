"""Trends of an index by area: where fields, towns and forests green or brown over the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.declare import Analysis
from analysis.kernels.pixels import kendall
from analysis.kernels.pixels.formulas import Harmonisation
from analysis.lake import Dataset
from analysis.landsat import periods as ndvi_periods
from analysis.landsat.cells import Cells, Floats, cells
from analysis.landsat.ndvi import COMMON, labels, readable, shaped
from analysis.landsat.options import Pixels, means_used, pixels_used
from analysis.landsat.prepare import GROUPS, Prepared, prepare
from schemas import landsat_results as out

Blocks = Literal["month", "season", "quarter", "year"]


@dataclass(frozen=True)
class NdviTrends(Pixels):
    """The trend of an index in each area, months (or seasons) each compared with itself over the years."""

    harmonise: Harmonisation = "roy_ols"
    """Landsat 4 to 7 made like 8 and 9 by Roy et al. (2016): `roy_ols`, `roy_rma`, or `none`."""
    by: Blocks = "month"
    """What is compared with itself from year to year: each `month`, `season`, `quarter`, or the whole `year`."""
    pool_sensors: bool = True
    """Whether the trend is of all sensors together; else there is one for each."""


def ready(options: Any, data: Dataset) -> Prepared[Any]:
    """Areas, coverage and scenes, before an engine starts."""
    return prepare(options, data, options.by, options.pool_sensors, histogram=False)


def finish(partials: pa.Table, prepared: Prepared[NdviTrends]) -> pa.Table:
    """A row for each area and sensor, sorted by area (in the order of their file)."""
    found = cells(partials, prepared)
    readable(found)
    rows = list(by_area(found, prepared))
    trends = [kendall.trend(values) for _, _, values in rows]
    some = [np.flatnonzero(used) for _, used, _ in rows]
    text = ndvi_periods.texts(found.period, prepared.by)
    first = np.array([which[0] for which, _, _ in rows], np.int64)
    made: dict[str, Any] = {
        "slope": pa.array([t.slope for t in trends], pa.float64(), from_pandas=True),
        "slope_low": pa.array([t.low for t in trends], pa.float64(), from_pandas=True),
        "slope_high": pa.array([t.high for t in trends], pa.float64(), from_pandas=True),
        "tau": pa.array([t.tau for t in trends], pa.float64(), from_pandas=True),
        "p_value": pa.array([t.p for t in trends], pa.float64(), from_pandas=True),
        "periods": pa.array([len(u) for u in some], pa.int32()),
        "years_covered": pa.array([int((~np.isnan(v)).any(1).sum()) for _, _, v in rows], pa.int32()),
        "first_period": pa.array(
            [text[w[u[0]]] if len(u) else None for (w, _, _), u in zip(rows, some, strict=True)], pa.string()
        ),
        "last_period": pa.array(
            [text[w[u[-1]]] if len(u) else None for (w, _, _), u in zip(rows, some, strict=True)], pa.string()
        ),
    }
    told = {name: column.take(pa.array(first)) for name, column in labels(found, prepared).items()}
    return shaped(made | told, out.trends.schema())


def by_area(
    found: Cells, prepared: Prepared[Any]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_], Floats]]:
    """For each area and sensor its cells in order of time, which of them have a mean, and means by year and slot."""
    enough = found.usable >= max(prepared.options.coverage_min, np.nextafter(0.0, 1.0))
    mean = np.where(enough, found.mean, np.nan)
    year, slot = ndvi_periods.years(found.period, prepared.by), ndvi_periods.slots(found.period, prepared.by)
    series = found.area * len(GROUPS) + found.sensor
    order = np.argsort(series, kind="stable")  # cells are in order of time within each
    if not len(order):
        return
    for which in np.split(order, np.flatnonzero(np.diff(series[order])) + 1):
        values = np.full((np.ptp(year[which]) + 1, ndvi_periods.SLOTS[prepared.by]), np.nan)
        values[year[which] - year[which].min(), slot[which]] = mean[which]
        yield which, ~np.isnan(mean[which]), values


def methods(prepared: Prepared[NdviTrends]) -> str:
    """What was measured and how, for a methods section."""
    options = prepared.options
    each = "each year" if options.by == "year" else f"each {options.by} compared with itself over the years"
    return (
        f"{pixels_used(options)} {means_used(options, options.by)} "
        "The trend is the median of the slopes between all pairs of years "
        f"(Theil and Sen), {each}, with the 95 % interval of Sen (1968), and the test of Mann and Kendall (by season: "
        "Hirsch, Slack and Smith 1982), corrected for dependence between seasons from ten years on (Hirsch and Slack "
        "1984), or, with one value a year, between years (Hamed and Rao 1998)."
    )


trends: Analysis[Any] = Analysis(
    name="ndvi-trends",
    writes=out.trends,
    options=NdviTrends,
    prepare=ready,
    finish=finish,
    methods=methods,
    **COMMON,
)

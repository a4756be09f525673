"""Changes of an index by area between earlier and later years: before and after a road, a dam, a drought."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan, sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.declare import Analysis
from analysis.kernels.pixels.formulas import Harmonisation
from analysis.landsat import periods as ndvi_periods
from analysis.landsat.cells import CONFIDENCE, Floats, cells
from analysis.landsat.ndvi import COMMON, labels, readable, shaped
from analysis.landsat.options import Pixels, means_used, pixels_used, years
from analysis.landsat.prepare import Prepared
from analysis.landsat.trends import Blocks, by_area, ready
from schemas import landsat_results as out


@dataclass(frozen=True)
class NdviChanges(Pixels):
    """The difference of an index between earlier and later years, months (or seasons) each compared with itself."""

    before: str = ""
    """The earlier years: one (2013) or a range (2013-2015)."""
    after: str = ""
    """The later years: one (2023) or a range (2021-2023)."""
    harmonise: Harmonisation = "roy_ols"
    """Landsat 4 to 7 made like 8 and 9 by Roy et al. (2016): `roy_ols`, `roy_rma`, or `none`."""
    by: Blocks = "month"
    """What is compared with itself: each `month`, `season`, `quarter`, or the whole `year`."""
    pool_sensors: bool = True
    """Whether the change is of all sensors together; else there is one for each."""

    def __post_init__(self) -> None:
        """Refuse what cannot be compared, before anything is read."""
        super().__post_init__()
        ends = [years(getattr(self, name), name) for name in ("before", "after")]
        if not all(ends):
            raise ValueError(
                "before and after are needed; give years, as before 2013-2015 and after 2021-2023"
            )
        if ends[0][1] >= ends[1][0]:  # type: ignore[index]
            raise ValueError(
                f"before is {self.before}, which does not end before after ({self.after}) begins"
            )


@dataclass(frozen=True)
class Change:
    """A difference; NaN where there is none."""

    change: float
    """Mean of the differences of months."""
    low: float
    """Lower end of its interval."""
    high: float
    """Upper end of its interval."""
    before: float
    """Mean of the earlier years, over the months compared."""
    after: float
    """Mean of the later years."""
    compared: int
    """Months that both have."""


def compare(before: Floats, after: Floats) -> Change:
    """The change between years, month by month.

    With two years or more on both sides the years are the sample (a wet year is wet in all its months): of each the
    mean difference from the usual in its months, with unequal variances (Welch 1947). Else the months' differences are,
    with Student's t.

    Args:
        before: Means by year and month, NaN where there is none; [years, months].
        after: The same of later years.
    """
    from scipy.special import stdtrit

    both = (~np.isnan(before)).any(0) & (~np.isnan(after)).any(0)
    count = int(both.sum())
    if not count:
        return Change(nan, nan, nan, nan, nan, 0)
    sides = [side[:, both] for side in (before, after)]
    sides = [side[(~np.isnan(side)).any(1)] for side in sides]
    means = [np.nanmean(side, axis=0) for side in sides]
    steps = means[1] - means[0]
    change, half = float(steps.mean()), nan
    if min(map(len, sides)) > 1:
        half = _welch(*(np.nanmean(side - (means[0] + means[1]) / 2, axis=1) for side in sides))
    elif count > 1:
        half = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * float(steps.std(ddof=1)) / sqrt(count)
    return Change(change, change - half, change + half, float(means[0].mean()), float(means[1].mean()), count)


def _welch(one: Floats, other: Floats) -> float:
    """Half the width of the interval of a difference of means (Welch 1947)."""
    from scipy.special import stdtrit

    parts = [float(side.var(ddof=1)) / len(side) for side in (one, other)]
    if not sum(parts):
        return 0.0
    freedom = sum(parts) ** 2 / sum(
        v**2 / (len(side) - 1) for v, side in zip(parts, (one, other), strict=True)
    )
    return float(stdtrit(freedom, 0.5 + CONFIDENCE / 2)) * sqrt(sum(parts))


def finish(partials: pa.Table, prepared: Prepared[NdviChanges]) -> pa.Table:
    """A row for each area and sensor, sorted by area (in the order of their file)."""
    found = cells(partials, prepared)
    readable(found)
    options = prepared.options
    year = ndvi_periods.years(found.period, prepared.by)
    first, changes = [], []
    for which, _, values in by_area(found, prepared):
        row = np.arange(len(values)) + year[which].min()
        sides = [
            values[(low <= row) & (row <= high)]
            for low, high in filter(None, (years(options.before, "before"), years(options.after, "after")))
        ]
        first.append(int(which[0]))
        changes.append(compare(*sides))
    names = {"change": "change", "low": "change_low", "high": "change_high", "before": "mean_before"}
    made: dict[str, Any] = {
        column: pa.array([getattr(c, name) for c in changes], pa.float64(), from_pandas=True)
        for name, column in (names | {"after": "mean_after"}).items()
    }
    made["compared"] = pa.array([c.compared for c in changes], pa.int32())
    made |= {"years_before": [options.before] * len(first), "years_after": [options.after] * len(first)}
    told = {
        name: column.take(pa.array(first, pa.int64())) for name, column in labels(found, prepared).items()
    }
    return shaped(made | told, out.changes.schema())


def methods(prepared: Prepared[NdviChanges]) -> str:
    """What was measured and how, for a methods section."""
    options = prepared.options
    sample = f"years as the sample where there are two or more on both sides (Welch 1947), else {options.by}s"
    return (
        f"{pixels_used(options)} {means_used(options, options.by)} "
        f"The change is the mean of {options.after} less the mean of "
        f"{options.before}, each {options.by} compared with itself where both have one; its 95 % interval "
        f"takes {sample}."
    )


changes: Analysis[Any] = Analysis(
    name="ndvi-changes",
    writes=out.changes,
    options=NdviChanges,
    prepare=ready,
    finish=finish,
    methods=methods,
    **COMMON,
)

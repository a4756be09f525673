"""A panel of an index by area, period and sensor: what a survey or a yield can be joined with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.declare import Analysis
from analysis.kernels.pixels import classes as c
from analysis.kernels.pixels import sums
from analysis.lake import Dataset
from analysis.landsat import periods as ndvi_periods
from analysis.landsat.cells import CONFIDENCE, ROWS_AT_ONCE, Cells, Floats, cells
from analysis.landsat.options import Pixels, pixels_used, years
from analysis.landsat.periods import PERIODS, Period
from analysis.landsat.prepare import GROUPS, Prepared, prepare
from schemas import landsat
from schemas import landsat_results as out

BASELINE_YEARS_MIN = 2
"""Fewer years than this are no baseline."""
QUANTILES = {"p10": 0.1, "median": 0.5, "p90": 0.9}


@dataclass(frozen=True)
class Ndvi(Pixels):
    """An index (NDVI where nothing else is said) for each area and period, with what it rests on."""

    by: Period = "month"
    """A row for each `day`, `month`, `season` (December to February, …), `quarter` or `year`."""
    pool_sensors: bool = False
    """Whether a row is of all sensors together; better harmonised then."""
    baseline: str = ""
    """Years that anomalies are measured against, as 2013-2020; all years where nothing is said."""

    def __post_init__(self) -> None:
        """Refuse what cannot be worked out, before anything is read."""
        super().__post_init__()
        if self.by not in PERIODS:
            raise ValueError(f"by is '{self.by}'; choose from {', '.join(PERIODS)}")
        years(self.baseline, "baseline")


def ready(options: Ndvi, data: Dataset) -> Prepared[Ndvi]:
    """Areas, coverage and scenes, before an engine starts."""
    return prepare(options, data, options.by, options.pool_sensors, histogram=True)


def columns(prepared: Prepared[Any]) -> tuple[str, ...]:
    """Where tiles lie, the bands of the index, and their quality."""
    return sums.columns(prepared.plan.index)


def add_up(tiles: Iterable[pa.RecordBatch], options: Prepared[Any]) -> Iterator[pa.RecordBatch]:
    """Partial sums of the tiles in each batch. No engine is known here."""
    return sums.sums(tiles, options.plan)


def finish(partials: pa.Table, prepared: Prepared[Ndvi]) -> pa.Table:
    """Rows of the panel, sorted by area (in the order of their file), period and sensor."""
    found = cells(partials, prepared, tuple(QUANTILES.values()))
    readable(found)
    enough = found.usable >= max(prepared.options.coverage_min, np.nextafter(0.0, 1.0))
    measures = {"mean": found.mean, "mean_low": found.mean - found.half, "mean_high": found.mean + found.half}
    measures |= {name: found.quantiles[q] for name, q in QUANTILES.items()} | {"sd": found.sd}
    measures = {name: np.where(enough, values, np.nan) for name, values in measures.items()}
    measures["anomaly"], based = anomalies(found, measures["mean"], prepared)
    made: dict[str, Any] = {name: pa.array(v, from_pandas=True) for name, v in measures.items()}
    made |= {f"lost_{name}": share for name, share in found.lost.items()}
    made |= labels(found, prepared) | {
        "period": ndvi_periods.texts(found.period, prepared.by),
        "baseline_years": based,
        "scenes": found.scenes,
        "passes": found.passes,
        "pixels": found.pixels,
        "pixels_touched": found.touched,
        "clear_share": found.usable,
    }
    return shaped(made, out.areas.schema())


def readable(found: Cells) -> None:
    """Test that some pixel could be read.

    Raises:
        ValueError: A band that the index needs is in no tile.
    """
    if (found.lost["failed"] > 0).any() and (found.lost["failed"] + found.lost["fill"] > 1 - 1e-9).all():
        raise ValueError(
            "no tile has all bands of the index and both of quality; ingest landsat with --bands"
        )


def labels(found: Cells, prepared: Prepared[Any]) -> dict[str, Any]:
    """What every row says of its area, sensor and index."""
    options, count = prepared.options, len(found.area)
    return {
        "area_id": pa.array(prepared.ids, pa.string()).take(pa.array(found.area)),
        "sensor": pa.array(GROUPS, pa.string()).take(pa.array(found.sensor)),
        "index_name": pa.array([options.index] * count, pa.string()),
        "harmonisation": pa.array([options.harmonise] * count, pa.string()),
    }


def shaped(made: Mapping[str, Any], schema: pa.Schema) -> pa.Table:
    """Columns by name as a table of results."""
    arrays = [made[f.name] if isinstance(made[f.name], pa.Array) else pa.array(made[f.name]) for f in schema]
    return pa.Table.from_arrays([a.cast(f.type) for a, f in zip(arrays, schema, strict=True)], schema=schema)


def anomalies(found: Cells, mean: Floats, prepared: Prepared[Ndvi]) -> tuple[Floats, NDArray[np.int64]]:
    """Mean less the mean of the area's yearly means in this kind of period, and on how many years that rests."""
    year, slot = ndvi_periods.years(found.period, prepared.by), ndvi_periods.slots(found.period, prepared.by)
    first, last = years(prepared.options.baseline, "baseline") or (0, 9999)
    kind = (found.area * ndvi_periods.SLOTS[prepared.by] + slot) * len(GROUPS) + found.sensor
    _, kind = np.unique(kind, return_inverse=True)
    base = ~np.isnan(mean) & (first <= year) & (year <= last)
    each, in_year = np.unique(kind[base] * 10_000 + year[base], return_inverse=True)
    yearly = np.bincount(in_year, mean[base], len(each)) / np.bincount(in_year, minlength=len(each))
    count = np.bincount(each // 10_000, minlength=len(kind))
    with np.errstate(invalid="ignore", divide="ignore"):
        usual = np.bincount(each // 10_000, yearly, len(kind)) / count
    usual[count < BASELINE_YEARS_MIN] = np.nan
    return mean - usual[kind], count[kind]


def facts(prepared: Prepared[Any]) -> Mapping[str, Any]:
    """Areas and scenes, and what numbers depend on."""
    return {
        **prepared.known,
        "histogram_bins": c.BINS,
        "precedence_of_causes": list(c.CAUSES),
        "confidence": CONFIDENCE,
    }


def notes(partials: pa.Table, prepared: Prepared[Any]) -> Mapping[str, Any]:
    """Areas that no scene shows, and pixels that a neighbouring scene gave already."""
    keys, amounts = partials["key"].to_numpy(), partials["amount"].to_numpy()
    seen: set[int] = set()
    twice = once = beyond = 0
    for start in range(0, len(keys), ROWS_AT_ONCE):
        area, _, what = sums.split(keys[start : start + ROWS_AT_ONCE])
        amount = amounts[start : start + ROWS_AT_ONCE]
        lost = (what >= c.FIRST_CAUSE) & (what < c.ELSEWHERE)
        seen |= set(
            np.unique(area[(what == sums.USABLE) | (lost & (what != c.FIRST_CAUSE + c.FILL))]).tolist()
        )
        twice += int(amount[what == c.ELSEWHERE].sum())
        once += int(amount[(what == sums.USABLE) | lost].sum())
        beyond += int(amount[(what == c.BELOW) | (what == c.ABOVE)].sum())
    unseen = [name for number, name in enumerate(prepared.ids) if number not in seen]
    return {
        "areas_no_scene_shows": len(unseen),
        "areas_no_scene_shows_named": unseen[:20],
        "pixels_counted": round(float(once) * sums.UNIT, 3),
        "pixels_left_to_a_neighbouring_scene": round(float(twice) * sums.UNIT, 3),
        "pixels_beyond_the_histogram": round(float(beyond) * sums.UNIT, 3),
    }


def files(_: pa.Table, prepared: Prepared[Any]) -> Iterator[tuple[str, bytes]]:
    """The areas' outlines, for maps."""
    yield "areas.geojson", prepared.outlines


def methods(prepared: Prepared[Ndvi]) -> str:
    """What was measured and how, for a methods section."""
    options = prepared.options
    pooled = ", all sensors together" if options.pool_sensors else " and sensor"
    base = f"the years {options.baseline}" if options.baseline else "all years"
    return (
        f"{pixels_used(options)} For each area and {options.by}{pooled}, we give the mean of usable pixels over all "
        f"passes, with median, tenth and ninetieth percentile from a histogram of {c.BINS} bins, and the standard "
        "deviation; the 95 % interval of the mean takes passes as the sampling unit (linearised variance of a ratio, "
        "Cochran 1977, ch. 6, Student's t). Measures are empty where less than "
        f"{100 * options.coverage_min:g} % of the area's pixels were usable. The anomaly is the mean less the area's "
        f"own mean in this kind of period over {base}."
    )


COMMON: dict[str, Any] = {
    "reads": landsat.tiles,
    "columns": columns,
    "kernel": add_up,
    "partial": lambda prepared: sums.PARTIAL,
    "combine": {"amount": "sum"},
    "facts": facts,
    "notes": notes,
    "files": files,
}
"""What the analyses of an index by area have in common."""

ndvi: Analysis[Any] = Analysis(
    name="ndvi", writes=out.areas, options=Ndvi, prepare=ready, finish=finish, methods=methods, **COMMON
)

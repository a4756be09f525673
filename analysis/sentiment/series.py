"""From sums to the rows of a series: values, intervals and counts, period by period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.sentiment import bootstrap
from analysis.kernels.sentiment.bootstrap import Spread
from analysis.kernels.sentiment.effects import WEIGHTINGS, Floats, Integers, Panel
from analysis.sentiment.options import Sentiment
from analysis.sentiment.prepare import Prepared
from analysis.sentiment.sums import Sums, gap_days, readings, texts, whole
from schemas import sentiment as out

CONFIDENCE = 0.95


def rows(found: Sums, prepared: Prepared[Sentiment]) -> tuple[pa.Table, list[dict[str, Any]]]:
    """The series, a row for each period from the first to the last, and the trend of each."""
    options = prepared.options
    if not len(found.periods):
        return out.series.schema().empty_table(), []
    panel = found.panel(options.by, options.articles_min)
    every = whole(found.periods, options.by)
    counts: dict[str, Any] = dict(_counts(found, every))
    counts |= {"period": texts(every, options.by), "gap_days": gap_days(every, options.by, prepared.gaps)}
    tables, trends = [], []
    for reading in readings(options.stories):
        cells = found.cells(reading)
        value = bootstrap.value(cells, panel)
        half = halves(bootstrap.spread(cells, panel, options.draws, options.seed))
        for number, weighting in enumerate(WEIGHTINGS):
            names = {"reading": reading, "weighting": weighting}
            tables.append(
                _table(value[number], half[number], np.searchsorted(every, found.periods), counts, names)
            )
            trends.append(names | _trend(value[number], half[number], options.by))
    keys = [(column.name, "ascending") for column in out.series.key]
    return pa.concat_tables(tables).sort_by(keys), trends


def halves(spread: Spread) -> Floats:
    """Half the widths of intervals of 95 %: Student's t with one degree of freedom less than there are clusters."""
    from scipy.special import stdtrit

    with np.errstate(invalid="ignore"):
        t = stdtrit(np.maximum(spread.clusters - 1, 1), 0.5 + CONFIDENCE / 2)
        half: Floats = np.where(spread.clusters > 1, t * np.sqrt(spread.variance), np.nan)
    return half


def _counts(found: Sums, every: Integers) -> Iterator[tuple[str, NDArray[np.int64]]]:
    place = np.searchsorted(every, found.periods)[found.period]
    for name, amount in (("articles_scored", "articles"), ("dated_by_capture", "by_capture")):
        yield name, np.bincount(place, found.amounts[amount], len(every)).astype(np.int64)
    for name, kind in (("outlets_scored", found.outlet), ("stories_scored", found.story)):
        each = np.unique(np.stack([place, kind]), axis=1)[0]
        yield name, np.bincount(each, minlength=len(every))


def _table(
    value: Floats, half: Floats, place: Integers, counts: dict[str, Any], names: Mapping[str, str]
) -> pa.Table:
    made: dict[str, Any] = {}
    count = len(counts["period"])
    for name, values in (("", value), ("_low", value - half), ("_high", value + half)):
        wide = np.full(count, np.nan)
        wide[place] = values[:-1]
        made[f"sentiment{name}"] = pa.array(wide, from_pandas=True)
    made |= {name: pa.array([text] * count) for name, text in names.items()}
    schema = out.series.schema()
    arrays = [pa.array((made | counts)[field.name]).cast(field.type) for field in schema]
    return pa.Table.from_arrays(arrays, schema=schema)


def _trend(value: Floats, half: Floats, by: str) -> dict[str, Any]:
    """Slope of a straight line through a series."""
    slope, wide = float(value[-1]), float(half[-1])
    ends = {"low": slope - wide, "high": slope + wide}
    shown = {f"slope_per_{by}": slope} | ends
    return {name: None if np.isnan(number) else round(number, 6) for name, number in shown.items()}


def told(found: Sums, panel: Panel) -> Mapping[str, Any]:
    """What the adjusted series rests on."""
    period, outlet = panel.period[panel.connected], panel.outlet[panel.connected]
    return {
        "outlets": len(found.outlets),
        "outlets_in_adjusted": len(np.unique(outlet)),
        "periods": len(found.periods),
        "periods_in_adjusted": len(np.unique(period)),
        "outlet_periods": len(panel.period),
        "outlet_periods_with_articles_enough": int(panel.kept.sum()),
    }

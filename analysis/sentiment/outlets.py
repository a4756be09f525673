"""Sentiment outlet by outlet: the panel that a series is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from analysis.declare import Analysis, Finished
from analysis.kernels.sentiment.effects import Floats, Integers
from analysis.sentiment import methods as say
from analysis.sentiment.options import Outlets
from analysis.sentiment.prepare import Prepared
from analysis.sentiment.sentiment import COMMON, counted
from analysis.sentiment.sums import Sums, gap_days, readings, sums, texts
from schemas import sentiment as out


def finish(partials: pa.Table, prepared: Prepared[Outlets]) -> Finished:
    """A row for each outlet in each period and reading, sorted."""
    found = sums(partials)
    tables = [_rows(found, reading, prepared) for reading in readings(prepared.options.stories)]
    keys = [(column.name, "ascending") for column in out.outlets.key]
    return Finished(pa.concat_tables(tables).sort_by(keys), counted(found))


def _rows(found: Sums, reading: str, prepared: Prepared[Outlets]) -> pa.Table:
    options, cells = prepared.options, found.cells(reading)
    period, outlet = found.pairs
    count = len(period)
    amounts = {name: _by(found.pair, values, count) for name, values in found.amounts.items()}
    weight, total = _by(found.pair, cells.weight, count), _by(found.pair, cells.total, count)
    articles, words = amounts["articles"], amounts["words"]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = total / weight
        spread = _by(found.pair, found.squares(reading), count) / weight - mean**2
        sd = np.sqrt(np.maximum(spread, 0.0) * articles / (articles - 1))
        matched = np.where(words > 0, amounts["matched"] / words, np.nan)
    every = np.array(texts(found.periods, options.by), str)
    made: dict[str, Any] = {
        "period": pa.array(every[period].tolist(), pa.string()),
        "outlet": pa.array(found.outlets, pa.string()).take(pa.array(outlet)),
        "reading": pa.array([reading] * count, pa.string()),
        "sentiment": mean,
        "sentiment_sd": pa.array(np.where(articles > 1, sd, np.nan), from_pandas=True),
        "articles_scored": articles,
        "stories_scored": np.bincount(found.pair, minlength=count),  # a cell is a story
        "sentences_scored": amounts["sentences"],
        "matched_share": pa.array(matched, from_pandas=True),
        "dated_by_capture": amounts["by_capture"],
        "gap_days": pa.array(gap_days(found.periods, options.by, prepared.gaps), pa.int64()).take(
            pa.array(period)
        ),
    }
    schema = out.outlets.schema()
    arrays = [
        pa.array(made[f.name], type=f.type)
        if not isinstance(made[f.name], pa.Array)
        else made[f.name].cast(f.type)
        for f in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _by(which: Integers, values: Floats | Integers, count: int) -> Any:
    """Sums of cells by pair, whole numbers as such."""
    made = np.zeros(count, values.dtype)
    np.add.at(made, which, values)
    return made


outlets: Analysis[Any] = Analysis(
    name="sentiment-outlets",
    writes=out.outlets,
    options=Outlets,
    finish=finish,
    methods=say.outlets,
    **COMMON,
)

"""A scorer's opinion of every text of a frame (VADER: the predictor), to be corrected by codes (`whole.means`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from analysis.coding.options import Draw
from analysis.coding.strata import Strata, months, wanted
from analysis.kernels.sentiment import registry
from analysis.kernels.sentiment.articles import Plan, score
from analysis.kernels.sentiment.gates import for_scorer

SCORES = pa.schema(
    [
        pa.field("source_file", pa.string(), False),
        pa.field("record_offset", pa.int64(), False),
        pa.field("outlet", pa.string()),
        pa.field("period", pa.string(), False),
        pa.field("language", pa.string()),
        pa.field("score", pa.float64()),
    ]
)


def columns(options: Draw) -> tuple[str, ...]:
    """Columns of texts that `scored` needs."""
    return Strata(options).columns(whole=True)


def scored(
    batches: Iterable[pa.RecordBatch], options: Draw, scorer: str = "vader"
) -> Iterator[pa.RecordBatch]:
    """Scores of the texts that a drawing with these options draws from, in no other language than it asks for.

    Texts are cleaned and scored sentence by sentence as `fieldwork sentiment` does, whatever language they are in:
    any guess is a predictor, since the coded sample corrects it.

    Args:
        batches: Rows of the table that was drawn from; see `columns`.
        options: Options of the drawing.
        scorer: A scorer as `fieldwork sentiment --scorer` names it.

    Yields:
        Rows as `SCORES`; `score` is empty where a text has nothing to score.

    Raises:
        ValueError: No such scorer.
    """
    found, strata = registry.scorer(scorer), Strata(options)
    plan = Plan(found, for_scorer(found), strata.outlet)
    for batch in batches:
        rows = wanted(batch, strata)
        values = score(plan.gates.clean(rows["text"]), plan).score
        made = {
            "outlet": rows[strata.outlet],
            "period": months(rows, strata),
            "score": pa.array(values, mask=np.isnan(values)),
        }
        arrays = [made[f.name] if f.name in made else rows[f.name] for f in SCORES]
        yield pa.RecordBatch.from_arrays(
            [a.cast(f.type) for a, f in zip(arrays, SCORES, strict=True)], schema=SCORES
        )

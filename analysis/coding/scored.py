"""A scorer's opinion of every text of a frame (VADER: the predictor), to be corrected by codes (`whole.means`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

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
    plain = Strata(Draw(table=options.table))  # strata do not matter any more
    return tuple(name for name in plain.columns(whole=True) if name != "url")


def predictor(
    options: Draw,
    scorer: str = "vader",
    *,
    whole: bool = False,
    typography: bool = True,
    entities: bool = True,
) -> Plan:
    """How texts that a drawing draws from are scored; options as those of `fieldwork sentiment`.

    Texts are scored whatever language they are in: any guess is a predictor, since the coded sample corrects it.

    Args:
        options: Options of the drawing.
        scorer: A scorer as `fieldwork sentiment --scorer` names it.
        whole: Whether a text is scored as one; else sentence by sentence.
        typography: Whether curly quotes and dashes become plain ones.
        entities: Whether HTML character references become their characters.

    Raises:
        ValueError: No such scorer.
        OSError: Its file cannot be read.
    """
    found = registry.scorer(scorer)
    gates = replace(for_scorer(found, typography=typography, entities=entities), languages=())
    return Plan(found, gates, Strata(options).outlet, whole=whole)


def scored(batches: Iterable[pa.RecordBatch], options: Draw, plan: Plan) -> Iterator[pa.RecordBatch]:
    """Scores of the texts that a drawing with these options draws from, in no other language than it asks for.

    Args:
        batches: Rows of the table that was drawn from; see `columns`.
        options: Options of the drawing.
        plan: How they are scored; see `predictor`.

    Yields:
        Rows as `SCORES`; `score` is empty where a text has nothing to score.
    """
    strata = Strata(options)
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

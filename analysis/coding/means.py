"""Mean sentiment of the whole: a scorer (VADER) as the predictor, corrected by a sample coded by hand.

A scorer errs more in one outlet than in another (irony, quotations, words it lacks), and its unit is not that of the
coders. So its scores are put on the scale of the codes, and means are estimated five ways side by side
(`analysis.coding.estimators`): where the count differs from the estimates that the coded sample corrects, it is the
count that is off.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.coding import means_said as say
from analysis.coding import score_sums
from analysis.coding.errors import CodingError
from analysis.coding.means_options import Means
from analysis.coding.means_prepare import NAMES, partitions, prepare
from analysis.coding.means_prepared import Prepared
from analysis.coding.scored import columns
from analysis.coding.strata import TABLES
from analysis.coding.whole import Scale
from analysis.coding.whole import means as estimate
from analysis.declare import Analysis, Finished
from schemas import coding as out


def kernel(batches: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """Scores added up, those of coded texts apart."""
    return score_sums.add_up(batches, options.sums)


def finish(partials: pa.Table, prepared: Prepared) -> Finished:
    """Every group and period by every estimator asked for, sorted by key."""
    coded = _coded(partials, prepared)
    cells = partials.group_by(score_sums.CELL, use_threads=False)
    added = cells.aggregate([(name, "sum") for name in score_sums.SUMS])
    added = added.rename_columns([name.removesuffix("_sum") for name in added.column_names])
    totals = score_sums.on_scale(added, prepared.scale)
    ends = Scale(low=prepared.scale.low, high=prepared.scale.high)  # scores are on the scale already
    made = estimate(totals, coded, prepared.frame, ends)
    asked = pa.array(prepared.options.estimators, pa.string())
    return Finished(
        made.filter(pc.is_in(made["estimator"], asked)).combine_chunks(), say.counted(added, coded)
    )


def _coded(partials: pa.Table, prepared: Prepared) -> pa.Table:
    """The coded texts as `whole.means` takes them, in the order of their ids."""
    found = partials.filter(pc.and_(pc.not_equal(partials["item_id"], ""), pc.equal(partials["items"], 1)))
    found = found.sort_by("item_id")
    if found.num_rows != prepared.labels.num_rows:
        missing, read = prepared.labels.num_rows - found.num_rows, pc.sum(partials["items"]).as_py() or 0
        drawn_from = pc.sum(prepared.frame["stratum_items"]).as_py()
        raise CodingError(
            f"{missing:,} of {prepared.labels.num_rows:,} coded texts are not among the {read:,} that were read (the "
            f"sample was drawn from {drawn_from:,}), or are there twice; read the lake that the sample was drawn from "
            "(--lake), and name no partitions: those of the sample are taken"
        )
    place = pc.index_in(found["item_id"], prepared.labels["item_id"].combine_chunks())
    own = prepared.labels.take(place.combine_chunks())
    scores = score_sums.on_scale(found, prepared.scale)["total"]
    return pa.table(
        {n: found[n] for n in score_sums.CELL} | {n: own[n] for n in ("stratum", "code")} | {"score": scores}
    )


def _analysis(table: str) -> Analysis[Any]:
    return Analysis(
        name=NAMES[table],
        reads=TABLES[table],
        writes=out.means,
        options=Means,
        columns=lambda prepared: columns(prepared.sums.draw),
        kernel=kernel,
        partial=lambda _: score_sums.PARTIAL,
        combine=dict.fromkeys(score_sums.SUMS, "sum"),
        partitions=partial(partitions, table=table),
        prepare=prepare,
        finish=finish,
        methods=say.methods,
        facts=say.facts,
    )


means: Analysis[Any] = _analysis("articles")

pages: Analysis[Any] = _analysis("pages")

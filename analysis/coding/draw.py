"""A drawing: the frame counted, the sample shared among strata, drawn on any engine, and dealt to coders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.coding import allocate, marks, strata
from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from analysis.coding.strata import COUNTS, SAMPLE, TABLES, Strata
from analysis.declare import Analysis
from analysis.engines import Progress, silent
from analysis.lake import Dataset, dataset
from analysis.runner import run_on
from conf.places import place
from conf.settings import Settings
from schemas import coding as out


@dataclass(frozen=True)
class Drawn:
    """A sample with its frame and the record of its making."""

    options: Draw
    """As asked."""
    frame: pa.Table
    """Rows of `out__coding__frame`."""
    sample: pa.Table
    """Rows of `out__coding__sample`."""
    manifest: dict[str, Any]
    """As of a result."""


def draw(
    options: Draw,
    settings: Settings,
    lake: str | None = None,
    *,
    engine: str = "dask",
    where: Mapping[str, Sequence[str]] | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Draw a sample; it is the same on every engine.

    Raises:
        CodingError: The sample cannot be shared among the strata, or a file of scores or sd does not fit.
        LookupError: Nothing of the table is in the lake.
    """
    data = dataset(place(lake or settings.lake, settings), TABLES[options.table], where)
    given = _given(options, settings)
    frame = run_on(_counting(options, given), options, data, engine, where or {}, progress).table
    result = run_on(_drawing(options, given, frame), options, data, engine, where or {}, progress)
    return Drawn(options, frame, result.table, result.manifest)


def _given(options: Draw, settings: Settings) -> Strata:
    """The options with the file of scores read."""
    if not options.scores:
        return Strata(options)
    try:
        rows = marks.read(options.scores, place(options.scores, settings).read_bytes())
    except FileNotFoundError:
        raise CodingError(
            f"scores is '{options.scores}', and there is no such file; give a CSV or Parquet file, such as the "
            "predictions.parquet of `fieldwork classify --out FOLDER`"
        ) from None
    scores = marks.banded(rows, options.bands) if "score" in options.strata else None
    return Strata(
        options, scores=scores, predicted=marks.classed(rows) if "predicted" in options.strata else None
    )


def _counting(options: Draw, given: Strata) -> Analysis[Any]:
    """The frame as an analysis."""
    return Analysis(
        name="annotate-frame",
        reads=TABLES[options.table],
        writes=out.frame,
        options=Draw,
        columns=lambda chosen: chosen.columns(whole=False),
        kernel=strata.count,
        partial=lambda _: COUNTS,
        combine={"stratum_items": "sum"},
        finish=_frame,
        prepare=lambda _, __: given,
    )


def _frame(counts: pa.Table, given: Strata) -> pa.Table:
    options = given.options
    sizes = dict(zip(counts["stratum"].to_pylist(), counts["stratum_items"].to_pylist(), strict=True))
    sd = _deviations(options.sd) if options.sd else None
    take = allocate.allocate(sizes, options.size, options.allocation, options.minimum, sd)
    rows = [
        {
            "stratum": n,
            "stratum_items": sizes[n],
            "stratum_drawn": take[n],
            "inclusion_probability": take[n] / sizes[n],
        }
        for n in sorted(sizes)
    ]
    return pa.Table.from_pylist(rows, schema=out.frame.schema())


def _deviations(file: str) -> dict[str, float]:
    from pyarrow import csv

    try:
        rows = csv.read_csv(file)
    except FileNotFoundError:
        raise CodingError(
            f"sd is '{file}', and there is no such file; give a CSV with stratum and sd"
        ) from None
    if not {"stratum", "sd"} <= set(rows.column_names):
        raise CodingError(f"{file} has the columns {', '.join(rows.column_names)}; give stratum and sd")
    return dict(
        zip(
            rows["stratum"].cast(pa.string()).to_pylist(),
            rows["sd"].cast(pa.float64()).to_pylist(),
            strict=True,
        )
    )


def _drawing(options: Draw, given: Strata, frame: pa.Table) -> Analysis[Any]:
    """The sample as an analysis."""
    names = frame["stratum"].to_pylist()
    take = dict(zip(names, frame["stratum_drawn"].to_pylist(), strict=True))
    sizes = dict(zip(names, frame["stratum_items"].to_pylist(), strict=True))
    ready = Strata(options, take, sizes, given.scores, given.predicted)

    def prepare(_: Draw, __: Dataset) -> Strata:
        return ready

    return Analysis(
        name="annotate-draw",
        reads=TABLES[options.table],
        writes=out.sample,
        options=Draw,
        columns=lambda chosen: chosen.columns(whole=True),
        kernel=strata.first,
        partial=lambda _: SAMPLE,
        combine={},
        thin=strata.thin,
        finish=_dealt,
        prepare=prepare,
        methods=methods,
        facts=lambda _: {"strata": len(names), "texts_in_frame": sum(sizes.values())},
    )


def _dealt(rows: pa.Table, given: Strata) -> pa.Table:
    """The sample, each text given to its coders."""
    chosen = strata.thin(rows, given).sort_by([("stratum", "ascending"), ("rank", "ascending")])
    shared = deal(chosen.num_rows, given.options)
    made = chosen.append_column("allotted_to", pa.array(shared, pa.string()))
    schema = out.sample.schema()
    if pc.count_distinct(made["item_id"]).as_py() < made.num_rows:
        raise CodingError(
            "two texts have the same item_id: the lake holds the same record twice; choose partitions"
        )
    return made.select(schema.names).cast(schema).sort_by("item_id")


def deal(texts: int, options: Draw) -> list[str]:
    """Coders of each text, in the order of strata: every so manieth text goes to all, the others to one in turn.

    The shared texts are a systematic sample with a random start, so that all strata have their part of them.
    """
    rng = np.random.default_rng([options.seed, texts])
    start, turn = rng.random(), list(rng.permutation(len(options.coders)))
    cuts = np.floor(np.arange(texts + 1) * options.overlap + start)
    found, alone = [], 0
    for shared in np.diff(cuts) > 0:
        if shared:
            found.append(" ".join(options.coders))
        else:
            found.append(options.coders[turn[alone % len(turn)]])
            alone += 1
    return found


def methods(given: Strata) -> str:
    """How the sample was drawn, for a methods section."""
    options = given.options
    by = f"stratified by {' and '.join(options.strata)}" if options.strata else "unstratified"
    how = {"proportional": "in proportion to the strata's texts", "equal": "alike to all strata",
           "neyman": "in proportion to the strata's texts times their standard deviation (Neyman 1934)"}  # fmt: skip
    shared = (
        f"Of these, {options.overlap:.0%} were coded by all of {len(options.coders)} coders, the others by one each. "
        if len(options.coders) > 1
        else ""
    )
    return (
        f"We drew a random sample of {sum(given.take.values()):,} of {sum(given.sizes.values()):,} texts without "
        f"replacement, {by} ({len(given.take):,} strata, shared {how[options.allocation]}, at least "
        f"{options.minimum} texts each; seed {options.seed}). Each text's inclusion probability is the share of its "
        f"stratum that was drawn, and exact. {shared}Coders saw texts in an order of chance, up to "
        f"{options.characters:,} characters"
        f"{', with ' + ' and '.join(options.show) if options.show else ', without their source'}."
    )

"""The most positive and the most negative sentences, each with the words and rules that make its score."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.kernels.sentiment import ends as kernel
from analysis.kernels.sentiment.scorer import Part, Scorer
from analysis.sentiment import methods as say
from analysis.sentiment.options import Ends
from analysis.sentiment.prepare import Prepared, prepare
from schemas import news
from schemas import sentiment as out


def find(batches: Batches, options: Prepared[Ends]) -> Iterator[pa.RecordBatch]:
    """The first sentences of either tone in each batch."""
    return kernel.find(batches, options.plan, _wanted(options))


def _wanted(prepared: Prepared[Ends]) -> kernel.Wanted:
    asked = prepared.options
    return kernel.Wanted(asked.count, asked.words_min, asked.words_max, asked.seed)


def thin(partials: pa.Table, options: Prepared[Ends]) -> pa.Table:
    """The first sentences of several parts."""
    return kernel.thin(partials, options.options.count)


def finish(partials: pa.Table, prepared: Prepared[Ends]) -> pa.Table:
    """The sentences by tone (negative first) and place, explained."""
    rows = kernel.thin(partials, prepared.options.count)
    tones = rows["tone"].to_pylist()
    sign = pa.array([1.0 if tone == "positive" else -1.0 for tone in tones], pa.float64())
    first = {tone: tones.index(tone) for tone in set(tones)}
    made: dict[str, Any] = {
        "place": pa.array([row - first[tone] + 1 for row, tone in enumerate(tones)], pa.int64()),
        "sentence_score": pc.multiply(rows["away"], sign),
        "explanation": pa.array(
            [explained(text, prepared.plan.scorer) for text in rows["sentence"].to_pylist()], pa.string()
        ),
    }
    for name, values in made.items():
        rows = rows.append_column(name, values)
    schema = out.sentences.schema()
    return rows.select(schema.names).cast(schema)


def explained(text: str, scorer: Scorer) -> str | None:
    """The parts of a score in a line: `great +3.1, very (boost) +0.293 = +3.393; …`; None if it cannot be told."""
    try:
        parts = scorer.explain(text)
    except NotImplementedError:
        return None
    return "; ".join(_part(part) for part in parts if part.value or part.steps)


def _part(part: Part) -> str:
    steps = [f"{step.by} ({step.rule}) {_signed(step.change)}" for step in part.steps]
    if not part.valence and not steps:
        return f"{part.word} {_signed(part.value)}"
    line = ", ".join([f"{part.word} {_signed(part.valence)}", *steps])
    return f"{line} = {_signed(part.value)}" if steps else line


def _signed(value: float) -> str:
    rounded = np.format_float_positional(round(value, 3), trim="-", sign=True)
    return rounded.replace("-", "−")


sentences: Analysis[Any] = Analysis(
    name="sentiment-sentences",
    reads=news.articles,
    writes=out.sentences,
    options=Ends,
    columns=lambda prepared: (*prepared.plan.columns, "url"),
    kernel=find,
    partial=lambda prepared: kernel.PARTIAL,
    combine={},
    thin=thin,
    prepare=prepare,
    finish=finish,
    methods=say.ends,
    facts=say.facts,
)

"""Classes of all texts by a learnt model: one row a text, or counted by outlet, month, language and class.

The estimator runs inside the kernel, the same on every engine. dask-ml's ParallelPostFit predicts the same, as a test
shows, but on Dask alone, and version 2025.1 takes no array of one dimension and reads a whole Dask series at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.coding.join import HELD_OUT
from analysis.coding.options import Draw
from analysis.coding.strata import TABLES, Strata, months
from analysis.declare import Analysis
from analysis.kernels.learning.predicting import classes
from analysis.kernels.text.groups import of_languages
from analysis.kernels.text.languages import check as check_languages
from analysis.lake import Dataset
from analysis.learning import saved
from analysis.learning.card import intended
from schemas import coding as out
from schemas import news, web

ROWS = out.predictions.schema()
ELSEWHERE = (
    " It was learnt from texts of {} and applied to those of {}, of which nobody knows how good it is."
)
PARTS_OF_ONE = 1_000_000_000
"""Probabilities are added up as whole billionths, so that sums are the same in any order."""
_SUMS = (pa.field("items", pa.int64(), False), pa.field("billionths", pa.int64(), False))
COUNTS = pa.schema([*(column.field for column in out.classes.key), *_SUMS])


@dataclass(frozen=True)
class Classify:
    """A learnt model, applied to every text."""

    model: str = ""
    """Folder of the model, as `fieldwork learn CODES --out FOLDER` saves it."""
    languages: tuple[str, ...] = ()
    """Only texts in these languages, ISO 639-3; all where empty. Those of the coded sample are the ones it knows."""
    trust: tuple[str, ...] = ()
    """Further types the model may hold (module.Class): of your own estimator, if you know where the file is from."""

    def __post_init__(self) -> None:
        """Refuse what cannot be applied, before anything is read."""
        if not self.model:
            raise ValueError("model is empty; give the folder of `fieldwork learn CODES --out FOLDER`")
        check_languages(self.languages)


@dataclass(frozen=True)
class Prepared:
    """The options, the model's checked bytes, and which texts there are."""

    options: Classify
    """As asked."""
    saved: saved.Saved
    """The model."""
    frame: Strata
    """What tells articles from pages: the outlet's column and how months are dated, as in a drawn sample."""


def prepare(options: Classify, data: Dataset) -> Prepared:
    """Read the model and check what it holds.

    Raises:
        LearningError: No model, or one that is not trusted.
    """
    from conf.settings import load

    model = saved.read(options.model, load(), options.trust)
    frame = Draw(table="articles" if data.table.name == news.articles.name else "pages")
    return Prepared(options, model, Strata(frame))


def columns(prepared: Prepared) -> tuple[str, ...]:
    """The text, where it stands, and what it is counted by."""
    dates = ("captured_at", *(("published_at", "published_confidence") if prepared.frame.news else ()))
    return ("source_file", "record_offset", prepared.frame.outlet, *dates, "language", "text")


def rows(batches: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """Each text with its class."""
    model = saved.load(options.saved)
    for batch in (of_languages(batch, options.options.languages) for batch in batches):
        found, sure = classes(batch["text"], model)
        made = {
            "source_file": batch["source_file"],
            "record_offset": batch["record_offset"],
            "outlet": batch[options.frame.outlet],
            "period": months(batch, options.frame),
            "language": batch["language"],
            "predicted": found,
            "predicted_probability": pa.nulls(batch.num_rows, pa.float64())
            if sure is None
            else pa.array(sure),
        }
        yield pa.RecordBatch.from_arrays([made[f.name].cast(f.type) for f in ROWS], schema=ROWS)


def count(batches: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """Texts by outlet, month, language and class, with the sum of their probabilities."""
    keys = [c.name for c in out.classes.key]
    for batch in rows(batches, options):
        sure = pc.fill_null(batch["predicted_probability"], 0.0).to_numpy(zero_copy_only=False)
        table = pa.Table.from_batches([batch.select(keys)])
        table = table.append_column("billionths", pa.array(np.rint(sure * PARTS_OF_ONE).astype(np.int64)))
        added = table.group_by(keys, use_threads=False).aggregate([([], "count_all"), ("billionths", "sum")])
        made = added.rename_columns(COUNTS.names).cast(COUNTS)
        yield from made.combine_chunks().to_batches()


def gathered(partials: pa.Table, _: Prepared) -> pa.Table:
    """Rows by where the texts stand."""
    return partials.cast(ROWS).sort_by([(c.name, "ascending") for c in out.predictions.key])


def counted(partials: pa.Table, prepared: Prepared) -> pa.Table:
    """Counts with the mean probability; empty where the model gives none."""
    mean = pc.divide(pc.divide(partials["billionths"].cast(pa.float64()), PARTS_OF_ONE), partials["items"])
    if not hasattr(saved.load(prepared.saved), "predict_proba"):
        mean = pa.nulls(partials.num_rows, pa.float64())
    made = partials.drop_columns(["billionths"]).append_column("mean_probability", mean)
    schema = out.classes.schema()
    return made.select(schema.names).cast(schema).sort_by([(c.name, "ascending") for c in out.classes.key])


def facts(prepared: Prepared) -> Mapping[str, Any]:
    """The model and what its card says of it."""
    card, told = prepared.saved.card, ("estimator", "parameters", "classes", "codes", "scores", "versions")
    return {"model_sha256": prepared.saved.sha256, "model": {k: card[k] for k in told if k in card}}


def methods(prepared: Prepared) -> str:
    """What was predicted and how good that is, for a methods section."""
    card, here = prepared.saved.card, TABLES[prepared.frame.options.table].name
    learnt = card["codes"].get("reads") or here
    return intended(card) + ("" if learnt == here else ELSEWHERE.format(learnt, here))


def files(_: pa.Table, prepared: Prepared) -> Iterator[tuple[str, bytes]]:
    """Beside the predictions those of the coded texts by models that had not seen them, for `fieldwork shares`."""
    if prepared.saved.held_out:
        yield HELD_OUT, prepared.saved.held_out


GATHERED: dict[str, Any] = {
    "writes": out.predictions, "kernel": rows, "partial": lambda _: ROWS, "combine": {}, "finish": gathered,
}  # fmt: skip
COUNTED: dict[str, Any] = {
    "writes": out.classes, "kernel": count, "partial": lambda _: COUNTS,
    "combine": {"items": "sum", "billionths": "sum"}, "finish": counted,
}  # fmt: skip
COMMON: dict[str, Any] = {
    "options": Classify, "columns": columns, "prepare": prepare, "facts": facts, "methods": methods,
    "files": files,
}  # fmt: skip
ARTICLES, PAGES = COMMON | {"reads": news.articles}, COMMON | {"reads": web.pages}

classify: Analysis[Any] = Analysis(name="classify", **ARTICLES | GATHERED)
counts: Analysis[Any] = Analysis(name="classify-counts", **ARTICLES | COUNTED)
pages: Analysis[Any] = Analysis(name="classify-pages", **PAGES | GATHERED)
pages_counts: Analysis[Any] = Analysis(name="classify-pages-counts", **PAGES | COUNTED)

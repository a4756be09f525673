"""Shares of classes in the whole: predictions of every text, corrected by a sample coded by hand.

A model that is wrong in one text of five does not give shares that are wrong by a fifth, but it does not give the
right ones either, and it may err differently in each outlet and year. So shares are estimated five ways side by
side (`analysis.coding.estimators`): where the count differs from the estimates that the coded sample corrects, it
is the count that is off.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.coding import folder, join
from analysis.coding.errors import CodingError
from analysis.coding.estimators import ESTIMATORS
from analysis.coding.whole import shares as estimate
from analysis.declare import Analysis
from analysis.lake import Dataset
from schemas import coding as out

Estimator = Literal["counted", "adjusted", "ppi", "dsl", "coded_only"]
NOTHING = pa.schema([pa.field("items", pa.int64())])


@dataclass(frozen=True)
class Shares:
    """Share of each class by group and period: counted, adjusted, and corrected by the coded sample."""

    predictions: str = ""
    """Folder of a saved result of `classify` or `classify-counts`, over the texts the sample was drawn from."""
    coded: str = ""
    """Folder of the sample, after `fieldwork annotate read`, on this machine."""
    by: tuple[Literal["outlet", "language", "period"], ...] = ("period",)
    """What shares are split by: outlet or language, and period."""
    estimators: tuple[Estimator, ...] = ("counted", "adjusted", "ppi")
    """Which estimates are shown side by side: counted, adjusted, ppi, dsl, coded_only."""
    held_out: str = ""
    """Parquet with item_id and predicted, by models that did not learn from the text; else held_out.parquet beside
    the predictions, where `classify` puts what `learn` made. A model not trained on the coded texts needs none."""

    def __post_init__(self) -> None:
        """Refuse what cannot be measured, before anything is read."""
        for name in ("predictions", "coded"):
            if not getattr(self, name):
                raise CodingError(f"{name} is not given; name a folder with --{name}")
        if not self.estimators:
            raise CodingError(f"estimators is empty; choose from {', '.join(ESTIMATORS)}")
        if {"outlet", "language"} <= set(self.by):
            raise CodingError("by has outlet and language; give one of them, and period")

    @property
    def group(self) -> str | None:
        """Column that groups texts."""
        return next((name for name in self.by if name != "period"), None)


@dataclass(frozen=True)
class Measured:
    """What was read before the estimates are made."""

    options: Shares
    """As asked."""
    totals: pa.Table
    """Predictions added up, as they are."""
    unlearnt: pa.Table
    """The same with held-out predictions of the coded texts, where these are known one by one."""
    coded: pa.Table
    """Coded texts with predictions."""
    sample: folder.Sample
    """The sample."""
    held_out: bool
    """Whether predictions of coded texts are held out."""
    counts_only: bool
    """Whether predictions were added up before, so that those of coded texts cannot be told from the others."""
    predicted: Mapping[str, Any]
    """Manifest of the predictions; empty where they are files that are no result."""


def prepare(options: Shares, data: Dataset) -> Measured:
    """Read predictions and codes.

    Raises:
        CodingError: They do not belong together.
    """
    import pyarrow.parquet as pq

    sample = folder.read(Path(options.coded))
    path = sample.folder / "labels.parquet"
    if not path.exists():
        raise CodingError(
            f"'{options.coded}' has no codes yet; read them: fieldwork annotate read {options.coded}"
        )
    labels, held_out = pq.read_table(path), _held_out(options, data)
    if labels["label"].null_count == labels.num_rows:
        raise CodingError(f"no text of '{options.coded}' has a label; code some, and read them anew")
    split = options.group, "period" if "period" in options.by else None
    added = join.counts(data.root)
    if added is not None and held_out is None:
        raise CodingError(
            f"{options.predictions} has counts only, which say nothing of single texts; give predictions of the coded "
            "texts with --held-out"
        )
    if added is not None and held_out is not None:
        totals, coded = join.of_counts(added, labels, held_out, *split)
        unlearnt = totals
    else:
        totals, coded = join.joined(join.predictions(data.root), labels, *split)
        learnt, unlearnt = coded, totals
        if held_out is not None:  # beside the predictions lie those of all texts that the model learnt from
            coded = join.with_held_out(coded, held_out, complete=bool(options.held_out))
            unlearnt = join.unlearnt(totals, learnt, coded)
    counts_only = added is not None
    return Measured(
        options, totals, unlearnt, coded, sample, held_out is not None, counts_only, _manifest(data)
    )


def _manifest(data: Dataset) -> dict[str, Any]:
    file = data.root / folder.MANIFEST
    if data.root.url.endswith(".parquet") or not file.exists():
        return {}
    found: dict[str, Any] = json.loads(file.read_bytes())
    return found if "coverage" in found else {}


def _held_out(options: Shares, data: Dataset) -> pa.Table | None:
    import pyarrow.parquet as pq

    if options.held_out:
        return pq.read_table(options.held_out)
    beside = data.root / join.HELD_OUT
    if data.root.url.endswith(".parquet") or not beside.exists():
        return None
    return pq.read_table(pa.BufferReader(beside.read_bytes()))


def nothing(_: Batches, options: Measured) -> Iterator[pa.RecordBatch]:
    """No part of the lake is read: predictions are added up as they are prepared."""
    yield from options.totals.select(["items"]).slice(0, 0).to_batches()


def finish(_: pa.Table, options: Measured) -> pa.Table:
    """Every class in every group and period by every estimator asked for, sorted by key."""
    frame, classes = options.sample.frame, options.sample.book.names
    made = estimate(options.unlearnt, options.coded, frame, classes)
    if options.unlearnt is not options.totals:  # a count is of predictions as they are
        naive = estimate(options.totals, options.coded, frame, classes)
        kept = [rows.filter(_is(rows, ("counted",), of)) for rows, of in ((naive, True), (made, False))]
        made = pa.concat_tables(kept).sort_by([(column.name, "ascending") for column in out.shares.key])
    return made.filter(_is(made, options.options.estimators, True)).combine_chunks()


def _is(rows: pa.Table, estimators: tuple[str, ...], of: bool) -> pa.ChunkedArray:
    """Whether rows are by one of some estimators, or by none of them."""
    found = pc.is_in(rows["estimator"], pa.array(estimators, pa.string()))
    return found if of else pc.invert(found)


def facts(options: Measured) -> Mapping[str, Any]:
    """What the estimates rest on."""
    coded = options.coded
    right = coded.filter(pc.is_valid(coded["label"]))
    return {
        "classes": list(options.sample.book.names),
        "texts_predicted": pc.sum(options.totals["items"]).as_py(),
        "texts_coded": right.num_rows,
        "strata": options.sample.frame.num_rows,
        "accuracy_in_coded_texts": pc.mean(
            pc.equal(right["label"], right["predicted"]).cast(pa.float64())
        ).as_py(),
        "predictions_of_coded_texts_held_out": options.held_out,
        "sample": {k: options.sample.manifest[k] for k in ("sample_sha256", "frame_sha256", "asked")},
        "confidence": 0.95,
    }


SAID: Mapping[Estimator, str] = {
    "counted": "Counted: predictions as they are; the interval knows of no error of the model, and is narrow around a "
    "number that may be wrong.",
    "adjusted": "Adjusted: the counted shares with misclassification undone (Forman 2008; Hopkins and King 2010), by "
    "one matrix for all texts; wrong where the model errs differently from group to group or period to period.",
    "ppi": "Prediction-powered inference (ppi; Angelopoulos et al. 2023): predictions of all texts, corrected by their "
    "mean error in the coded texts of the group and period, weighted by inclusion probability; it needs no assumption "
    "on how the model errs, and uses predictions only as far as they help (tuned weight), so that it is seldom wider "
    "than the coded texts alone.",
    "dsl": "Design-based supervised learning (dsl; Egami et al. 2023): the same with predictions trusted in full.",
    "coded_only": "Coded only: the coded texts, without predictions.",
}
"""What each estimate is, and why it differs from the others."""


def methods(options: Measured) -> str:
    """What was estimated, how, and why the estimates differ, for a methods section."""
    known = facts(options)
    by = f" by {' and '.join(options.options.by)}" if options.options.by else ""
    held = "models that did not learn from them, in what is corrected too"
    if not options.held_out:
        held = "the model itself (had it learnt from them, they would correct too little)"
    elif options.counts_only:
        coded = known["texts_coded"] / max(1, known["texts_predicted"])
        held = (
            "models that did not learn from them; but the predictions were added up before, those of texts the model "
            f"learnt from among them, so that corrected estimates may be off by a part of the share coded ({coded:.1%})"
        )
    estimates = " ".join(SAID[name] for name in ESTIMATORS if name in options.options.estimators)
    return (
        f"A model predicted the class of {known['texts_predicted']:,} texts; {known['texts_coded']:,} of them, drawn "
        f"with known probabilities from {known['strata']:,} strata, were coded by hand; what is predicted of these is "
        f"by {held}. Shares{by} are estimated side by side. {estimates} Where the count lies outside the interval of a "
        "corrected estimate, the model is biased there; where they agree, it is not visibly so. Intervals (95 %) are "
        "of stratified sampling without replacement with finite population correction (Cochran 1977) and Student's t; "
        "they are for these texts, take the labels as right, and are widened where few coded texts show an error, as "
        f"if two more were coded (after Agresti and Coull 1998; Bonett and Price 2012). {_of_sample(options)}"
    )


def _of_sample(options: Measured) -> str:
    """How the sample was drawn and coded, in the words of its own records."""
    reading = options.sample.folder / "reading.json"
    said = json.loads(reading.read_text("utf-8"))["methods"] if reading.exists() else ""
    return f"{options.sample.manifest['methods']} {said}".strip()


shares: Analysis[Any] = Analysis(
    name="shares",
    reads=out.predictions,
    writes=out.shares,
    options=Shares,
    columns=lambda _: (),
    kernel=nothing,
    partial=lambda _: NOTHING,
    combine={},
    finish=finish,
    elsewhere=lambda options: options.predictions,
    rests_on=lambda measured: measured.predicted,
    prepare=prepare,
    methods=methods,
    facts=facts,
)

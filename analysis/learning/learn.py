"""Learn a model from hand-coded texts: tuned, tested, explained, saved with its card.

learned = learn(Learn(codes="sample"), load())
learned.save("models/tone", load())         # then: fieldwork classify --model models/tone
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from analysis.learning import held_out, saved, search
from analysis.learning.blocks import Blocks
from analysis.learning.card import markdown, said
from analysis.learning.coded import Coded, read
from analysis.learning.errors import FoldError
from analysis.learning.options import STREAM, Learn
from analysis.learning.scores import Tally, by_group, calibration, confusion, macro_f1, scores, tallied
from analysis.learning.search import Tuned
from analysis.learning.stream import Streamed, stream
from analysis.learning.telling import learning_curve, telling_words
from conf.places import place
from conf.settings import Settings
from conf.versions import code, versions

ERRORS = "errors.csv"


@dataclass(frozen=True)
class Learned:
    """A fitted model with all that is known of it."""

    model: Any
    """The scikit-learn pipeline; it takes texts."""
    content: bytes
    """The same as a file of skops."""
    card: dict[str, Any]
    """What it was learnt from and how good it is; see `analysis.learning.card`."""
    errors: list[dict[str, Any]]
    """Texts predicted wrongly in cross-validation, the surest first."""
    held_out: bytes = b""
    """Predictions of the coded texts by models that had not seen them, as Parquet; none of texts without item_id."""

    def save(self, folder: str, settings: Settings) -> str:
        """Write model.skops, card.json, card.md, errors.csv and held_out.parquet; returns the folder.

        The model comes last. A held_out.parquet of an earlier model is removed where this one has none.

        Raises:
            PlaceError: The folder is somewhere that cannot be written to.
        """
        target = place(folder, settings)
        card = json.dumps(self.card, indent=1, ensure_ascii=False)
        files = {
            ERRORS: _csv(self.errors).encode(),
            held_out.HELD_OUT: self.held_out,
            saved.CARD_TEXT: markdown(self.card).encode(),
            saved.CARD: card.encode(),
            saved.MODEL: self.content,
        }
        for name, content in files.items():
            if content:
                (target / name).write_bytes(content)
            else:
                (target / name).remove()
        return folder


def learn(options: Learn, settings: Settings) -> Learned:
    """Learn from the codes that the options name.

    Raises:
        LearningError: There is too little to learn from, or an option that does not fit; the message says the cure.
    """
    if options.estimator == STREAM:
        return learn_blocks(Blocks(options.codes, settings), options)
    return learn_from(read(options.codes, options.together, settings), options)


def learn_from(coded: Coded, options: Learn) -> Learned:
    """Learn from coded texts: nested grouped cross-validation, then the model of all of them."""
    held = search.held_out(options, coded)
    weight = search.weight_of(options, coded)
    tuned = search.tune(options, coded.texts, coded.labels, coded.together, weight)
    told = {
        "codes": {
            "address": options.codes,
            "reads": coded.reads,
            "sha256": coded.sha256,
            "texts": len(coded),
            "groups": len(set(coded.together.tolist())),
            "together": list(options.together),
            "dropped": coded.dropped,
        },
        "leak": leak(tuned.fitted, coded, options),
        "learning_curve": learning_curve(options, coded, tuned.fitted),
    }
    content = held_out.written(held_out.rows(coded, held))
    return _learned(options, tuned, tallied(coded, held), coded, content, told)


def learn_blocks(blocks: Blocks, options: Learn) -> Learned:
    """Learn block by block; leak, learning curve, telling words and parameters are told of the first texts alone."""
    made: Streamed = stream(options, blocks)
    survey = made.survey
    told = {
        "codes": {
            "address": options.codes,
            "reads": blocks.reads,
            "sha256": blocks.sha256(),
            "texts": survey.texts,
            "groups": None,
            "together": [survey.column or "copies of a text"],
            "dropped": survey.dropped,
        },
        "first_texts": len(survey.head),
        "leak": _or_none(lambda: leak(made.tuned.fitted, survey.head, options)),
        "learning_curve": _or_none(lambda: learning_curve(options, survey.head, made.tuned.fitted)) or [],
    }
    return _learned(options, made.tuned, made.tally, survey.head, made.held_out, told)


def _or_none(made: Callable[[], Any]) -> Any:
    """Nothing where the first texts cannot be parted into folds."""
    try:
        return made()
    except FoldError:
        return None


def _learned(
    options: Learn, tuned: Tuned, tally: Tally, coded: Coded, content: bytes, told: dict[str, Any]
) -> Learned:
    model = saved.packed(tuned.fitted)
    card = {
        "model_sha256": hashlib.sha256(model).hexdigest(),
        "estimator": options.estimator,
        "classes": tally.classes,
        "options": asdict(options),
        "parameters": tuned.parameters | {"tried": tuned.tried, "macro_f1_of_tuning": tuned.macro_f1},
        "scores": scores(tally, options.seed),
        "scores_in_frame": scores(tally, options.seed, in_frame=True),
        "confusion": confusion(tally),
        "by_group": by_group(tally),
        "calibration": calibration(tally),
        "telling_words": telling_words(tuned.fitted, coded),
        "errors_listed": len(tally.errors),
        "held_out_sha256": hashlib.sha256(content).hexdigest() if content else None,
        "trust": saved.strange(model),
        **told,
        "versions": {**versions(), **_learners()},
        "code": code(),
    }
    card |= {"said": said(card)}
    return Learned(tuned.fitted, model, json.loads(json.dumps(card)), tally.errors, content)


def leak(pipe: Any, coded: Coded, options: Learn) -> dict[str, float]:
    """Macro F1 by grouped folds and by a random split, parameters and folds alike: what is more is copies that leak."""
    grouped = search.splits(coded.labels, coded.together, options.folds, options.seed)
    apart = search.random_splits(coded.labels, options.folds, options.seed)
    weight = search.weight_of(options, coded)
    return {
        name: macro_f1(coded, search.held_out_as(pipe, coded, folds, weight))
        for name, folds in (("grouped", grouped), ("random", apart))
    }


def _learners() -> dict[str, str]:
    from importlib.metadata import version

    return {name: version(name) for name in ("scikit-learn", "dask-ml", "scipy", "skops")}


def _csv(rows: list[dict[str, Any]]) -> str:
    """Errors as CSV; a cell that a spreadsheet would run is guarded."""
    from analysis.coding.spreadsheet import guarded

    buffer = io.StringIO()
    names = list(rows[0]) if rows else ["label", "predicted", "probability", "text"]
    writer = csv.DictWriter(buffer, names)
    writer.writeheader()
    writer.writerows({k: guarded(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows)
    return buffer.getvalue()

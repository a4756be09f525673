"""Learn a model from hand-coded texts: tuned, tested, explained, saved with its card.

learned = learn(Learn(codes="sample"), load())
learned.save("models/tone", load())         # then: fieldwork classify --model models/tone
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import asdict, dataclass
from typing import Any

from analysis.learning import saved, search
from analysis.learning.card import markdown
from analysis.learning.coded import Coded, read
from analysis.learning.options import Learn
from analysis.learning.scores import by_group, calibration, errors, scores
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

    def save(self, folder: str, settings: Settings) -> str:
        """Write model.skops, card.json, card.md and errors.csv; returns the folder. The model comes last.

        Raises:
            PlaceError: The folder is somewhere that cannot be written to.
        """
        target = place(folder, settings)
        card = json.dumps(self.card, indent=1, ensure_ascii=False)
        files = {
            ERRORS: _csv(self.errors).encode(),
            saved.CARD_TEXT: markdown(self.card).encode(),
            saved.CARD: card.encode(),
            saved.MODEL: self.content,
        }
        for name, content in files.items():
            (target / name).write_bytes(content)
        return folder


def learn(options: Learn, settings: Settings) -> Learned:
    """Learn from the codes that the options name.

    Raises:
        LearningError: There is too little to learn from, or an option that does not fit; the message says the cure.
    """
    return learn_from(read(options.codes, options.together, settings), options)


def learn_from(coded: Coded, options: Learn) -> Learned:
    """Learn from coded texts: nested grouped cross-validation, then the model of all of them."""
    held = search.held_out(options, coded)
    tuned = search.tune(options, coded.texts, coded.labels, coded.together)
    content = saved.packed(tuned.fitted)
    card = {
        "model_sha256": hashlib.sha256(content).hexdigest(),
        "estimator": options.estimator,
        "classes": coded.classes,
        "options": json.loads(json.dumps(asdict(options))),
        "parameters": tuned.parameters | {"tried": tuned.tried, "macro_f1_of_tuning": tuned.macro_f1},
        "codes": {
            "address": options.codes,
            "sha256": coded.sha256,
            "texts": len(coded),
            "groups": len(set(coded.together.tolist())),
            "dropped": coded.dropped,
        },
        "scores": scores(coded, held),
        "by_group": by_group(coded, held),
        "leak": leak(tuned.fitted, coded, options),
        "calibration": calibration(coded, held),
        "learning_curve": learning_curve(options, coded, tuned.fitted),
        "telling_words": telling_words(tuned.fitted, coded),
        "versions": {**versions(), **_learners()},
        "code": code(),
    }
    return Learned(tuned.fitted, content, json.loads(json.dumps(card)), errors(coded, held))


def leak(pipe: Any, coded: Coded, options: Learn) -> dict[str, float]:
    """Macro F1 by grouped folds and by a random split, parameters and folds alike: what is more is copies that leak."""
    grouped = search.splits(coded.labels, coded.together, options.folds, options.seed)
    apart = search.random_splits(coded.labels, options.folds, options.seed)
    return {
        name: scores(coded, search.held_out_as(pipe, coded, folds))["macro_f1"]
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

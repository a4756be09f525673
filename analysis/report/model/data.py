"""A learnt model as its folder tells of it: the card and the list of errors. Nothing of the model itself is made."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from conf.places import place
from conf.settings import Settings, load

if TYPE_CHECKING:
    from analysis.result import Result

CARD, ERRORS, MANIFEST = "card.json", "errors.csv", "manifest.json"
PARTS = ("model_sha256", "estimator", "classes", "options", "parameters", "codes", "scores", "versions")
"""What every card has."""


@dataclass(frozen=True)
class Model:
    """What there is to say of a learnt model."""

    name: str
    """Name of its folder."""
    card: dict[str, Any]
    """Its card."""
    errors: list[dict[str, str]]
    """Texts predicted wrongly, the surest first."""

    @property
    def classes(self) -> list[str]:
        """All classes."""
        return [str(name) for name in self.card["classes"]]


def open_model(folder: str, settings: Settings | None = None) -> Model:
    """The model of a folder, here or on S3.

    Raises:
        FileNotFoundError: It holds no model.
        ValueError: Its card is none.
    """
    source = place(folder, settings or load())
    if not (source / CARD).exists():
        raise FileNotFoundError(
            f"no model in '{folder}': it has no {CARD}; make one with fieldwork learn CODES --out {folder}"
        )
    card = json.loads((source / CARD).read_bytes())
    absent = [name for name in PARTS if name not in card] if isinstance(card, dict) else list(PARTS)
    if absent:
        raise ValueError(
            f"{folder}/{CARD} is no model's card: it lacks {', '.join(absent)}; learn the model anew"
        )
    errors = (source / ERRORS).read_bytes().decode() if (source / ERRORS).exists() else ""
    name = PurePosixPath(source.path).name or "model"
    return Model(name, card, list(csv.DictReader(io.StringIO(errors, newline=""))))


def opened(folder: str, settings: Settings | None = None) -> Result | Model:
    """What a folder holds that can be reported: a saved result, or a learnt model.

    Raises:
        FileNotFoundError: It holds neither.
    """
    from analysis.result import open_result

    settings = settings or load()
    source = place(folder, settings)
    if (source / CARD).exists() and not (source / MANIFEST).exists():
        return open_model(folder, settings)
    if (source / "sample.parquet").exists():
        raise FileNotFoundError(
            f"nothing to report in '{folder}': it holds a sample to code; report what is made with it "
            "(by fieldwork learn, shares --coded, sentiment-corrected)"
        )
    try:
        return open_result(folder, settings)
    except FileNotFoundError:
        raise FileNotFoundError(
            f"nothing to report in '{folder}': it has neither {MANIFEST} (a result, saved with --out) nor {CARD} "
            "(a model of fieldwork learn)"
        ) from None

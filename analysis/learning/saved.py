"""A model as files: skops (no pickle) and its card. What a file may hold is checked before anything of it is made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from analysis.coding.join import HELD_OUT
from analysis.learning.errors import LearningError
from conf.places import Place, place
from conf.settings import Settings

MODEL, CARD, CARD_TEXT = "model.skops", "card.json", "card.md"
OURS = (
    "analysis.kernels.learning.features.HashedTerms",
    "analysis.kernels.learning.features.CountedTerms",
    "analysis.kernels.learning.streaming.StreamedClassifier",
)
"""Types of ours that a model may hold, beside those of scikit-learn and NumPy that skops knows to be harmless."""


@dataclass(frozen=True)
class Saved:
    """A model's bytes, checked; small enough to be sent to other machines, and loaded there once."""

    content: bytes = field(repr=False, compare=False)
    """The file."""
    sha256: str
    """Its digest."""
    trust: tuple[str, ...]
    """Types it may hold."""
    card: dict[str, Any] = field(compare=False)
    """Its card."""
    held_out: bytes = field(default=b"", repr=False, compare=False)
    """Predictions of the texts it was learnt from, by models that had not seen them, as Parquet; see `HELD_OUT`."""


def packed(pipe: Any) -> bytes:
    """A fitted pipeline as bytes."""
    import zipfile

    from skops import io

    made: bytes = io.dumps(pipe, compression=zipfile.ZIP_DEFLATED, compresslevel=6)
    return made


def read(folder: str, settings: Settings, trust: Sequence[str] = ()) -> Saved:
    """A saved model of a folder; nothing of it is run.

    Args:
        folder: Where `fieldwork learn` saved it.
        settings: Settings, for places.
        trust: Further types that it may hold: those of one's own estimator, module.Class.

    Raises:
        LearningError: No model, a changed one, or one with types that are not trusted, which are named.
    """
    source = place(folder, settings)
    try:
        card = json.loads((source / CARD).read_bytes())
        content = (source / MODEL).read_bytes()
    except FileNotFoundError as error:
        lacks = str(error.filename or "").rpartition("/")[2] or CARD
        cure = (
            f"it is a sample, to learn from: fieldwork learn {folder} --out FOLDER"
            if (source / "sample.parquet").exists()
            else "name the folder of one (fieldwork learn CODES --out FOLDER)"
        )
        raise LearningError(f"'{folder}' holds no model, as it has no {lacks}; {cure}") from None
    digest = hashlib.sha256(content).hexdigest()
    if card.get("model_sha256") != digest:
        raise LearningError(f"{folder}/{MODEL} is not the file that its card describes; learn it anew")
    saved = Saved(content, digest, (*OURS, *trust), card, _held_out(source, card))
    refuse_untrusted(saved, folder)
    return saved


def _held_out(source: Place, card: dict[str, Any]) -> bytes:
    """What the card says is there.

    Raises:
        LearningError: It is gone, or another.
    """
    digest = card.get("held_out_sha256")
    if not digest:
        return b""
    try:
        content = (source / HELD_OUT).read_bytes()
    except FileNotFoundError:
        content = b""
    if hashlib.sha256(content).hexdigest() != digest:
        raise LearningError(
            f"{source.url}/{HELD_OUT} is gone, or not the file that the card describes; learn the model anew"
        )
    return content


def strange(content: bytes) -> list[str]:
    """Types in a model's file that are neither ours nor known to be harmless; nothing of it is made."""
    from skops import io

    return sorted(set(io.get_untrusted_types(data=content)) - set(OURS))


def refuse_untrusted(saved: Saved, name: str) -> None:
    """Test the types that a file holds, without making any.

    Raises:
        LearningError: Some are not trusted.
    """
    try:
        unknown = [name for name in strange(saved.content) if name not in saved.trust]
    except Exception as error:  # a hostile file may break in any way
        raise LearningError(f"{name} holds no model that can be read: {type(error).__name__}") from None
    if unknown:
        raise LearningError(
            f"{name} holds types that are not trusted: {', '.join(unknown)}; if they are your own, name them: --trust "
            f"{','.join(unknown)}"
        )


@lru_cache(maxsize=2)
def load(saved: Saved) -> Any:
    """The fitted pipeline, made once in each process."""
    from skops import io

    held = set(io.get_untrusted_types(data=saved.content))
    try:
        return io.loads(saved.content, trusted=sorted(held & set(saved.trust)))
    except ImportError as error:
        raise LearningError(
            f"the model holds types of a package that is not here ({error}); install it where texts are classified, or "
            "name its folder in PYTHONPATH"
        ) from None

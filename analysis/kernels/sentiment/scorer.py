"""What a scorer of texts is: the slot that VADER, own dictionaries and callables fit in."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

MEASURES = pa.schema(
    [
        pa.field(
            "score",
            pa.float64(),
            metadata={"about": "What the scorer says of the text; null: it cannot say."},
        ),
        pa.field("matched", pa.int64(), metadata={"about": "Words and phrases of the lexicon found."}),
        pa.field("words", pa.int64(), metadata={"about": "Words of the text, as the scorer splits it."}),
        pa.field("valence_sum", pa.float64(), metadata={"about": "Sum of the values of what was found."}),
    ]
)
"""Columns that every scorer yields; a scorer may add its own."""

Rule = Literal[
    "no", "capitals", "boost", "dampen", "negation", "never so", "idiom", "phrase", "least", "but", "point"
]
RULES: Mapping[Rule, str] = {
    "no": "“no” negates the word, or stands before it and counts nothing itself",
    "capitals": "the word is in capitals and the text is not",
    "boost": "a word before it makes it stronger",
    "dampen": "a word before it makes it weaker",
    "negation": "a word before it negates it",
    "never so": "“so” or “this” before it",
    "idiom": "it is part of a phrase that has a value of its own",
    "phrase": "it is part of a phrase that has no value of its own",
    "least": "“least” before it, without “at” or “very”",
    "but": "it stands before or after the text's first “but”",
    "point": "exclamation marks and question marks of the text",
}
"""Why a value changes, for a reader."""

Made = TypeVar("Made")


@dataclass(frozen=True)
class Step:
    """One change of a word's value by a rule."""

    rule: Rule
    """Which rule, see RULES."""
    by: str
    """The word or words that make it apply."""
    change: float
    """What it adds to the value."""


@dataclass(frozen=True)
class Part:
    """What one word (or phrase, or all points together) contributes to a score."""

    word: str
    """As it stands in the text."""
    place: int
    """Its number among the words of the text, from 0; their count for the points."""
    valence: float
    """Its value in the lexicon; 0 for points."""
    steps: tuple[Step, ...] = field(default=())
    """What changed the value, in order."""
    value: float = 0.0
    """What it adds to `valence_sum`: the parts of a text add up to it."""


class Scorer(Protocol):
    """Scores texts. Frozen, equal by value, and small when sent to another process."""

    @property
    def name(self) -> str:
        """Name in tables and manifests."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages it is made for, ISO 639-3; any where empty."""

    @property
    def columns(self) -> pa.Schema:
        """Schema of what `score` gives; MEASURES and, after them, its own."""

    def facts(self) -> Mapping[str, Any]:
        """What a manifest needs to name it: version, SHA-256 of its lexicon, sizes, definitions."""

    def score(self, texts: pa.Array) -> pa.RecordBatch:
        """Score texts (`string` or `large_string`), one row each; a null text has null measures."""

    def explain(self, text: str) -> list[Part]:
        """The parts of a text's score, in the order of the text; their values add up to `valence_sum`."""


def explain(text: str, scorer: Scorer) -> list[Part]:
    """The parts of a text's score: words, valences, rules; in the order of the text.

    A text that went through gates must be given as it came out of them.

    Args:
        text: One text.
        scorer: Who scored it.

    Returns:
        Parts whose values add up to the text's `valence_sum` (within 1e-9).

    Raises:
        NotImplementedError: The scorer is a callable, which tells no reasons.
    """
    return scorer.explain(text)


def batch(texts: pa.Array, columns: Mapping[str, pa.Array], schema: pa.Schema) -> pa.RecordBatch:
    """Measures of texts as a batch; null where the text is."""
    arrays = [columns[name] for name in schema.names]
    if texts.null_count:
        there = texts.is_valid()
        arrays = [pc.if_else(there, values, pa.scalar(None, values.type)) for values in arrays]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


_kept = threading.local()


def per_thread(key: Hashable, make: Callable[[], Made]) -> Made:
    """Tables that are made once a thread, as their memory of texts must not be shared.

    Args:
        key: What they are made of.
        make: Makes them.
    """
    tables: dict[Hashable, Made] = _kept.__dict__.setdefault("tables", {})
    if key not in tables:
        if len(tables) > 8:  # scorers of a session, tried one after the other
            tables.clear()
        tables[key] = make()
    return tables[key]

"""VADER as a scorer."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from analysis.kernels.sentiment import scorer
from analysis.kernels.sentiment.vader import rules
from analysis.kernels.sentiment.vader.engine import Engine, columns
from analysis.kernels.sentiment.vader.explain import explain

COLUMNS = pa.schema(
    [
        *scorer.MEASURES,
        pa.field("compound", pa.float64(), metadata={"about": "s / √(s² + 15) of valence_sum s, 4 digits."}),
        pa.field(
            "pos", pa.float64(), metadata={"about": "Share of positive words, weighted by value, 3 digits."}
        ),
        pa.field("neu", pa.float64(), metadata={"about": "Share of words without value, 3 digits."}),
        pa.field(
            "neg", pa.float64(), metadata={"about": "Share of negative words, weighted by value, 3 digits."}
        ),
    ]
)
LEXICON = "vader_lexicon.txt"


@dataclass(frozen=True)
class Vader:
    """The scores of vaderSentiment's `polarity_scores`; `score` is `compound`."""

    sha256: str
    """Of the lexicon; a process that has another one refuses to score."""
    source: str
    """Where the lexicon comes from."""
    lexicon: bytes | None = None
    """Content of a lexicon in the package's format that stands in its place."""
    name: str = "vader"
    """Name in tables and manifests."""

    languages = ("eng",)
    columns = COLUMNS

    def facts(self) -> Mapping[str, Any]:
        """Version, lexicon and hashes."""
        held = self._engine().rules
        return {
            "rules": f"{rules.PACKAGE} {rules.VERSION}",
            "lexicon": self.source,
            "sha256": dict(held.hashes),
            "entries": len(held.lexicon),
            "entries_that_can_match": len(held.reachable),
            "unicode": unicodedata.unidata_version,
            "definition": "score is compound; every score is that of the package, its errors included",
        }

    def score(self, texts: pa.Array) -> pa.RecordBatch:
        """Score texts, one row each."""
        if isinstance(texts, pa.ChunkedArray):
            texts = texts.combine_chunks()
        found = columns(self._engine().score(texts))
        return scorer.batch(texts, {**found, "score": found["compound"]}, COLUMNS)

    def explain(self, text: str) -> list[scorer.Part]:
        """The parts of a text's score."""
        return explain(text, self._engine())

    def _engine(self) -> Engine:
        return scorer.per_thread((self.name, self.sha256), self._made)

    def _made(self) -> Engine:
        held = rules.load(self.lexicon)
        if held.hashes[LEXICON] != self.sha256:
            raise ValueError(
                f"the lexicon of {rules.PACKAGE} here has SHA-256 {held.hashes[LEXICON]}, where the analysis began it "
                f"has {self.sha256}; install the same package on every machine"
            )
        return Engine(held)


def vader(path: str = "") -> Vader:
    """VADER with the lexicon of the installed package, or with a file in the same format.

    Args:
        path: File of a lexicon; the package's where empty.

    Raises:
        ModuleNotFoundError: The package is not installed, or in another version.
        OSError: The file cannot be read.
        ValueError: A line of it is not word, tab, number.
    """
    lexicon = Path(path).read_bytes() if path else None
    sha256 = rules.load(lexicon).hashes[LEXICON]
    source = Path(path).name if path else f"{rules.PACKAGE} {rules.VERSION}"
    return Vader(sha256, source, lexicon)

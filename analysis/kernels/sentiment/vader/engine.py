"""VADER over Arrow batches: texts in, scores out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.sentiment.vader import rules as package
from analysis.kernels.sentiment.vader import words
from analysis.kernels.sentiment.vader.contrast import contrast
from analysis.kernels.sentiment.vader.pieces import Encoded, Pieces
from analysis.kernels.sentiment.vader.totals import (
    COMPOUND,
    NEGATIVE,
    NEUTRAL,
    POSITIVE,
    SUM,
    rounded,
    totals,
)
from analysis.kernels.sentiment.vader.weigh import weigh


@dataclass(frozen=True)
class Scores:
    """What was found in some texts, one value a text."""

    made: NDArray[np.float64]
    """Compound, positive, neutral, negative, not rounded, and the sum of values; [texts, 5]."""
    matched: NDArray[np.int64]
    """Words of the lexicon."""
    words: NDArray[np.int64]
    """Pieces."""


class Engine:
    """The tables of some rules, and scoring with them."""

    def __init__(self, rules: package.Rules) -> None:
        self.rules = rules
        self.words = words.table(rules)

    @cached_property
    def _pieces(self) -> Pieces:
        return Pieces(self.rules, self.words)

    def score(self, texts: pa.Array) -> Scores:
        """Score texts, `string` or `large_string`; an empty value is an empty text."""
        found = Scores(*(np.zeros((len(texts), *more), kind) for more, kind in _SHAPES))
        for chunk in self._pieces.encode(texts):
            here = slice(chunk.first, chunk.first + chunk.bounds.size - 1)
            hits = self._score(chunk, found.made[here])
            found.matched[here], found.words[here] = np.diff(hits), np.diff(chunk.bounds)
        return found

    def _score(self, chunk: Encoded, made: NDArray[np.float64]) -> NDArray[np.int64]:
        table, rules = self.words, self.rules
        places, values = np.empty(chunk.codes.size, np.int32), np.empty(chunk.codes.size)
        hits, buts = np.empty_like(chunk.bounds), np.empty(len(made), np.int64)
        tables = (table.weights, table.marks, table.idioms, table.boosts, table.triples)
        weigh(
            chunk.codes,
            chunk.bounds,
            *tables,
            rules.capitals,
            rules.negation,
            places,
            values,
            hits,
            buts,
        )
        contrast(values, places, hits, buts)
        totals(values, hits, chunk.bounds, chunk.points, made)
        return hits


_SHAPES = (((5,), np.float64), ((), np.int64), ((), np.int64))


def columns(scores: Scores) -> dict[str, pa.Array]:
    """The scores by name, rounded as the package rounds them."""
    made = scores.made.T
    return {
        "compound": pa.array(rounded(made[COMPOUND], 4)),
        "pos": pa.array(rounded(made[POSITIVE], 3)),
        "neu": pa.array(rounded(made[NEUTRAL], 3)),
        "neg": pa.array(rounded(made[NEGATIVE], 3)),
        "matched": pa.array(scores.matched),
        "words": pa.array(scores.words),
        "valence_sum": pa.array(np.ascontiguousarray(made[SUM])),
    }

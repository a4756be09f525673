"""What the rules ask of a word, as numbers: its valence, what it boosts, whether it negates, its part in phrases."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.sentiment.vader.rules import Rules
from analysis.kernels.sentiment.vader.weigh import NAMED, NOT, UPPER

SHORTEST = 3
"""Characters that must be left of a piece without its punctuation; else it is kept as it is."""


@dataclass(frozen=True)
class Words:
    """All words that the rules know; entry 0 is any other word."""

    spelt: tuple[str, ...]
    """By entry, in lower case."""
    weights: NDArray[np.float64]
    """Valence (0 where not in the lexicon) and boost of each; [entries, 2]."""
    marks: NDArray[np.uint8]
    """Flags and part of each; [entries, 2]."""
    idioms: NDArray[np.float64]
    """Valence of the idiom that two parts make, NaN where none; [parts, parts]."""
    boosts: NDArray[np.float64]
    """What a pair of parts adds; [parts, parts]."""
    triples: NDArray[np.float64]
    """Three parts and the valence of the idiom they make; [idioms, 4]."""
    entries: Mapping[str, int]
    """Entry of each word."""

    def code(self, piece: str) -> int:
        """Code of a piece of a text, as it stands between white space: the definition of what `encode` does fast."""
        word = bare(piece)
        lower = word.lower()
        code = self.entries.get(lower, 0)
        return code | (UPPER if word.isupper() else 0) | (NOT if "n't" in lower else 0)


def bare(piece: str) -> str:
    """A piece without ASCII punctuation around it; as it is where that leaves one or two characters or none."""
    inner = piece.strip(string.punctuation)
    return inner if len(inner) >= SHORTEST else piece


def table(rules: Rules) -> Words:
    """All words of the rules."""
    phrases = [p.split() for p in (*rules.idioms, *rules.boosters)]
    parts = list(dict.fromkeys((*NAMED, *(word for phrase in phrases if len(phrase) > 1 for word in phrase))))
    single = {p: v for p, v in rules.boosters.items() if " " not in p}
    spelt = ("", *dict.fromkeys((*parts, *rules.reachable, *single, *rules.negations)))
    marks = np.zeros((len(spelt), 2), np.uint8)
    for at, word in enumerate(spelt):
        flags = (word in rules.reachable, word in single, word in rules.negations or "n't" in word)
        marks[at, 0] = sum(flag << bit for bit, flag in enumerate(flags))
        marks[at, 1] = parts.index(word) + 1 if word in parts else 0
    weights = [[rules.reachable.get(word, 0.0), single.get(word, 0.0)] for word in spelt]
    triples = [p for p in rules.idioms if len(p.split()) == 3]
    return Words(
        spelt,
        np.array(weights),
        marks,
        _pairs(rules.idioms, parts, np.nan),
        _pairs(rules.boosters, parts, 0.0),
        np.array([[*(parts.index(w) + 1 for w in p.split()), rules.idioms[p]] for p in triples]).reshape(
            -1, 4
        ),
        {word: at for at, word in enumerate(spelt) if word},
    )


def _pairs(phrases: Mapping[str, float], parts: list[str], other: float) -> NDArray[np.float64]:
    made = np.full((len(parts) + 1, len(parts) + 1), other)
    for phrase, value in phrases.items():
        words = phrase.split()
        if len(words) == 2:
            made[parts.index(words[0]) + 1, parts.index(words[1]) + 1] = value
    return made

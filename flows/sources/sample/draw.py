"""How often each word is taken: Zipf, and tables to draw from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Draw:
    """How often each lexeme is taken."""

    lexemes: NDArray[np.int32]
    """Lexemes in proportion to their probability: a uniform draw of a place here is a draw of a word."""
    unit_bytes: float
    """Expected length of a word with its separator, in bytes."""


def zipf(size: int) -> NDArray[np.float64]:
    """Probabilities of the ranks after Zipf and Mandelbrot: 1 / (rank + 2.7) ** 1.05, summing to 1."""
    weights = (np.arange(1, size + 1) + 2.7) ** -1.05
    return np.asarray(weights / weights.sum())


def with_head(chances: NDArray[np.float64], head: int, share: float) -> NDArray[np.float64]:
    """The same probabilities, scaled so that the first `head` ranks have `share` of them all."""
    first, rest = chances[:head], chances[head:]
    return np.concatenate((first * (share / first.sum()), rest * ((1 - share) / rest.sum())))


def draw(chances: NDArray[np.float64], lengths: NDArray[np.float64]) -> Draw:
    """Table to draw from: probabilities and lengths (bytes, separator included) by lexeme."""
    size = len(chances)
    slots = 1 << max(16, (size * 16).bit_length())
    lexemes = np.searchsorted(np.cumsum(chances), (np.arange(slots) + 0.5) / slots)
    return Draw(np.minimum(lexemes, size - 1).astype(np.int32), float(lengths @ chances))

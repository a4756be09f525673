"""From the values of words to the four scores of each text, in the package's order of operations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

# Constants stand in the file of the compiled code that uses them, as its cache looks at no other.
ALPHA = 15
"""Of compound = s / √(s² + ALPHA)."""
EXCLAMATION, EXCLAMATIONS_MOST = 0.292, 4
QUESTION, QUESTIONS_MOST, QUESTIONS_MANY = 0.18, 3, 0.96
"""Two or three question marks add so much each; more add QUESTIONS_MANY; one adds nothing."""
COMPOUND, POSITIVE, NEUTRAL, NEGATIVE, SUM = range(5)
"""Columns of `totals`."""


@compiled
def emphasis(exclamations: int, questions: int) -> float:
    """What ! and ? add to the size of a text's sum."""
    added = min(exclamations, EXCLAMATIONS_MOST) * EXCLAMATION
    if questions > QUESTIONS_MOST:
        return added + QUESTIONS_MANY
    return added + questions * QUESTION if questions > 1 else added


@compiled
def totals(
    values: NDArray[np.float64],
    hits: NDArray[np.int64],
    bounds: NDArray[np.int64],
    points: NDArray[np.int64],
    made: NDArray[np.float64],
) -> None:
    """Add up the values of each text.

    Sums go from left to right in plain double precision, as Python's `sum` does up to 3.11 (later ones compensate,
    which can change the last bit before rounding).

    Args:
        values: Value of each word that has one.
        hits: Where each text's values begin, and where the last's end; [texts + 1].
        bounds: Where each text's pieces begin, and where the last's end; [texts + 1].
        points: Numbers of ! and ?; [texts, 2].
        made: Room for compound, positive, neutral, negative (not rounded) and the sum; [texts, 5].
    """
    for d in range(hits.size - 1):
        made[d] = 0.0
        if bounds[d] == bounds[d + 1]:
            continue
        total, positive, negative = 0.0, 0.0, 0.0
        neutral = bounds[d + 1] - bounds[d]
        for value in values[hits[d] : hits[d + 1]]:
            total += value
            neutral -= value != 0
            if value > 0:
                positive += value + 1
            elif value < 0:
                negative += value - 1
        added = emphasis(points[d, 0], points[d, 1])
        if total > 0:
            total += added
        elif total < 0:
            total -= added
        if positive > -negative:
            positive += added
        elif positive < -negative:
            negative -= added
        every = positive - negative + neutral
        made[d, COMPOUND] = min(max(total / np.sqrt(total * total + ALPHA), -1.0), 1.0)
        made[d, POSITIVE], made[d, NEUTRAL] = positive / every, neutral / every
        made[d, NEGATIVE], made[d, SUM] = -negative / every, total


def rounded(values: NDArray[np.float64], digits: int) -> NDArray[np.float64]:
    """Values as Python's `round` gives them: by their exact decimal expansion, ties to even.

    A value times a power of ten may be rounded to a tie that the value itself is not, or away from one; so the few
    values that come near a tie are left to Python.
    """
    scaled = values * 10.0**digits
    made = np.rint(scaled) / 10.0**digits
    near = np.abs(scaled - np.floor(scaled) - 0.5) < 1e-6
    made[near] = [round(value, digits) for value in values[near].tolist()]
    return made

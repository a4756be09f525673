"""The rules about a word and its neighbours: from the codes of pieces to the valences of words, compiled.

`explain` states the same rules step by step, for a reader; the tests hold both to the package.
"""
# ruff: noqa: PLR0913, PLR0917 (flat arrays are what a compiled loop takes; `engine` keeps them together)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

# Constants stand in the file of the compiled code that uses them, as its cache looks at no other.
IN_LEXICON, BOOSTS, NEGATES = 1, 2, 4
"""Bits of a word's flags."""
NAMED = (
    "no",
    "or",
    "nor",
    "so",
    "this",
    "never",
    "without",
    "doubt",
    "least",
    "at",
    "very",
    "but",
    "kind",
    "of",
)
"""Words that a rule names; their parts are 1, 2, … in this order (0: none), those of words in phrases follow."""
NO, OR, NOR, SO, THIS, NEVER, WITHOUT, DOUBT, LEAST, AT, VERY, BUT, KIND, OF = range(1, 15)
ENTRY = (1 << 24) - 1
UPPER, NOT = 1 << 24, 1 << 25
"""Bits of a piece's code over its entry's number: it is in capitals; it has n't in it."""
NEVER_SO = 1.25
DISTANCE = (1.0, 0.95, 0.9)
"""How much of a booster is left one, two and three words away."""


@compiled
def _boost(
    code: int, k: int, value: float, capitals: float, marks: NDArray[np.uint8], weights: NDArray[np.float64]
) -> float:
    """What the word with this code, k + 1 before, adds to a value; `capitals` is 0 where they do not count."""
    if not marks[code & ENTRY, 0] & BOOSTS:
        return 0.0
    boost = float(weights[code & ENTRY, 1])
    if value < 0:
        boost *= -1
    if code & UPPER:
        boost += capitals if value > 0 else -capitals
    if k:
        boost *= DISTANCE[k]
    return boost


@compiled
def _negated(
    code: int, k: int, value: float, one: int, two: int, three: int, flags: int, negation: float
) -> float:
    """The value after a look at the word with this code, k + 1 before; one, two, three: the parts before."""
    if k == 1:
        if two == NEVER and (one in (SO, THIS)):
            return value * NEVER_SO
        if two == WITHOUT and one == DOUBT:
            return value
    if k == 2:
        if (three == NEVER and two in (SO, THIS)) or one in (SO, THIS):
            return value * NEVER_SO
        if three == WITHOUT and DOUBT in (one, two):
            return value
    if flags & NEGATES or code & NOT:
        return value * negation
    return value


@compiled
def _triple(triples: NDArray[np.float64], a: int, b: int, c: int) -> float:
    for t in range(triples.shape[0]):
        if triples[t, 0] == a and triples[t, 1] == b and triples[t, 2] == c:
            return float(triples[t, 3])
    return np.nan


@compiled
def _phrases(
    value: float,
    parts: NDArray[np.int64],
    idioms: NDArray[np.float64],
    boosts: NDArray[np.float64],
    triples: NDArray[np.float64],
) -> float:
    """The value after a look for idioms; parts of the words from three before to two after (0 beyond the end)."""
    three, two, one, zero, next1, next2 = parts
    found = idioms[one, zero]
    if np.isnan(found):
        found = _triple(triples, two, one, zero)
    if np.isnan(found):
        found = idioms[two, one]
    if np.isnan(found):
        found = _triple(triples, three, two, one)
    if np.isnan(found):
        found = idioms[three, two]
    if not np.isnan(found):
        value = found
    found = idioms[zero, next1]
    if not np.isnan(found):
        value = found
    found = _triple(triples, zero, next1, next2)
    if not np.isnan(found):
        value = found
    return float(value + boosts[three, two] + boosts[two, one])


@compiled
def _found(
    codes: NDArray[np.int32], marks: NDArray[np.uint8], places: NDArray[np.int32], count: int
) -> tuple[int, int, int]:
    """Note the places of the words of the lexicon in one text.

    Returns:
        `count` and how many they are; the place of the first "but", or -1; pieces in capitals.
    """
    but, upper = -1, 0
    for i in range(codes.size):
        code = codes[i]
        upper += (code & UPPER) != 0
        entry = code & ENTRY
        if entry:
            if but < 0 and marks[entry, 1] == BUT:
                but = i
            if marks[entry, 0] & (IN_LEXICON | BOOSTS) == IN_LEXICON:
                places[count] = i
                count += 1
    return count, but, upper


@compiled
def _alone(
    code: int, valence: float, parts: NDArray[np.int64], next_in_lexicon: bool, shout: float, no: float
) -> float:
    """The value of a word after what it is itself: "no" beside it, "no" itself, capitals."""
    three, two, one, zero = parts[0], parts[1], parts[2], parts[3]
    value = valence
    if NO in (one, two) or (three == NO and one in (OR, NOR)):
        value *= no
    elif zero == NO and next_in_lexicon:
        value = 0.0
    if code & UPPER:
        value += shout if value > 0 else -shout
    return value


@compiled
def _value(
    codes: NDArray[np.int32],
    i: int,
    parts: NDArray[np.int64],
    shout: float,
    weights: NDArray[np.float64],
    marks: NDArray[np.uint8],
    idioms: NDArray[np.float64],
    boosts: NDArray[np.float64],
    triples: NDArray[np.float64],
    negation: float,
) -> float:
    """The value of the word at this place of one text, before "but"."""
    for k in range(6):
        at = i + k - 3
        parts[k] = marks[codes[at] & ENTRY, 1] if 0 <= at < codes.size else 0
    three, two, one = parts[0], parts[1], parts[2]
    if parts[3] == KIND and parts[4] == OF:
        return 0.0
    followed = i < codes.size - 1 and (marks[codes[i + 1] & ENTRY, 0] & IN_LEXICON) != 0
    value = _alone(codes[i], weights[codes[i] & ENTRY, 0], parts, followed, shout, negation)
    for k in range(min(i, 3)):
        before = codes[i - k - 1]
        flags = int(marks[before & ENTRY, 0])
        if flags & IN_LEXICON:
            continue
        value += _boost(before, k, value, shout, marks, weights)
        value = _negated(before, k, value, one, two, three, flags, negation)
        if k == 2:
            value = _phrases(value, parts, idioms, boosts, triples)
    if one == LEAST and not marks[codes[i - 1] & ENTRY, 0] & IN_LEXICON and two not in (AT, VERY):
        value *= negation
    return value


@compiled
def weigh(
    codes: NDArray[np.int32],
    bounds: NDArray[np.int64],
    weights: NDArray[np.float64],
    marks: NDArray[np.uint8],
    idioms: NDArray[np.float64],
    boosts: NDArray[np.float64],
    triples: NDArray[np.float64],
    capitals: float,
    negation: float,
    places: NDArray[np.int32],
    values: NDArray[np.float64],
    hits: NDArray[np.int64],
    buts: NDArray[np.int64],
) -> None:
    """Give each word of the lexicon its value among its neighbours.

    Args:
        codes: Code of each piece.
        bounds: Where each text's codes begin, and where the last's end; [texts + 1].
        weights: See `Words`, as the four that follow.
        marks: See `Words`.
        idioms: See `Words`.
        boosts: See `Words`.
        triples: See `Words`.
        capitals: What capitals add.
        negation: What a negated value is multiplied by.
        places: Room for the place in its text of each word that has a value; as many as codes.
        values: Room for its value; as many as codes.
        hits: Room for where each text's values begin, and where the last's end; [texts + 1].
        buts: Room for the place of each text's first "but", or -1; [texts].
    """
    count = 0
    parts = np.zeros(6, np.int64)
    for d in range(buts.size):
        text = codes[bounds[d] : bounds[d + 1]]
        hits[d] = count
        count, buts[d], upper = _found(text, marks, places, count)
        shout = capitals if 0 < upper < text.size else 0.0
        for h in range(hits[d], count):
            values[h] = _value(
                text, places[h], parts, shout, weights, marks, idioms, boosts, triples, negation
            )
    hits[buts.size] = count

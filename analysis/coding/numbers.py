"""What labels are worth as numbers, and how a scorer's scores are put on their scale."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analysis.coding.codebook import Codebook
from analysis.coding.errors import CodingError
from analysis.coding.whole import Scale

CURE = (
    'draw anew with the same options and seed and a codebook that says level = "ordinal", labels from the most '
    "negative to the most positive (it is the same sample; the coded sheets fit), or measure shares: fieldwork shares"
)


def numbers(book: Codebook) -> Mapping[str, float]:
    """The number of each label: as stated, else as its name says, else its place, the middle one being 0.

    Three labels without values are -1, 0 and 1; four are -1.5, -0.5, 0.5 and 1.5, as steps are taken for equal.

    Raises:
        CodingError: Labels have no order, some have a value and others none, or all have the same.
    """
    lacking = [label.name for label in book.labels if not label.stated]
    if lacking and len(lacking) < len(book.labels):
        raise CodingError(
            f"the labels {', '.join(lacking)} have no value in the codebook and the others do; state all or none"
        )
    if lacking and book.level == "nominal":
        raise CodingError(
            f"the labels {', '.join(book.names)} have neither order nor values (level nominal); {CURE}"
        )
    if not lacking:
        found = dict(zip(book.names, book.values, strict=True))
    elif all(re.fullmatch(r"\d+", name) for name in book.names):
        found = {name: float(name) for name in book.names}
    else:
        middle = (len(book.labels) - 1) / 2
        found = {name: place - middle for place, name in enumerate(book.names)}
    if len(set(found.values())) == 1:
        raise CodingError(f"all labels have the value {book.values[0]:g}; a mean needs values that differ")
    return found


def scale_of(values: Mapping[str, float], low: float | None, high: float | None, end: float) -> Scale:
    """The scale that puts a score of -`end` at `low` and one of `end` at `high`, cut there.

    Args:
        values: Number of each label; its ends are taken for those that are None.
        low: Code of the most negative score; more than `high` where codes fall as scores rise.
        high: Code of the most positive score.
        end: Score that stands for an end, above 0.

    Raises:
        CodingError: The ends are the same.
    """
    at = min(values.values()) if low is None else low
    to = max(values.values()) if high is None else high
    if at == to:
        raise CodingError(
            f"scale_low and scale_high are both {at:g}; give the codes of the two ends of the scale"
        )
    return Scale((to - at) / (2 * end), (to + at) / 2, min(at, to), max(at, to))

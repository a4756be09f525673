r"""Words and their places in a text: the tokenizer `default` of `tokens`, as patterns.

Counting needs words alone; a search needs their places too. So the same table of characters becomes a class
of Python's `re` and of RE2 here, and a word is `\w` followed by `\w`, marks and joiners, in a text in
normalisation form C.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analysis.kernels.text.tokens import MARKS_IN_A_ROW, classes, combining_marks

SIGMAS = ("\u03c2", "\u03c3")
PYTHON, RE2 = "\\U{:08x}", "\\x{{{:x}}}"
# Canonical decompositions stand in planes 0 to 2.
DECOMPOSABLE = range(0x30000)


def inside_of_class(code_points: Iterable[int], style: str) -> str:
    """A character class without its brackets; `style` formats one end of a range. Code points are sorted."""
    found: list[list[int]] = []
    for point in code_points:
        if found and found[-1][1] == point - 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return "".join(f"{style.format(first)}-{style.format(last)}" for first, last in found)


@cache
def marks(style: str = PYTHON) -> str:
    """Inside of the class of what goes on a word but does not begin one: marks and joiners."""
    return inside_of_class(np.flatnonzero(classes("default") == 2).tolist(), style)


@cache
def word_class_re2() -> str:
    r"""Inside of the class of all characters of words, for RE2, whose own `\w` is ASCII."""
    return inside_of_class(np.flatnonzero(classes("default")).tolist(), RE2)


@cache
def token() -> re.Pattern[str]:
    """A word of a text in form C."""
    return re.compile(rf"\w++(?:[{marks()}]++\w*+)*+")


@cache
def _goes_on() -> re.Pattern[str]:
    return re.compile(rf"[\w{marks()}]")


@cache
def _rest() -> re.Pattern[str]:
    return re.compile(rf"[\w{marks()}]+")


def rest_of_word(text: str, at: int, low: int, high: int) -> int:
    """Where the word around a place ends, `high` at most; the place itself where it lies in none."""
    rest = _rest().match(text, at, high)
    return rest.end() if rest and inside(text, at, low) else at


def inside(text: str, at: int, low: int = 0) -> bool:
    """Whether the characters before and after a place are of one word, looking back to `low` at most."""
    if not 0 < at < len(text) or (text[at - 1].isascii() and not _is_letter(text[at - 1])):
        return False
    goes_on = _goes_on().match
    if not goes_on(text, at):
        return False
    before = at - 1
    while before > low and not _is_letter(text[before]) and goes_on(text, before):
        before -= 1
    return _is_letter(text[before])


def _is_letter(char: str) -> bool:
    return char.isalnum() or char == "_"


@cache
def _long_run() -> str:
    return f"[{inside_of_class(combining_marks(), RE2)}]{{{MARKS_IN_A_ROW + 1}}}"


def nfc(text: str) -> str:
    """A text of one's own in normalisation form C; pages go through `in_form_c`."""
    return unicodedata.normalize("NFC", text)


def in_form_c(texts: pa.Array) -> list[str]:
    """Texts of pages in normalisation form C.

    A text with more than 30 marks in a row is no language's and stays as it is: putting marks in order takes
    quadratic time, which a hostile page would use (32,000 marks in a row: 0.5 s).
    """
    as_they_are = pc.match_substring_regex(texts, _long_run()).to_pylist()
    return [t if stays else nfc(t) for t, stays in zip(texts.to_pylist(), as_they_are, strict=True)]


def fold(word: str) -> str:
    """A word of a text in form C as it is compared where case does not matter.

    As the tokenizer counts it, and final sigma as sigma: which a capital becomes depends on what follows.
    """
    return word.lower() if word.isascii() else unicodedata.normalize("NFC", word.lower()).replace(*SIGMAS)


@cache
def may_change() -> str:
    """RE2 pattern of every text that form C might change; texts without a match are in form C.

    A character that is not its own form C, one that may combine with the letter before it, or two marks in a
    row (they might be in the wrong order).
    """
    unstable = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}  # Hangul vowels and finals
    for point in DECOMPOSABLE:
        parts = unicodedata.decomposition(chr(point)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            unstable.add(int(parts[1], 16))
        if unicodedata.normalize("NFC", chr(point)) != chr(point):
            unstable.add(point)
    combining = inside_of_class(combining_marks(), RE2)
    return f"[{inside_of_class(sorted(unstable), RE2)}]|[{combining}]{{2}}"

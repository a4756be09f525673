r"""What a word is: two tokenizers, each defined by a few lines of plain Python that the fast road must equal.

`cc-pyspark` is the recipe of Common Crawl's example: maximal runs of `\w`, each then in lower case. It splits
a word at every combining mark (most words of Hindi, Bengali, Thai, vowelled Arabic) and counts the composed
and the decomposed spelling of é apart.

`default` knows marks: in the text's normal form C, a word begins with a `\w` and goes on over `\w`, marks
(categories Mn, Mc, Me), zero-width joiner and non-joiner; then lower case, then normal form C again, as lower
case may leave a letter decomposed. A mark without a letter before it is no word. A word with more than 30
marks in a row is no language's (UAX #15, section 13, "stream-safe") and is only put in lower case: putting marks
in order takes quadratic time, which a hostile page would use.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Tokenizer = Literal["default", "cc-pyspark"]
TOKENIZERS: tuple[str, ...] = get_args(Tokenizer)
DEFINITIONS: dict[str, str] = {
    "default": (
        "Texts were put in Unicode normalisation form C; a word is a letter, digit or underscore with all "
        "such characters, combining marks, zero-width joiners and non-joiners that follow it, in lower case"
    ),
    "cc-pyspark": (
        "A word is a maximal run of letters, digits and underscores (the regular expression \\w+), in lower "
        "case; combining marks split words"
    ),
}
"""Each tokenizer in a sentence, for a methods section."""
JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: they shape a word (Persian, Hindi) and do not end it."""
MARKS_IN_A_ROW = 30
"""Most combining marks in a row of a word that is normalised."""
POINTS = 1 << 21
"""Code points that four bytes of UTF-8 could spell; more than Unicode has, so that no look-up can miss."""


def words(text: str, tokenizer: Tokenizer) -> list[str]:
    """The words of a text, in order: the definition, slow and plain."""
    if tokenizer == "cc-pyspark":
        return [word.lower() for word in re.findall(r"\w+", text)]
    found: list[str] = []
    inside = False
    for character in text:
        begins = re.match(r"\w", character) is not None
        goes_on = unicodedata.category(character) in ("Mn", "Mc", "Me") or character in JOINERS
        if inside and (begins or goes_on):
            found[-1] += character
        elif begins:
            found.append(character)
        inside = begins or (inside and goes_on)
    return [_counted_as(word) for word in found]


def _counted_as(word: str) -> str:
    if long_run().search(word):
        return word.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", word).lower())


def check(tokenizer: str) -> None:
    """Test the name of a tokenizer.

    Raises:
        ValueError: Unknown name.
    """
    if tokenizer not in TOKENIZERS:
        raise ValueError(f"tokenizer is '{tokenizer}'; choose from {', '.join(TOKENIZERS)}")


def canonical(lines: str, tokenizer: Tokenizer) -> str:
    """Words as written, one a line, to words as counted, one a line.

    In one call for all: a line feed composes with nothing, and for the rules of case it ends a word.
    """
    if tokenizer == "cc-pyspark":
        return lines.lower()
    if long_run().search(lines):
        return "\n".join(map(_counted_as, lines.split("\n")))
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", lines).lower())


@cache
def combining_marks() -> tuple[int, ...]:
    """Code points of marks that form C may have to put in order."""
    return tuple(p for p in np.flatnonzero(classes("default") == 2).tolist() if unicodedata.combining(chr(p)))


@cache
def long_run() -> re.Pattern[str]:
    """More combining marks in a row than a language has."""
    return re.compile(f"[{''.join(map(chr, combining_marks()))}]{{{MARKS_IN_A_ROW + 1}}}")


@lru_cache(maxsize=2)
def classes(tokenizer: Tokenizer) -> NDArray[np.uint8]:
    """What each code point is to a word, in this interpreter's Unicode.

    Returns:
        0: no part of it, 1: a part, 2: a part only after another; [POINTS].
    """
    table = np.zeros(POINTS, np.uint8)
    every = np.arange(0x110000, dtype="<u4").tobytes().decode("utf-32-le", "surrogatepass")
    for run in re.finditer(r"\w+", every):
        table[run.start() : run.end()] = 1
    if tokenizer == "default":
        printable = filter(
            str.isprintable, re.sub(r"\w+", "", every)
        )  # marks are; the many unassigned are not
        marks = [ord(c) for c in printable if unicodedata.category(c)[0] == "M"]
        table[marks + [ord(c) for c in JOINERS]] = 2
    table.setflags(write=False)
    return table

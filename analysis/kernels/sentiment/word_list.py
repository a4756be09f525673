"""A user's own dictionary: words, phrases and beginnings of words with weights, read from a file."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from analysis.kernels.sentiment.files import decoded
from analysis.kernels.text.tokens import Tokenizer, words

Layout = Literal["csv", "tab"]
TOKENIZER: Tokenizer = "default"
LONGEST_PHRASE = 16
"""Most words of an entry."""


@dataclass(frozen=True)
class Entry:
    """A line of a dictionary."""

    words: tuple[str, ...]
    """Its words, as the tokenizer gives them."""
    begins: bool
    """Whether the last word stands for all words that begin with it (migra*)."""
    weight: float
    """What each occurrence counts."""

    @property
    def written(self) -> str:
        """The entry, as counted."""
        return " ".join(self.words) + ("*" if self.begins else "")


def read(name: str, content: bytes, layout: Layout) -> tuple[Entry, ...]:
    """Read a dictionary.

    Args:
        name: Name of the file, for errors.
        content: Its bytes, UTF-8. A line has a word, phrase or beginning of a word (`migra*`) and its weight; empty
            lines are passed over. The first line may name the columns.
        layout: `csv` (word, weight; quoted where a phrase has a comma) or `tab` (as AFINN: word, tab, weight).

    Raises:
        ValueError: A line cannot be read, or two say different things of the same words; the error names the line.
    """
    entries: dict[tuple[tuple[str, ...], bool], tuple[int, Entry]] = {}
    for number, (at, fields) in enumerate(_rows(name, content, layout)):
        entry = _entry(f"{name}, line {at}", fields)
        if entry is None and number == 0:
            continue  # names of columns
        if entry is None:
            raise ValueError(f"{name}, line {at} gives '{fields[0]}' the weight '{fields[1]}'; give a number")
        key = (entry.words, entry.begins)
        first, known = entries.setdefault(key, (at, entry))
        if known.weight != entry.weight:
            raise ValueError(
                f"{name}, lines {first} and {at} give '{entry.written}' the weights {known.weight:g} and "
                f"{entry.weight:g}; keep one (words are compared in lower case and without punctuation)"
            )
    if not entries:
        raise ValueError(f"{name} has no entry; a line is a word and its weight")
    return tuple(entry for _, entry in entries.values())


def _rows(name: str, content: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    text = decoded(name, content)
    separator = "," if layout == "csv" else "\t"
    lines = io.StringIO(text, newline="")
    if layout == "csv":
        rows = csv.reader(lines, strict=True)
    else:
        rows = csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE)
    try:
        for row in rows:
            fields = [field.strip() for field in row]
            if not any(fields):
                continue
            if len(fields) != 2:
                what = "a comma" if layout == "csv" else "a tab"
                line = separator.join(row)[:80]
                raise ValueError(
                    f"{name}, line {rows.line_num} is '{line}'; a line is a word, {what} and its weight"
                )
            yield rows.line_num, fields
    except csv.Error as error:
        raise ValueError(f"{name}, line {rows.line_num}: {error}") from None


def _entry(where: str, fields: list[str]) -> Entry | None:
    """The entry; nothing where the weight is no number, as in a line that names columns."""
    spelt, weight = fields
    try:
        number = float(weight)
    except ValueError:
        return None
    if not math.isfinite(number):
        raise ValueError(f"{where} gives '{spelt}' the weight '{weight}'; give a finite number")
    begins = spelt.endswith("*")
    parts = tuple(words(spelt, TOKENIZER))
    if "*" in spelt[:-1]:
        raise ValueError(f"{where} has '{spelt}'; a * may only stand at the end, for any ending")
    if begins and words(spelt[:-1] + "x", TOKENIZER)[-1] == "x":
        raise ValueError(f"{where} has '{spelt}'; a letter must stand before the *")
    if not 1 <= len(parts) <= LONGEST_PHRASE:
        raise ValueError(f"{where} has '{spelt}', which has {len(parts)} words; give 1 to {LONGEST_PHRASE}")
    return Entry(parts, begins, number)

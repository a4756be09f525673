"""Finding words and phrases: conditions for RE2 that can never miss, then the exact places."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from analysis.kernels.keywords.query import Query, Word
from analysis.kernels.keywords.spelling import Letter, any_case, as_written
from analysis.kernels.keywords.text import fold, inside, marks, token

Span = tuple[int, int]
ASCII_WORD = "0-9A-Za-z_"


class Words:
    """A word or phrase, ready to be searched for."""

    def __init__(self, query: Query, case: bool) -> None:
        self._words = query.words
        self._fold: Callable[[str], str] = str if case else fold
        spelt = [_spelt(word, case) for word in query.words]
        self.loose = _re2(max(spelt, key=len))
        self.tight = _tight(query.words, spelt)
        self._places = re.compile(_places(query.words, spelt), re.DOTALL)

    @property
    def normalise(self) -> bool:
        """Whether texts must be in form C before the conditions hold.

        An ASCII character of a text in form C stood in the text as written too, beside the same neighbours
        (or the Kelvin sign did, which is spelt out), so words in ASCII need it only for the few texts left.
        """
        return not all(word.core.isascii() for word in self._words)

    def find(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """For each text, in form C, where each hit begins and ends. Hits of a phrase may overlap."""
        for text in texts:
            yield [span for span in self._candidates(text) if self._is_hit(text, span)]

    def _candidates(self, text: str) -> Iterator[Span]:
        for match in self._places.finditer(text):
            yield match.start(), match.end(match.re.groups)

    def _is_hit(self, text: str, span: Span) -> bool:
        if span[1] < 0 or inside(text, span[0]):
            return False
        found = token().findall(text, *span) if self._places.groups else [text[slice(*span)]]
        return all(word.matches(self._fold(t)) for word, t in zip(self._words, found, strict=True))


def _spelt(word: Word, case: bool) -> list[Letter]:
    return as_written(word.core) if case else any_case(word.core, word.open_right)


def _re2(letters: Sequence[Letter]) -> str:
    return "".join(letter.re2 for letter in letters)


def _tight(words: Sequence[Word], spelt: Sequence[Sequence[Letter]]) -> str:
    r"""The words in a row with their ends, as far as RE2's ASCII `\b` can tell."""
    pattern = ""
    for at, (word, letters) in enumerate(zip(words, spelt, strict=True)):
        if at:
            closed = not (words[at - 1].open_right or word.open_left)
            pattern += f"[^{ASCII_WORD}]+" if closed else "(?s:.)+"
        begins = letters[0].chars.isascii() and not word.open_left
        ends = letters[-1].chars.isascii() and not letters[-1].marked and not word.open_right
        pattern += r"\b" * begins + _re2(letters) + r"\b" * ends
    return pattern


def _places(words: Sequence[Word], spelt: Sequence[Sequence[Letter]]) -> str:
    """Pattern for Python's `re` of the words that may be meant; the rest of a phrase is looked at, not taken.

    Linear: runs are taken whole and never given back.
    """
    first, *others = (_whole(*pair) for pair in zip(words, spelt, strict=True))
    if not words[0].open_left:
        # the letter comes first: the engine skips to it, and only then looks behind it
        letter = f"[{re.escape(spelt[0][0].chars)}]"
        first = letter + rf"(?<!\w{letter})" + first.removeprefix(letter)
    rest = r"\W++".join(["", *others])
    return first + (f"(?:(?=({rest})))?+" if rest else "")


def _whole(word: Word, letters: Sequence[Letter]) -> str:
    """A whole word: any where its beginning is open, else one with these letters."""
    if word.open_left:
        return token().pattern
    goes_on = rf"[\w{marks()}]"
    return "".join(letter.python for letter in letters) + (
        f"{goes_on}*+" if word.open_right else f"(?!{goes_on})"
    )

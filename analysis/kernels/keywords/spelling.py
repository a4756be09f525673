"""How a folded word may stand in a page: a pattern that every such word fits, and some others too."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from analysis.kernels.keywords.text import DECOMPOSABLE, RE2, fold, marks
from analysis.kernels.text.tokens import JOINERS


@dataclass(frozen=True)
class Letter:
    """One letter of a word that is looked for."""

    chars: str
    """The characters that may be it."""
    marked: bool = False
    """Whether marks and joiners may follow that belong to it."""

    @property
    def python(self) -> str:
        """As a pattern of `re`."""
        return f"[{re.escape(self.chars)}]" + f"[{marks()}]*+" * self.marked

    @property
    def re2(self) -> str:
        """As a pattern of RE2."""
        return f"[{''.join(RE2.format(ord(c)) for c in self.chars)}]" + f"[{marks(RE2)}]*" * self.marked


def as_written(core: str) -> list[Letter]:
    """A word whose case matters; the Kelvin sign's form C is a K."""
    return [Letter("K\u212a" if char == "K" else char) for char in core]


def any_case(core: str, open_right: bool) -> list[Letter]:
    """A folded word in whatever case; it begins with a letter, as words do.

    A character with marks (composed or not) may be any with the same base followed by marks: a capital may
    have no composed form where the small letter has one (ǰ, ᾶ), or two characters may fold from one (i̇ from
    İ). So may the last character of a beginning: İ begins with i.
    """
    letters: list[Letter] = []
    for at, char in enumerate(core):
        base, composed = _base(char)
        if unicodedata.category(char)[0] == "M" or char in JOINERS:
            if not letters[-1].marked:
                letters[-1] = Letter(_with_base().get(core[at - 1], letters[-1].chars), True)
        elif composed or (open_right and at == len(core) - 1 and base == "i"):
            letters.append(Letter(_with_base().get(base, char), True))
        else:
            letters.append(Letter(char + _folding_to().get(char, "")))
    return letters


def _base(char: str) -> tuple[str, bool]:
    """What a character is without its marks, and whether it had any; a Hangul syllable has none."""
    base, *rest = list(unicodedata.normalize("NFD", char))
    if rest and all(unicodedata.category(c)[0] == "M" for c in rest):
        return base, True
    return char, False


@cache
def _folding_to() -> dict[str, str]:
    """For each folded character, the others that fold to it alone."""
    found: dict[str, str] = {}
    for point in DECOMPOSABLE:
        char = chr(point)
        if (folded := fold(char)) != char and len(folded) == 1:
            found[folded] = found.get(folded, "") + char
    return found


@cache
def _with_base() -> dict[str, str]:
    """For each base, the characters that fold to it with or without marks."""
    found: dict[str, str] = {}
    for point in DECOMPOSABLE:
        folded = fold(chr(point))
        base, composed = _base(folded[0])
        if composed or folded != chr(point):
            found[base] = found.get(base, base) + chr(point)
    return found

"""A hit in its context, cut and cleaned so that no page can make a table say what it does not."""

from __future__ import annotations

import re
from itertools import islice

from analysis.kernels.keywords.text import inside, rest_of_word, token

RUN_CAP = 200
"""Characters of an unbroken run (a word of a megabyte, a paragraph of Chinese) that are shown."""
HIT_CAP = 1000
"""Characters of a hit that are shown."""
CUT = "…"
USUAL = 16
"""Characters within which a word usually begins; only how fast context is found depends on it."""

_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_OVERRIDES = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFFF9, 0xFFFC))
_UNSEEN = (
    0xAD,
    0x61C,
    0x180E,
    0x200B,
    0x200E,
    0x200F,
    *range(0x2060, 0x2066),
    *range(0x206A, 0x2070),
    0xFEFF,
)
_TAGS = tuple(range(0xE0000, 0xE0080))
HARMLESS: dict[int, str | None] = {
    **dict.fromkeys((*_CONTROLS, *_OVERRIDES), "\ufffd"),
    **dict.fromkeys((*_UNSEEN, *_TAGS)),
}


def reach(words: int) -> int:
    """How far context may go, in characters of the page either side, however its words are spread."""
    return RUN_CAP + 50 * words


def before(text: str, start: int, words: int) -> str:
    """So many words before a hit, from the first one's beginning up to the hit; `…` where one was cut.

    The beginning of a word that a hit stands inside of is shown and not counted.
    """
    if not words:
        return ""
    low = max(0, start - reach(words))
    wanted = words + inside(text, start, low)
    found = _beginnings(text, max(low, start - USUAL * wanted), start)
    if len(found) <= wanted:
        found = _beginnings(text, low, start)
    begin = found[-wanted] if len(found) >= wanted else low
    cut = begin == low and low > 0
    return (CUT if cut else "") + shown(text[begin:start], tail=True).lstrip()


def _beginnings(text: str, low: int, high: int) -> list[int]:
    return [match.start() for match in token().finditer(text, low, high)]


def after(text: str, end: int, words: int) -> str:
    """So many words after a hit, up to the last one's end; likewise."""
    if not words:
        return ""
    low, high = max(0, end - reach(words)), min(len(text), end + reach(words))
    begin = rest_of_word(text, end, low, high)
    found = [match.end() for match in islice(token().finditer(text, begin, high), words)]
    finish = found[-1] if len(found) == words else high
    cut = finish == high and high < len(text)
    return shown(text[end:finish]).rstrip() + (CUT if cut else "")


def hit(text: str, start: int, end: int) -> str:
    """What matched, as written."""
    whole = shown(text[start : min(end, start + HIT_CAP)]).strip()
    return whole + CUT if end - start > HIT_CAP else whole


def shown(piece: str, tail: bool = False) -> str:
    """A piece of a page fit to be shown.

    White space becomes one blank; of a run without any, the first 200 characters stay (`tail`: the last).
    Control characters and signs that change the direction of writing (U+202A … U+202E, U+2066 … U+2069)
    become U+FFFD, so that they are seen; other signs that are never seen (soft hyphen, zero-width space,
    U+200E, tags …) go.
    """
    piece = re.sub(r"\s+", " ", piece)
    if len(piece) > RUN_CAP:
        piece = re.sub(rf"\S{{{RUN_CAP + 1},}}", lambda m: _cut(m[0], tail), piece)
    return piece if piece.isascii() and piece.isprintable() else piece.translate(HARMLESS)


def _cut(run: str, tail: bool) -> str:
    return CUT + run[-RUN_CAP:] if tail else run[:RUN_CAP] + CUT

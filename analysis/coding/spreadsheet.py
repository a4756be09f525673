"""Texts from the web in cells of a spreadsheet, and back: no formula runs, nothing is cut, ids stay as they are."""

from __future__ import annotations

import re
from hashlib import blake2b

CELL_CHARACTERS = 32_767
"""What Excel keeps of a cell."""
# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), their full-width forms, white
# space that they skip before it, and apostrophes, so that what is guarded can be told from what began with one.
_BEGINS = re.compile("'*[\\s\x00]*[=+\\-@\uff1d\uff0b\uff0d\uff20\t\r\n\x00]")
_ALPHABET = "bcdfghjklmnpqrstvwxz"
_LETTERS, _BLOCK = 12, 4


def is_formula(text: str) -> bool:
    """Whether a cell with the text might be run, or looks like one that was guarded."""
    return bool(_BEGINS.match(text))


def guarded(text: str) -> str:
    """The text with an apostrophe before it where it might be run as a formula; `plain` takes it away."""
    return f"'{text}" if is_formula(text) else text


def plain(text: str) -> str:
    """A guarded text as it was."""
    return text[1:] if text.startswith("'") and is_formula(text[1:]) else text


def item_id(*where: object) -> str:
    """Name of a drawn text: twelve consonants, as no number, date, formula or word comes of them.

    About 52 bits of a hash of where the text stands: among 100,000 texts two share a name once in a million.
    """
    number = int.from_bytes(blake2b("\0".join(map(str, where)).encode(), digest_size=16).digest(), "big")
    letters = []
    for _ in range(_LETTERS):
        number, place = divmod(number, len(_ALPHABET))
        letters.append(_ALPHABET[place])
    name = "".join(letters)
    return "-".join(name[i : i + _BLOCK] for i in range(0, _LETTERS, _BLOCK))


def same_text(a: str, b: str) -> bool:
    """Whether two texts are equal but for line ends and white space, which spreadsheets change."""
    return " ".join(a.split()) == " ".join(b.split())

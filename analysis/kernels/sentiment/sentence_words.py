"""Characters and words that tell whether a full stop ends a sentence (English)."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

POINTS = 1 << 21
"""Code points that four bytes of UTF-8 could spell, so that no look-up can miss."""
WHITE, STOP, MARK, CLOSES, OPENS, BEGINS, LETTER, UPPER = 1, 2, 4, 8, 16, 32, 64, 128
"""Bits of a character's kind: white space; full stop; other end; may follow an end; may open a sentence; may begin
one (all but lower case and punctuation); ASCII letter; ASCII capital."""
ALWAYS, BEFORE_NUMBER, PERHAPS, STARTER = 1, 2, 4, 8
"""Bits of a word: its stop never ends a sentence; not before a digit; only before a STARTER; often starts one."""

_WORDS = {
    ALWAYS: (
        "mr mrs ms mx dr prof sen sens rep reps gov gen col lt sgt cpl capt cmdr adm maj st ste mt ft rev hon pres "
        "supt messrs mme mlle msgr fr sr sra atty dist vs v cf eg ie e.g i.e viz approx"
    ),
    BEFORE_NUMBER: (
        "no nos vol vols p pp par ch sec art fig jan feb mar apr jun jul aug sept sep oct nov dec ca c"
    ),
    PERHAPS: "inc corp co cos ltd llc plc jr etc bros dept est assn univ ave blvd rd al ed eds a.m p.m am pm ph.d m.d",
    STARTER: (
        "the a an in on at it its he she they we i you his her their our my your but and so yet this that these those "
        "there here if when while as for with after before since to by from what who how why where not no some many "
        "most all both each every other others another even now then still perhaps although though because however "
        "mr mrs ms"
    ),
}


def packed(word: str) -> int:
    """Up to eight ASCII characters as one number (the first the lowest byte)."""
    return int.from_bytes(word.encode("ascii"), "little")


@cache
def kinds() -> NDArray[np.uint8]:
    """Kind of each code point; [POINTS]."""
    table = np.full(POINTS, BEGINS, np.uint8)
    for point in range(0x20000):
        character = chr(point)
        if character.isspace():
            table[point] = WHITE
        elif character.islower() or character in ",;:)]}%&/\\=+>|~^_-–—’”»›\u00ad\u200b":
            table[point] = 0
    for letter in range(26):
        table[ord("a") + letter] = LETTER
        table[ord("A") + letter] = LETTER | UPPER | BEGINS
    for bit, characters in (
        (STOP, "."),
        (MARK, "!?…؟।‽"),
        (CLOSES, ")]}'\"’”»›"),
        (OPENS, "([{'\"‘“„«‹¿¡-–—•*"),
    ):
        for character in characters:
            table[ord(character)] = (int(table[ord(character)]) & ~BEGINS) | bit
    return table


@cache
def words() -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Words of up to eight characters as numbers, sorted, and their bits."""
    bits: dict[int, int] = {}
    for bit, listed in _WORDS.items():
        for word in listed.split():
            if len(word) <= 8:
                bits[packed(word)] = bits.get(packed(word), 0) | bit
    keys = sorted(bits)
    return np.array(keys, np.uint64), np.array([bits[k] for k in keys], np.uint8)

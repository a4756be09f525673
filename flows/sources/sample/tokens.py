r"""Which terms a stretch of text has, in plain Python: what the sample's truth is counted with.

Nothing of `analysis` is used here: the truth must not be made by what it is to test.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from typing import Literal

Tokenizer = Literal["cc-pyspark", "default"]
TOKENIZERS: tuple[Tokenizer, ...] = ("cc-pyspark", "default")

_WORD = re.compile(r"\w+")


def _marks() -> str:
    """Character class of all combining marks (general categories Mn, Mc, Me) as ranges."""
    codes = [c for c in range(0x300, 0x1E950) if unicodedata.category(chr(c))[0] == "M"]
    codes += [c for c in range(0xE0100, 0xE01F0) if c <= sys.maxunicode]
    starts = [c for c, before in zip(codes, [-1, *codes], strict=False) if c != before + 1]
    ends = [c for c, after in zip(codes, [*codes[1:], -1], strict=True) if c + 1 != after]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_WORD_WITH_MARKS = re.compile(rf"\w[\w{_marks()}\u200c\u200d]*")


def terms(text: str, tokenizer: Tokenizer) -> list[str]:
    r"""The terms of a text, in order.

    `cc-pyspark`: runs of `\w`, then lower-case (Common Crawl's example word_count.py).
    `default`: NFC, then a `\w` with all `\w`, combining marks and zero-width joiners that follow, then
    lower-case, then NFC again.
    """
    if tokenizer == "cc-pyspark":
        return [word.lower() for word in _WORD.findall(text)]
    found = _WORD_WITH_MARKS.findall(unicodedata.normalize("NFC", text))
    return [unicodedata.normalize("NFC", word.lower()) for word in found]

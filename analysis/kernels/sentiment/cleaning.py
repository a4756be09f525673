"""Typography and HTML entities to the plain characters that a lexicon is written in; off unless asked for."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.sentiment.arrays import raw

TYPOGRAPHY: Mapping[str, str] = {
    **dict.fromkeys("‘’‚‛′‹›´ʼ", "'"),
    **dict.fromkeys("“”„‟″«»", '"'),
    **dict.fromkeys("‐‑‒–−", "-"),  # hyphens, figure dash, en dash, minus
    **dict.fromkeys("—―", " "),  # em dash and bar stand between words, which they must not join
    "…": "...",
    "\u00ad": "",  # soft hyphen
}
"""What each character becomes; never more bytes than it has."""
DEFINITION_TYPOGRAPHY = (
    "curly quotes and apostrophes became straight ones, hyphens and en dashes -, em dashes blanks, … three full "
    "stops; soft hyphens were removed"
)
DEFINITION_ENTITIES = (
    "HTML character references that end in a semicolon (&amp; &#8217;) became their characters, once"
)

# Bounded: a reference of many digits would cost quadratic time (and Python refuses to read it).
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")


@compiled
def _replace(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    becomes: NDArray[np.int8],
    made: NDArray[np.uint8],
    made_offsets: NDArray[np.int64],
) -> int:
    """Write texts with some characters replaced.

    Args:
        data: Bytes of the texts.
        offsets: Where each begins, and where the last ends; [texts + 1].
        becomes: Of each code point below 2¹⁶, how many bytes it becomes (-1: itself), and those bytes; [2¹⁶, 4].
        made: Room for as many bytes.
        made_offsets: Room for where each text begins there, and where the last ends; [texts + 1].

    Returns:
        How many characters were replaced.
    """
    at, found = 0, 0
    for d in range(offsets.size - 1):
        made_offsets[d] = at
        i, end = offsets[d], offsets[d + 1]
        while i < end:
            first = int(data[i])
            point, size = 0, 1
            if 0xC0 <= first < 0xE0 and i + 1 < end:
                point, size = (first & 0x1F) << 6 | (int(data[i + 1]) & 0x3F), 2
            elif 0xE0 <= first < 0xF0 and i + 2 < end:
                point, size = (
                    (first & 0x0F) << 12 | (int(data[i + 1]) & 0x3F) << 6 | (int(data[i + 2]) & 0x3F),
                    3,
                )
            width = becomes[point, 0]
            if width < 0:
                for q in range(size):
                    made[at + q] = data[i + q]
                at += size
            else:
                for q in range(width):
                    made[at + q] = becomes[point, 1 + q]
                at += width
                found += 1
            i += size
    made_offsets[offsets.size - 1] = at
    return found


def plain(texts: pa.Array) -> pa.Array:
    """Texts with typography as in TYPOGRAPHY; the same array where there is none."""
    data, offsets = raw(texts)
    made, made_offsets = np.empty(int(offsets[-1] - offsets[0]), np.uint8), np.empty_like(offsets)
    if not made.size or not _replace(data, offsets, _table(), made, made_offsets):
        return texts
    kind, width = (
        (pa.LargeStringArray, np.int64)
        if pa.types.is_large_string(texts.type)
        else (pa.StringArray, np.int32)
    )
    found = kind.from_buffers(
        len(texts), pa.py_buffer(made_offsets.astype(width)), pa.py_buffer(made[: made_offsets[-1]])
    )
    return pc.if_else(texts.is_valid(), found, pa.scalar(None, texts.type)) if texts.null_count else found


def unescaped(texts: pa.Array) -> pa.Array:
    """Texts with the characters that HTML's references stand for; the same array where there is none."""
    has = pc.fill_null(pc.match_substring_regex(texts, "&[#A-Za-z]"), False)
    if not has.true_count:
        return texts
    made = [_REFERENCE.sub(_character, text) for text in texts.filter(has).to_pylist()]
    return pc.replace_with_mask(texts, has, pa.array(made, texts.type))


def _character(found: re.Match[str]) -> str:
    return html.unescape(found[0])


def _table() -> NDArray[np.int8]:
    table = np.full((1 << 16, 4), -1, np.int8)
    for character, becomes in TYPOGRAPHY.items():
        table[ord(character), 0] = len(becomes)
        table[ord(character), 1 : 1 + len(becomes)] = [ord(c) for c in becomes]
    return table

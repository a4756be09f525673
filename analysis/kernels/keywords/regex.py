"""Places of regular expressions in texts, found by RE2, which no expression sends astray.

RE2 takes linear time for a search, whatever the expression: for one hit, that is. Many hits, each found only
after a look far ahead (`/a.*z|a/` on a page of `a`), cost the length of the page each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from analysis.kernels.keywords.query import Query, QueryError
from analysis.kernels.keywords.re2 import EDGE, edges, matches, rewritten
from analysis.kernels.keywords.text import token

Span = tuple[int, int]
# Characters that are none (Unicode's noncharacters); where a page has them they become U+FFFD first.
OPEN, CLOSE = "\ufdd1", "\ufdd2"
NONE_OF_OURS = dict.fromkeys(map(ord, (EDGE, OPEN, CLOSE)), "\ufffd")


class Regex:
    """A regular expression, ready to be searched for."""

    normalise = True

    def __init__(self, query: Query, case: bool) -> None:
        """Rewrite and compile it.

        Raises:
            QueryError: Not valid for RE2, matches nothing at all, or uses what cannot be rewritten.
        """
        matches([""], query.regex, query.text)
        flags = "" if case else "(?i)"
        self._edges = EDGE * edges(query)
        self._exact = flags + rewritten(query, signs=self._edges != "")
        self.loose = self.tight = flags + rewritten(query, signs=False)
        if matches([self._edges], self._exact, query.text)[0]:
            raise QueryError(
                f"query '{query.text}' matches even an empty text; use + instead of *, or name a letter"
            )
        matches([""], self.loose, query.text)

    def find(self, texts: Sequence[str]) -> Iterator[list[Span]]:
        """For each text, in form C, where each hit begins and ends: leftmost, not overlapping, not empty."""
        ready = [text.translate(NONE_OF_OURS) if _has_ours(text) else text for text in texts]
        if self._edges:
            ready = [token().sub(self._between_edges, text) for text in ready]
        marked = pc.replace_substring_regex(
            pa.array(ready, pa.large_string()), self._exact, rf"{OPEN}\0{CLOSE}"
        )
        for text in marked:
            yield list(_spans(text.as_py()))

    def _between_edges(self, word: re.Match[str]) -> str:
        return self._edges + word[0] + self._edges


def _has_ours(text: str) -> bool:
    return not text.isascii() and (EDGE in text or OPEN in text or CLOSE in text)


def _spans(marked: str) -> Iterator[Span]:
    before, *pieces = marked.split(OPEN)
    at = _length(before)
    for piece in pieces:
        hit, _, after = piece.partition(CLOSE)
        end = at + _length(hit)
        if end > at:
            yield at, end
        at = end + _length(after)


def _length(text: str) -> int:
    return len(text) - text.count(EDGE)

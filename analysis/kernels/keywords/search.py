"""Many texts, few hits: RE2 sorts out over a whole batch, what is left is looked at exactly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.keywords.query import QueryError, parse
from analysis.kernels.keywords.re2 import matches
from analysis.kernels.keywords.regex import Regex
from analysis.kernels.keywords.text import in_form_c, may_change
from analysis.kernels.keywords.words import Span, Words

AT_ONCE = 4096
"""Texts that are taken out of a batch at the same time."""

Found = tuple[int, str, dict[int, list[Span]]]


class Search:
    """Several queries, ready to be searched for together."""

    def __init__(self, queries: Sequence[str], case: bool) -> None:
        """Read and compile the queries.

        Raises:
            QueryError: A query that cannot be read.
        """
        read = [parse(query, case) for query in queries]
        self._queries = [Regex(q, case) if q.regex else Words(q, case) for q in read]
        self._normalise = any(query.normalise for query in self._queries)
        loose = [query.loose for query in self._queries]
        together = "|".join(f"(?:{pattern})" for pattern in loose)
        self._loose = [together] if len(loose) > 1 and _compiles(together) else loose

    def find(self, texts: pa.Array) -> Iterator[Found]:
        """The texts that have a hit: row, text in form C, and the hits' spans by the query's number."""
        if self._normalise:
            texts = _normalised(texts)
        rows = np.flatnonzero(_any(texts, self._loose))
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            yield from self._look(texts.take(pa.array(some)), some)

    def _look(self, texts: pa.Array, rows: NDArray[np.int64]) -> Iterator[Found]:
        likely = [self._likely(texts, query.tight) for query in self._queries]
        some = np.flatnonzero(np.logical_or.reduce(likely))
        if not len(some):
            return
        written = dict(zip(some.tolist(), in_form_c(texts.take(pa.array(some))), strict=True))
        found: dict[int, dict[int, list[Span]]] = {}
        for number, query in enumerate(self._queries):
            own = np.flatnonzero(likely[number]).tolist()
            for at, spans in zip(own, query.find([written[at] for at in own]), strict=True):
                if spans:
                    found.setdefault(at, {})[number] = spans
        for at in sorted(found):
            yield int(rows[at]), written[at], found[at]

    def _likely(self, texts: pa.Array, tight: str) -> NDArray[np.bool_]:
        return np.ones(len(texts), bool) if [tight] == self._loose else _any(texts, [tight])


@lru_cache(maxsize=8)
def search(queries: tuple[str, ...], case: bool) -> Search:
    """The same queries compiled once a process."""
    return Search(queries, case)


def _compiles(pattern: str) -> bool:
    try:
        matches([""], pattern)
    except QueryError:
        return False
    return True


def _any(texts: pa.Array, patterns: Sequence[str]) -> NDArray[np.bool_]:
    found = np.zeros(len(texts), bool)
    for pattern in patterns:
        found |= pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return found


def _normalised(texts: pa.Array) -> pa.Array:
    doubtful = pc.match_substring_regex(texts, may_change())
    if not pc.any(doubtful).as_py():
        return texts
    return pc.replace_with_mask(texts, doubtful, pa.array(in_form_c(texts.filter(doubtful)), texts.type))

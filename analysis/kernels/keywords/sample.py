"""A random sample of hits that is the same however the pages are cut into parts.

Each hit has a place in a random order, a hash of the seed and of where it stands; the sample is the k first.
The k first of all are among the k first of each part, so samples add up.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from hashlib import blake2b
from operator import itemgetter
from typing import Any

import pyarrow as pa

from analysis.kernels.keywords.context import after, before, hit

Span = tuple[int, int]
Page = Callable[[str], Any]
"""A page's column by its name; asked only for hits that are shown."""
SHOWN_WITH = ("source_file", "record_offset", "url", "registered_domain", "crawl", "captured_at", "language")
"""What a hit is shown with."""
RANK_BYTES = 16


class Sample:
    """The first hits in the random order, of those added so far."""

    def __init__(self, size: int, seed: int, context: int) -> None:
        self._size, self._seed, self._context = size, seed, context
        self._kept: list[dict[str, Any]] = []
        self._limit = "g" if size else ""  # beyond, and before, every rank in hex

    def add(self, query: str, page: Page, text: str, spans: Sequence[Span]) -> None:
        """Hits of a query in a page."""
        for number, rank in enumerate(self._ranks(query, page, len(spans))):
            if rank < self._limit:
                self._kept.append(self._row(rank, query, page, text, spans[number]))
                self._kept[-1] |= {"hit_number": number, "hits": len(spans)}
                if len(self._kept) >= 2 * self._size:
                    self._forget()

    def _ranks(self, query: str, page: Page, hits: int) -> Iterator[str]:
        where = json.dumps([self._seed, page("source_file"), page("record_offset"), query])
        start = blake2b(where.encode(), digest_size=RANK_BYTES)
        for number in range(hits):
            own = start.copy()
            own.update(b"%d" % number)
            yield own.hexdigest()

    def _row(self, rank: str, query: str, page: Page, text: str, span: Span) -> dict[str, Any]:
        start, end = span
        return {
            **{name: page(name) for name in SHOWN_WITH},
            "rank": rank,
            "query": query,
            "before": before(text, start, self._context),
            "hit": hit(text, start, end),
            "after": after(text, end, self._context),
        }

    def _forget(self) -> None:
        self._kept = sorted(self._kept, key=itemgetter("rank"))[: self._size]
        self._limit = self._kept[-1]["rank"]

    def rows(self) -> list[dict[str, Any]]:
        """The sample so far, in the random order."""
        return sorted(self._kept, key=itemgetter("rank"))[: self._size]


def smallest(hits: pa.Table, size: int) -> pa.Table:
    """The first of several samples together; associative."""
    return hits.sort_by([("rank", "ascending")]).slice(0, size)

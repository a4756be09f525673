"""Totals of a search: documents searched, documents with a hit and hits, exact and by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Group = tuple[Any, ...]
MEASURES = {"documents": "documents", "df": "documents_with_hit", "tf": "hits"}
"""Measures of a row of totals, and what a reader calls them."""


class Totals:
    """Totals of the pages seen so far."""

    def __init__(self, queries: Sequence[str], by: Sequence[str]) -> None:
        self._queries, self._by = queries, by
        self._documents: Counter[Group] = Counter()
        self._with_hit: Counter[tuple[str, Group]] = Counter()
        self._hits: Counter[tuple[str, Group]] = Counter()

    def searched(self, pages: pa.RecordBatch) -> list[Group]:
        """Count pages as searched; returns the group of each."""
        if not self._by:
            groups: list[Group] = [()] * pages.num_rows
        else:
            groups = list(zip(*(_column(pages, name).to_pylist() for name in self._by), strict=True))
        self._documents.update(groups)
        return groups

    def found(self, query: str, group: Group, hits: int) -> None:
        """Count a document with so many hits."""
        self._with_hit[query, group] += 1
        self._hits[query, group] += hits

    def rows(self) -> list[dict[str, Any]]:
        """A row a query and group: its columns, and the three measures."""
        return [
            {
                **dict(zip(self._by, group, strict=True)),
                "query": query,
                "documents": documents,
                "df": self._with_hit[query, group],
                "tf": self._hits[query, group],
            }
            for query in self._queries
            for group, documents in self._documents.items()
        ]


def _column(pages: pa.RecordBatch, name: str) -> pa.Array:
    return pc.strftime(pages["captured_at"], "%Y-%m") if name == "month" else pages[name]


def added(totals: pa.Table, queries: Sequence[str], by: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of totals added up for each query and group, sorted; a query in no document has zeros."""
    measures = [(name, "sum") for name in MEASURES]
    sums = totals.group_by(["query", *by], use_threads=False).aggregate(measures).to_pylist()
    found = {(row["query"], *(row[name] for name in by)): row for row in sums}
    if not by:
        found = {(query,): found.get((query,), {}) for query in queries}
    order = {query: number for number, query in enumerate(queries)}
    return [
        {
            **dict(zip(("query", *by), key, strict=True)),
            **{shown: found[key].get(f"{name}_sum", 0) for name, shown in MEASURES.items()},
        }
        for key in sorted(found, key=lambda key: (order[key[0]], *(str(part or "") for part in key[1:])))
    ]

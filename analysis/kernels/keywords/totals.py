"""Totals of a search: documents searched, documents with a hit and hits, exact and by group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.text.groups import Groups
from schemas.words import text_groups

MEASURES = {"documents": "documents", "df": "documents_with_hit", "tf": "hits"}
"""Measures of a row of totals, and what a reader calls them."""


class Totals:
    """Totals of the pages seen so far."""

    def __init__(self, queries: Sequence[str], by: Sequence[str]) -> None:
        self._queries = queries
        self._names = _in_order(by)
        self._groups = Groups(by)
        self._documents: Counter[int] = Counter()
        self._with_hit: Counter[tuple[str, int]] = Counter()
        self._hits: Counter[tuple[str, int]] = Counter()

    def searched(self, pages: pa.RecordBatch) -> NDArray[np.int32]:
        """Count pages as searched; returns the number of each one's group."""
        groups = self._groups.of(pages)
        numbers, documents = np.unique(groups, return_counts=True)
        self._documents.update(dict(zip(numbers.tolist(), documents.tolist(), strict=True)))
        return groups

    def found(self, query: str, group: int, hits: int) -> None:
        """Count a document with so many hits."""
        self._with_hit[query, group] += 1
        self._hits[query, group] += hits

    def rows(self) -> list[dict[str, Any]]:
        """A row a query and group: its columns, and the three measures."""
        numbers = np.arange(len(self._groups))
        groups = zip(*(column.to_pylist() for column in self._groups.columns(numbers)), strict=True)
        named = [dict(zip(self._names, group, strict=True)) for group in groups] or [{} for _ in numbers]
        return [
            {
                **named[group],
                "query": query,
                "documents": documents,
                "df": self._with_hit[query, group],
                "tf": self._hits[query, group],
            }
            for query in self._queries
            for group, documents in self._documents.items()
        ]


def summed(totals: pa.Table, by: Sequence[str]) -> pa.Table:
    """Rows of totals, those of the same query and group added; all other columns stay empty."""
    keys = ["query", *_in_order(by)]
    sums = totals.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in MEASURES])
    known = dict(
        zip([*keys, *MEASURES], sums.select([*keys, *(f"{m}_sum" for m in MEASURES)]).columns, strict=True)
    )
    empty = {f.name: pa.nulls(sums.num_rows, f.type) for f in totals.schema if f.name not in known}
    return pa.table({name: {**known, **empty}[name] for name in totals.schema.names}, schema=totals.schema)


def _in_order(by: Sequence[str]) -> list[str]:
    return [column.name for column in text_groups if column.name in by]


def added(totals: pa.Table, queries: Sequence[str], by: Sequence[str]) -> list[dict[str, Any]]:
    """Rows of totals added up for each query and group, sorted; ungrouped, a query of no document has zeros."""
    names = _in_order(by)
    measures = [(name, "sum") for name in MEASURES]
    sums = totals.group_by(["query", *names], use_threads=False).aggregate(measures).to_pylist()
    found = {(row["query"], *(row[name] for name in names)): row for row in sums}
    if not names:
        found = {(query,): found.get((query,), {}) for query in queries}
    order = {query: number for number, query in enumerate(queries)}
    return [
        {
            **dict(zip(("query", *names), key, strict=True)),
            **{shown: found[key].get(f"{name}_sum", 0) for name, shown in MEASURES.items()},
        }
        for key in sorted(found, key=lambda key: (order[key[0]], *(part or "" for part in key[1:])))
    ]

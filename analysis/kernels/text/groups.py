"""Which group each document of a batch belongs to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from schemas import fields as f
from schemas.words import text_groups

UNKNOWN = "und"
"""Language where none could be told (ISO 639-3)."""


def needs(by: Sequence[str]) -> tuple[str, ...]:
    """Columns of a page that groups by these names are made from."""
    return tuple(f.captured_at.name if name == f.month.name else name for name in by)


def check(by: Sequence[str]) -> None:
    """Test names of groups.

    Raises:
        ValueError: An unknown name, or one given twice.
    """
    known = ", ".join(column.name for column in text_groups)
    if isinstance(by, str):
        raise ValueError(f"by is the text '{by}'; give a tuple of names, of {known}")
    for name in by:
        if name not in known.split(", "):
            raise ValueError(f"by has '{name}', which is no group; choose from {known}")
        if list(by).count(name) > 1:
            raise ValueError(f"by has '{name}' more than once; name each group once")


class Groups:
    """Numbers the groups of documents, in order of first occurrence."""

    def __init__(self, by: Sequence[str]) -> None:
        """Group by these names; all documents are one group where there are none."""
        self._by = [column for column in text_groups if column.name in by]
        self._numbers: dict[tuple[str | None, ...], int] = {}

    def __len__(self) -> int:
        return len(self._numbers)

    def of(self, pages: pa.RecordBatch) -> NDArray[np.int32]:
        """Number of each page's group."""
        codes = np.zeros(pages.num_rows, np.int64)
        columns = []
        for column in self._by:
            encoded = _column(pages, column.name).dictionary_encode(null_encoding="encode")
            codes = codes * len(encoded.dictionary) + encoded.indices.to_numpy()
            columns.append(encoded)
        _, first, which = np.unique(codes, return_index=True, return_inverse=True)
        seen = [tuple(column[int(i)].as_py() for column in columns) for i in first]
        numbers = [self._numbers.setdefault(group, len(self._numbers)) for group in seen]
        return np.array(numbers, np.int32)[which]

    def columns(self, numbers: NDArray[np.integer]) -> list[pa.Array]:
        """The groups of these numbers, one array a name."""
        rows = pa.array(numbers)
        every = list(self._numbers)
        return [pa.array([g[i] for g in every], c.type).take(rows) for i, c in enumerate(self._by)]


def _column(pages: pa.RecordBatch, name: str) -> pa.Array:
    if name == f.language.name:
        return pages[name].fill_null(UNKNOWN)
    return _months(pages[f.captured_at.name]) if name == f.month.name else pages[name]


def _months(captured_at: pa.Array) -> pa.Array:
    """YYYY-MM of instants in UTC; Arrow's own formatting needs a time zone database, which Windows lacks."""
    instants = captured_at.cast(pa.int64()).to_numpy().astype("datetime64[us]")
    months, which = np.unique(instants.astype("datetime64[M]"), return_inverse=True)
    return pa.array(np.datetime_as_string(months), pa.string()).take(pa.array(which))


def of_languages(pages: pa.RecordBatch, languages: Sequence[str]) -> pa.RecordBatch:
    """The pages in one of these languages; all pages where there are none."""
    if not languages:
        return pages
    language = pages[f.language.name].fill_null(UNKNOWN)
    return pages.filter(pc.is_in(language, pa.array(languages, pa.string())))

"""Marks that a file gives to texts (a band of scores, a predicted class), looked up by where a text stands."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.coding.errors import CodingError

NONE = "none"
Places = tuple[NDArray[np.int64], NDArray[np.int64]]


@dataclass(frozen=True)
class Marks:
    """The marks of many texts; small enough to be sent to other machines."""

    names: tuple[str, ...]
    """Marks by their number; the last is that of texts without one."""
    places: Mapping[str, Places]
    """Of each file: offsets of records, ascending, and the number of their mark."""

    def of(self, files: pa.Array, offsets: pa.Array) -> pa.Array:
        """The mark of each text."""
        found = np.full(len(files), len(self.names) - 1, np.int64)
        encoded = files.dictionary_encode()
        which, at = encoded.indices.to_numpy(), offsets.to_numpy()
        for number, file in enumerate(encoded.dictionary.to_pylist()):
            if file in self.places:
                known, mark = self.places[file]
                rows = np.flatnonzero(which == number)
                place = np.minimum(np.searchsorted(known, at[rows]), len(known) - 1)
                hit = known[place] == at[rows]
                found[rows[hit]] = mark[place[hit]]
        return pa.array(self.names, pa.string()).take(pa.array(found))


def marks(rows: pa.Table, names: Sequence[str], number: NDArray[np.int64]) -> Marks:
    """Marks from rows with source_file and record_offset, and each row's number.

    Raises:
        CodingError: A text stands there twice.
    """
    files = rows["source_file"].combine_chunks().dictionary_encode()
    which = np.asarray(files.indices.to_numpy())
    offsets = rows["record_offset"].cast(pa.int64()).to_numpy()
    order = np.lexsort((offsets, which))
    twice = (np.diff(which[order]) == 0) & (np.diff(offsets[order]) == 0)
    if twice.any():
        at = order[int(np.argmax(twice))]
        where = f"{rows['source_file'][int(at)]}, offset {offsets[at]}"
        raise CodingError(f"the file of scores has the text {where} more than once; each text has one score")
    ends = np.searchsorted(which[order], np.arange(len(files.dictionary) + 1))
    places = {
        file: (offsets[order[a:b]], number[order[a:b]])
        for file, a, b in zip(files.dictionary.to_pylist(), ends[:-1], ends[1:], strict=True)
    }
    return Marks((*names, NONE), places)


def banded(rows: pa.Table, cuts: Sequence[float]) -> Marks:
    """Bands of the column `score`: below the first cut, from one cut to below the next, from the last on."""
    score = pc.fill_null(_column(rows, "score").cast(pa.float64()), np.nan).to_numpy()
    edges = [f"{cut:g}" for cut in cuts]
    names = [
        f"below {edges[0]}",
        *(f"{a} to {b}" for a, b in pairwise(edges)),
        f"from {edges[-1]}",
    ]
    number = np.searchsorted(np.array(cuts), score, side="right")
    return marks(rows, names, np.where(np.isnan(score), len(names), number))


def classed(rows: pa.Table) -> Marks:
    """Classes of the column `predicted`."""
    encoded = _column(rows, "predicted").combine_chunks().cast(pa.string()).dictionary_encode()
    names = encoded.dictionary.to_pylist()
    number = pc.fill_null(encoded.indices, len(names)).to_numpy(zero_copy_only=False).astype(np.int64)
    return marks(rows, names, number)


def read(name: str, content: bytes) -> pa.Table:
    """Rows of a CSV or Parquet file of scores.

    Raises:
        CodingError: It cannot be read, or lacks source_file or record_offset.
    """
    try:
        if name.endswith(".parquet"):
            import pyarrow.parquet as pq

            rows = pq.read_table(io.BytesIO(content))
        else:
            from pyarrow import csv

            rows = csv.read_csv(io.BytesIO(content))
    except pa.ArrowInvalid as error:
        raise CodingError(f"{name} cannot be read as a table: {error}") from None
    for needed in ("source_file", "record_offset"):
        _column(rows, needed)
    return rows


def _column(rows: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in rows.column_names:
        raise CodingError(
            f"the file of scores has no column '{name}'; it has {', '.join(rows.column_names)} (of predictions, "
            "rename the column you mean)"
        )
    return rows[name]

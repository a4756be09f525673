"""Coded texts block by block: as many as there are, in the memory of one block."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.learning.coded import (
    GROUPS,
    SAMPLED,
    Coded,
    as_written,
    drawn_from,
    group_values,
    lacking,
    uncoded,
    usable,
    weights,
)
from conf.places import Place, place
from conf.settings import Settings

ROWS = 4096
"""Rows of a block of Parquet."""
BYTES = 1 << 20
"""Bytes of a block of CSV, and of what is read at once."""
KEPT = ("text", "label", "group", *GROUPS, *SAMPLED)
"""Columns that are read."""


@dataclass(frozen=True)
class Blocks:
    """Coded texts of a file, or of a sample's folder, read anew each time they are gone through."""

    address: str
    """Where they are."""
    settings: Settings = field(repr=False)
    """Settings, for places."""

    def __iter__(self) -> Iterator[pa.Table]:
        """Blocks of rows that something can be learnt from, and how many there were before, as a table's metadata."""
        for table in self._tables():
            for name in ("text", "label"):
                if name not in table.column_names:
                    raise lacking(name, table)
            yield table.select([n for n in KEPT if n in table.column_names])

    def _tables(self) -> Iterator[pa.Table]:
        source = place(self.address, self.settings)
        if self.address.endswith(".csv"):
            yield from _csv(source)
        elif self.address.endswith(".parquet"):
            yield from _parquet(source)
        else:
            yield from self._folder(source)

    def _folder(self, source: Place) -> Iterator[pa.Table]:
        """Labels, which are small, in memory; texts in blocks."""
        try:
            labels = pa.concat_tables(_parquet(source / "labels.parquet"))
            for block in _parquet(source / "sample.parquet"):
                texts = block.select(["item_id", "text"])
                found = texts.join(labels, "item_id", join_type="inner", use_threads=False)
                yield found.sort_by("item_id")
        except FileNotFoundError:
            raise uncoded(self.address, source) from None

    @property
    def reads(self) -> str:
        """Table that they were drawn from; empty where they are no drawn sample."""
        whole = self.address.endswith((".csv", ".parquet"))
        return "" if whole else drawn_from(place(self.address, self.settings))

    def sha256(self) -> str:
        """Digest of what is read."""
        source, digest = place(self.address, self.settings), hashlib.sha256()
        whole = self.address.endswith((".csv", ".parquet"))
        for file in [source] if whole else [source / "labels.parquet", source / "sample.parquet"]:
            with file.fs.open(file.path, "rb") as handle:
                while chunk := handle.read(BYTES):
                    digest.update(chunk)
        return digest.hexdigest()


def _csv(source: Place) -> Iterator[pa.Table]:
    from pyarrow import csv

    options = {
        "read_options": csv.ReadOptions(block_size=BYTES, use_threads=False),
        "parse_options": csv.ParseOptions(newlines_in_values=True),
    }
    with source.fs.open(source.path, "rb") as handle:
        names = csv.open_csv(handle, **options).schema.names
    convert = as_written()
    convert.include_columns = [name for name in KEPT if name in names]
    with source.fs.open(source.path, "rb") as handle:
        for batch in csv.open_csv(handle, convert_options=convert, **options):
            yield pa.Table.from_batches([batch])


def _parquet(source: Place) -> Iterator[pa.Table]:
    with source.fs.open(source.path, "rb") as handle:
        file = pq.ParquetFile(handle, buffer_size=BYTES)
        for batch in file.iter_batches(ROWS, use_threads=False):
            yield pa.Table.from_batches([batch])


def key_column(names: Sequence[str], together: Sequence[str]) -> str | None:
    """The column whose equal values are kept together; None where copies of a text are, as no such column is there."""
    return next((name for name in ("group", "outlet") if name in together and name in names), None)


def of_block(rows: pa.Table, together: Sequence[str]) -> Coded:
    """The usable texts of a block; texts of one group have one number, wherever they stand."""
    kept = usable(rows)
    keys = _keys(kept, key_column(kept.column_names, together))
    items = np.array(kept["item_id"].to_pylist(), object) if "item_id" in kept.column_names else None
    texts, labels = np.array(kept["text"].to_pylist(), object), np.array(kept["label"].to_pylist(), str)
    alone = kept.drop_columns([n for n in ("stratum",) if n in kept.column_names])
    left_out = rows.num_rows - kept.num_rows
    return Coded(texts, labels, keys, group_values(kept), "", left_out, items, weights(alone, alone))


def _keys(rows: pa.Table, column: str | None) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """A number for each group; a text without one has that of its words, blanks and case aside."""
    values = rows[column].cast(pa.string()).to_pylist() if column else [None] * rows.num_rows
    texts = rows["text"].to_pylist()
    said = (
        v if v is not None else " ".join(t.split()).casefold() for v, t in zip(values, texts, strict=True)
    )
    made = (
        int.from_bytes(hashlib.blake2b(s.encode("utf-8", "replace"), digest_size=7).digest()) for s in said
    )
    return np.fromiter(made, np.int64, rows.num_rows)

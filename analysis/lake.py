"""Reading the lake: which parts a table has, and their rows as Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from schemas.table import Table


class NoData(LookupError):
    """The lake has no part that was asked for; the message says what there is."""


@dataclass(frozen=True)
class Part:
    """One file of a table, made from one input."""

    path: str
    """Path relative to the root of the lake."""
    partition: Mapping[str, str]
    """Values of the partition columns, read from the path."""


@dataclass(frozen=True)
class Dataset:
    """Parts of one table, to be read by any engine."""

    root: Place
    """Root of the lake."""
    table: Table
    """The table."""
    parts: tuple[Part, ...]
    """Its parts, sorted by path."""

    def batches(self, part: Part, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Rows of one part, with partition columns among them, in bounded memory."""
        wanted = [self.table.column(name) for name in columns]
        inside = [c.name for c in wanted if c.name not in part.partition]
        schema = pa.schema([c.field for c in wanted])
        with self.root.fs.open((self.root / part.path).path, "rb") as handle:
            file = pq.ParquetFile(handle, pre_buffer=False)
            for batch in file.iter_batches(columns=inside, use_threads=False, batch_size=16384):
                arrays = [
                    pa.array([part.partition[c.name]] * batch.num_rows, c.type)
                    if c.name in part.partition
                    else batch.column(c.name)
                    for c in wanted
                ]
                yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def dataset(root: Place, table: Table, where: Mapping[str, Sequence[str]] | None = None) -> Dataset:
    """The parts of a table, all or those whose partition has one of the given values.

    Raises:
        NoData: No part fits.
    """
    found = [Part(f"{table.path}/{file}", _partition(file)) for file in (root / table.path).files(".parquet")]
    wanted = {k: set(v) for k, v in (where or {}).items() if v}
    parts = tuple(p for p in found if all(p.partition.get(k) in v for k, v in wanted.items()))
    if not parts:
        have = sorted({"/".join(p.partition.values()) for p in found})
        seen = f"it has {', '.join(have)}" if have else "it is empty; fill it with `fieldwork ingest`"
        raise NoData(f"nothing of {table.name} in {root.url} fits; {seen}")
    return Dataset(root, table, parts)


def _partition(file: str) -> dict[str, str]:
    steps = (step.split("=", 1) for step in file.split("/")[:-1] if "=" in step)
    return {name: unquote(value) for name, value in steps}

"""Reading the lake: which parts a table has, and their rows as Arrow batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from conf.settings import Settings
from schemas.table import Table

BATCH_ROWS = 16384
BATCH_BYTES = 64 << 20
"""A batch has at most so many rows, and about so many bytes: a row may be a page or half a megabyte of pixels."""
PIXEL_BATCH_BYTES = 4 << 20
"""The same of a table with pixels: Arrow copies values of fixed size once more, which is twice as fast in the cache."""
WINDOW_BYTES = 1 << 20
"""How much of a column of a local file is in memory before it is unpacked; else all of its row group is."""


class NoData(LookupError):
    """The lake has no part that was asked for; the message says what there is."""


class Mixed(LookupError):
    """What was asked for holds the same things made in different ways; the message says how to choose."""


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
    settings: Settings | None = field(default=None, compare=False, repr=False)
    """Settings of the run, for what `prepare` opens beside the lake; None where nobody said."""

    @property
    def apart(self) -> dict[str, list[str]]:
        """Values of the partitions that are kept apart, as its parts have them."""
        return {
            c.name: sorted({p.partition[c.name] for p in self.parts if c.name in p.partition})
            for c in self.table.apart
        }

    def batches(
        self, part: Part, columns: Sequence[str], row_groups: Sequence[int] | None = None
    ) -> Iterator[pa.RecordBatch]:
        """Rows of one part, with partition columns among them, in bounded memory.

        Args:
            part: The part.
            columns: Columns wanted, in order.
            row_groups: Only these row groups of the file; all where None.
        """
        with self.open(part) as file:
            yield from self.rows(file, part, columns, row_groups)

    @contextmanager
    def open(self, part: Part) -> Iterator[pq.ParquetFile]:
        """The file of a part, to ask it several things (`rows`, `row_groups`) while it is opened once."""
        place = self.root / part.path
        # By its path, Arrow reads a file of this machine itself: without Python's lock, and without another copy.
        source = nullcontext(place.path) if place.is_local else place.fs.open(place.path, "rb")
        window = WINDOW_BYTES if place.is_local else 0  # elsewhere a request costs more than memory
        with source as opened, pq.ParquetFile(opened, pre_buffer=False, buffer_size=window) as file:
            yield file

    def rows(
        self,
        file: pq.ParquetFile,
        part: Part,
        columns: Sequence[str],
        row_groups: Sequence[int] | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """The same as `batches`, of a file that is open."""
        wanted = [self.table.column(name) for name in columns]
        inside = [c.name for c in wanted if c.name not in part.partition]
        schema = pa.schema([c.field for c in wanted])
        size = sum(size for _, size in self.row_groups(file, part, columns))
        pixels = any(pa.types.is_fixed_size_binary(c.type) for c in wanted)
        most = PIXEL_BATCH_BYTES if pixels else BATCH_BYTES
        fitting = max(1, min(BATCH_ROWS, most * file.metadata.num_rows // max(size, 1)))
        groups = None if row_groups is None else list(row_groups)
        for batch in file.iter_batches(fitting, groups, inside, use_threads=False):
            arrays = [
                pa.repeat(pa.scalar(part.partition[c.name], c.type), batch.num_rows)
                if c.name in part.partition
                else batch.column(c.name)
                for c in wanted
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)

    def row_groups(self, file: pq.ParquetFile, part: Part, columns: Sequence[str]) -> list[tuple[int, int]]:
        """Rows, and unpacked bytes in some columns, of each row group."""
        told = file.metadata
        names = [told.schema.column(n).path.split(".")[0] for n in range(told.num_columns)]
        inside = [n for n, name in enumerate(names) if name in columns and name not in part.partition]
        groups = (told.row_group(n) for n in range(told.num_row_groups))
        return [(g.num_rows, sum(g.column(n).total_uncompressed_size for n in inside)) for g in groups]


def dataset(root: Place, table: Table, where: Mapping[str, Sequence[str]] | None = None) -> Dataset:
    """The parts of a table, all or those whose partition has one of the given values.

    Raises:
        NoData: No part fits.
        Mixed: They differ in a partition that is kept apart, and `where` does not name its values.
    """
    data = everything(root, table, where)
    for column in table.apart:
        values = sorted({p.partition.get(column.name, "none stated") for p in data.parts})
        if len(values) > 1 and not (where or {}).get(column.name):
            raise Mixed(
                f"{table.name} in {root.url} has {column.name} {' and '.join(values)}, which must not be mixed; "
                f"choose one: --{column.name} {values[0]} (in Python, where={{'{column.name}': ['{values[0]}']}})"
            )
    return data


def everything(root: Place, table: Table, where: Mapping[str, Sequence[str]] | None = None) -> Dataset:
    """As `dataset`, but whatever is there may be mixed: to list it, not to compute with it.

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

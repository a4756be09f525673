"""What a column and a table are; imports pyarrow and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote

import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """One measured or named thing, defined once and listed by the tables that carry it."""

    name: str
    """Standard term of the field; the unit ends it (`text_bytes`, `duration_s`)."""
    type: pa.DataType
    """Arrow type."""
    description: str
    """What it means, in one sentence a reader of a codebook understands."""
    nullable: bool = False
    """Whether a row may lack it."""
    codec: str = "zstd"
    """How Parquet packs it: `zstd`, or `lz4` where unpacking it would be most of the work of reading it."""

    @property
    def field(self) -> pa.Field:
        """The column as an Arrow field that carries its description."""
        return pa.field(self.name, self.type, self.nullable, {"description": self.description})


@dataclass(frozen=True)
class Check:
    """A statement every row of a table must fulfil."""

    name: str
    """Short name, used in errors."""
    description: str
    """The statement in words."""
    holds: Callable[[pa.Table], bool]
    """True where all rows of the given table fulfil it."""


class TableError(ValueError):
    """Rows that do not fit the table they are written to."""


@dataclass(frozen=True)
class Table:
    """A table of the lake or of the results: `{layer}__{source}__{name}`."""

    name: str
    """`layer__source__name`; the same three words are its path in the lake."""
    description: str
    """What one row is."""
    key: tuple[Column, ...]
    """The columns that together identify a row."""
    values: tuple[Column, ...] = ()
    """All other columns, in order."""
    partitions: tuple[Column, ...] = ()
    """Columns that are written into the path (`crawl=…/`) and not into the file."""
    apart: tuple[Column, ...] = ()
    """Partitions that hold the same things made in different ways (the text of a page by different extractors):
    nothing reads several of their values as one, unless it names them."""
    groups: tuple[Column, ...] = ()
    """Columns a result has when it was grouped by them; they are then part of the key."""
    checks: tuple[Check, ...] = ()
    """Statements tested on every part before it is written."""
    panels: tuple[Column, ...] = ()
    """Columns of the key whose values get a chart each (small multiples) where a chart is drawn."""
    first: tuple[Column, ...] = ()
    """Values a reader looks at first, where there is no room for all (a terminal); else they come in their order."""
    leading: tuple[Column, ...] = ()
    """Values that tell which rows a terminal shows, the highest of the first one that a result has; else the first."""

    @property
    def path(self) -> str:
        """The table's folder, relative to the root of the lake."""
        return "/".join(self.name.split("__"))

    @property
    def columns(self) -> tuple[Column, ...]:
        """Key, groups, values and partitions, each once."""
        return tuple(dict.fromkeys((*self.key, *self.groups, *self.values, *self.partitions)))

    def schema(self, groups: Iterable[str] = ()) -> pa.Schema:
        """Arrow schema of a file of this table, with the groups chosen (see `groups`)."""
        chosen = self.chosen(groups)
        kept = (*self.key, *chosen, *self.values)
        return pa.schema([c.field for c in dict.fromkeys(kept) if c not in self.partitions])

    def chosen(self, groups: Iterable[str]) -> tuple[Column, ...]:
        """The group columns of these names, in the table's order.

        Raises:
            TableError: A name that is not a group of this table.
        """
        names = tuple(groups)
        known = [c.name for c in self.groups]
        for name in names:
            if name not in known:
                raise TableError(f"{self.name} is not grouped by '{name}'; choose from {', '.join(known)}")
        return tuple(c for c in self.groups if c.name in names)

    def column(self, name: str) -> Column:
        """The column of this name.

        Raises:
            KeyError: No such column.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(
            f"{self.name} has no column '{name}'; it has {', '.join(c.name for c in self.columns)}"
        )

    def folder(self, partition: Mapping[str, str]) -> str:
        """The folder of one partition, relative to the lake: `core/commoncrawl/pages/crawl=…`."""
        steps = [f"{c.name}={quote(str(partition[c.name]), safe='-_.')}" for c in self.partitions]
        return "/".join([self.path, *steps])

    def check(self, rows: pa.Table) -> None:
        """Test the schema and every check.

        Raises:
            TableError: Names the table, the check and what was found.
        """
        want = self.schema(n for n in rows.schema.names if n in {c.name for c in self.groups})
        if not rows.schema.equals(want):
            raise TableError(f"{self.name}: columns are\n{rows.schema}\nbut should be\n{want}")
        for column in rows.schema:
            if not column.nullable and rows[column.name].null_count:
                raise TableError(f"{self.name}: {column.name} has empty values but may not")
        for check in self.checks:
            if rows.num_rows and not check.holds(rows):
                raise TableError(f"{self.name}: check '{check.name}' failed: {check.description}")

"""Any edge table as rows of the graph's partial results: Parquet, CSV or TSV, strings or whole numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from analysis.elsewhere import files
from conf.places import Place

WEIGHTS = ("pages", "links")
CSV = (".csv", ".tsv")
CSV_ROW_BYTES = 10


def read(root: Place) -> tuple[pa.ChunkedArray, pa.ChunkedArray, dict[str, pa.ChunkedArray]]:
    """Sources, targets and weights of all files at an address.

    The first two columns are the ends, strings as dictionaries; weights are columns named `pages` and `links`. A table
    without `links` has one for each row.

    Raises:
        ValueError: A file has less than two columns, or ends that are neither strings nor whole numbers, or its
            columns are not those of the first file.
        NoData: There is no file.
    """
    tables: list[pa.Table] = []
    for file in files(root):
        table = _checked(_read(file), file.url)
        if tables and table.column_names != tables[0].column_names:
            raise ValueError(
                f"{file.url} has the columns {', '.join(table.column_names)}, but the files before it "
                f"{', '.join(tables[0].column_names)}; an edge table's files must be alike"
            )
        tables.append(table)
    whole = pa.concat_tables(tables, promote_options="permissive")
    ones = pa.chunked_array([pa.repeat(pa.scalar(1, pa.int64()), whole.num_rows)])
    weights = {n: whole[n].cast(pa.int64()).fill_null(0) for n in WEIGHTS if n in whole.column_names[2:]}
    return whole.column(0), whole.column(1), {"links": ones, **weights}


def rows(root: Place) -> int:
    """About how many rows there are: Parquet says it; in a CSV file a row has ten bytes or more."""
    total = 0
    for file in files(root):
        if file.path.endswith(CSV):
            total += file.size() // CSV_ROW_BYTES
        else:
            with file.fs.open(file.path, "rb") as handle:
                total += pq.ParquetFile(handle).metadata.num_rows
    return total


def shape(root: Place) -> pa.Schema:
    """Columns that are read: the ends (int64 or string), and weights.

    Raises:
        ValueError: As for `read`.
        NoData: There is no file.
    """
    found: list[pa.Schema] = []
    for file in files(root):
        with file.fs.open(file.path, "rb") as handle:
            if file.path.endswith(CSV):
                with _open_csv(handle, file) as reader:
                    schema = reader.schema
            else:
                schema = pq.ParquetFile(handle).schema_arrow
        wanted = pa.schema([schema.field(name) for name in _wanted(schema.names)])
        checked = _checked(wanted.empty_table(), file.url).schema
        kind = pa.int64() if pa.types.is_integer(checked.field(0).type) else pa.string()
        weights = [pa.field(name, pa.int64()) for name in checked.names[2:]]
        made = pa.schema([*(pa.field(name, kind) for name in checked.names[:2]), *weights])
        if found and made != found[0]:
            raise ValueError(f"{file.url} has other columns than the files before it; they must be alike")
        found.append(made)
    return found[0]


def batches(file: Place) -> Iterator[pa.RecordBatch]:
    """Rows of a CSV or TSV file, some at a time: its ends and weights."""
    with file.fs.open(file.path, "rb") as handle, _open_csv(handle, file) as reader:
        wanted = _wanted(reader.schema.names)
        for batch in reader:
            yield batch.select(wanted)


def _open_csv(handle: Any, file: Place) -> csv.CSVStreamingReader:
    separator = "\t" if file.path.endswith(".tsv") else ","
    parsed = csv.ParseOptions(delimiter=separator)
    # a host may be called "null" or "na": only nothing is nothing
    empty = csv.ConvertOptions(null_values=[""], strings_can_be_null=True)
    return csv.open_csv(handle, parse_options=parsed, convert_options=empty)


def _read(file: Place) -> pa.Table:
    with file.fs.open(file.path, "rb") as handle:
        if not file.path.endswith(CSV):
            parquet = pq.ParquetFile(handle)
            wanted = _wanted(parquet.schema_arrow.names)
            strings = [n for n in wanted[:2] if _is_text(parquet.schema_arrow.field(n).type)]
            return pq.read_table(handle, columns=wanted, read_dictionary=strings)
        with _open_csv(handle, file) as reader:
            wanted = _wanted(reader.schema.names)
            narrow = pa.schema([reader.schema.field(n) for n in wanted])
            return pa.Table.from_batches((batch.select(wanted) for batch in reader), narrow)


def _wanted(names: list[str]) -> list[str]:
    """The ends and the weights."""
    return [*names[:2], *(n for n in names[2:] if n in WEIGHTS)]


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _checked(table: pa.Table, where: str) -> pa.Table:
    """The table, its ends of one kind: strings as dictionaries, whole numbers as int64."""
    if table.num_columns < 2:
        raise ValueError(
            f"{where} has {table.num_columns} column; an edge table's first two are source and target"
        )
    for number in (0, 1):
        name, kind = table.column_names[number], table.column(number).type
        inner = kind.value_type if pa.types.is_dictionary(kind) else kind
        if pa.types.is_integer(inner):
            ends = table.column(number).cast(pa.int64())
        elif _is_text(inner):
            ends = table.column(number).cast(pa.dictionary(pa.int32(), pa.string()))
        else:
            raise ValueError(f"{where}: column '{name}' is {kind}; vertices are strings or whole numbers")
        table = table.set_column(number, name, ends)
    if table.column(0).type != table.column(1).type:
        kinds = " and ".join(str(table.column(n).type) for n in (0, 1))
        raise ValueError(f"{where}: the ends of its edges are {kinds}; make them alike")
    return table

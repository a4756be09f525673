"""Sheets: CSV files to code in, written so that a spreadsheet changes nothing, and read back line by line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import pyarrow as pa

from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from analysis.coding.spreadsheet import guarded, plain

BOM = b"\xef\xbb\xbf"
NEEDED = ("item_id", "label", "text")
WORKBOOK = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # how files of .xlsx and .ods begin, and those of .xls
CUT = " […]"
SEPARATORS = (",", ";", "\t")  # spreadsheets write what the machine's language uses
# Characters that XML, and so a spreadsheet's own format, cannot hold; line ends and tabs aside.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


@dataclass(frozen=True)
class Line:
    """A row of a sheet as a coder left it."""

    file: str
    """Name of the file."""
    line: int
    """Line on which the row begins, from 1."""
    cells: Mapping[str, str]
    """Cells by the name of their column, unguarded."""


def shown(text: str, characters: int) -> str:
    """A text as it stands in a sheet: line ends plain, control characters as U+FFFD, cut where it is too long."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = _CONTROL.sub("\ufffd", lines)
    return lines if len(lines) <= characters else lines[:characters] + CUT


def sheet(sample: pa.Table, coder: str, options: Draw, labels: Mapping[str, str] | None = None) -> bytes:
    """The sheet of a coder: texts in an order of chance of the coder's own, labels empty or those given by item."""
    names = ["item_id", "label", "note", *options.show, "text"]
    rows = [row for row in sample.to_pylist() if coder in row["allotted_to"].split()]
    rows.sort(key=lambda row: blake2b(f"{options.seed}\0{coder}\0{row['item_id']}".encode()).digest())
    made = []
    for row in rows:
        label = (labels or {}).get(row["item_id"], "")
        cells = {**row, "label": label, "note": "", "text": shown(row["text"], options.characters)}
        made.append([cells[name] for name in names])
    return written(names, made)


def written(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file for spreadsheets: UTF-8 with its mark, cells guarded."""
    buffer = io.StringIO(newline="")
    out = csv.writer(buffer, lineterminator="\r\n")
    out.writerow(names)
    for row in rows:
        out.writerow(["" if cell is None else guarded(str(cell)) for cell in row])
    return BOM + buffer.getvalue().encode("utf-8")


def lines(name: str, content: bytes, needed: Sequence[str] = NEEDED) -> Iterator[Line]:
    """Rows of a sheet, however a spreadsheet saved it: with or without the mark, by comma, semicolon or tab.

    Raises:
        CodingError: It is not UTF-8, lacks a column, or a row has too many cells; with file and line.
    """
    if content.startswith(WORKBOOK):
        raise CodingError(f"{name} is a workbook, no CSV; save it as “CSV UTF-8” (Excel: Save as, type)")
    try:
        text = content.removeprefix(BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise CodingError(
            f"{name}, line {line}: not UTF-8; save it as “CSV UTF-8” (Excel: Save as, type)"
        ) from None
    head = text.split("\n", 1)[0]
    separator = max(SEPARATORS, key=head.count)
    csv.field_size_limit(1 << 24)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [cell.strip().casefold() for cell in next(rows, [])]
    for column in needed:
        if names.count(column) != 1:
            raise CodingError(
                f"{name}, line 1: {names.count(column)} columns are called '{column}'; one must be, and the columns "
                f"are {', '.join(names) or 'none'}"
            )
    yield from _rows(name, names, rows)


def _rows(name: str, names: list[str], rows: Iterator[list[str]]) -> Iterator[Line]:
    begins = getattr(rows, "line_num", 1) + 1
    try:
        for row in rows:
            if any(cell.strip() for cell in row):
                if any(cell.strip() for cell in row[len(names) :]):
                    raise CodingError(f"{name}, line {begins}: more cells than columns; is a quote missing?")
                padded = [*row, *[""] * (len(names) - len(row))]
                yield Line(name, begins, {n: plain(cell) for n, cell in zip(names, padded, strict=False)})
            begins = getattr(rows, "line_num", begins) + 1
    except csv.Error as error:
        raise CodingError(f"{name}, line {begins}: {error}") from None

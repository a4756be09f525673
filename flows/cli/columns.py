"""Which columns a terminal has room for: the key, then the measures, as far as they fit."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from typing import Any

from flows.cli.console import cell
from schemas.table import Table

NOT_A_TERMINAL = 110
"""Characters a line, where nobody says how many there are."""
BETWEEN = 2
"""Blanks between columns."""


def width() -> int:
    """Characters a line has on standard output."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else NOT_A_TERMINAL


def fitting(table: Table, rows: Any, room: int) -> list[str]:
    """Names of the columns shown, in order: the whole key, and of the rest as many as there is room for.

    First come those that the table says a reader looks at first, then the others in their order, and last those that
    say the same in every row, or nothing.

    Args:
        table: The table the rows are of.
        rows: The rows shown, a pyarrow table.
        room: Characters a line.
    """
    names = list(rows.schema.names)
    keys = {c.name for c in (*table.key, *table.groups)}
    first = [c.name for c in table.first if c.name in names and rows[c.name].null_count < rows.num_rows]
    shown = [n for n in names if n in keys and (n not in first)]
    rest = [n for n in names if n not in keys and n not in first]
    same = {n for n in rest if rows.num_rows > 1 and _is_same(rows[n])}
    left = room - sum(_wide(n, rows) + BETWEEN for n in shown)
    for name in (*first, *(n for n in rest if n not in same), *(n for n in rest if n in same)):
        left -= _wide(name, rows) + BETWEEN
        if left < -BETWEEN:
            break
        shown.append(name)
    return shown


def _is_same(values: Any) -> bool:
    told = values.to_pylist()
    return all(value == told[0] for value in told)


def _wide(name: str, rows: Any) -> int:
    values: Sequence[Any] = rows[name].to_pylist()
    return max([len(name), *(len(cell(v)) for v in values)])

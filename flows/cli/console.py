"""What the commands share: errors in a line, progress with rate and time left, tables in a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.progress import Progress

# Errors whose message is written for a reader; any other is a defect and says so.
EXPECTED = (LookupError, OSError, ValueError)


def explain(error: Exception) -> str:
    """One line for a reader."""
    text = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    text = " ".join(text.split())
    if isinstance(error, EXPECTED) or type(error).__module__.split(".")[0] in (
        "analysis",
        "flows",
        "conf",
        "schemas",
    ):
        return text or type(error).__name__
    return f"{type(error).__name__}: {text}; this was not foreseen: run it again with FIELDWORK_DEBUG=1 and report it"


@contextmanager
def progress(unit: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar on the terminal's error stream with rate and time left; silent where there is no terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(f"{unit}  {{task.fields[rate]}}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, disable=quiet or not console.is_terminal, transient=True) as bar:
        yield bar


def say(text: str, *, quiet: bool = False) -> None:
    """A line about what goes on, on the error stream, so that output stays clean."""
    if not quiet:
        click.echo(text, err=True)


def emit(value: Any) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=None, default=str))


def show(names: Sequence[str], rows: Iterable[Sequence[Any]], title: str = "") -> None:
    """A table on standard output; plain text, with control characters of foreign text made harmless."""
    cells = [[cell(v) for v in row] for row in rows]
    widths = [max([len(n), *(len(r[i]) for r in cells)]) for i, n in enumerate(names)]
    pads = [str.rjust if n == "before" else str.ljust for n in names]
    if title:
        click.echo(title)
    click.echo("  ".join(n.ljust(w) for n, w in zip(names, widths, strict=True)).rstrip())
    for row in cells:
        click.echo("  ".join(pad(c, w) for pad, c, w in zip(pads, row, widths, strict=True)).rstrip())


def cell(value: Any) -> str:
    """A value as it stands in a table: numbers with four significant digits, what is missing as a dash."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "".join(c if c.isprintable() else "�" for c in str(value))


def size(count: float) -> str:
    """Bytes in words: 1.2 GB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"


def is_terminal() -> bool:
    """Whether a person is looking."""
    return sys.stderr.isatty()

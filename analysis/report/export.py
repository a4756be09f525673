"""A result as files for statistics software: Parquet, CSV, Stata, with codebook, manifest and list of inputs.

The CSV is data: not a character of it is changed, an empty cell is a missing value and `""` an empty text.
Spreadsheets run cells that begin with `=` as formulas, and such cells do come from pages; who wants to open a
table in one asks for the format `excel`, a CSV of its own in which these cells begin with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from analysis.report.codebook import write_codebook
from analysis.report.columns import as_text, is_plain, is_text
from analysis.report.graph.export import gexf, graphml, ranks
from analysis.report.stata import ExportError, write_stata

if TYPE_CHECKING:
    from analysis.result import Result

# What spreadsheets take for the beginning of a formula (OWASP, "CSV Injection"), and their full-width forms.
_FORMULA = "^[=+\\-@\t\r\n＝＋－＠]"


def export(
    result: Result, folder: str | Path, formats: Sequence[str] = ("parquet", "csv", "stata")
) -> list[Path]:
    """Write a result into a folder of its own.

    Args:
        result: The result.
        folder: Where to; made where absent. Files are named after the table: `counts.csv`, `counts.dta`.
        formats: Any of `parquet`, `csv`, `stata` and `excel`; of a graph also `graphml`, `gexf` and `ranks`.

    Returns:
        The files: one a format (and graph), then `codebook.csv`, `inputs.csv` and `manifest.json`.

    Raises:
        ExportError: An unknown format, a value that Stata cannot hold, or a graph too large for XML.
    """
    for wrong in (f for f in formats if f not in FORMATS):
        raise ExportError(f"unknown format '{wrong}'; choose from {', '.join(FORMATS)}")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stem = Path(result.table_file).stem
    written = [path for f in dict.fromkeys(formats) for path in FORMATS[f](result, folder / stem)]
    codebook = write_codebook(result.analysis.writes, result.table, folder)
    return [*written, codebook, *_beside(result, folder)]


def _beside(result: Result, folder: Path) -> list[Path]:
    """The manifest, and the list of inputs that it refers to."""
    from pyarrow import csv as arrow_csv

    inputs, manifest = folder / "inputs.csv", folder / "manifest.json"
    arrow_csv.write_csv(result.inputs, inputs)
    manifest.write_text(json.dumps(result.manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return [inputs, manifest]


def _parquet(result: Result, stem: Path) -> list[Path]:
    import pyarrow.parquet as pq

    path = stem.with_suffix(".parquet")
    pq.write_table(result.table, path, compression="zstd")
    return [path]


def _csv(result: Result, stem: Path) -> list[Path]:
    from pyarrow import csv as arrow_csv

    path = stem.with_suffix(".csv")
    arrow_csv.write_csv(flat(result.table), path)
    return [path]


def _stata(result: Result, stem: Path) -> list[Path]:
    path = stem.with_suffix(".dta")
    write_stata(result.analysis.writes, result.table, path, result.manifest["started_at"])
    return [path]


def _excel(result: Result, stem: Path) -> list[Path]:
    """CSV for spreadsheets: guarded, and with a byte order mark, so that Excel takes it for UTF-8."""
    from pyarrow import csv as arrow_csv

    path = stem.with_suffix(".excel.csv")
    rows = flat(result.table)
    guarded = [_guarded(rows[n]) if is_text(rows[n].type) else rows[n] for n in rows.column_names]
    with path.open("wb") as handle:
        handle.write(b"\xef\xbb\xbf")
        arrow_csv.write_csv(pa.table(guarded, names=rows.column_names), handle)
    return [path]


FORMATS: Mapping[str, Callable[[Result, Path], list[Path]]] = {
    "parquet": _parquet,
    "csv": _csv,
    "stata": _stata,
    "excel": _excel,
    "graphml": graphml,
    "gexf": gexf,
    "ranks": ranks,
}


def flat(rows: pa.Table) -> pa.Table:
    """The table with nested values as JSON and bytes as hexadecimal digits, since CSV has neither."""
    columns = [rows[n] if is_plain(rows[n].type) else as_text(rows[n]) for n in rows.column_names]
    return pa.table(columns, names=rows.column_names)


def _guarded(values: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.replace_substring_regex(values, pattern=f"({_FORMULA})", replacement=r"'\1")

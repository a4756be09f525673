"""A result: its table, its manifest, and the inputs it rests on."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from analysis import catalogue
from analysis.declare import Analysis
from conf.typed import build

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
INPUTS = "inputs.csv"


@dataclass(frozen=True)
class Inputs:
    """The inputs a result rests on."""

    rows: pa.Table
    """source_file, part, status, bytes_read, input_sha256."""
    summary: dict[str, Any]
    """File name, SHA-256 of the file, number and bytes of the inputs."""


def inputs_of(ledger: pa.Table) -> Inputs:
    """The inputs of some ledger rows, as they are written beside a result."""
    rows = ledger.select(["source_file", "part", "status", "bytes_read", "input_sha256"])
    return Inputs(
        rows,
        {
            "file": INPUTS,
            "sha256": hashlib.sha256(_csv(rows)).hexdigest(),
            "count": rows.num_rows,
            "bytes": sum(rows["bytes_read"].to_pylist()),
        },
    )


def _csv(rows: pa.Table) -> bytes:
    buffer = io.BytesIO()
    csv.write_csv(rows, buffer)
    return buffer.getvalue()


@dataclass(frozen=True)
class Result:
    """What an analysis found, and everything needed to find it again."""

    analysis: Analysis[Any]
    """The analysis."""
    options: Any
    """Its options, as asked."""
    table: pa.Table
    """Rows of `analysis.writes`."""
    manifest: dict[str, Any]
    """How it was made: what was asked, coverage, inputs, versions, methods."""
    inputs: pa.Table
    """The inputs it rests on."""

    def to_pandas(self) -> pd.DataFrame:
        """The table as a pandas frame, to regress on."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    @property
    def table_file(self) -> str:
        """Name of the file its table is saved in: `counts.parquet`."""
        return self.analysis.writes.name.split("__")[-1] + ".parquet"

    def save(self, folder: str | Path) -> Path:
        """Write table, manifest, codebook and list of inputs into a folder; returns the folder."""
        from analysis.report.export import codebook

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(self.table, folder / self.table_file, compression="zstd")
        (folder / INPUTS).write_bytes(_csv(self.inputs))
        codebook(self, folder)
        (folder / MANIFEST).write_text(
            json.dumps(self.manifest, indent=2, ensure_ascii=False) + "\n", "utf-8"
        )
        return folder


def open_result(folder: str | Path) -> Result:
    """A result that was saved.

    Raises:
        FileNotFoundError: The folder holds no result.
    """
    folder = Path(folder)
    if not (folder / MANIFEST).is_file():
        raise FileNotFoundError(
            f"no result in '{folder}': it has no {MANIFEST}; make one with --out {folder}"
        )
    manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    analysis = catalogue.find(manifest["analysis"])
    options = build(analysis.options, manifest["asked"], f"the analysis {analysis.name}")
    schema = analysis.writes.schema(manifest["groups"])
    table = pq.read_table(folder / f"{analysis.writes.name.split('__')[-1]}.parquet").cast(schema)
    strings = csv.ConvertOptions(column_types={"input_sha256": pa.string()})
    return Result(analysis, options, table, manifest, csv.read_csv(folder / INPUTS, convert_options=strings))

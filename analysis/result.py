"""A result: its table, its manifest, and the inputs it rests on."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from analysis import catalogue
from analysis.declare import Analysis
from conf.places import Place, place
from conf.settings import Settings, load
from conf.typed import build

if TYPE_CHECKING:
    import pandas as pd

Extras = Callable[[], Iterator[tuple[str, bytes]]]
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


def _no_extras() -> Iterator[tuple[str, bytes]]:
    return iter(())


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
    extras: Extras = field(default=_no_extras, compare=False, repr=False)
    """Further files that belong to it (`Analysis.files`), made or read when asked for: name and content."""

    def to_pandas(self) -> pd.DataFrame:
        """The table as a pandas frame, to regress on."""
        frame: pd.DataFrame = self.table.to_pandas()
        return frame

    @property
    def table_file(self) -> str:
        """Name of the file its table is saved in: `counts.parquet`."""
        return table_file(self.analysis)

    def save(self, folder: str | Path, settings: Settings | None = None) -> str:
        """Write table, manifest, codebook and list of inputs into a folder, here or on S3; returns the folder.

        Raises:
            PlaceError: The folder is somewhere that cannot be written to.
        """
        target = place(str(folder), settings or load())
        with TemporaryDirectory(prefix="fieldwork-") as temporary:
            for file in self._write(Path(temporary)):
                (target / file.name).write(file)
        return str(folder)

    def _write(self, folder: Path) -> list[Path]:
        """The files of a result; the manifest last, since with it a folder holds a result."""
        from analysis.report.codebook import write_codebook

        pq.write_table(self.table, folder / self.table_file, compression="zstd")
        (folder / INPUTS).write_bytes(_csv(self.inputs))
        write_codebook(self.analysis.writes, self.table, folder)
        extras = []
        for name, content in self.extras():
            (folder / name).write_bytes(content)
            extras.append(name)
        told = json.dumps(self.manifest | ({"files": extras} if extras else {}), indent=2, ensure_ascii=False)
        (folder / MANIFEST).write_text(told + "\n", "utf-8")
        return sorted(folder.iterdir(), key=lambda file: file.name == MANIFEST)


def open_result(folder: str | Path, settings: Settings | None = None) -> Result:
    """A result that was saved, here or on S3.

    Raises:
        FileNotFoundError: The folder holds no result.
    """
    source = place(str(folder), settings or load())
    manifest = manifest_of(source)
    analysis = catalogue.find(manifest["analysis"])
    options = build(analysis.options, manifest["asked"], f"the analysis {analysis.name}")
    schema = analysis.writes.schema(manifest["groups"])
    rows = pq.read_table(io.BytesIO((source / table_file(analysis)).read_bytes())).cast(schema)
    strings = csv.ConvertOptions(column_types={"input_sha256": pa.string()})
    inputs = csv.read_csv(io.BytesIO((source / INPUTS).read_bytes()), convert_options=strings)

    def extras() -> Iterator[tuple[str, bytes]]:
        return ((name, (source / name).read_bytes()) for name in manifest.get("files", []))

    return Result(analysis, options, rows, manifest, inputs, extras)


def manifest_of(folder: Place) -> dict[str, Any]:
    """The manifest of a result that was saved.

    Raises:
        FileNotFoundError: The folder holds no result.
    """
    if not (folder / MANIFEST).exists():
        raise FileNotFoundError(
            f"no result in '{folder.url}': it has no {MANIFEST}; make one with --out {folder.url}"
        )
    found: dict[str, Any] = json.loads((folder / MANIFEST).read_bytes())
    return found


def table_file(analysis: Analysis[Any]) -> str:
    """Name of the file a result's table is saved in: `counts.parquet`."""
    return analysis.writes.name.split("__")[-1] + ".parquet"

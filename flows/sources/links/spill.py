"""Sorted rows that did not fit in memory: put on disk in runs, and merged from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from heapq import merge
from itertools import groupby, islice
from pathlib import Path
from tempfile import TemporaryDirectory

import pyarrow as pa

ROWS = 1 << 16
Row = tuple[str, str, int, int, int, int]
SCHEMA = pa.schema(
    [
        pa.field("source", pa.string()),
        pa.field("target", pa.string()),
        pa.field("kind", pa.int8()),
        pa.field("pages", pa.int64()),
        pa.field("links", pa.int64()),
        pa.field("nofollow_links", pa.int64()),
    ]
)


class Spill:
    """Runs of rows, each sorted by source, target and kind."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._folder: Path | None = None
        self._runs: list[Path] = []

    def close(self) -> None:
        """Take the runs away."""
        self._stack.close()

    @property
    def begun(self) -> bool:
        """Whether anything was put down."""
        return bool(self._runs)

    def put(self, rows: Iterable[pa.RecordBatch]) -> None:
        """Write a run."""
        if self._folder is None:
            self._folder = Path(self._stack.enter_context(TemporaryDirectory(prefix="fieldwork-links-")))
        path = self._folder / f"{len(self._runs)}.arrow"
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, SCHEMA) as writer:
            for batch in rows:
                writer.write_batch(batch)
        self._runs.append(path)

    def merged(self) -> Iterator[pa.RecordBatch]:
        """All rows, sorted, those of one edge added up."""
        rows = _added(merge(*(self._run(path) for path in self._runs)))
        while some := list(islice(rows, ROWS)):
            columns = zip(*some, strict=True)
            arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)

    def _run(self, path: Path) -> Iterator[Row]:
        file = self._stack.enter_context(pa.OSFile(str(path)))
        reader = pa.ipc.open_file(file)
        for number in range(reader.num_record_batches):
            yield from zip(*(c.to_pylist() for c in reader.get_batch(number).columns), strict=True)


def _added(rows: Iterable[Row]) -> Iterator[Row]:
    for (source, target, kind), same in groupby(rows, key=lambda row: row[:3]):
        pages, links, marked = (sum(measure) for measure in zip(*(row[3:] for row in same), strict=True))
        yield source, target, kind, pages, links, marked

"""The graphs of crawls in a saved result of `graph`, read as far as two of them are compared."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray
from pyarrow import csv

from analysis.result import INPUTS, manifest_of
from conf.places import Place
from schemas import graph as out

VERTICES, EDGES = "vertices.parquet", "edges.parquet"
MATCHED = "in_degree_matched"
ALWAYS = ("in_degree", "out_degree", "mutual_degree", MATCHED)
ASKED = {
    "in_pages": "degree", "out_pages": "degree", "in_links": "degree", "out_links": "degree", "pagerank": "pagerank",
    "harmonic": "harmonic", "core": "cores", "triangles": "triangles", "clustering": "triangles",
}  # fmt: skip
"""Columns of vertices that are measures (and no names of parts, which no order is in), with what asks for them."""
BATCH_ROWS = 1 << 20


@dataclass(frozen=True)
class Saved:
    """A saved result of `graph`."""

    folder: Place
    """Where it is."""
    manifest: dict[str, Any]
    """Its manifest."""

    @property
    def crawls(self) -> list[str]:
        """Crawls of which it has a graph, in order of time."""
        graphs = self.manifest["facts"].get("graphs", [])
        return sorted(g["crawl"] for g in graphs if "crawl" in g)

    @property
    def metrics(self) -> list[str]:
        """Measures of its vertices."""
        return measures(self.manifest["facts"].get("metrics", {}))

    def inputs(self, crawl: str) -> int:
        """Inputs of a crawl that its graph rests on."""
        kinds = csv.ConvertOptions(column_types={"part": pa.string(), "status": pa.string()})
        rows = csv.read_csv(io.BytesIO((self.folder / INPUTS).read_bytes()), convert_options=kinds)
        own = pc.match_substring(rows["part"], f"crawl={crawl}/")
        return int(pc.sum(pc.and_(own, pc.not_equal(rows["status"], "failed"))).as_py() or 0)

    def sides(self, crawls: Sequence[str], metric: str) -> list[pa.Table]:
        """Vertices of some crawls: vertex_name, value, captured, their degrees, and the degrees of like sources.

        A row a vertex, in order of vertex_id.
        """
        columns = ["vertex_name", "captured", "in_degree", "out_degree"]
        wanted = [*columns, *(() if metric in (*columns, MATCHED) else (metric,))]
        found = [self._vertices(crawl, wanted) for crawl in crawls]
        counts = self._matched(crawls, found)
        found = [t.append_column(MATCHED, pa.array(n)) for t, n in zip(found, counts, strict=True)]
        return [t.append_column("value", t[metric]).select([*columns, MATCHED, "value"]) for t in found]

    def _vertices(self, crawl: str, columns: list[str]) -> pa.Table:
        file = self.folder / VERTICES
        with file.fs.open(file.path, "rb") as handle:
            rows = pq.read_table(
                handle, columns=["vertex_id", *columns], filters=[("crawl", "==", crawl)], partitioning=None
            )
        return rows.sort_by("vertex_id").drop_columns("vertex_id")

    def _matched(self, crawls: Sequence[str], vertices: Sequence[pa.Table]) -> list[NDArray[np.int64]]:
        """Vertices captured in all these crawls that link to each; shape (vertices,) each."""
        sources = [
            pc.and_(v["captured"], _captured_in(v["vertex_name"], vertices)).to_numpy() for v in vertices
        ]
        counts = [np.zeros(v.num_rows, np.int64) for v in vertices]
        for batch in self._edges():
            for crawl, source, count in zip(crawls, sources, counts, strict=True):
                own = batch.filter(pc.equal(batch["crawl"], crawl))
                one, other = (own[name].to_numpy() for name in ("source_id", "target_id"))
                np.add.at(count, other[source[one]], 1)
        return counts

    def _edges(self) -> Iterator[pa.RecordBatch]:
        file = self.folder / EDGES
        with file.fs.open(file.path, "rb") as handle:
            yield from pq.ParquetFile(handle).iter_batches(
                BATCH_ROWS, columns=["crawl", "source_id", "target_id"]
            )


def _captured_in(names: pa.ChunkedArray, vertices: Sequence[pa.Table]) -> pa.ChunkedArray:
    """Whether pages of each name were captured in all these graphs."""
    found = pa.chunked_array([pa.repeat(pa.scalar(True), len(names))])
    for other in vertices:
        captured = other["vertex_name"].filter(other["captured"])
        found = pc.and_(found, pc.is_in(names, captured))
    return found


def measures(metrics: Collection[str]) -> list[str]:
    """Columns by which vertices rise or fall, of a graph with these metrics."""
    return [*ALWAYS, *(column for column, metric in ASKED.items() if metric in metrics)]


def opened(folder: Place) -> Saved:
    """A saved result of `graph` that has graphs of two crawls or more.

    Raises:
        FileNotFoundError: The folder holds no result.
        ValueError: It is no such result.
    """
    found = Saved(folder, manifest_of(folder))
    if found.manifest["writes"] != out.vertices.name:
        raise ValueError(
            f"{folder.url} holds a result of {found.manifest['analysis']}; give one of `graph`: "
            f"fieldwork graph --out {folder.url}"
        )
    if len(found.crawls) < 2:
        only = f"the graph of {found.crawls[0]} only" if found.crawls else "one graph of no crawl by itself"
        raise ValueError(
            f"{folder.url} holds {only}; a change is between two: land another crawl (fieldwork ingest wat), then "
            f"fieldwork graph --by crawl --out {folder.url}"
        )
    return found

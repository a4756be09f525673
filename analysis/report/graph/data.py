"""A result of the analysis `graph` taken apart for exports and charts: its graphs, their vertices and edges."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schemas import graph as out

if TYPE_CHECKING:
    from analysis.result import Result

EDGES = "edges.parquet"


@dataclass(frozen=True)
class OneGraph:
    """One of the graphs of a result."""

    crawl: str
    """The crawl it is of; empty where the result has one graph."""
    vertices: pa.Table
    """Its rows of `out__graph__vertices`, by vertex_id."""
    directed: bool
    """Whether its edges lead one way."""
    edge_file: bytes
    """The file of edges of all graphs of the result; empty where the result has none."""
    measures: Mapping[str, Any] = field(default_factory=dict)
    """Its row of `out__graph__summary` as far as the manifest tells it, by measure."""

    @property
    def edge_count(self) -> int:
        """How many edges there are, told by the degrees; each pair once where edges lead both ways."""
        ends = pc.sum(self.vertices["in_degree"]).as_py() or 0
        return int(ends if self.directed else ends // 2)

    def edges(self) -> Iterator[pa.RecordBatch]:
        """Its edges, some at a time; each pair once where edges lead both ways."""
        for batch in pq.ParquetFile(io.BytesIO(self.edge_file)).iter_batches():
            kept = batch.filter(pc.equal(batch["crawl"], self.crawl)) if self.crawl else batch
            yield kept if self.directed else kept.filter(pc.less(kept["source_id"], kept["target_id"]))

    def count_edges(self) -> int:
        """How many edges there are, as `edges` gives them."""
        return sum(batch.num_rows for batch in self.edges())


def is_graph(result: Result) -> bool:
    """Whether the result is one of the analysis `graph`."""
    return result.analysis.writes.name == out.vertices.name


def graphs(result: Result, need_edges: bool = True) -> Iterator[OneGraph]:
    """The graphs of a result, one for each crawl, in their order; one if it has no crawls.

    Args:
        result: A result of the analysis `graph`.
        need_edges: Whether a result without its file of edges is of no use.

    Raises:
        LookupError: The result has no file of edges.
    """
    edges = next((content for name, content in result.extras() if name == EDGES), b"")
    if need_edges and not edges:
        raise LookupError(f"the result has no {EDGES} beside it; run the graph again and save it with --out")
    rows, directed = result.table, bool(getattr(result.options, "directed", True))
    crawls = sorted(pc.unique(rows["crawl"]).to_pylist()) if "crawl" in rows.column_names else [""]
    told = {str(m.get("crawl", "")): m for m in (result.manifest.get("facts") or {}).get("graphs", [])}
    for crawl in crawls:
        own = rows.filter(pc.equal(rows["crawl"], crawl)) if crawl else rows
        yield OneGraph(crawl, own, directed, edges, told.get(crawl, {}))


def shown_name(name: str, hosts: bool = True) -> str:
    """A vertex's name as people write it: archive.org for org.archive; another edge table's as it is."""
    return ".".join(reversed(name.split("."))) if hosts else name


def has_hosts(result: Result) -> bool:
    """Whether vertices are hosts or domains, with their labels in reverse order."""
    return not getattr(result.options, "edges", "")

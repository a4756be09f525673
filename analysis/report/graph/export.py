"""A graph as files for other programs: GraphML, GEXF, and ranks in the layout of Common Crawl's web graphs.

GraphML: http://graphml.graphdrawing.org/specification.html; GEXF 1.2draft (https://gexf.net), which Gephi reads and
writes. Both are written as they come, a vertex or an edge a line. Ranks: `…-host-ranks.txt.gz` of
https://commoncrawl.org/web-graphs, without the column of hosts in a domain.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.report.graph.data import OneGraph, graphs, has_hosts, is_graph, shown_name
from analysis.report.stata import ExportError

if TYPE_CHECKING:
    from analysis.result import Result

LARGEST = 2_000_000
"""Vertices and edges together that an XML file may have: readers hold all of it in memory, many times its size."""
RANK_COLUMNS = ("#harmonicc_pos", "#harmonicc_val", "#pr_pos", "#pr_val", "#host_rev")
ROWS_AT_ONCE = 10_000
# What XML 1.0 (section 2.2) has no place for, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TYPES = {"int64": "long", "double": "double", "string": "string", "bool": "boolean"}
"""Arrow's types as both formats call them."""
_EDGE_COLUMNS = {"edge_pages": "int64", "edge_links": "int64"}
_NOT_OF_VERTICES = ("vertex_id", "crawl")


def graphml(result: Result, stem: Path) -> list[Path]:
    """Write a GraphML file for each graph of the result, with all that is known of vertices and edges.

    Vertices are `n` and their vertex_id; `label` is their name in normal order (archive.org).

    Args:
        result: A result of the analysis `graph`.
        stem: Path without ending; a crawl's name is added where the result has several graphs.

    Returns:
        The files.

    Raises:
        ExportError: It is no graph, or one too large for XML.
    """
    return _each(result, stem, ".graphml", _write_graphml)


def gexf(result: Result, stem: Path) -> list[Path]:
    """As `graphml`, but GEXF; vertices are their vertex_id."""
    return _each(result, stem, ".gexf", _write_gexf)


def ranks(result: Result, stem: Path) -> list[Path]:
    """Write `vertices-ranks.txt.gz` for each graph: positions and values of harmonic centrality and PageRank.

    Tab-separated, sorted by harmonic centrality, equal ones by vertex_id; positions begin at 1.

    Raises:
        ExportError: It is no graph, or has not both metrics.
    """
    return _each(result, stem, "-ranks.txt.gz", _write_ranks)


def positions(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Place of each value from 1, the largest first; of equal ones the first. Shape (vertices,)."""
    places = np.empty(len(values), np.int64)
    places[np.argsort(-values, kind="stable")] = np.arange(1, len(values) + 1)
    return places


Writer = Callable[["OneGraph", Path, bool], None]


def _each(result: Result, stem: Path, ending: str, write: Writer) -> list[Path]:
    if not is_graph(result):
        raise ExportError(
            f"the format '{ending.strip('-.').split('.')[0]}' is of graphs, and '{result.analysis.name}' makes none; "
            "give a result of 'fieldwork graph'"
        )
    try:
        found = list(graphs(result))
    except LookupError as error:
        raise ExportError(str(error)) from error
    written = []
    for graph in found:
        crawl = "-" + re.sub(r"[^\w.-]", "_", graph.crawl) if len(found) > 1 else ""
        path = stem.with_name(f"{stem.name}{crawl}{ending}")
        write(graph, path, has_hosts(result))
        written.append(path)
    return written


def _check_size(graph: OneGraph) -> None:
    vertices, edges = graph.vertices.num_rows, graph.count_edges()
    if vertices + edges > LARGEST:
        raise ExportError(
            f"the graph has {vertices:,} vertices and {edges:,} edges, and GraphML and GEXF are written up to "
            f"{LARGEST:,} of both; fold it (--level domain), take fewer links (--kinds anchor), or read "
            "vertices.parquet and edges.parquet, which have no limit"
        )


def _attributes(schema: pa.Schema, without: tuple[str, ...]) -> dict[str, str]:
    return {c.name: str(c.type) for c in schema if c.name not in without}


def _rows(table: pa.Table) -> Iterator[dict[str, Any]]:
    for batch in table.to_batches(max_chunksize=ROWS_AT_ONCE):
        yield from batch.to_pylist()


def _edge_rows(graph: OneGraph) -> Iterator[dict[str, Any]]:
    for batch in graph.edges():
        yield from _rows(pa.Table.from_batches([batch]))


def _text(value: Any) -> str:
    """A value as XML text; characters that XML has not become U+FFFD."""
    return escape(_FORBIDDEN.sub("\ufffd", _plain(value)), {"\r": "&#13;"})


def _quoted(value: Any) -> str:
    return quoteattr(_FORBIDDEN.sub("\ufffd", _plain(value)))


def _plain(value: Any) -> str:
    """As XML Schema writes it: true and false are small."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _write_graphml(graph: OneGraph, path: Path, hosts: bool) -> None:
    _check_size(graph)
    columns = {"label": "string"} | _attributes(graph.vertices.schema, _NOT_OF_VERTICES)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write('<graphml xmlns="http://graphml.graphdrawing.org/xmlns">\n')
        for whose, declared in (("node", columns), ("edge", _EDGE_COLUMNS)):
            for name, kind in declared.items():
                file.write(f'<key id="{name}" for="{whose}" attr.name="{name}" ')
                file.write(f'attr.type="{_TYPES[kind]}"/>\n')
        file.write(f'<graph edgedefault="{"" if graph.directed else "un"}directed">\n')
        for row in _rows(graph.vertices):
            row["label"] = shown_name(row["vertex_name"], hosts)
            file.write(f'<node id="n{row["vertex_id"]}">{_graphml_data(row, columns)}</node>\n')
        for row in _edge_rows(graph):
            ends = f'source="n{row["source_id"]}" target="n{row["target_id"]}"'
            file.write(f"<edge {ends}>{_graphml_data(row, _EDGE_COLUMNS)}</edge>\n")
        file.write("</graph>\n</graphml>\n")


def _graphml_data(row: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    """What is known of a vertex or an edge; a metric that was not asked for is left out."""
    return "".join(f'<data key="{n}">{_text(row[n])}</data>' for n in columns if row[n] is not None)


def _write_gexf(graph: OneGraph, path: Path, hosts: bool) -> None:
    _check_size(graph)
    columns = _attributes(graph.vertices.schema, _NOT_OF_VERTICES)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        file.write('<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n')
        file.write(f'<graph defaultedgetype="{"" if graph.directed else "un"}directed">\n')
        for whose, declared in (("node", columns), ("edge", _EDGE_COLUMNS)):
            file.write(f'<attributes class="{whose}">\n')
            for name, kind in declared.items():
                file.write(f'<attribute id="{name}" title="{name}" type="{_TYPES[kind]}"/>\n')
            file.write("</attributes>\n")
        file.write("<nodes>\n")
        for row in _rows(graph.vertices):
            named = _quoted(shown_name(row["vertex_name"], hosts))
            file.write(f'<node id="{row["vertex_id"]}" label={named}>{_gexf_data(row, columns)}</node>\n')
        file.write("</nodes>\n<edges>\n")
        for number, row in enumerate(_edge_rows(graph)):
            ends = f'source="{row["source_id"]}" target="{row["target_id"]}"'
            file.write(f'<edge id="{number}" {ends}>{_gexf_data(row, _EDGE_COLUMNS)}</edge>\n')
        file.write("</edges>\n</graph>\n</gexf>\n")


def _gexf_data(row: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    told = (f'<attvalue for="{n}" value={_quoted(row[n])}/>' for n in columns if row[n] is not None)
    return f"<attvalues>{''.join(told)}</attvalues>"


def _write_ranks(graph: OneGraph, path: Path, _hosts: bool) -> None:
    rows = graph.vertices
    for column in ("harmonic", "pagerank"):
        if rows[column].null_count:
            raise ExportError(
                f"ranks need harmonic centrality and PageRank, and the result has no {column}; "
                "run the graph with --metrics harmonic,pagerank"
            )
    harmonic, pagerank = (rows[n].to_numpy() for n in ("harmonic", "pagerank"))
    names, first, second = rows["vertex_name"], positions(harmonic), positions(pagerank)
    # no time in the file's head: the same result makes the same bytes
    with path.open("wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as file:
        file.write(("\t".join(RANK_COLUMNS) + "\n").encode())
        for at in np.argsort(first):
            name = re.sub(r"[\t\r\n]", " ", names[int(at)].as_py())
            told = (first[at], float(harmonic[at]), second[at], float(pagerank[at]), name)
            file.write(("\t".join(map(str, told)) + "\n").encode())

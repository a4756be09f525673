"""Columns of the graph's tables; what they share with others stands in `schemas.fields`."""

from __future__ import annotations

import pyarrow as pa

from schemas.table import Column

vertex_id = Column(
    "vertex_id",
    pa.int64(),
    "Number of the vertex: its place, from 0, among the graph's names in order.",
)
vertex_name = Column(
    "vertex_name",
    pa.string(),
    "Host or registered domain, labels in reverse order (org.archive); of another edge table what stands there.",
)
captured = Column(
    "captured",
    pa.bool_(),
    "Whether pages of it were captured, else only links to it were seen; empty where an edge table does not say.",
    True,
)
source_id = Column("source_id", pa.int64(), "Vertex the edge comes from.")
target_id = Column("target_id", pa.int64(), "Vertex the edge leads to; never the source itself.")
edge_pages = Column(
    "edge_pages",
    pa.int64(),
    "Pages with such a link, added up over kinds of link (and hosts of a domain); empty where the table has none.",
    True,
)
edge_links = Column(
    "edge_links", pa.int64(), "Links that make the edge; of another edge table the rows that do.", True
)

# Metrics of a vertex: empty where they were not asked for
in_degree = Column("in_degree", pa.int64(), "Vertices that link here.")
out_degree = Column("out_degree", pa.int64(), "Vertices it links to.")
mutual_degree = Column("mutual_degree", pa.int64(), "Vertices linked with it in both directions.")
in_pages = Column("in_pages", pa.int64(), "Sum of edge_pages over the edges that lead here.", True)
out_pages = Column("out_pages", pa.int64(), "Sum of edge_pages over the edges from here.", True)
in_links = Column("in_links", pa.int64(), "Sum of edge_links over the edges that lead here.", True)
out_links = Column("out_links", pa.int64(), "Sum of edge_links over the edges from here.", True)
pagerank = Column(
    "pagerank",
    pa.float64(),
    "PageRank: as LDBC Graphalytics defines it; vertices sum to 1, what those without links have is spread evenly.",
    True,
)
weak_component = Column(
    "weak_component", pa.int64(), "Least vertex_id of those it is connected with in whatever direction.", True
)
strong_component = Column(
    "strong_component", pa.int64(), "Least vertex_id of those from and to which a way leads.", True
)
community = Column(
    "community",
    pa.int64(),
    "Label after label propagation (LDBC's CDLP): a vertex_id; vertices with the same are a community.",
    True,
)
triangles = Column(
    "triangles", pa.int64(), "Triangles it belongs to, whatever the directions of their edges.", True
)
clustering = Column(
    "clustering",
    pa.float64(),
    "LDBC's local clustering: edges among its neighbours as a share of all that could be, each direction by itself.",
    True,
)
core = Column(
    "core",
    pa.int64(),
    "Largest k for which it is in the k-core: where all have at least k neighbours in it, directions ignored.",
    True,
)
harmonic = Column(
    "harmonic",
    pa.float64(),
    "Harmonic centrality: the sum of 1/distance over all vertices that reach it, not normalised; exact or estimated "
    "as the manifest says.",
    True,
)
distance = Column(
    "distance", pa.int64(), "Fewest steps that lead here from the chosen vertex; empty where none do.", True
)

# Measures of a whole graph
measure = Column("measure", pa.string(), "What was measured.")
value = Column("value", pa.float64(), "Its value.")
meaning = Column("meaning", pa.string(), "The measure in a sentence.")
direction = Column("direction", pa.string(), "`in`, `out`, or `any` (neighbours, whatever the direction).")
degree = Column("degree", pa.int64(), "Number of neighbours in that direction.")
vertices = Column("vertices", pa.int64(), "Vertices that have so many.")

# Change between two crawls: of a vertex that one of them lacks, its side is empty
presence = Column(
    "presence",
    pa.string(),
    "`came` (in the later crawl only), `went` (in the earlier only) or `stayed`; who came or went may merely not have "
    "been sampled.",
)
percentile_change = Column(
    "percentile_change",
    pa.float64(),
    "Change of percentile: percentile_after less percentile_before, in points from -100 to 100.",
    True,
)
log2_ratio = Column(
    "log2_ratio",
    pa.float64(),
    "Log ratio: base 2, of the shares, later by earlier, that it has of the sum of the metric over vertices in both "
    "crawls (1 is twice the share); empty where one is 0.",
    True,
)
value_before = Column("value_before", pa.float64(), "The metric in the earlier crawl.", True)
value_after = Column("value_after", pa.float64(), "The metric in the later crawl.", True)
rank_before = Column(
    "rank_before",
    pa.int64(),
    "Place by it among all vertices of the earlier crawl, from 1, equal ones alike.",
    True,
)
rank_after = Column("rank_after", pa.int64(), "The same of the later crawl.", True)
percentile_before = Column(
    "percentile_before",
    pa.float64(),
    "Percentile by it in the earlier crawl, 0 to 100, among vertices in both crawls; half of equal ones are below.",
    True,
)
percentile_after = Column("percentile_after", pa.float64(), "The same of the later crawl.", True)
captured_before = Column(
    "captured_before",
    pa.bool_(),
    "Whether pages of it were captured in the earlier crawl, else only links to it were seen.",
    True,
)
captured_after = Column("captured_after", pa.bool_(), "The same of the later crawl.", True)
in_degree_before = Column(
    "in_degree_before", pa.int64(), "Vertices that link here in the earlier crawl.", True
)
in_degree_after = Column("in_degree_after", pa.int64(), "The same of the later crawl.", True)
out_degree_before = Column(
    "out_degree_before", pa.int64(), "Vertices it links to in the earlier crawl.", True
)
out_degree_after = Column("out_degree_after", pa.int64(), "The same of the later crawl.", True)
in_degree_matched_before = Column(
    "in_degree_matched_before",
    pa.int64(),
    "Of those that link here in the earlier crawl, vertices captured in both: the same sources at both times.",
    True,
)
in_degree_matched_after = Column("in_degree_matched_after", pa.int64(), "The same of the later crawl.", True)

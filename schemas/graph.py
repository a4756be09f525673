"""The graph: vertices with their metrics, canonical edges, and measures of the whole."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from schemas import fields as f
from schemas.table import Check, Table

TRIADS = (
    "003", "012", "102", "021D", "021U", "021C", "111D", "111U", "030T", "030C", "201", "120D", "120U", "120C", "210",
    "300",
)  # fmt: skip
"""Kinds of three vertices (Holland and Leinhardt 1970): pairs that are mutual, asymmetric and empty; then the shape."""

MEASURES = {
    "vertices": "Vertices, those without an edge included.",
    "edges": "Distinct edges from one vertex to another.",
    "loops": "Distinct edges from a vertex to itself, left out.",
    "pages": "Sum of edge_pages.",
    "links": "Sum of edge_links.",
    "loop_pages": "Pages of the loops left out.",
    "loop_links": "Links of the loops left out.",
    "unreadable_rows": "Rows of the edge table without a source or target, left out.",
    "mean_degree": "Edges for each vertex: the mean of in_degree and of out_degree.",
    "density": "Edges as a share of all that could be.",
    "reciprocity": "Share of edges whose reverse is an edge too.",
    "isolated": "Vertices without any edge.",
    "no_links_out": "Vertices without an edge from them (dangling).",
    "no_links_in": "Vertices without an edge to them.",
    "largest_in_degree": "Largest in_degree.",
    "largest_out_degree": "Largest out_degree.",
    "power_law_exponent": "Exponent of a power law fitted to in_degree by the package powerlaw.",
    "power_law_from": "Smallest in_degree for which that power law is claimed.",
    "pagerank_iterations": "Iterations of PageRank.",
    "pagerank_change": "Sum of absolute changes of PageRank in the last iteration.",
    "weak_components": "Weakly connected components.",
    "largest_weak_component": "Vertices of the largest of them.",
    "largest_weak_share": "The same as a share of all vertices.",
    "strong_components": "Strongly connected components.",
    "largest_strong_component": "Vertices of the largest of them.",
    "largest_strong_share": "The same as a share of all vertices.",
    "communities": "Communities that label propagation found.",
    "largest_community": "Vertices of the largest of them.",
    "label_rounds": "Rounds of label propagation.",
    "labels_changed": "Labels that the last round changed; 0 where it had come to rest.",
    "triangles": "Triangles, whatever the directions of their edges.",
    "transitivity": "Share of paths of two edges that are closed to a triangle, directions ignored.",
    "mean_clustering": "Mean of the vertices' local clustering.",
    "largest_core": "Largest k of a k-core that is not empty.",
    "largest_core_vertices": "Vertices of that core.",
    "harmonic_registers": "Registers of each counter of harmonic centrality; 0 where it is exact.",
    "harmonic_error": "Relative standard error of such a counter, 1.04/√registers; 0 where it is exact.",
    "reached": "Vertices that the chosen one reaches, itself included.",
    "farthest": "Steps to the farthest of them.",
    **{
        f"triad_{kind}": f"Sets of three vertices of the kind {kind} (Holland and Leinhardt)."
        for kind in TRIADS
    },
}
"""Measures of a whole graph, each with its meaning."""


def _no_loops(rows: pa.Table) -> bool:
    return bool(pc.all(pc.not_equal(rows["source_id"], rows["target_id"])).as_py())


def _measures_known(rows: pa.Table) -> bool:
    return bool(pc.all(pc.is_in(rows["measure"], pa.array(list(MEASURES)))).as_py())


def _sides_told(rows: pa.Table) -> bool:
    """Whether each side has a value just where the vertex was in that crawl."""
    there = {"before": ("went", "stayed"), "after": ("came", "stayed")}
    return all(
        pc.all(
            pc.equal(pc.is_valid(rows[f"value_{side}"]), pc.is_in(rows["presence"], pa.array(names)))
        ).as_py()
        for side, names in there.items()
    )


vertices = Table(
    "out__graph__vertices",
    "A vertex of a graph (host, registered domain, …) with the metrics asked for.",
    key=(f.vertex_id,),
    values=(
        f.vertex_name,
        f.captured,
        f.in_degree,
        f.out_degree,
        f.mutual_degree,
        f.in_pages,
        f.out_pages,
        f.in_links,
        f.out_links,
        f.pagerank,
        f.weak_component,
        f.strong_component,
        f.community,
        f.triangles,
        f.clustering,
        f.core,
        f.harmonic,
        f.distance,
    ),
    groups=(f.crawl,),
    first=(f.vertex_name, f.pagerank, f.harmonic, f.in_degree, f.out_degree, f.core, f.community),
    leading=(f.pagerank, f.harmonic, f.in_degree),
)

edges = Table(
    "out__graph__edges",
    "A distinct edge of a graph, without loops; its weights apart.",
    key=(f.source_id, f.target_id),
    values=(f.edge_pages, f.edge_links),
    groups=(f.crawl,),
    checks=(Check("no loops", "an edge leads to another vertex", _no_loops),),
)

degrees = Table(
    "out__graph__degrees",
    "A degree and how many vertices of a graph have it.",
    key=(f.direction, f.degree),
    values=(f.vertices,),
    groups=(f.crawl,),
)

summary = Table(
    "out__graph__summary",
    "A measure of a whole graph.",
    key=(f.measure,),
    values=(f.value, f.meaning),
    groups=(f.crawl,),
    checks=(Check("measures", "every measure is a known one", _measures_known),),
)

changes = Table(
    "out__graph__changes",
    "A vertex of a graph of one or both of two crawls, and how it rose or fell between them.",
    key=(f.vertex_name,),
    values=(
        f.presence,
        f.percentile_change,
        f.log2_ratio,
        f.value_before,
        f.value_after,
        f.rank_before,
        f.rank_after,
        f.percentile_before,
        f.percentile_after,
        f.captured_before,
        f.captured_after,
        f.in_degree_before,
        f.in_degree_after,
        f.out_degree_before,
        f.out_degree_after,
        f.in_degree_matched_before,
        f.in_degree_matched_after,
    ),
    checks=(
        Check("sides", "a crawl has a value of each vertex that is in it, and of no other", _sides_told),
    ),
    first=(f.presence, f.percentile_change, f.log2_ratio, f.rank_before, f.rank_after),
)

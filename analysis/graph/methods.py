"""A graph's edges and metrics in words, for a paper's methods section."""

from __future__ import annotations

from analysis.graph.options import Graph

DEFINED = {
    "weak": "Weak components are named by their least vertex.",
    "strong": "Strong components are named by their least vertex.",
    "triangles": (
        "Triangles ignore directions; local clustering is the share of ordered pairs of a vertex's neighbours (in "
        "either direction) that are edges, as in LDBC Graphalytics."
    ),
    "cores": "k-cores ignore directions.",
    "motifs": "Triads are the sixteen kinds of Holland and Leinhardt (1970).",
}


def sentences(options: Graph) -> str:
    """What an edge is and how each metric asked for is defined."""
    told = [_edges(options)]
    for metric in options.chosen:
        made = {"pagerank": _pagerank, "labels": _labels, "harmonic": _harmonic, "distance": _distance}
        told.append(made[metric](options) if metric in made else DEFINED.get(metric, ""))
    return " ".join(sentence for sentence in told if sentence)


def _edges(options: Graph) -> str:
    ways = "" if options.directed else " Each edge was taken to lead both ways."
    if options.edges:
        return f"Edges are the distinct rows of an edge table, without those from a vertex to itself.{ways}"
    what = (
        "hosts" if options.level == "host" else "registered domains (ICANN section of the public suffix list)"
    )
    kinds = f"links of the kinds {', '.join(options.kinds)}" if options.kinds else "links of all kinds"
    each = "for each crawl " if options.by else ""
    return (
        f"The web graph was built {each}from {kinds}: vertices are {what} with captured pages and those such links "
        f"lead to; an edge stands for all links from one to another. Links within a vertex are no edges.{ways}"
    )


def _pagerank(options: Graph) -> str:
    end = (
        f"{options.iterations} iterations"
        if options.iterations
        else f"iterated until the sum of absolute changes was at most {options.tolerance:g}"
    )
    return (
        f"PageRank follows LDBC Graphalytics: damping {options.damping:g}, all vertices equal at the start, the share "
        f"of vertices without links spread over all, {end}; edges are not weighted."
    )


def _labels(options: Graph) -> str:
    return (
        "Communities come from synchronous label propagation (LDBC's CDLP): labels are the vertices' numbers, "
        "neighbours in both directions count (twice where linked both ways), ties go to the least label, at most "
        f"{options.label_rounds} rounds."
    )


def _harmonic(options: Graph) -> str:
    return (
        "Harmonic centrality is the sum of 1/distance over all vertices that reach a vertex, not normalised; exact up "
        f"to {options.exact_harmonic:,} vertices, beyond that by HyperBall (Boldi and Vigna 2013) with "
        f"{options.registers} registers a counter, relative standard error {1.04 / options.registers**0.5:.1%} each."
    )


def _distance(options: Graph) -> str:
    return f"Distances are the fewest edges from {options.source}."

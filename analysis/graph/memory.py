"""How much memory a graph's metrics take here, told before they are computed."""

from __future__ import annotations

from analysis.engines import EngineError
from analysis.graph.options import Graph

FREE_SHARE = 0.8
EDGE_BYTES = 80
"""While rows of edges become edges, and their numbers are sorted: 71 to 79 were measured, on 9.7 and 48.9 million."""
ROW_BYTES = 20
"""More for a row of the lake, for the names of its part: measured with parts of 815,000 rows, names of 24 bytes."""
VERTEX_BYTES = 2 * 8 + 3 * 8 + 60 + 12 * 8
"""Where rows begin, both ways; degrees; the name; the columns of results."""
MORE: dict[str, tuple[int, int]] = {
    "degree": (0, 4 * 8),
    "pagerank": (0, 4 * 8),
    "weak": (0, 8),
    "strong": (0, 6 * 8),
    "labels": (0, 4 * 8),
    "triangles": (2 * 5 + 5, 8 * 8 + 17 * 16),
    "cores": (2 * 5, 6 * 8),
    "harmonic": (0, 6 * 8),
    "distance": (0, 3 * 8),
    "motifs": (2 * 5 + 5, 8 * 8 + 17 * 16),
}
"""What each metric takes while it is computed, in bytes for each edge and each vertex."""


def estimate(vertices: int, edges: int, options: Graph) -> int:
    """Most bytes that are held at once: the graph, all results, and the metric that takes most.

    Before edges are distinct their rows may be given in their place, and 0 vertices.
    """
    wide = 2 if vertices >= 1 << 31 else 1
    held = edges * (EDGE_BYTES * wide + (0 if options.edges else ROW_BYTES)) + vertices * VERTEX_BYTES
    most = 0
    for metric in options.chosen:
        per_edge, per_vertex = MORE[metric]
        if metric == "harmonic" and vertices > options.exact_harmonic:
            per_vertex += 2 * options.registers
        most = max(most, edges * per_edge * wide + vertices * per_vertex)
    return held + most


def check(vertices: int, edges: int, options: Graph) -> None:
    """Refuse a graph that does not fit.

    Raises:
        EngineError: With the estimate, what there is, and the cure.
    """
    need, have = estimate(vertices, edges, options), allowed(options)
    if need <= have:
        return
    fewer = ", or estimate harmonic centrality with fewer --registers" if "harmonic" in options.chosen else ""
    what = f"{vertices:,} vertices and {edges:,} edges" if vertices else f"{edges:,} rows of edges"
    raise EngineError(
        f"{', '.join(options.chosen)} of {what} need about {need / 1e9:.2g} GB here, but "
        f"{have / 1e9:.2g} GB may be taken (--memory-gb changes it); use --engine spark, or ask for fewer "
        f"--metrics, for --level domain{fewer}"
    )


def allowed(options: Graph) -> int:
    """Bytes that may be taken."""
    if options.memory_gb:
        return int(options.memory_gb * 1e9)
    import psutil  # type: ignore[import-untyped]

    return int(psutil.virtual_memory().available * FREE_SHARE)

"""What is asked of a graph: which edges, at which level, which metrics, and their parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal, get_args

from schemas.links import LINK_KINDS

Group = Literal["crawl"]
Level = Literal["host", "domain"]

METRICS = {
    "degree": "links in and out, and how many of them are returned",
    "pagerank": "PageRank",
    "weak": "weakly connected components",
    "strong": "strongly connected components",
    "labels": "communities by label propagation",
    "triangles": "triangles and local clustering",
    "cores": "k-cores",
    "harmonic": "harmonic centrality",
    "distance": "steps from a chosen vertex (needs --source)",
    "motifs": "the sixteen kinds of three vertices",
}
"""Metrics by name, in the order in which they are computed."""
SETS = {
    "basic": ("degree", "pagerank", "weak"),
    "centrality": ("degree", "pagerank", "cores", "harmonic"),
    "communities": ("degree", "weak", "strong", "labels", "triangles"),
    "all": tuple(METRICS),
}
"""Metrics that are asked for together; `all` has distance only where a source is given."""
FOLLOWED = ("anchor", "onclick", "meta_refresh", "redirect")
"""Kinds of links that lead a reader to another page, by a click or by themselves."""


@dataclass(frozen=True)
class Graph:
    """Which links are the edges, and what is measured."""

    metrics: tuple[str, ...] = ("basic",)
    """Metrics or sets of them: degree, pagerank, weak, strong, labels, triangles, cores, harmonic, distance, motifs;
    basic, centrality, communities, all."""
    level: Level = "host"
    """Vertices are hosts, or registered domains to which hosts are folded."""
    kinds: tuple[str, ...] = FOLLOWED
    """Only links of these kinds (anchor, image, script, …), by default those that lead a reader; all where empty."""
    by: tuple[Group, ...] = ("crawl",)
    """A graph for each crawl; with nothing named (--by "" or by=()) one of all."""
    edges: str = ""
    """Another edge table in place of the lake: a Parquet, CSV or TSV file (with a header), or a folder of them; its
    first two columns are source and target (strings or whole numbers), columns `pages` and `links` are weights. A row
    with the same vertex twice says that it exists."""
    directed: bool = True
    """Whether an edge leads one way; if not, each leads both ways."""
    damping: float = 0.85
    """PageRank: chance to follow a link rather than to begin anew, above 0 and below 1."""
    iterations: int = 0
    """PageRank: this many iterations; 0 goes on until the sum of changes is below the tolerance."""
    tolerance: float = 1e-10
    """PageRank: sum of absolute changes at which it stops, 1e-14 or more."""
    label_rounds: int = 10
    """Label propagation: at most so many rounds."""
    source: str = ""
    """Vertex from which steps are counted, as the table has it (org.archive) or as a host (archive.org)."""
    exact_harmonic: int = 50_000
    """Harmonic centrality is exact up to so many vertices, and estimated beyond."""
    registers: int = 1024
    """Registers of each counter of that estimate, a power of 2 from 16 to 65536: standard error 1.04/√registers."""
    check_with: Literal["none", "graphframes"] = field(default="none", metadata={"also": "--with"})
    """On Spark: PageRank, weak components, labels and distances by GraphFrames too; the manifest tells what differs."""
    memory_gb: float = 0.0
    """Memory a laptop's run may take, in GB; 0 takes four fifths of what is free."""

    def __post_init__(self) -> None:
        """Refuse what does not exist, before anything is read."""
        for name in self.metrics:
            _known(name, (*METRICS, *SETS), "metric")
        for kind in self.kinds:
            _known(kind, tuple(LINK_KINDS), "kind of link")
        for name in self.by:
            _known(name, get_args(Group), "group of graphs")
        if "distance" in self.metrics and not self.source:
            raise ValueError(
                "the metric 'distance' counts steps from a vertex; say which: --source archive.org"
            )
        self._check_numbers()

    def _check_numbers(self) -> None:
        if not 0 < self.damping < 1:
            raise ValueError(f"damping is {self.damping}; give a number above 0 and below 1, such as 0.85")
        if not self.tolerance >= 1e-14:
            raise ValueError(f"tolerance is {self.tolerance}; give 1e-14 or more: doubles know no less")
        if self.iterations < 0 or self.label_rounds < 1:
            raise ValueError(
                f"iterations is {self.iterations} and label_rounds {self.label_rounds}; give 0 or more, and 1 or more"
            )
        if not 16 <= self.registers <= 1 << 16 or not math.log2(self.registers).is_integer():
            raise ValueError(
                f"registers is {self.registers}; give a power of 2 from 16 to 65536, such as 1024"
            )
        if self.memory_gb < 0 or self.exact_harmonic < 0:
            raise ValueError(
                f"memory_gb is {self.memory_gb} and exact_harmonic {self.exact_harmonic}; give 0 or more"
            )

    @property
    def chosen(self) -> tuple[str, ...]:
        """The metrics, sets taken apart, in the order of `METRICS`."""
        asked = {m for name in self.metrics for m in SETS.get(name, (name,))}
        return tuple(m for m in METRICS if m in asked and (m != "distance" or self.source))

    @property
    def groups(self) -> tuple[str, ...]:
        """Groups of the result: another edge table has no crawls."""
        return () if self.edges else self.by


def _known(name: str, all_names: tuple[str, ...], what: str) -> None:
    if name not in all_names:
        near = get_close_matches(name, all_names, n=1, cutoff=0.0)[0]
        raise ValueError(f"'{name}' is no {what}; the nearest is '{near}', all are {', '.join(all_names)}")

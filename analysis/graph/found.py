"""A graph as its metrics see it, and what was found of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from analysis.kernels.graph import degrees, triangles
from analysis.kernels.graph.edges import Edges
from analysis.kernels.graph.neighbours import Neighbours, neighbours
from analysis.kernels.graph.rows import Rows, backward, forward


@dataclass(frozen=True)
class View:
    """A graph's edges in compressed rows; each view of them is made once, when first needed."""

    edges: Edges
    """The canonical edges; of an undirected graph each twice."""

    @cached_property
    def to(self) -> Rows:
        """Where edges lead."""
        return forward(self.edges.source, self.edges.target, self.edges.size)

    @cached_property
    def come_from(self) -> Rows:
        """Where they come from."""
        return backward(self.edges.source, self.edges.target, self.edges.size)

    @cached_property
    def mutual(self) -> degrees.Counts:
        """Neighbours in both directions, shape (vertices,)."""
        return degrees.mutual(self.to, self.come_from)

    @cached_property
    def around(self) -> Neighbours:
        """Neighbours in whatever direction."""
        return neighbours(self.to, self.come_from, self.mutual)

    @cached_property
    def triangles(self) -> triangles.Triangles:
        """All triangles."""
        return triangles.triangles(self.around)


@dataclass
class Measured:
    """What was found of one graph."""

    edges: Edges
    """Its edges, as they were measured."""
    columns: dict[str, Any] = field(default_factory=dict)
    """Columns of `out__graph__vertices`."""
    summary: dict[str, float] = field(default_factory=dict)
    """Measures of `out__graph__summary`."""
    degrees: dict[str, Mapping[int, int]] = field(default_factory=dict)
    """Vertices by degree, by direction."""
    facts: dict[str, Any] = field(default_factory=dict)
    """What else a reader must know."""

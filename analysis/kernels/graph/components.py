"""Weakly and strongly connected components, each named by its least vertex."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.graph.order import Ints
from analysis.kernels.graph.rows import Rows


def weak(source: Ints, target: Ints, size: int) -> Ints:
    """Least vertex of each vertex's weak component, shape (vertices,)."""
    parents = np.arange(size, dtype=source.dtype)
    _join(source, target, parents)
    return parents


def strong(to: Rows) -> Ints:
    """Least vertex of each vertex's strong component, shape (vertices,).

    Tarjan's algorithm in Pearce's form (2016, "A space-efficient algorithm for finding strongly connected
    components"), without recursion.
    """
    size = to.size
    kind = to.ends.dtype
    least = np.full(size, size, kind)
    component = _components(
        to.begin, to.ends, np.zeros(size, kind), np.empty((2, size), kind), to.begin[:-1].copy()
    )
    _least(component, least)
    return least[component]


def largest(names: Ints) -> tuple[int, int]:
    """How many components there are, and the vertices of the largest.

    Args:
        names: Name of each vertex's component, shape (vertices,).
    """
    counts = np.bincount(names) if len(names) else np.zeros(1, np.int64)
    return int((counts > 0).sum()), int(counts.max())


@compiled
def _join(source: Ints, target: Ints, parents: Ints) -> None:
    """Union-find: the lesser root becomes the parent; ways are halved as they are walked."""
    for edge in range(len(source)):
        one, other = source[edge], target[edge]
        while parents[one] != one:
            parents[one] = parents[parents[one]]
            one = parents[one]
        while parents[other] != other:
            parents[other] = parents[parents[other]]
            other = parents[other]
        if one < other:
            parents[other] = one
        else:
            parents[one] = other
    for v in range(len(parents)):  # a parent is less than its child, so it is a root already
        parents[v] = parents[parents[v]]


@compiled
def _components(
    begin: NDArray[np.int64], ends: Ints, index: Ints, stacks: Ints, at: NDArray[np.int64]
) -> Ints:
    """A number for each component.

    `index` is 0 for what was not seen, else the order in which it was, lowered to the earliest that it leads back to.
    Finished vertices get numbers counted down from the top, so that they never count as earlier. One of the stacks
    has the way to here, the other those whose component is not finished; `at` is the next edge of each vertex.
    """
    size = len(index)
    way, open_ones = stacks[0], stacks[1]
    root = np.ones(size, np.bool_)
    seen, component = 1, size - 1
    for start in range(size):
        if index[start] != 0:
            continue
        depth, waiting = 1, 0
        way[0] = start
        index[start] = seen
        seen += 1
        while depth > 0:
            v = way[depth - 1]
            if at[v] < begin[v + 1]:
                w = ends[at[v]]
                if index[w] == 0:
                    way[depth] = w
                    depth += 1
                    index[w] = seen
                    seen += 1
                else:
                    if index[w] < index[v]:
                        index[v] = index[w]
                        root[v] = False
                    at[v] += 1
                continue
            depth -= 1
            if root[v]:
                seen -= 1
                while waiting > 0 and index[v] <= index[open_ones[waiting - 1]]:
                    waiting -= 1
                    index[open_ones[waiting]] = component
                    seen -= 1
                index[v] = component
                component -= 1
            else:
                open_ones[waiting] = v
                waiting += 1
    return index


@compiled
def _least(component: Ints, least: Ints) -> None:
    for v in range(len(component)):
        least[component[v]] = min(least[component[v]], v)

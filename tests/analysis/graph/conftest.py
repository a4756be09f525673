"""Small graphs as tables, and their metrics as dictionaries by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pyarrow as pa
import pytest

from analysis.graph.metrics import measured
from analysis.graph.options import METRICS, Graph
from analysis.kernels.graph.edges import canonical

EVERYTHING = tuple(m for m in METRICS if m != "distance")
Measure = Callable[..., tuple[dict[str, dict[Any, Any]], dict[str, float]]]


@pytest.fixture(scope="session")
def measure() -> Measure:
    """Columns by name of vertex, and the summary, of a graph given as pairs; (v, v) makes a vertex."""

    def run(pairs: Iterable[tuple[Any, Any]], metrics: tuple[str, ...] = EVERYTHING, **options: Any):
        ends = list(zip(*pairs, strict=True)) or [(), ()]
        kind = pa.string() if ends[0] and isinstance(ends[0][0], str) else pa.int64()
        source, target = (pa.chunked_array([pa.array(e, kind)]) for e in ends)
        weights = {"links": pa.chunked_array([pa.array([1] * len(source), pa.int64())])}
        found = measured(canonical(source, target, weights), Graph(metrics=metrics, **options))
        names = [n if kind == pa.string() else int(n) for n in found.columns["vertex_name"].to_pylist()]
        columns = {
            column: dict(
                zip(
                    names,
                    values.to_pylist() if isinstance(values, pa.Array) else values.tolist(),
                    strict=True,
                )
            )
            for column, values in found.columns.items()
        }
        return columns, found.summary

    return run

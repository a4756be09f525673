"""Engines run a kernel over a dataset and add up its partial results; each knows its library and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol

import pyarrow as pa

from analysis.batches import Batches, Combine
from analysis.lake import Dataset


@dataclass(frozen=True)
class Job:
    """What an engine is handed; the kernel comes as an argument, bound to its options."""

    dataset: Dataset
    """The parts to read."""
    columns: tuple[str, ...]
    """Columns to read (partition columns included)."""
    kernel: Callable[[Batches], Iterator[pa.RecordBatch]]
    """Partial results of some batches."""
    partial: pa.Schema
    """Schema of what the kernel yields."""
    combine: Mapping[str, Combine]
    """How measures with the same key add up; empty: rows are gathered as they are."""

    thin: Callable[[pa.Table], pa.Table] | None = None
    """Of gathered rows, those that can still matter; associative."""

    together: tuple[str, ...] = ()
    """Columns whose equal rows the kernel must see together; only where `combine` is empty. Each batch it is handed
    is then one whole group, rows in the order of parts and of rows in a part; empty values equal each other."""

    def __post_init__(self) -> None:
        """Refuse what no engine could add up: groups are whole already."""
        if self.together and self.combine:
            raise ValueError(
                f"rows come together by {', '.join(self.together)}, so nothing is left to combine; "
                f"leave combine empty, not {', '.join(self.combine)}"
            )

    @property
    def keys(self) -> tuple[str, ...]:
        """Columns of `partial` that are no measure."""
        return tuple(name for name in self.partial.names if name not in self.combine)


Progress = Callable[[int, int], None]
"""Told how many parts (Spark: tasks) are done, of how many."""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""


class Engine(Protocol):
    """Runs a job; rows may come in any order."""

    def __call__(self, job: Job, progress: Progress = silent) -> pa.Table:
        """Combined partial results, with the schema `job.partial`."""


ENGINES = {
    "dask": "analysis.engines.on_dask:run",
    "spark": "analysis.engines.on_spark:run",
    "spark-rdd": "analysis.engines.on_spark:run_rdd",
}


class EngineError(RuntimeError):
    """An engine that is unknown or cannot start here; the message says the cure."""


def engine(name: str) -> Engine:
    """The engine of this name.

    Raises:
        EngineError: Unknown name.
    """
    if name not in ENGINES:
        raise EngineError(f"unknown engine '{name}'; choose from {', '.join(ENGINES)}")
    made: Engine = found(ENGINES[name])
    return made


def found(where: str) -> Any:
    """What `module:name` names, imported only now."""
    module, attribute = where.split(":")
    return getattr(import_module(module), attribute)

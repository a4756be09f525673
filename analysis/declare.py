"""What an analysis is: a kernel, what it reads, what it writes, and how its partial results add up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pyarrow as pa

from analysis.batches import Batches, Combine
from schemas.table import Table

if TYPE_CHECKING:
    from analysis.engines import Job, Progress
    from analysis.lake import Dataset

Options = TypeVar("Options")


def _no_files() -> Iterator[tuple[str, bytes]]:
    return iter(())


@dataclass(frozen=True)
class Finished:
    """A finished result with what only its making knows."""

    table: pa.Table
    """Rows of `Analysis.writes`, sorted by key."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """They join the facts of the manifest."""
    files: Callable[[], Iterator[tuple[str, bytes]]] = _no_files
    """Further files that belong to the result, one at a time: name and content."""


Road = Callable[["Job", Any, "Progress"], Finished]
"""A way of its own through an engine: job, (prepared) options, progress."""


@dataclass(frozen=True)
class Analysis(Generic[Options]):
    """The whole declaration of an analysis; engines know nothing more than this."""

    name: str
    """Name on the command line and in `run`."""
    reads: Table
    """Table of the lake it reads."""
    writes: Table
    """Table of results it makes."""
    options: type[Options]
    """Frozen dataclass of its options, a sentence under each."""
    columns: Callable[[Options], tuple[str, ...]]
    """Columns of `reads` the kernel needs (partitions included); nothing else is read."""
    kernel: Callable[[Batches, Options], Iterator[pa.RecordBatch]]
    """Partial results of some batches. A module-level function: engines send it to other machines."""
    partial: Callable[[Options], pa.Schema]
    """Schema of what the kernel yields."""
    combine: Mapping[str, Combine]
    """How measures of partial results with the same key add up; the other columns of `partial` are the key.
    Empty: the kernel's rows are kept as they are."""
    finish: Callable[[pa.Table, Options], pa.Table | Finished]
    """Combined partial results (in any order) to rows of `writes`, sorted by key."""
    own: Mapping[str, str] = field(default_factory=dict)
    """Where finishing is most of the work (a graph's iterations), or keys are few names many times over (the ends of
    links): engines that do it by a road of their own, each with its `module:function` (a `Road`). Without one, the
    laptop's engine combines and finishes; others are refused."""
    elsewhere: Callable[[Options], str] = lambda options: ""
    """Address of a file, or folder of files, that it reads in place of the lake; empty: the lake."""
    partitions: Callable[[Options], Mapping[str, Sequence[str]]] = lambda options: {}
    """Partitions of the lake it reads where none are named: those that a coded sample was drawn from."""
    rests_on: Callable[[Any], Mapping[str, Any]] | None = None
    """Where it reads a saved result in place of the lake: the manifest of that, of (prepared) options. What that covers
    is what this one covers. Empty where it reads files that are no result."""
    together: tuple[str, ...] = ()
    """Columns of `reads` by which rows must come together before the kernel sees them (all dates of a tile, for a
    median): each batch it is handed is one whole group, in the order of parts and rows. Only where `combine` is
    empty."""
    thin: Callable[[pa.Table, Options], pa.Table] | None = None
    """Of gathered rows, those that can still matter (a sample's first k); associative, so that memory stays flat
    however many parts there are. Only where `combine` is empty."""
    prepare: Callable[[Options, Dataset], Any] | None = None
    """What must be worked out once, before the engine starts (areas' coverage of pixels). What it returns takes
    the options' place in every other call (`kernel`, `partial`, `finish`, …); it is sent to other machines."""
    groups: Callable[[Options], tuple[str, ...]] = lambda options: ()
    """Which of the groups of `writes` the result has."""
    methods: Callable[[Options], str] = lambda options: ""
    """Paragraph for a paper's methods section: what was counted and how."""
    facts: Callable[[Options], Mapping[str, Any]] = lambda options: {}
    """What else a reader needs to recompute it (versions of lexica, of Unicode, …)."""

    notes: Callable[[pa.Table, Options], Mapping[str, Any]] = lambda partials, options: {}
    """What only the combined partial results know (totals searched, …); it joins `facts` in the manifest."""

    files: Callable[[pa.Table, Options], Iterator[tuple[str, bytes]]] | None = None
    """Further files that belong to the result (the areas' outlines, a composite as GeoTIFF), one at a time: name and
    content. They are saved beside the table, and `Result.extras` gives them to reports."""

    def chosen(self, options: Options, where: Mapping[str, Sequence[str]] | None) -> dict[str, Sequence[str]]:
        """Partitions to read: those named, else those of the analysis's own choice; without those of no value."""
        named = {name: values for name, values in (where or {}).items() if values}
        return {name: values for name, values in {**self.partitions(options), **named}.items() if values}

    def keys(self, options: Options) -> tuple[str, ...]:
        """Columns of the partial results that identify what is measured."""
        return tuple(n for n in self.partial(options).names if n not in self.combine)

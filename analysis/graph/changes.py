"""Change between two crawls: hosts (or registered domains) that came, went, rose and fell in the web graph.

Crawls, and samples of them, differ in size and in what they happened to read. So nothing is compared as it is: vertices
in both are compared among themselves (`analysis.kernels.graph.change`), who came or went is told apart by whether pages
of it were captured or it was only linked to, and links are counted once more from the same sources at both times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis, Finished
from analysis.graph.saved import VERTICES, Saved, opened
from analysis.kernels.graph.change import compare
from analysis.lake import Dataset
from conf.places import place
from conf.settings import load
from schemas import graph as out

Metric = Literal[
    "pagerank", "in_degree", "in_degree_matched", "out_degree", "mutual_degree", "in_pages", "out_pages", "in_links",
    "out_links", "harmonic", "core", "triangles", "clustering",
]  # fmt: skip
NOTHING = pa.schema([pa.field("vertex_id", pa.int64())])


@dataclass(frozen=True)
class GraphChanges:
    """Hosts (or registered domains) that came, went, rose or fell between the graphs of two crawls."""

    graph: str = field(metadata={"positional": True})
    """Folder of a saved result of `graph` that has two crawls or more."""
    before: str = field(default="", metadata={"also": "--from"})
    """The earlier crawl; the first one there is where it is not said."""
    after: str = field(default="", metadata={"also": "--to"})
    """The later crawl; the last one there is where it is not said."""
    metric: Metric = "pagerank"
    """What rises or falls; in_degree_matched counts links from hosts captured in both crawls alone."""


@dataclass(frozen=True)
class Prepared:
    """The options, and what they lead to."""

    options: GraphChanges
    """As asked."""
    saved: Saved
    """The graphs."""
    crawls: tuple[str, str]
    """The earlier and the later one."""
    inputs: tuple[int, int]
    """Inputs that their graphs rest on."""


def prepare(options: GraphChanges, data: Dataset) -> Prepared:
    """Open the saved graphs and see whether they have what is asked.

    Raises:
        FileNotFoundError: The folder holds no result.
        ValueError: A crawl or metric that the result has not, or crawls in the wrong order.
    """
    saved = opened(place(options.graph, data.settings or load()))
    crawls = options.before or saved.crawls[0], options.after or saved.crawls[-1]
    for crawl in crawls:
        if crawl not in saved.crawls:
            raise ValueError(f"{options.graph} has no graph of '{crawl}'; it has {', '.join(saved.crawls)}")
    if crawls[0] >= crawls[1]:
        raise ValueError(
            f"a change leads from an earlier crawl to a later one, not from {crawls[0]} to {crawls[1]}; "
            f"{options.graph} has {', '.join(saved.crawls)}"
        )
    if options.metric not in saved.metrics:
        raise ValueError(
            f"{options.graph} was made without {options.metric}; it has {', '.join(saved.metrics)}; for others run "
            "fieldwork graph with --metrics"
        )
    return Prepared(options, saved, crawls, (saved.inputs(crawls[0]), saved.inputs(crawls[1])))


def nothing(_: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """No part of the lake is read: the graphs are made already."""
    del options
    yield from ()


def finish(_: pa.Table, prepared: Prepared) -> Finished:
    """Every vertex of either graph; risers first, then fallers, then who came and who went."""
    made = compare(*prepared.saved.sides(prepared.crawls, prepared.options.metric))
    schema = out.changes.schema()
    return Finished(made.select(schema.names).cast(schema), _counted(made, prepared))


def _counted(made: pa.Table, prepared: Prepared) -> dict[str, Any]:
    """How many came, went and stayed, and of how many of these pages were captured."""
    presence, before, after = (made[n] for n in ("presence", "captured_before", "captured_after"))

    def count(*conditions: Any) -> int:
        held = conditions[0] if len(conditions) == 1 else pc.and_kleene(*conditions)
        return int(pc.sum(held).as_py() or 0)

    came, went, stayed = (pc.equal(presence, p) for p in ("came", "went", "stayed"))
    vertices = {
        "came": count(came), "came_captured": count(came, after),
        "went": count(went), "went_captured": count(went, before),
        "stayed": count(stayed), "captured_in_both": count(before, after),
    }  # fmt: skip
    inputs = dict(zip(prepared.crawls, prepared.inputs, strict=True))
    return {"vertices": vertices, "inputs_by_crawl": inputs, "graph": _told(prepared.saved)}


def _told(saved: Saved) -> Mapping[str, Any]:
    """What names the saved graphs in a manifest."""
    kept = ("asked", "rows", "inputs", "started_at", "partition_filter")
    return {"folder": saved.folder.url} | {k: saved.manifest[k] for k in kept}


def methods(prepared: Prepared) -> str:
    """What was compared and how, and what cannot be told, for a methods section."""
    (one, other), (few, many) = prepared.crawls, prepared.inputs
    what = "registered domains" if prepared.saved.manifest["asked"].get("level") == "domain" else "hosts"
    return (
        f"The graphs of {one} ({few:,} files read) and {other} ({many:,}) were joined by the names of their vertices, "
        f"which are {what}. Both are samples: what came or went may merely not have been sampled, above all {what} "
        "that were only linked to and of which no pages were captured. Graphs of different size have ranks and sums "
        f"of different size, so {prepared.options.metric} is compared among vertices in both alone: by percentile "
        "(mid-ranks, so that equal values share a place), and by the base-2 logarithm of the ratio of the shares that "
        "a vertex has of their sum. Degrees still grow with what was sampled; in_degree_matched counts links from "
        f"{what} captured in both crawls alone, though not from the same pages of these. "
        f"{prepared.saved.manifest['methods']}"
    )


changes: Analysis[Any] = Analysis(
    name="graph-changes",
    reads=out.vertices,
    writes=out.changes,
    options=GraphChanges,
    columns=lambda _: (),
    kernel=nothing,
    partial=lambda _: NOTHING,
    combine={},
    finish=finish,
    elsewhere=lambda options: f"{options.graph}/{VERTICES}",
    rests_on=lambda prepared: prepared.saved.manifest,
    prepare=prepare,
    methods=methods,
)

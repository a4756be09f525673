"""Links between hosts: the lake's edges of inputs and kinds, added up to one edge a pair of hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, get_args

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis, Finished
from schemas import fields as f
from schemas import links as out
from schemas.links import LINK_KINDS

Group = Literal["crawl", "kind"]
MEASURES = (f.pages, f.links, f.nofollow_links)
KEY = (f.source_host_reversed, f.target_host_reversed)


@dataclass(frozen=True)
class Links:
    """Which links make an edge."""

    kinds: tuple[str, ...] = ()
    """Only links of these kinds (anchor, image, script, …); all where empty."""
    by: tuple[Group, ...] = ("crawl",)
    """One row for each of: crawl, kind; both together, or neither."""

    def __post_init__(self) -> None:
        """Refuse what does not exist, before anything is read."""
        for kind in self.kinds:
            if kind not in LINK_KINDS:
                raise ValueError(f"'{kind}' is no kind of link; choose from {', '.join(LINK_KINDS)}")
        for name in self.by:
            if name not in get_args(Group):
                raise ValueError(
                    f"links are not grouped by '{name}'; choose from {', '.join(get_args(Group))}"
                )


def columns(options: Links) -> tuple[str, ...]:
    """The edge, its kind, what was counted, and the groups."""
    return tuple(c.name for c in (*KEY, f.kind, *MEASURES, *((f.crawl,) if "crawl" in options.by else ())))


def partial(options: Links) -> pa.Schema:
    """One row an edge and group."""
    return out.edges.schema(options.by)


def edges(rows: Batches, options: Links) -> Iterator[pa.RecordBatch]:
    """The rows that lead to another host; they are added up when parts come together."""
    schema = partial(options)
    for batch in rows:
        wanted = pc.not_equal(batch["source_host_reversed"], batch["target_host_reversed"])
        if options.kinds:
            wanted = pc.and_(wanted, pc.is_in(batch["kind"], pa.array(options.kinds)))
        yield batch.filter(wanted).select(schema.names).cast(schema)


def finish(partials: pa.Table, options: Links) -> Finished:
    """Edges, each once, sorted by source, target and group; and how many links they have together."""
    from analysis.graph.link_sums import added_up, in_names

    sums = added_up(partials)
    del partials  # nothing holds the rows while edges get their names
    table = in_names(sums, partial(options))
    return Finished(table, {"links": pc.sum(table["links"]).as_py() or 0})


def methods(options: Links) -> str:
    """What an edge is, for a methods section."""
    kinds = f"links of the kinds {', '.join(options.kinds)}" if options.kinds else "links of all kinds"
    return (
        f"Nodes are host names below a public suffix (ICANN section), in lower case and IDNA-encoded, without port, "
        f"user and IP addresses. An edge stands for all {kinds} on captured pages of one host that lead to "
        "another; its weights are the numbers of pages with such a link, of links, and of those marked rel=nofollow. "
        "Links within a host are no edges."
    )


links = Analysis(
    name="links",
    reads=out.links,
    writes=out.edges,
    options=Links,
    columns=columns,
    kernel=edges,
    partial=partial,
    combine={m.name: "sum" for m in MEASURES},
    finish=finish,
    groups=lambda options: tuple(c.name for c in out.edges.chosen(options.by)),
    own={
        "dask": "analysis.engines.graph.links_on_dask:run",
        "spark": "analysis.engines.graph.links_on_spark:run",
        "spark-rdd": "analysis.engines.graph.links_on_spark:run_rdd",
    },
    methods=methods,
)

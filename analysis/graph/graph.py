"""The web graph: canonical edges from the lake's links (or any edge table), metrics of vertices and of the whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from analysis.batches import Batches
from analysis.declare import Analysis, Finished
from analysis.graph import files as graph_files
from analysis.graph import tables as graph_tables
from analysis.graph.memory import check
from analysis.graph.options import METRICS, Graph
from analysis.lake import Dataset
from conf.places import Place
from schemas import fields as f
from schemas import graph as out
from schemas import links as lake
from schemas.links import LINK_KINDS

if TYPE_CHECKING:
    from analysis.graph.found import Measured

ENDS = (f.source_host_reversed, f.target_host_reversed)
WEIGHTS = (f.pages, f.links)


@dataclass(frozen=True)
class Prepared:
    """The options, and where another edge table is read."""

    options: Graph
    """As asked."""
    file: Place | None = None
    """Edge table in place of the lake."""
    crawls: tuple[str, ...] = ()
    """Crawls of the lake's parts: a crawl without a link has a graph too, an empty one."""


def prepare(options: Graph, data: Dataset) -> Prepared:
    """Keep the place of another edge table, or the crawls there are."""
    crawls = sorted({part.partition["crawl"] for part in data.parts if "crawl" in part.partition})
    return Prepared(options, data.root if options.edges else None, tuple(crawls))


def columns(prepared: Prepared) -> tuple[str, ...]:
    """The ends of each edge, its kind, its weights, and the groups."""
    return tuple(c.name for c in (*ENDS, f.kind, *WEIGHTS)) + prepared.options.groups


def partial(prepared: Prepared) -> pa.Schema:
    """One row an edge and group; equal ends are loops, or (without links) make a vertex."""
    groups = out.vertices.chosen(prepared.options.groups)
    return pa.schema([c.field for c in (*groups, *ENDS, *WEIGHTS)])


def edges(rows: Batches, options: Prepared) -> Iterator[pa.RecordBatch]:
    """Edges of the kinds asked for; and for each host that has pages a row that makes it a vertex."""
    schema, asked = partial(options), options.options
    for batch in rows:
        table = pa.Table.from_batches([batch])
        if asked.level == "domain":
            table = _to_domains(table)
        chosen = table.filter(
            pc.is_in(table["kind"], pa.array(asked.kinds or tuple(LINK_KINDS), pa.string()))
        )
        yield from chosen.select(schema.names).cast(schema).to_batches()
        source, target = (c.name for c in ENDS)
        known = table.group_by([*asked.groups, source]).aggregate([])
        none = pa.array([0] * known.num_rows, pa.int64())
        alone = known.append_column(target, known[source])
        for weight in WEIGHTS:
            alone = alone.append_column(weight.name, none)
        yield from alone.select(schema.names).cast(schema).to_batches()


def _to_domains(table: pa.Table) -> pa.Table:
    from analysis.kernels.graph.domains import folded

    for column in ENDS:
        place = table.schema.get_field_index(column.name)
        table = table.set_column(place, column.field, folded(table[column.name].combine_chunks()))
    return table


def finish(partials: pa.Table, prepared: Prepared) -> Finished:
    """The metrics of each graph, computed here.

    Raises:
        EngineError: The graph needs more memory than it may take; the message has the estimate and the cure.
    """
    from analysis.graph.metrics import measured
    from analysis.kernels.graph.edges import canonical

    options = prepared.options
    graphs, made = _graphs(partials, prepared), []
    del partials  # each graph's rows are let go of before its metrics are computed
    for group, rows in graphs:
        check(0, len(rows[0]), options)
        edges = canonical(*rows)
        del rows
        made.append((group, measured(edges, options)))

    def edge_files() -> Iterator[tuple[str, bytes]]:
        return graph_tables.files({"edges": [graph_tables.edges(m.edges, group) for group, m in made]})

    return finished(made, options, edge_files)


def finished(
    made: Sequence[tuple[Mapping[str, str], Measured]],
    options: Graph,
    edge_files: Callable[[], Iterator[tuple[str, bytes]]],
) -> Finished:
    """The result's tables, from what any engine found of each graph.

    Args:
        made: Group and findings of each graph.
        options: As asked.
        edge_files: Name and content of the file of canonical edges.
    """
    tables = {
        "degrees": [graph_tables.degrees(m.degrees, group) for group, m in made],
        "summary": [graph_tables.summary(m.summary, group) for group, m in made],
    }
    vertices = [graph_tables.vertices(m.columns, group) for group, m in made]
    table = pa.concat_tables([out.vertices.schema(options.groups).empty_table(), *vertices])
    facts = {"graphs": [{**group, **m.summary} for group, m in made]} | {
        k: v for _, m in made for k, v in m.facts.items()
    }
    keys = ["vertex_id", *options.groups]
    return Finished(
        table.sort_by([(k, "ascending") for k in keys]),
        facts,
        lambda: chain(edge_files(), graph_tables.files(tables)),
    )


def _graphs(partials: pa.Table, prepared: Prepared) -> Iterator[tuple[dict[str, str], tuple[Any, ...]]]:
    """Each graph's group, and what `canonical` takes: sources, targets, weights, and the weight that tells loops."""
    if prepared.file is not None:
        check(0, graph_files.rows(prepared.file), prepared.options)
        yield {}, (*graph_files.read(prepared.file), "")
        return
    names = [c.name for c in ENDS]

    def told(rows: pa.Table) -> tuple[Any, ...]:
        return *(rows[n] for n in names), {w.name: rows[w.name] for w in WEIGHTS}, "links"

    crawls = prepared.crawls if prepared.options.groups else ()
    if len(crawls) > 1:
        for crawl in crawls:
            yield {"crawl": crawl}, told(partials.filter(pc.equal(partials["crawl"], crawl)))
        return
    whole = [told(partials)]
    del partials  # nothing here holds the rows while their graph is computed
    yield {"crawl": crawls[0]} if crawls else {}, whole.pop()


def facts(prepared: Prepared) -> Mapping[str, Any]:
    """What was taken for an edge, and which metrics were asked for."""
    options = prepared.options
    edge = (
        {"edges": options.edges} if options.edges else {"level": options.level, "kinds": list(options.kinds)}
    )
    return {**edge, "directed": options.directed, "metrics": {m: METRICS[m] for m in options.chosen}}


def methods(prepared: Prepared) -> str:
    """What the graph is and how its metrics are defined, for a methods section."""
    from analysis.graph.methods import sentences

    return sentences(prepared.options)


graph: Analysis[Any] = Analysis(
    name="graph",
    reads=lake.links,
    writes=out.vertices,
    options=Graph,
    columns=columns,
    kernel=edges,
    partial=partial,
    combine={w.name: "sum" for w in WEIGHTS},
    prepare=prepare,
    finish=finish,
    own={"dask": "analysis.engines.graph.on_dask:run", "spark": "analysis.engines.graph.on_spark:run"},
    elsewhere=lambda options: options.edges,
    groups=lambda prepared: prepared.options.groups,
    methods=methods,
    facts=facts,
)

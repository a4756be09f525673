"""Kernels of a drawing: texts counted by stratum, and the first of each stratum in a random order.

A text's place in the random order is a hash of the seed and of where it stands. The k first of a stratum are among
the k first of each part, so samples of parts add up to that of the whole, however the lake is cut.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.coding.marks import NONE, Marks
from analysis.coding.options import Draw
from analysis.coding.spreadsheet import item_id
from analysis.kernels.keywords.search import search
from schemas import coding as out
from schemas import news, web
from schemas.table import Table

TABLES: Mapping[str, Table] = {"articles": news.articles, "pages": web.pages}
COUNTS = pa.schema([pa.field("stratum", pa.string(), False), pa.field("stratum_items", pa.int64(), False)])
RANK = pa.field("rank", pa.uint64(), False, {"description": "Place in the random order."})
BETWEEN = " · "
SAMPLE = pa.schema([RANK, *(c.field for c in out.sample.columns if c.name != "allotted_to")])
"""A drawn text before it is given to coders."""


@dataclass(frozen=True)
class Strata:
    """How texts are put into strata, ready for the kernels."""

    options: Draw
    """As asked."""
    take: Mapping[str, int] = field(default_factory=dict)
    """Texts to draw of each stratum; for the second kernel only."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Texts of each stratum; for the second kernel only."""
    scores: Marks | None = None
    """Bands of scores."""
    predicted: Marks | None = None
    """Predicted classes."""

    @property
    def news(self) -> bool:
        """Whether texts are articles, which have an outlet and a date of publication."""
        return self.options.table == "articles"

    @property
    def outlet(self) -> str:
        """Column that names the outlet."""
        return "outlet" if self.news else "registered_domain"

    def columns(self, *, whole: bool) -> tuple[str, ...]:
        """Columns the kernels read; `whole` for the second, which needs all that is shown."""
        dates = ("captured_at", *(("published_at", "published_confidence") if self.news else ()))
        made_from = {
            "outlet": (self.outlet,), "month": dates, "language": (), "keyword": ("text",),
            "score": (), "predicted": (),
        }  # fmt: skip
        by = [name for one in self.options.strata for name in made_from[one]]
        shown = ("url", self.outlet, *dates, "text") if whole else ()
        return tuple(dict.fromkeys(("source_file", "record_offset", "language", *by, *shown)))


def count(batches: Iterable[pa.RecordBatch], options: Strata) -> Iterator[pa.RecordBatch]:
    """Texts by stratum."""
    for batch in batches:
        rows = pa.table({"stratum": stratum(wanted(batch, options), options)})
        sums = rows.group_by("stratum", use_threads=False).aggregate([([], "count_all")])
        made = sums.rename_columns(["stratum", "stratum_items"]).cast(COUNTS)
        yield from made.combine_chunks().to_batches()


def first(batches: Iterable[pa.RecordBatch], options: Strata) -> Iterator[pa.RecordBatch]:
    """The first texts of each stratum in the random order."""
    held = SAMPLE.empty_table()
    for batch in batches:
        rows = wanted(batch, options)
        keys = {"stratum": stratum(rows, options), "rank": ranks(rows, options.options.seed)}
        chosen = _least(keys["stratum"], keys["rank"], options)
        if len(chosen):
            drawn = _drawn(rows.take(chosen), {n: v.take(chosen) for n, v in keys.items()}, options)
            held = thin(pa.concat_tables([held, drawn]), options)
    yield from held.combine_chunks().to_batches()


def thin(rows: pa.Table, options: Strata) -> pa.Table:
    """Of drawn texts, those that are still among the first of their stratum; associative."""
    return rows.take(_least(rows["stratum"].combine_chunks(), rows["rank"].combine_chunks(), options))


def stratum(rows: pa.RecordBatch, options: Strata) -> pa.Array:
    """Name of each text's stratum: `outlet=… · month=…`, or `all`."""
    parts = [
        pc.binary_join_element_wise(pa.scalar(one), _values(rows, one, options), "=")
        for one in options.options.strata
    ]
    if not parts:
        return pa.array(["all"] * rows.num_rows, pa.string())
    return parts[0] if len(parts) == 1 else pc.binary_join_element_wise(*parts, BETWEEN)


def _values(rows: pa.RecordBatch, by: str, options: Strata) -> pa.Array:
    if by == "month":
        return months(rows, options)
    if by == "keyword":
        return _keywords(rows["text"], options.options.keyword)
    if by in ("score", "predicted"):
        found = options.scores if by == "score" else options.predicted
        assert found is not None
        return found.of(rows["source_file"], rows["record_offset"])
    return pc.fill_null(rows[options.outlet if by == "outlet" else by], NONE)


def _keywords(texts: pa.Array, queries: tuple[str, ...]) -> pa.Array:
    found = np.full(len(texts), len(queries), np.int64)
    for row, _, hits in search(queries, False).find(texts):
        found[row] = min(hits)
    return pa.array((*queries, NONE), pa.string()).take(pa.array(found))


def months(rows: pa.RecordBatch, options: Strata) -> pa.Array:
    """Month of publication where its date is trusted (not of low confidence), else of capture: YYYY-MM, UTC."""
    at = rows["captured_at"].cast(pa.int64())
    if options.news:
        trusted = pc.not_equal(rows["published_confidence"], "low")
        at = pc.if_else(trusted, rows["published_at"].cast(pa.int64()), at)
    instants = at.to_numpy(zero_copy_only=False).astype("datetime64[us]")
    found, which = np.unique(instants.astype("datetime64[M]"), return_inverse=True)
    return pa.array(np.datetime_as_string(found), pa.string()).take(pa.array(which))


def ranks(rows: pa.RecordBatch, seed: int) -> pa.Array:
    """Place of each text in the random order."""
    start = blake2b(b"%d\0" % seed, digest_size=8)
    made = np.empty(rows.num_rows, np.uint64)
    where = zip(rows["source_file"].to_pylist(), rows["record_offset"].to_pylist(), strict=True)
    for number, (file, offset) in enumerate(where):
        own = start.copy()
        own.update(f"{file}\0{offset}".encode())
        made[number] = int.from_bytes(own.digest(), "big")
    return pa.array(made)


def wanted(batch: pa.RecordBatch, options: Strata) -> pa.RecordBatch:
    """The texts of the frame: those in the languages asked for."""
    languages = options.options.languages
    return batch.filter(pc.is_in(batch["language"], pa.array(languages, pa.string()))) if languages else batch


def _least(strata: pa.Array, rank: pa.Array, options: Strata) -> NDArray[np.int64]:
    """Rows that are among the first of their stratum, by stratum and rank."""
    encoded = strata.dictionary_encode()
    which, place = encoded.indices.to_numpy(), rank.to_numpy()
    limit = np.array([options.take.get(name, 0) for name in encoded.dictionary.to_pylist()], np.int64)
    order = np.lexsort((place, which))
    begins = np.searchsorted(which[order], np.arange(len(limit)))
    nth = np.arange(len(order)) - begins[which[order]]
    kept: NDArray[np.int64] = order[nth < limit[which[order]]]
    return kept


def _drawn(rows: pa.RecordBatch, keys: Mapping[str, pa.Array], options: Strata) -> pa.Table:
    where = zip(rows["source_file"].to_pylist(), rows["record_offset"].to_pylist(), strict=True)
    names = keys["stratum"].to_pylist()
    made = {
        **keys,
        "item_id": pa.array([item_id(options.options.table, *one) for one in where], pa.string()),
        "outlet": rows[options.outlet],
        "period": months(rows, options),
        "inclusion_probability": pa.array([options.take[n] / options.sizes[n] for n in names], pa.float64()),
    }
    columns = [(made[f.name] if f.name in made else rows[f.name]).cast(f.type) for f in SAMPLE]
    return pa.Table.from_arrays(columns, schema=SAMPLE)

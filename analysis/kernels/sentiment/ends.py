"""The most positive and the most negative sentences, the same however articles are cut into parts.

Of each wording one is kept, that of the first article by file and offset. Among equal scores the order is random, by
a hash of the seed and the wording. The first k of all are among the first k of each part, so parts add up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.sentiment.articles import Plan, admit
from analysis.kernels.sentiment.sentences import sentences

TONES = ("positive", "negative")
PARTIAL = pa.schema(
    [
        pa.field("tone", pa.string(), False),
        pa.field("away", pa.float64(), False, {"description": "The score, its sign changed where negative."}),
        pa.field("lot", pa.string(), False, {"description": "Place among equal scores, in hex."}),
        pa.field("sentence", pa.large_string(), False),
        pa.field("outlet", pa.string(), False),
        pa.field("dated_at", pa.timestamp("us", tz="UTC"), False),
        pa.field("url", pa.string(), False),
        pa.field("source_file", pa.string(), False),
        pa.field("record_offset", pa.int64(), False),
        pa.field("sentence_begin", pa.int64(), False),
    ]
)
ORDER = [("tone", "ascending"), ("away", "descending"), ("lot", "ascending"), ("sentence", "ascending")]
FIRST = [
    *ORDER,
    ("source_file", "ascending"),
    ("record_offset", "ascending"),
    ("sentence_begin", "ascending"),
]


@dataclass(frozen=True)
class Wanted:
    """Which sentences are wanted."""

    count: int
    """So many of each tone."""
    words_min: int
    """Shortest, in words."""
    words_max: int
    """Longest."""
    seed: int
    """Seed of the order among equal scores."""


def find(batches: Iterable[pa.RecordBatch], plan: Plan, wanted: Wanted) -> Iterator[pa.RecordBatch]:
    """The first sentences of each batch in either tone."""
    for batch in batches:
        found = admit(batch, plan)
        parts = []
        for some in sentences(found.rows["text"]):
            scored = plan.scorer.score(some.texts)
            score = scored["score"].to_numpy(zero_copy_only=False)
            words = pc.fill_null(scored["words"], wanted.words_min).to_numpy()
            long_enough = (words >= wanted.words_min) & (words <= wanted.words_max)
            for tone, away in zip(TONES, (score, -score), strict=True):
                rows = _furthest(np.where(long_enough, away, np.nan), some.texts, wanted.count)
                articles = pa.array(some.parents[rows])
                made = {
                    "tone": pa.array([tone] * len(rows), pa.string()),
                    "away": away[rows],
                    "sentence": some.texts.take(pa.array(rows)),
                    "outlet": found.rows[plan.outlet].take(articles),
                    "dated_at": pa.array(found.at[some.parents[rows]]),
                    "url": found.rows["url"].take(articles),
                    "source_file": found.rows["source_file"].take(articles),
                    "record_offset": found.rows["record_offset"].take(articles),
                    "sentence_begin": some.begins[rows],
                }
                parts.append(_table(made, wanted.seed))
        if parts:
            kept = thin(pa.concat_tables(parts), wanted.count).combine_chunks()
            yield from kept.to_batches()


def _furthest(away: NDArray[np.float64], texts: pa.Array, count: int) -> NDArray[np.int64]:
    """Rows of sentences that may be among the first: all with a score as high as that of the last wording wanted."""
    rows = np.flatnonzero(away > 0)
    rows = rows[np.argsort(-away[rows], kind="stable")]
    taken = count
    while taken < len(rows):
        distinct = pc.count_distinct(texts.take(pa.array(rows[:taken]))).as_py()
        if distinct >= count:
            break
        taken *= 2
    if taken >= len(rows):
        return rows
    found: NDArray[np.int64] = rows[away[rows] >= away[rows[taken - 1]]]
    return found


def _table(made: dict[str, Any], seed: int) -> pa.Table:
    lots = [
        blake2b(f"{seed} {text}".encode(), digest_size=8).hexdigest() for text in made["sentence"].to_pylist()
    ]
    columns = made | {"lot": pa.array(lots, pa.string())}
    arrays = [pa.array(columns[f.name]).cast(f.type) for f in PARTIAL]
    return pa.Table.from_arrays(arrays, schema=PARTIAL)


def thin(rows: pa.Table, count: int) -> pa.Table:
    """The first wordings of each tone, each once; associative."""
    rows = rows.sort_by(FIRST)
    kept, seen, number = [], set(), dict.fromkeys(TONES, 0)
    for row, (tone, text) in enumerate(
        zip(rows["tone"].to_pylist(), rows["sentence"].to_pylist(), strict=True)
    ):
        if number[tone] < count and (tone, text) not in seen:
            seen.add((tone, text))
            number[tone] += 1
            kept.append(row)
    return rows.take(pa.array(kept, pa.int64()))

"""Links between hosts on Spark, both ways: names go through it as codes, in pieces, and workers add up by number.

A piece is some rows of one bucket of sources as an Arrow stream, each name once. Rows with their names would go one by
one through the JVM, into its sums and out again: 21 seconds of Java for 2.9 million, where pieces take no more than an
empty job.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa

from analysis.batches import Batches
from analysis.engines import Job, Progress, parts
from analysis.engines.on_spark import SLICES_PER_CORE, spread
from analysis.engines.spark.buckets import packed, split, unpacked
from analysis.engines.spark.progress import watched
from analysis.engines.spark.session import failures, session
from analysis.graph.coded import in_codes
from analysis.graph.link_sums import KEY, added_up, trimmed
from analysis.graph.links import finish
from analysis.kernels.graph.numbering import CHUNK_ROWS
from analysis.lake import Part

if TYPE_CHECKING:
    from analysis.declare import Finished
    from analysis.graph.links import Links

PIECES = pa.schema([("bucket", pa.int32()), ("rows", pa.binary())])


def run(job: Job, options: Links, progress: Progress) -> Finished:
    """Add up on Spark's DataFrames; the edges get their names here.

    Raises:
        EngineError: Spark cannot start here, cannot reach the lake, or the kernel failed.
    """
    from pyspark.sql.pandas.types import from_arrow_schema

    spark, shape = session(job.dataset.root.spark), from_arrow_schema(PIECES)
    with failures(), watched(spark.sparkContext, progress):
        most = spark.sparkContext.defaultParallelism * SLICES_PER_CORE
        count = len(job.dataset.parts)
        pieces = spark.range(0, count, 1, min(count, most)).mapInArrow(
            partial(_cut, job=job, buckets=most), shape
        )
        sums = pieces.repartition("bucket").mapInArrow(_summed, shape).toArrow()
    return _finished(sums["rows"].to_pylist(), job, options)


def run_rdd(job: Job, options: Links, progress: Progress) -> Finished:
    """The same on Spark's RDDs.

    Raises:
        EngineError: Spark cannot start here, or the kernel failed.
    """
    context = session(job.dataset.root.spark).sparkContext
    buckets = context.defaultParallelism * SLICES_PER_CORE
    with failures(), watched(context, progress):
        pieces = spread(context, job).mapPartitions(partial(_pieces, job=job, buckets=buckets))
        sums = pieces.groupByKey(buckets).values().flatMap(_sums).collect()
    return _finished(sums, job, options)


def _finished(sums: Sequence[bytes], job: Job, options: Links) -> Finished:
    return finish(pa.concat_tables(map(unpacked, sums)) if sums else job.partial.empty_table(), options)


def _cut(batches: Batches, job: Job, buckets: int) -> Iterator[pa.RecordBatch]:
    """Pieces of some parts."""
    some = (job.dataset.parts[number] for batch in batches for number in batch["id"].to_pylist())
    for bucket, piece in _pieces(some, job, buckets):
        yield pa.record_batch([[bucket], [piece]], schema=PIECES)


def _summed(batches: Batches) -> Iterator[pa.RecordBatch]:
    """All pieces of some buckets as few."""
    for piece in _sums(piece for batch in batches for piece in batch["rows"].to_pylist()):
        yield pa.record_batch([[0], [piece]], schema=PIECES)


def _pieces(some: Iterable[Part], job: Job, buckets: int) -> Iterator[tuple[int, bytes]]:
    """The edges of some parts by bucket, those of a few parts added up."""
    left, coded = iter(some), in_codes(job)
    while few := list(islice(left, parts.PARTS_AT_ONCE)):
        found = (rows for part in few for rows in parts.partials([part], coded))  # codes are a part's own
        rows = added_up(pa.concat_tables([coded.partial.empty_table(), *found]))
        yield from ((bucket, packed(trimmed(piece))) for bucket, piece in split(rows, KEY[:1], buckets))


def _sums(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The edges of some pieces, each once."""
    if found := [unpacked(piece) for piece in pieces]:
        rows = added_up(pa.concat_tables(found))
        for start in range(0, rows.num_rows, CHUNK_ROWS):
            yield packed(trimmed(rows.slice(start, CHUNK_ROWS)))

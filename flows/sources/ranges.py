"""Reading some records of a file: neighbours together, each range checked, offsets as in the whole file.

A part knows which records it was asked for (a note in its Parquet file); asked for more, it takes over what it has.
"""

from __future__ import annotations

import io
import json
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.parquet as pq

from conf.places import Place
from conf.settings import Http
from flows.sources.answer import Span
from flows.sources.retry import CLOCK, retried
from flows.sources.source import Input, Reading
from flows.sources.stream import Read, streamed
from flows.sources.transport import transport
from flows.sources.trouble import Trouble

GAP_BYTES = 64 << 10
"""Records this near are read by one request: reading the gap is cheaper than asking again."""
NOTE = "fieldwork.records"

Records = Sequence[tuple[int, int]]


@dataclass(frozen=True)
class Stretch:
    """Bytes of a file that are read at once."""

    start: int
    """First byte."""
    stop: int
    """Byte after the last."""
    records: tuple[tuple[int, int], ...]
    """Offset and length of the records in it."""


def stretches(records: Records, block_bytes: int) -> list[Stretch]:
    """Records (offset and length, in any order) put together to few ranged reads of at most about `block_bytes`."""
    found: list[Stretch] = []
    for offset, length in sorted(set(records)):
        last = found[-1] if found else None
        stop = offset + length
        if last and offset - last.stop <= GAP_BYTES and stop - last.start <= block_bytes:
            found[-1] = Stretch(last.start, max(last.stop, stop), (*last.records, (offset, length)))
        else:
            found.append(Stretch(offset, stop, ((offset, length),)))
    return found


def cost(asked: Iterable[Records], block_bytes: int) -> tuple[int, int]:
    """Ranged reads, and bytes with the gaps between neighbours, that records of some files take."""
    found = [stretch for records in asked for stretch in stretches(records, block_bytes)]
    return len(found), sum(stretch.stop - stretch.start for stretch in found)


def ranged(read: Read) -> Callable[[Reading], Iterator[pa.RecordBatch]]:
    """As `streamed`, but of an input that wants some records only these are read.

    `Input.wants`: offset and length of each record; None for the whole file.
    """
    whole = streamed(read)

    def reading(given: Reading) -> Iterator[pa.RecordBatch]:
        if given.item.wants is None:
            yield from whole(given)
            return
        have = wanted_of(given.part) or ()
        given.notes[NOTE] = json.dumps(sorted({*have, *given.item.wants}))
        if have:
            yield from _taken_over(given)
        missing = sorted(set(given.item.wants) - set(have))
        splice = Splice(given.archive / given.item.key, missing, given.settings.http, given)
        known = len(given.account.rejects)
        for batch in read(splice.blocks(), given.item, given.account, given.settings.ingest):
            at = batch.schema.get_field_index("record_offset")
            offsets = pa.array([splice.offset(o) for o in batch.column(at).to_pylist()], pa.int64())
            yield batch.set_column(at, batch.schema.field(at), offsets)
        rejects = given.account.rejects
        rejects[known:] = [replace(r, offset=splice.offset(r.offset)) for r in rejects[known:]]

    return reading


def lacks(part: Place, item: Input) -> bool:
    """Whether a part was asked for fewer records than are wanted now."""
    have = wanted_of(part)
    if have is None:
        return False
    return item.wants is None or not set(item.wants) <= set(have)


def wanted_of(part: Place) -> tuple[tuple[int, int], ...] | None:
    """Which records a part was asked for; None where it has all of its file, or is not there."""
    if not part.exists():
        return None
    with part.fs.open(part.path, "rb") as handle:
        notes = pq.ParquetFile(handle).metadata.metadata or {}
    told = notes.get(NOTE.encode())
    return None if told is None else tuple((offset, length) for offset, length in json.loads(told))


class Splice:
    """Some records of a file, one after another, as if they were a file."""

    def __init__(self, place: Place, records: Records, http: Http, given: Reading) -> None:
        self._place, self._http, self._given = place, http, given
        self._records = sorted(set(records))
        self._starts: list[int] = []
        at = 0
        for _, length in self._records:
            self._starts.append(at)
            at += length
        given.meter.bytes_expected = at

    def offset(self, here: int) -> int:
        """Where a byte of the splice lies in the file."""
        number = max(0, bisect_right(self._starts, here) - 1)
        return self._records[number][0] + here - self._starts[number]

    def blocks(self) -> Iterator[bytes]:
        """The records' bytes.

        Raises:
            FetchError: The file cannot be read, or ends before a record.
        """
        for stretch in stretches(self._records, self._http.block_bytes):
            body = self._get(stretch)
            for offset, length in stretch.records:
                block = body[offset - stretch.start : offset - stretch.start + length]
                self._given.meter.add(block)
                yield block

    def _get(self, stretch: Stretch) -> bytes:
        way, length = transport(self._place), stretch.stop - stretch.start

        def once() -> bytes:
            answer = way.get(Span(stretch.start, length))
            body = answer.body
            if answer.whole is not None:
                with answer.whole as whole:
                    whole.seek(stretch.start)
                    body = whole.read(length)
            if len(body) != length:
                raise Trouble("short_body", f"the file ends within the record at {stretch.records[-1][0]}")
            return body

        return retried(once, self._place.url, way.server, self._http, CLOCK)


def _taken_over(given: Reading) -> Iterator[pa.RecordBatch]:
    """Rows of the part as it stands; they count as found and kept."""
    file = pq.ParquetFile(io.BytesIO(given.part.read_bytes()))
    rows: Iterable[pa.RecordBatch] = file.iter_batches(batch_size=4096)
    for batch in rows:
        given.account.seen += batch.num_rows
        given.account.kept += batch.num_rows
        yield batch.replace_schema_metadata(None)

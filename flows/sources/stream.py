"""Inputs that are read from beginning to end, as most are: a function of their bytes is the whole source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa

from conf.settings import Ingest
from flows.sources.fetch import FetchError, blocks, size
from flows.sources.source import Account, Input, Meter, Reading

Read = Callable[[Iterable[bytes], Input, Account, Ingest], Iterator[pa.RecordBatch]]


def streamed(read: Read) -> Callable[[Reading], Iterator[pa.RecordBatch]]:
    """Make a source's `read` from a function of the input's bytes as stored.

    Every byte is read, counted and digested, even where the function stops early.
    """

    def reading(given: Reading) -> Iterator[pa.RecordBatch]:
        where, http = given.archive / given.item.key, given.settings.http
        given.meter.bytes_expected = size(where, http)
        counted = _counted(blocks(where, http, given.meter.bytes_expected), given.meter)
        yield from read(counted, given.item, given.account, given.settings.ingest)
        for _ in counted:
            pass
        if given.meter.bytes_read == 0:
            raise FetchError("empty", "the file has no bytes")

    return reading


def _counted(found: Iterable[bytes], meter: Meter) -> Iterator[bytes]:
    for block in found:
        meter.add(block)
        yield block

"""Inputs that are read from beginning to end, as most are: a function of their bytes is the whole source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from conf.places import Place
from conf.settings import Ingest, Settings
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


def guessed(items: Sequence[Input], archive: Place, settings: Settings) -> Mapping[str, Any]:
    """`bytes` of all inputs, from the sizes of the first twenty."""
    looked, total, missing = items[:20], 0, 0
    for item in looked:
        try:
            total += size(archive / item.key, settings.http)
        except FetchError:
            missing += 1
    return {"bytes": int(total / max(1, len(looked) - missing) * len(items))}


def _counted(found: Iterable[bytes], meter: Meter) -> Iterator[bytes]:
    for block in found:
        meter.add(block)
        yield block

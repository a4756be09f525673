"""Sums of pages and links by edge: an edge is one integer, and sums are made by sorting."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from flows.sources.links.kinds import CODES
from flows.sources.links.spill import SCHEMA

BUFFERED = 1 << 20
ROWS = 1 << 16
PAGE = CODES["page"]
Integers = NDArray[np.int64]
Bools = NDArray[np.bool_]


class Sums:
    """Pages, links and nofollow links by source, target and kind."""

    KIND_BITS = 5
    HOST_BITS = 29  # source, target and kind fill the 63 bits of a positive integer

    def __init__(self) -> None:
        self._new: list[tuple[Integers, ...]] = []
        self._waiting = 0
        self._held: tuple[Integers, ...] = tuple(np.empty(0, np.int64) for _ in range(4))

    @property
    def edges(self) -> int:
        """How many edges are held, those not yet added up left out."""
        return len(self._held[0])

    def add(self, sources: Integers, page: Integers, numbers: Integers, marked: Bools) -> None:
        """Add pages.

        Args:
            sources: Of each page, its host's number, shifted by KIND_BITS.
            page: Of each link, which page it is on.
            numbers: Of each link, the target's number, shifted, and the kind's.
            marked: Which links are marked nofollow.
        """
        bits = self.HOST_BITS + self.KIND_BITS
        keys = np.sort((page << bits | numbers) << 1 | marked)
        first = _firsts(keys >> 1)
        on = keys[first] >> bits + 1
        edges = sources[on] << self.HOST_BITS | (keys[first] >> 1 & (1 << bits) - 1)
        links = np.diff(first, append=len(keys))
        self._wait(edges, np.ones_like(edges), links, _sums(keys & 1, first))
        own = sources << self.HOST_BITS | sources | PAGE
        of_page = (np.bincount(some, minlength=len(sources)) for some in (page, page[marked]))
        self._wait(own, np.ones_like(own), *of_page)
        if self._waiting >= max(BUFFERED, self.edges):
            self._settle()

    def rows(self, hosts: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The sums in the order of hosts' names, with the columns of SCHEMA.

        Args:
            hosts: Names by number.
        """
        self._settle()
        names = pa.array(hosts, pa.string())
        order = pc.sort_indices(names)
        rank = np.empty(len(hosts), np.int64)
        rank[order.to_numpy()] = np.arange(len(hosts))
        names = names.take(order)
        numbers, *measures = self._held
        source, target, kind = self._parts(numbers)
        by_name = (rank[source] << self.HOST_BITS | rank[target]) << self.KIND_BITS | kind
        turn = np.argsort(by_name)
        for start in range(0, len(turn), ROWS):
            some = turn[start : start + ROWS]
            source, target, kind = self._parts(by_name[some])
            columns = [names.take(pa.array(source)), names.take(pa.array(target)), kind.astype(np.int8)]
            yield pa.RecordBatch.from_arrays(
                [pa.array(c) for c in (*columns, *(m[some] for m in measures))], schema=SCHEMA
            )

    def _parts(self, numbers: Integers) -> tuple[Integers, Integers, Integers]:
        """Source, target and kind of edges."""
        hosts = numbers >> self.KIND_BITS
        mask = (1 << self.HOST_BITS) - 1
        return hosts >> self.HOST_BITS, hosts & mask, numbers & ((1 << self.KIND_BITS) - 1)

    def _wait(self, *columns: Integers) -> None:
        self._new.append(columns)
        self._waiting += len(columns[0])

    def _settle(self) -> None:
        """Add what waits to what is held."""
        numbers, *measures = (np.concatenate(c) for c in zip(self._held, *self._new, strict=True))
        order = np.argsort(numbers)
        numbers = numbers[order]
        first = _firsts(numbers)
        self._held = (numbers[first], *(_sums(m[order], first) for m in measures))
        self._new, self._waiting = [], 0


def _firsts(ordered: Integers) -> Integers:
    """Where each distinct number begins."""
    different = np.ones(len(ordered), np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=different[1:])
    return np.flatnonzero(different)


def _sums(values: Integers, first: Integers) -> Integers:
    """Sums of the values from each of these places up to the next."""
    return np.add.reduceat(values, first) if len(first) else np.empty(0, np.int64)

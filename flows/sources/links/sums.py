"""Sums of pages and links by edge: an edge is one integer, and sums are made by sorting."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import repeat

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


class Sums:
    """Pages, links and nofollow links by source, target and kind."""

    KIND_BITS = 5
    HOST_BITS = 29  # source, target and kind fill the 63 bits of a positive integer

    def __init__(self) -> None:
        self._numbers, self._links, self._marked = array("q"), array("q"), array("q")
        self._held: tuple[Integers, ...] = tuple(np.empty(0, np.int64) for _ in range(4))

    @property
    def edges(self) -> int:
        """How many edges are held, those not yet added up left out."""
        return len(self._held[0])

    def add(self, source: int, numbers: Sequence[int], marked: Sequence[int], total: int) -> None:
        """Add a page.

        Args:
            source: Its host's number, shifted by KIND_BITS.
            numbers: Of each link, the target's number, shifted, and the kind's.
            marked: The same of links marked nofollow.
            total: Number of its links.
        """
        counts = Counter(numbers)
        counts[source | PAGE] = total
        begin = source << self.HOST_BITS
        self._numbers.extend([begin | number for number in counts])
        self._links.extend(counts.values())
        if marked:
            nofollow = Counter(marked)
            nofollow[source | PAGE] = len(marked)
            self._marked.extend([nofollow[number] for number in counts])
        else:
            self._marked.extend(repeat(0, len(counts)))
        if len(self._numbers) >= max(BUFFERED, self.edges):
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

    def _settle(self) -> None:
        """Add what is buffered to what is held."""
        if not self._numbers:
            return
        pages = np.ones(len(self._numbers), np.int64)
        new = [np.frombuffer(a, np.int64) for a in (self._numbers, self._links, self._marked)]
        new.insert(1, pages)
        numbers, *measures = (np.concatenate(pair) for pair in zip(self._held, new, strict=True))
        order = np.argsort(numbers)
        numbers = numbers[order]
        first = np.flatnonzero(np.concatenate([[True], numbers[1:] != numbers[:-1]]))
        self._held = (numbers[first], *(np.add.reduceat(m[order], first) for m in measures))
        self._numbers, self._links, self._marked = array("q"), array("q"), array("q")

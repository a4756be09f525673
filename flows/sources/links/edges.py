"""Links added up to host-to-host edges while a file is read: in fixed memory, however many hosts it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from flows.sources.hosts import flaw, folded, host_in, reverse
from flows.sources.links.address import Way, way
from flows.sources.links.kinds import CODES, NOFOLLOW, Link
from flows.sources.links.spill import Spill
from flows.sources.links.sums import Sums
from schemas.links import KINDS, links

CHUNKS_KEPT = 1 << 17
KIND = NOFOLLOW - 1  # bits of a kind's number
SAME_PAGE, OTHER_SCHEME = CODES["same_page"], CODES["other_scheme"]
SCHEMA = links.schema()
NO_SECOND = ("", "/", "\\", "\t", "\n", "\r")  # behind a slash they may make it the beginning of a host


@dataclass(frozen=True)
class Limits:
    """What may be held in memory before it goes to a file on disk."""

    hosts: int = 1 << 20
    """Distinct hosts, about 200 bytes each."""
    edges: int = 1 << 22
    """Distinct edges, 32 bytes each."""


class Edges:
    """The edges of one input.

    A target is a number: a host's, shifted to leave room for the kind; or, where a link leads to no host, minus the
    number of the kind that says so.
    """

    def __init__(self, *, fold_www: bool, limits: Limits | None = None) -> None:
        self._fold = fold_www
        self._limits = limits or Limits()
        self._spill = Spill()
        self._begin()

    def _begin(self) -> None:
        self._hosts: dict[str, int] = {}
        self._chunks: dict[str, int] = {}
        self._sums = Sums()

    def add(self, address: str, base: str | None, found: Sequence[Link]) -> bool:
        """Add a page with its links; False where its own host has no place in a graph, and nothing was added.

        Args:
            address: The page's own address.
            base: Where relative links begin, as its base element says.
            found: Its links, as written.
        """
        own = way(address, "")
        source = self._host(own.authority) if own.lead == "host" else -1
        if source < 0:
            return False
        scheme, home, same = own.scheme, source, -SAME_PAGE
        if base is not None and (to := way(base, scheme)).lead == "host":
            scheme, home = to.scheme, self._host(to.authority)
            same = -SAME_PAGE if home == source else home  # a fragment, too, begins at the base
        numbers, marked = self._numbers(found, source, _Home(scheme, home, same))
        self._sums.add(source, numbers, marked, len(found))
        if len(self._hosts) > self._limits.hosts or self._sums.edges > self._limits.edges:
            self._put_down()
        return True

    def batches(self, key: str) -> Iterator[pa.RecordBatch]:
        """The edges as rows of `core__commoncrawl__links`, sorted; `key` is the input's."""
        kinds = pa.array(KINDS, pa.string())
        if self._spill.begun:
            self._put_down()
            found = self._spill.merged()
        else:
            found = self._sums.rows(list(self._hosts))
        for batch in found:
            source, target, kind, *measures = batch.columns
            columns = [pa.repeat(pa.scalar(key), batch.num_rows), source, target, kinds.take(kind), *measures]
            yield pa.RecordBatch.from_arrays(columns, schema=SCHEMA)

    def close(self) -> None:
        """Take away what was put on disk."""
        self._spill.close()

    def _put_down(self) -> None:
        self._spill.put(self._sums.rows(list(self._hosts)))
        self._begin()

    def _numbers(self, found: Sequence[Link], source: int, home: _Home) -> tuple[list[int], list[int]]:
        """Target and kind of each link as one number; and again those of links marked nofollow."""
        known, numbers, marked = self._chunks.get, [], []
        for code, link in found:
            if link[:7] == "http://" or link[:8] == "https://":
                chunk = link.split("/", 3)[2]
                target = known(chunk)
                if target is None:
                    target = self._chunk(chunk, link)
            elif link[:1] == "/" and link[1:2] not in NO_SECOND:
                target = home.relative
            elif link[:1] == "#":
                target = home.same_page
            else:
                target = self._elsewhere(link, home)
            number = target | code & KIND if target >= 0 else source - target
            numbers.append(number)
            if code >= NOFOLLOW:
                marked.append(number)
        return numbers, marked

    def _chunk(self, chunk: str, link: str) -> int:
        """Target of a link with a scheme and two slashes, of which `chunk` is what stands before the next one."""
        if not chunk:
            return self._host(way(link, "").authority)
        target = self._host(way(f"//{chunk}", "http").authority)
        if len(self._chunks) >= CHUNKS_KEPT:
            self._chunks.clear()
        self._chunks[chunk] = target
        return target

    def _elsewhere(self, link: str, home: _Home) -> int:
        to: Way = way(link, home.scheme)
        if to.lead == "host":
            return self._host(to.authority)
        if to.lead == "relative":
            return home.relative
        return home.same_page if to.lead == "same_page" else -OTHER_SCHEME

    def _host(self, authority: str) -> int:
        """Target that an authority names."""
        host = host_in(authority)
        what = flaw(host)
        if what or not host:
            return -CODES[what or "invalid_host"]
        name = reverse(folded(host) if self._fold else host)
        return self._hosts.setdefault(name, len(self._hosts)) << Sums.KIND_BITS


@dataclass(frozen=True)
class _Home:
    """Where a page's links lead that name no host."""

    scheme: str
    relative: int
    same_page: int

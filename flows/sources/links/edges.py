"""Links added up to host-to-host edges while a file is read: in fixed memory, however many hosts it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from flows.sources.hosts import folded, in_graph, plain_node, reverse
from flows.sources.links.address import AROUND, INSIDE, SLASHES, Way, way
from flows.sources.links.gathered import Gathered, Page
from flows.sources.links.kinds import CODES, NOFOLLOW
from flows.sources.links.scan import Lines
from flows.sources.links.spill import Spill
from flows.sources.links.sums import Integers, Sums
from schemas.links import KINDS, links

CHUNKS_KEPT = 1 << 17
KIND = NOFOLLOW - 1  # bits of a kind's number
SAME_PAGE, OTHER_SCHEME = CODES["same_page"], CODES["other_scheme"]
SCHEMA = links.schema()
CLEAN = re.compile(r"[A-Za-z0-9._:@-]+")  # what can be nothing but user, host and port
NO_PLAIN_HOST = -1 << 40  # the whole link tells where it leads
AROUND_OR_SLASH = frozenset(AROUND + SLASHES)


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
        self.begun = 0
        """How often numbers of hosts were begun anew; those from before mean nothing."""
        self._begin()

    def _begin(self) -> None:
        self.begun += 1
        self._hosts: dict[str, int] = {}
        self._chunks: dict[str, int] = {}
        self._sums = Sums()
        self._gathered = Gathered()

    def add(self, address: str, base: str | None, codes: Sequence[int], urls: Sequence[str]) -> bool:
        """Add a page with its links; False where its own host has no place in a graph, and nothing was added.

        Args:
            address: The page's own address.
            base: Where relative links begin, as its base element says.
            codes: Kinds of its links, by number.
            urls: Its links, as written.

        Raises:
            TypeError: A link that is no text; nothing was added.
        """
        page = self.page(address, base)
        if page is None:
            return False
        self._gathered.add(page, codes, urls)
        if self._gathered.full:
            self._add_up()
        return True

    def page(self, address: str, base: str | None) -> Page | None:
        """A page by its address and what its base element says; None where its own host has no place in a graph."""
        own = way(address, "")
        source = self._host(own.authority) if own.lead == "host" else -1
        if source < 0:
            return None
        scheme, home, same = own.scheme, source, -SAME_PAGE
        if base is not None and (to := way(base, scheme)).lead == "host":
            scheme, home = to.scheme, self._host(to.authority)
            same = -SAME_PAGE if home == source else home  # a fragment, too, begins at the base
        return Page(source, scheme, home, same)

    def add_found(self, sources: Integers, page: Integers, targets: Integers, codes: Integers) -> None:
        """Add pages with links of which it is known where they lead.

        Args:
            sources: Target that each page's own host is.
            page: Of each link, which page it is on.
            targets: Of each link, its target.
            codes: Of each link, the number of its kind.
        """
        self._sum(sources, page, targets, codes)
        if self._too_large:
            self._add_up()

    def batches(self, key: str) -> Iterator[pa.RecordBatch]:
        """The edges as rows of `core__commoncrawl__links`, sorted; `key` is the input's."""
        kinds = pa.array(KINDS, pa.string())
        self._add_up()
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

    def _add_up(self) -> None:
        """Look at the links gathered, and add them to the sums."""
        gathered, self._gathered = self._gathered, Gathered()
        pages = np.array([(p.source, p.relative, p.same_page) for p in gathered.pages], np.int64).reshape(
            -1, 3
        )
        page = np.repeat(np.arange(len(pages)), gathered.counts)
        targets = self._targets(gathered, pages, page)
        codes = np.frombuffer(gathered.codes, np.uint8).astype(np.int64)
        self._sum(pages[:, 0], page, targets, codes)
        if self._too_large:
            self._put_down()

    def _sum(self, sources: Integers, page: Integers, targets: Integers, codes: Integers) -> None:
        numbers = np.where(targets >= 0, targets | codes & KIND, sources[page] - targets)
        self._sums.add(sources, page, numbers, codes >= NOFOLLOW)

    @property
    def _too_large(self) -> bool:
        return len(self._hosts) > self._limits.hosts or self._sums.edges > self._limits.edges

    def _targets(self, gathered: Gathered, pages: Integers, page: Integers) -> Integers:
        """Target of each link.

        Args:
            gathered: The links.
            pages: Source, target of relative links, and of fragments; a row a page.
            page: Of each link, its page's row.
        """
        if not len(page):
            return np.empty(0, np.int64)
        lines = Lines(gathered.text())
        relative, fragment = lines.on_own_host(), lines.fragments()
        targets: Integers = np.where(fragment, pages[page, 2], pages[page, 1])
        rest = ~(relative | fragment)
        numbers, chunks = lines.with_host()
        found = np.array([self._named(c) for c in chunks.dictionary.to_pylist()], np.int64)
        if len(found):
            targets[numbers] = found[chunks.indices.to_numpy()]
            rest[numbers] = targets[numbers] == NO_PLAIN_HOST
        for number in np.flatnonzero(rest).tolist():
            targets[number] = self.elsewhere(lines[number], gathered.pages[page[number]])
        return targets

    def named(self, chunk: str) -> int:
        """Target of links with a scheme and two slashes, of which `chunk` is what stands before the next one."""
        if plain_node(chunk):
            return self._node(chunk)
        if CLEAN.fullmatch(chunk):
            return self._host(chunk)
        if chunk and chunk.strip(AROUND).translate(INSIDE) == chunk and chunk[0] != "\\":  # one more slash
            return self._host(way(f"//{chunk}", "http").authority)
        return NO_PLAIN_HOST

    def _named(self, chunk: str) -> int:
        """The same, kept in mind."""
        target = self._chunks.get(chunk)
        if target is None:
            target = self.named(chunk)
            if len(self._chunks) >= CHUNKS_KEPT:
                self._chunks.clear()
            self._chunks[chunk] = target
        return target

    def elsewhere(self, link: str, page: Page) -> int:
        """Target of a link that is unlike most."""
        if ":" not in link and link[0] not in AROUND_OR_SLASH:
            return page.relative
        to: Way = way(link, page.scheme)
        if to.lead == "host":
            return self._host(to.authority)
        if to.lead == "relative":
            return page.relative
        return page.same_page if to.lead == "same_page" else -OTHER_SCHEME

    def _host(self, authority: str) -> int:
        """Target that an authority names."""
        host, what = in_graph(authority)
        if what:
            return -CODES[what]
        return self._node(host)

    def _node(self, host: str) -> int:
        """Target that a host of the graph is."""
        name = reverse(folded(host) if self._fold else host)
        return self._hosts.setdefault(name, len(self._hosts)) << Sums.KIND_BITS

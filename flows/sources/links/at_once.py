"""Many WAT records at once: those that are like nearly all are added to the edges, others are left to be read alone.

Compiled loops look at their bytes, batch by batch; Python is asked only about names that it has not been asked before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from conf.settings import Ingest
from flows.sources.framing import frame
from flows.sources.links import elements, noted
from flows.sources.links import leads as led
from flows.sources.links.edges import NO_PLAIN_HOST, OTHER_SCHEME, SAME_PAGE, Edges
from flows.sources.links.gathered import Page
from flows.sources.links.kinds import CODES, OF_PLACE, nofollow, of_rel
from flows.sources.links.numbered import Integers, Slices, Values, words_of
from flows.sources.links.tokens import DEEPEST, tokenise
from flows.sources.source import Account

PADDING = bytes(64)  # loops look at eight bytes at once, and at the byte behind
TOKEN, LINK = 4, 8  # bytes of a record that its tokens and links have at least, or it is left alone
HOSTS, WORDS = 1 << 17, 1 << 12
KIND, MEDIA = b"metadata", b"application/json"
PASSED = {noted.OTHER_RECORD: "other_record", noted.NOT_OK: "not_ok", noted.NOT_HTML: "not_html"}
PLAIN_CODES = np.zeros(5, np.int64)
PLAIN_CODES[[elements.SCRIPT, elements.META, elements.HEADER]] = [
    CODES[k] for k in ("script", "meta", "http_link")
]


class Batch:
    """The bytes of some records, and what was found in them."""

    def __init__(self, members: Sequence[bytes]) -> None:
        """Take members with one record each, or more."""
        self.raw = b"".join([*members, PADDING])
        self.text = np.frombuffer(self.raw, np.uint8)
        self.words = words_of(self.text)
        self.members = np.cumsum([0, *map(len, members)])

    def string(self, begin: int, end: int) -> str:
        """Some of its text."""
        return self.raw[begin:end].decode()


@dataclass(frozen=True)
class Homes:
    """Where pages are, and their relative links begin."""

    targets: Integers
    """Source (negative of none), target of relative links, and of fragments; [pages, 3]."""
    secure: NDArray[np.bool_]
    """Whether a page's scheme is https."""
    odd: dict[int, Page]
    """Pages unlike most, by number."""

    def page(self, number: int) -> Page:
        """A page."""
        source, relative, same_page = self.targets[number].tolist()
        return self.odd.get(number) or Page(
            source, "https" if self.secure[number] else "http", relative, same_page
        )


class AtOnce:
    """Adds records to the edges of an input, many at once."""

    def __init__(self, edges: Edges, account: Account, limits: Ingest, *, redirects: bool) -> None:
        self._edges, self._account, self._redirects = edges, account, redirects
        self._cap = limits.record_cap_bytes
        self._hosts = Values(edges.named, HOSTS, 1 << 22)
        self._places = Values(OF_PLACE.__getitem__, WORDS, 1 << 16)
        self._rels, self._relations = Values(nofollow, WORDS, 1 << 16), Values(of_rel, WORDS, 1 << 16)
        self._begun = edges.begun
        self._room = np.zeros(DEEPEST + 2, np.int64)
        self._tokens, self._links = np.empty((0, 3), np.int32), np.empty((0, 7), np.int32)

    def take(self, members: Sequence[bytes]) -> Sequence[int]:
        """Add the records of gzip members, and count them; returns the numbers of the members that were left alone."""
        batch = Batch(members)
        states, (pages, links) = self._noted(batch)
        taken = states != noted.UNLIKE
        self._account.seen += int(np.count_nonzero(taken))
        for state, reason in PASSED.items():
            self._account.leave(reason, int(np.count_nonzero(states == state)))
        self._add(batch, pages, links)
        return np.flatnonzero(~taken).tolist()

    def _noted(self, batch: Batch) -> tuple[NDArray[np.uint8], tuple[Integers, Slices]]:
        """What each record is; pages and all their links."""
        size = len(batch.members) - 1
        if len(self._tokens) < len(batch.raw) // TOKEN:
            self._tokens = np.empty((len(batch.raw) // TOKEN, 3), np.int32)
            self._links = np.empty((len(batch.raw) // LINK, 7), np.int32)
        states, blocks = np.empty(size, np.uint8), np.zeros((size, 2), np.int64)
        frame(batch.text, batch.members, self._cap, KIND, MEDIA, self._room[:6].reshape(3, 2), states, blocks)
        if not _is_utf8(batch):
            for record in np.flatnonzero(states == noted.PAGE).tolist():
                begin, end = blocks[record].tolist()
                if not batch.raw[begin:end].isascii():
                    states[record] = noted.UNLIKE
        roots, parts = np.empty(size, np.int64), np.zeros((size, 7), np.int64)
        tokenise(batch.text, batch.words, blocks, states == noted.PAGE, self._room, self._tokens, roots)
        states[(states == noted.PAGE) & (roots < 0)] = noted.UNLIKE
        noted.note(batch.text, self._tokens, roots, self._redirects, states, parts)
        return states, self._pages(batch, states, parts)

    def _pages(self, batch: Batch, states: NDArray[np.uint8], parts: Integers) -> tuple[Integers, Slices]:
        """Pages and all their links; a page that is odd becomes UNLIKE."""
        pages = np.flatnonzero(states == noted.PAGE)
        counts = np.empty(len(pages), np.int64)
        found = elements.put_down(batch.text, self._tokens, parts[pages], self._room[:6], self._links, counts)
        states[pages[counts < 0]] = noted.UNLIKE
        parts, counts = parts[pages[counts >= 0]], counts[counts >= 0]
        address, base = self._tokens[parts[:, noted.ADDRESS], 1:], self._tokens[parts[:, noted.BASE], 1:]
        base = np.where(parts[:, noted.BASE, None] < 0, -1, base)
        return np.column_stack([address, base, counts]).astype(np.int64), self._links[:found]

    def _add(self, batch: Batch, pages: Integers, links: Slices) -> None:
        """Add the links of pages."""
        if self._edges.begun != self._begun:
            self._hosts.forget()
            self._begun = self._edges.begun
        homes = self._homes(batch, pages)
        page = np.repeat(np.arange(len(pages)), pages[:, 4])
        codes = self._codes(batch, links)
        known = homes.targets[:, 0] >= 0
        wanted = (codes >= 0) & known[page]
        if not wanted.all():
            codes, page, links = codes[wanted], page[wanted], links[wanted]
        targets = self._targets(batch, links, page, homes)
        self._account.kept += int(np.count_nonzero(known))
        self._account.leave("no_graph_host", int(np.count_nonzero(~known)))
        self._edges.add_found(homes.targets[known, 0], (np.cumsum(known) - 1)[page], targets, codes)

    def _homes(self, batch: Batch, pages: Integers) -> Homes:
        """Where pages are; those with a base, or an odd address, are looked at one by one."""
        begins = pages[:, 0]
        ways, hosts = _led(batch, pages[:, :2].astype(np.int32))
        told = (ways == led.HOST) & (batch.text[begins] == ord("h")) & (pages[:, 3] < 0)
        targets = np.full((len(pages), 3), -SAME_PAGE)
        targets[:, 0] = NO_PLAIN_HOST
        targets[told, 0] = self._hosts.of(batch.text, batch.words, hosts[told])
        targets[:, 1] = targets[:, 0]
        homes = Homes(targets, batch.text[begins + 4] == ord("s"), {})
        for number in np.flatnonzero(targets[:, 0] == NO_PLAIN_HOST).tolist():
            begin, end, base, base_end, _ = pages[number].tolist()
            said = batch.string(base, base_end) if base_end >= 0 else None
            page = self._edges.page(batch.string(begin, end), said)
            if page:
                homes.odd[number] = page
                targets[number] = page.source, page.relative, page.same_page
        return homes

    def _codes(self, batch: Batch, links: Slices) -> Integers:
        """Numbers of the kinds of links, -1 of what is none."""
        codes = PLAIN_CODES[links[:, 2]]
        body, head = links[:, 2] == elements.IN_BODY, links[:, 2] == elements.IN_HEAD
        codes[body] = self._places.of(batch.text, batch.words, links[body, 3:5])
        related = np.flatnonzero(body & (links[:, 5] < links[:, 6]) & (codes >= 0))
        codes[related] |= self._rels.of(batch.text, batch.words, links[related, 5:7])
        codes[head] = self._relations.of(batch.text, batch.words, links[head, 3:5])
        return codes

    def _targets(self, batch: Batch, links: Slices, page: Integers, homes: Homes) -> Integers:
        """Target of each link."""
        ways, hosts = _led(batch, links)
        targets = np.full(len(links), NO_PLAIN_HOST)
        for way, column in ((led.RELATIVE, 1), (led.SAME_PAGE, 2)):
            some = ways == way
            targets[some] = homes.targets[page[some], column]
        targets[ways == led.OTHER_SCHEME] = -OTHER_SCHEME
        some = ways == led.HOST
        targets[some] = self._hosts.of(batch.text, batch.words, hosts[some])
        for number in np.flatnonzero(targets == NO_PLAIN_HOST).tolist():
            link = batch.string(*links[number, :2].tolist())
            targets[number] = self._edges.elsewhere(link, homes.page(int(page[number])))
        return targets


def _led(batch: Batch, links: Slices) -> tuple[NDArray[np.uint8], Slices]:
    """Where links lead, and the hosts they name, see `leads.lead`."""
    ways, hosts = np.empty(len(links), np.uint8), np.empty((len(links), 2), np.int32)
    led.lead(batch.text, links, ways, hosts)
    return ways, hosts


def _is_utf8(batch: Batch) -> bool:
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(batch.raw)], np.int32))
    try:
        pa.StringArray.from_buffers(1, ends, pa.py_buffer(batch.raw)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True

"""Pages with their links, gathered until there are enough to look at them together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

LINKS_AT_ONCE = 1 << 18
BYTES_AT_ONCE = 1 << 24
HALF_PAIR = re.compile("[\ud800-\udfff]")  # of UTF-16; allowed in JSON, not in UTF-8, and in no host


class Page(NamedTuple):
    """A page; where its links lead is a target of `flows.sources.links.edges`."""

    source: int
    """Target that its own host is."""
    scheme: str
    """Scheme of its base."""
    relative: int
    """Where links lead that name no host."""
    same_page: int
    """Where fragments lead."""


class Gathered:
    """Pages and links, as lines of UTF-8."""

    def __init__(self) -> None:
        self.pages: list[Page] = []
        self.counts: list[int] = []
        self.codes = bytearray()
        self._texts: list[bytes] = []
        self._size = 0

    @property
    def full(self) -> bool:
        """Whether it is time to look at them."""
        return len(self.codes) + len(self.pages) >= LINKS_AT_ONCE or self._size >= BYTES_AT_ONCE

    def add(self, page: Page, codes: Sequence[int], urls: Sequence[str]) -> None:
        """Add a page and, of each of its links, the kind and the address.

        Raises:
            TypeError: An address that is no text; nothing was added.
        """
        if urls:
            text = _lines(urls)
            self._texts.append(text)
            self._size += len(text)
        self.pages.append(page)
        self.counts.append(len(urls))
        self.codes += bytes(codes)

    def text(self) -> bytes:
        """All links, a line each."""
        return b"\n".join([*self._texts, b""])


def _lines(urls: Sequence[str]) -> bytes:
    """Links as lines; line ends in a link do not count (URL Standard, 4.4)."""
    text = "\n".join(urls)
    if text.count("\n") >= len(urls):
        text = "\n".join([url.replace("\n", "") for url in urls])
    try:
        return text.encode()
    except UnicodeEncodeError:
        return HALF_PAIR.sub("\ufffd", text).encode()

"""One file of a scene: opened once, its blocks read in runs, each checked by the checksum it was packed with.

GDAL reads the header. Blocks packed as USGS packs them (deflate) are read and unpacked here, since GDAL does not
look at their checksum: of 40 files with a few flipped bytes it read 23 without an error, with wrong pixels.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from conf.places import Place
from conf.settings import Settings
from flows.sources.answer import Answer, Facts, Span
from flows.sources.fetch import FetchError
from flows.sources.landsat.directory import directory_end
from flows.sources.landsat.layout import Block, Layout, LayoutError, layout_of
from flows.sources.landsat.unpack import UnpackError, by_gdal, unpacked
from flows.sources.retry import retried
from flows.sources.transport import transport
from flows.sources.trouble import EmptyRange, Trouble

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAGIC = {b"II*\0": "<", b"II+\0": "<", b"MM\0*": ">", b"MM\0+": ">"}
"""First bytes of a TIFF and of a BigTIFF, and the order of bytes they say (TIFF 6.0, section 2)."""
GAP = 1 << 16
"""Blocks with at most this many bytes between them are asked for together."""
NOTHING = memoryview(b"")


@dataclass(frozen=True)
class Fault:
    """Why a block could not be read."""

    reason: str
    """One of `schemas.reasons.REASONS`."""
    detail: str
    """What exactly was seen."""


class Read(NamedTuple):
    """A block as it was read."""

    block: Block
    """Which one."""
    found: NDArray[np.uint16] | Fault
    """Its pixels, (rows, columns) as stored: at the scene's edge that may be more than the scene has; or why none."""
    stored: memoryview
    """What the file has of it; of a block that GDAL unpacked, its pixels."""


class Raster:
    """An open file; several threads may read from it."""

    def __init__(self, where: Place, settings: Settings) -> None:
        """Open a file: look at its first bytes, then have GDAL read its header.

        Raises:
            FetchError: It is not there, or cannot be read.
            UnpackError: It is no raster as Landsat's are.
        """
        self.where, self._settings = where, settings
        self._way = transport(where)
        self._facts: Facts | None = None
        self._dead: FetchError | None = None
        self._lock = threading.Lock()
        magic = self._read(Span(0, 4))
        if not magic:
            raise FetchError("empty", f"{where.url}: the file has no bytes")
        if magic not in MAGIC:
            raise UnpackError(f"it begins with {magic!r}, so it is no TIFF")
        self.order = MAGIC[magic]
        self.layout = self._layout()

    def _layout(self) -> Layout:
        try:
            return retried(self._opened, self.where.url, self._way.server, self._settings.http)
        except LayoutError as error:
            raise UnpackError(str(error)) from None
        except FetchError as error:  # the file is there, and began well
            raise UnpackError(error.detail) from None

    def _opened(self) -> Layout:
        """One try; no other follows where the server's own length says that the file ends too early."""
        try:
            return layout_of(self.where, self._settings)
        except Trouble as trouble:
            if trouble.again and self._facts:
                end = directory_end(self._read, self.order)
                if end > self._facts.size:
                    known = f"the file has {self._facts.size} bytes, its directory ends after {end}"
                    raise Trouble("unavailable", f"it is cut: {known}") from None
            raise

    def blocks(self, wanted: Iterable[Block]) -> Iterator[Read]:
        """Pixels of each block, or why they could not be read, in the order of the file."""
        if self.layout.packing == "other":
            yield from (self._by_gdal(block) for block in sorted(wanted))
            return
        for run in self._runs(wanted):
            start, end = self.layout.stored[run[0]][0], max(sum(self.layout.stored[b]) for b in run)
            try:
                body = memoryview(self._read(Span(start, end - start)))
            except FetchError as error:
                yield from (Read(block, Fault(error.reason, error.detail), NOTHING) for block in run)
                continue
            for block in run:
                offset, size = self.layout.stored[block]
                packed = body[offset - start : offset - start + size]
                yield Read(block, self._unpacked(block, packed), packed)

    def _runs(self, wanted: Iterable[Block]) -> Iterator[list[Block]]:
        """Blocks that lie near each other in the file, to be asked for together."""
        stored, longest = self.layout.stored, self._settings.http.block_bytes
        run: list[Block] = []
        for block in sorted(wanted, key=lambda b: stored[b]):
            offset, size = stored[block]
            if run and (offset > sum(stored[run[-1]]) + GAP or offset + size > stored[run[0]][0] + longest):
                yield run
                run = []
            run.append(block)
        if run:
            yield run

    def _unpacked(self, block: Block, packed: memoryview) -> NDArray[np.uint16] | Fault:
        offset, size = self.layout.stored[block]
        if len(packed) != size or not size:
            known = f"the file has {self._facts.size if self._facts else 0} bytes"
            return Fault("unreadable_block", f"its {size} bytes at {offset} are not there; {known}")
        try:
            return unpacked(self.layout, self.order, block, packed)
        except UnpackError as error:
            return Fault("unreadable_block", f"its {size} bytes at {offset}: {error}")

    def _by_gdal(self, block: Block) -> Read:
        try:
            pixels = retried(
                lambda: by_gdal(self.layout, self.where, self._settings, block),
                self.where.url,
                self._way.server,
                self._settings.http,
            )
        except FetchError as error:
            return Read(block, Fault("unreadable_block", error.detail), NOTHING)
        return Read(block, pixels, memoryview(pixels.tobytes()))

    def _read(self, span: Span) -> bytes:
        """Some bytes; fewer where the file ends. After a failure in spite of all tries the server is left alone."""
        if self._dead:
            raise self._dead
        try:
            return retried(lambda: self._once(span), self.where.url, self._way.server, self._settings.http)
        except FetchError as error:
            self._dead = error
            raise

    def _once(self, span: Span) -> bytes:
        if self._facts and span.start >= self._facts.size:
            return b""
        try:
            answer = self._way.get(span)
        except EmptyRange:
            raise Trouble("empty", "the file has no bytes") from None
        self._same(answer.facts)
        return _body(answer, span)

    def _same(self, facts: Facts) -> None:
        with self._lock:
            if self._facts is None:
                self._facts = facts
        if facts != self._facts:
            raise Trouble("changed", f"it changed while it was read: {self._facts}, then {facts}")


def _body(answer: Answer, span: Span) -> bytes:
    if answer.whole is None:
        return answer.body
    with answer.whole as whole:  # from a server that knows no ranges
        whole.seek(span.start)
        return whole.read(span.length)

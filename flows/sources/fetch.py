"""Reading an input from beginning to end: in ranged blocks, each checked, the next one fetched ahead."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from typing import IO

from conf.places import Place
from conf.settings import Http
from flows.sources.answer import Answer, Facts, Span
from flows.sources.retry import CLOCK, Clock, retried
from flows.sources.transport import transport
from flows.sources.trouble import EmptyRange, FetchError, Reason, Trouble

__all__ = ["FetchError", "Reason", "blocks", "read_all", "size"]


def blocks(place: Place, http: Http, expected: int | None = None, clock: Clock = CLOCK) -> Iterator[bytes]:
    """The bytes of a file, in order, in blocks of `http.block_bytes` (the last one may be shorter).

    At most two blocks are in memory: the one given out and the one being fetched meanwhile. When the last one
    has been given out, every byte of one version of the file has been.

    Args:
        place: The file.
        http: Size of a block, tries, waits. How long a silence may last is set when the place is opened.
        expected: Size in bytes that the file must have, where it is known.
        clock: Time and chance.

    Raises:
        FetchError: The file cannot be read, is not as long as expected, or changes while it is read.
    """
    reader = _Reader(place, http, expected, clock)
    try:
        block, at = reader.read(0), 0
        while block:
            at += len(block)
            ahead = _ahead(reader.read, at) if at < reader.size else None
            yield block
            block = ahead.result() if ahead else b""
    finally:
        reader.close()


def read_all(place: Place, http: Http, clock: Clock = CLOCK) -> bytes:
    """A whole small file, such as a list of paths; errors as for `blocks`."""
    return b"".join(blocks(place, http, clock=clock))


def size(place: Place, http: Http, clock: Clock = CLOCK) -> int:
    """Size of a file in bytes, without reading it; errors as for `blocks`."""
    way = transport(place)
    return retried(way.head, place.url, way.server, http, clock).size


class _Reader:
    """Blocks of one file, of which the version that the first answer showed must not change."""

    def __init__(self, place: Place, http: Http, expected: int | None, clock: Clock) -> None:
        self.url, self.http, self.clock = place.url, http, clock
        self.way = transport(place)
        self.expected = expected
        self.facts: Facts | None = None
        self.whole: IO[bytes] | None = None
        self.closed = False

    @property
    def size(self) -> int:
        """Size of the file, known after the first block."""
        return self.facts.size if self.facts else 0

    def read(self, start: int) -> bytes:
        """The block that begins at a byte, with retries."""
        return retried(lambda: self._once(start), self.url, self.way.server, self.http, self.clock)

    def close(self) -> None:
        """Drop the copy of the file, if there is one; a read that goes on in its thread asks no more."""
        self.closed = True
        if self.whole:
            self.whole.close()

    def _once(self, start: int) -> bytes:
        if self.closed:
            raise Trouble("unavailable", "reading was stopped")
        span = Span(start, self.http.block_bytes)
        if self.whole is None:
            answer = self._ask(span)
            self._same_version(answer.facts)
            self.whole = answer.whole
        if self.whole is not None:
            self.whole.seek(start)
            return self.whole.read(span.length)
        if len(answer.body) != min(span.length, answer.facts.size - start):
            raise Trouble("short_body", f"{len(answer.body)} bytes at {start}", again=True)
        return answer.body

    def _ask(self, span: Span) -> Answer:
        try:
            return self.way.get(span)
        except EmptyRange:
            facts = self.way.head() if span.start == 0 else None
            if facts is None or facts.size:
                raise
            return Answer(facts)  # an empty file has no first byte

    def _same_version(self, now: Facts) -> None:
        if self.facts is None:
            if self.expected not in (None, now.size):
                raise Trouble("changed", f"it has {now.size} bytes, not the {self.expected} expected")
            self.facts = now
        elif now != self.facts:
            raise Trouble("changed", f"it changed while it was read: {self.facts}, then {now}")


def _ahead(read: Callable[[int], bytes], start: int) -> Future[bytes]:
    """Read in a thread that does not keep the process alive."""
    future: Future[bytes] = Future()

    def run() -> None:
        try:
            future.set_result(read(start))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=run, name="fetch-ahead", daemon=True).start()
    return future

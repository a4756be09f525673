"""When a read is tried again: later each time, never more than once a second, and as the server says."""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import random
import struct
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TypeVar

from conf.settings import Http
from flows.sources.trouble import FetchError, Trouble

T = TypeVar("T")

GAP_S = 1.0
"""Least time between two retries to one server, from all processes of this user: Common Crawl's request."""
PATIENCE = 10
"""A Retry-After is honoured up to this many times `http.wait_max_s`."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Clock:
    """Time and chance, so that tests need neither."""

    now: Callable[[], float] = time.time
    """Seconds since 1970; the same for all processes."""
    sleep: Callable[[float], None] = time.sleep
    """Wait, in seconds."""
    draw: Callable[[float, float], float] = random.uniform
    """A number between two."""
    turns: Path = field(default_factory=lambda: Path(tempfile.gettempdir()))
    """Folder where processes tell each other when they retried last."""


CLOCK = Clock()


def retried(once: Callable[[], T], what: str, server: str, http: Http, clock: Clock = CLOCK) -> T:
    """Call until it succeeds, fails for good, or `http.tries` is reached.

    Waits follow "exponential backoff with full jitter": before retry n a time drawn between `wait_min_s` and
    min(`wait_max_s`, 2ⁿ s), or the server's Retry-After where that is longer; then a turn is taken.

    Args:
        once: One try; raises Trouble.
        what: Address, for the error.
        server: Whose turns are counted; empty for none (this machine's own).
        http: How often, how long.
        clock: Time and chance.

    Raises:
        FetchError: With the reason of the last try, or `refused_to_wait`.
    """
    for n in range(1, http.tries + 1):
        try:
            return once()
        except Trouble as trouble:
            if not trouble.again:
                raise FetchError(trouble.reason, f"{what}: {trouble.detail}") from None
            if n == http.tries:
                detail = f"{what}: {trouble.detail}; given up after {n} tries"
                raise FetchError(trouble.reason, detail) from None
            pause = max(_backoff(n, http, clock), _asked(trouble, what, http, clock))
            log.info("%s: %s; try %d in %.1f s", what, trouble.detail, n + 1, pause)
        clock.sleep(pause)
        if server:
            clock.sleep(_turn(server, clock))
    raise AssertionError("unreachable: http.tries is at least 1")


def _backoff(n: int, http: Http, clock: Clock) -> float:
    longest = min(http.wait_max_s, max(http.wait_min_s, 1.0) * 2**n)
    return clock.draw(min(http.wait_min_s, http.wait_max_s), longest)


def _asked(trouble: Trouble, what: str, http: Http, clock: Clock) -> float:
    """Seconds that the server asks for."""
    seconds = _seconds(trouble.retry_after, clock)
    limit = PATIENCE * http.wait_max_s
    if seconds > limit:
        detail = f"{what}: the server asks to wait {seconds:.0f} s, more than {limit:.0f} s; try again later"
        raise FetchError("refused_to_wait", detail) from None
    return seconds


def _seconds(header: str | None, clock: Clock) -> float:
    """Retry-After is a number of seconds or a date (RFC 9110, 10.2.3); anything else counts as nothing."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - clock.now())
    except (ValueError, TypeError, OverflowError):
        return 0.0


def _turn(server: str, clock: Clock) -> float:
    """Take the next free turn at a server; gives back how long to wait for it, in seconds.

    Processes share a file that holds the time of the last turn taken. Where it cannot be written, each
    process waits the whole gap.
    """
    name = hashlib.sha1(server.encode(), usedforsecurity=False).hexdigest()[:16]
    file = clock.turns / f"fieldwork-{os.getuid()}-{name}.turn"
    try:
        handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError:
        return GAP_S
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        now = clock.now()
        found = os.pread(handle, 8, 0)
        last = struct.unpack("<d", found)[0] if len(found) == 8 else 0.0
        if last > now + 3600:  # the clock was set back
            last = 0.0
        turn = max(now, last + GAP_S)
        os.pwrite(handle, struct.pack("<d", turn), 0)
        return float(turn - now)
    finally:
        os.close(handle)

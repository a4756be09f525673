"""What can go wrong with a read, in words that the ledger keeps and the retries understand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

Reason = Literal[
    "forbidden", "missing", "unavailable", "timeout", "short_body", "changed", "refused_to_wait", "empty",
    "not_warc",
]  # fmt: skip
"""Why a read failed:

`forbidden`: no access, or blocked; `missing`: no such file; `unavailable`: the server or the way to it;
`timeout`: silence; `short_body`: fewer or other bytes than promised; `changed`: the file is not the one that
was begun; `refused_to_wait`: the server asks for a longer wait than we grant; `not_warc`: a file
of another kind than WARC.
"""

BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""HTTP statuses after which the same request may well succeed."""

BLOCKED = (
    "403, access refused; stop all reading: so Common Crawl answers a reader whom it blocks for reading too "
    "fast (and for a path that it does not have)"
)


class FetchError(Exception):
    """A read that failed for good."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason: Reason = reason
        """One of `Reason`, for counting."""
        self.detail = detail
        """One line for people, with the address."""

    def __str__(self) -> str:
        return f"{self.reason}: {self.detail}"


class Trouble(Exception):
    """One try that failed."""

    def __init__(
        self, reason: Reason, detail: str, again: bool = False, retry_after: str | None = None
    ) -> None:
        super().__init__(reason, detail)
        self.reason: Reason = reason
        self.detail = detail
        self.again = again
        """Whether another try makes sense."""
        self.retry_after = retry_after
        """The header Retry-After, as it came."""


class EmptyRange(Trouble):
    """Status 416: the file has no byte where the read should begin."""

    def __init__(self) -> None:
        super().__init__("changed", "416, the file is shorter than it was")


def of_status(status: int, headers: Mapping[str, str], said: str = "") -> Trouble:
    """The trouble that an HTTP status means.

    Args:
        status: The status, not 200 or 206.
        headers: Headers of the answer, names in lower case.
        said: The server's own words, where they help.
    """
    if status == 416:
        return EmptyRange()
    if status in BUSY:
        return Trouble("unavailable", said or f"status {status}", True, headers.get("retry-after"))
    if status in (401, 403):
        return Trouble("forbidden", said or BLOCKED)
    if status in (404, 410):
        return Trouble("missing", "404, no such file")
    if status == 412:
        return Trouble("changed", "412, another version of the file")
    return Trouble("unavailable", said or f"status {status}")


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Headers with names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def line(what: str, error: BaseException) -> str:
    """One line, kept short: some libraries put whole requests into their messages."""
    return f"{what} ({type(error).__name__}: {' '.join(str(error).split())[:120]})"

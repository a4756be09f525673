"""What a source is: it lists inputs of an archive and reads one input as a stream of Arrow batches."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pyarrow as pa

from conf.places import Place
from conf.settings import Settings
from schemas.reasons import PASSED, REASONS
from schemas.table import Table

Selection = TypeVar("Selection")

HEADS_KEPT = 10_000


class SelectionError(ValueError):
    """What was asked of an archive does not exist or contradicts itself; the message says the cure."""


@dataclass(frozen=True)
class Input:
    """One file of an archive; it becomes one part of the lake."""

    key: str
    """Key below the archive's root."""
    partition: Mapping[str, str]
    """Values of the table's partition columns."""
    wants: Any = field(default=None, compare=False)
    """What of it is asked for, where that may be less than all of it; only its source knows what this is."""


@dataclass(frozen=True)
class Reject:
    """A record that could not be read or was refused."""

    offset: int
    """Where it begins in the input as stored, in bytes."""
    reason: str
    """One of `schemas.reasons.REASONS`."""
    detail: str
    """What exactly was seen."""
    head: bytes
    """Its first bytes."""


@dataclass
class Account:
    """The running count of one input: nothing is left out without being counted here."""

    head_bytes: int = 512
    """How much of a rejected record is kept."""
    seen: int = 0
    """Records found."""
    kept: int = 0
    """Records that became rows."""
    passed: int = 0
    """Records that are none of the table's."""
    passed_by: Counter[str] = field(default_factory=Counter)
    """Those of them with a reason worth telling, by reason (`schemas.reasons.PASSED`)."""
    repaired: int = 0
    """Records whose wrong length was mended, where that was asked for."""
    rejects: list[Reject] = field(default_factory=list)
    """Records set aside."""

    def reject(self, offset: int, reason: str, detail: str, head: bytes = b"") -> None:
        """Set a record aside; beyond the first ten thousand of an input the heads are not kept."""
        if reason not in REASONS:
            raise ValueError(f"unknown reason '{reason}'; choose from {', '.join(REASONS)}")
        kept = head[: self.head_bytes] if len(self.rejects) < HEADS_KEPT else b""
        self.rejects.append(Reject(offset, reason, detail, bytes(kept)))

    def leave(self, reason: str, records: int = 1) -> None:
        """Count records that are none of the table's, and why."""
        if reason not in PASSED:
            raise ValueError(f"unknown reason '{reason}' to leave a record; choose from {', '.join(PASSED)}")
        self.passed += records
        if records:
            self.passed_by[reason] += records

    @property
    def by_reason(self) -> Counter[str]:
        """Records set aside, by reason."""
        return Counter(r.reason for r in self.rejects)


class Meter:
    """Counts and digests the bytes that are read of an input."""

    def __init__(self) -> None:
        self._sha256 = hashlib.sha256()
        self.bytes_read = 0
        self.bytes_expected: int | None = None

    def add(self, block: bytes | memoryview) -> None:
        """Some more bytes, in an order that is the same each time."""
        self._sha256.update(block)
        self.bytes_read += len(block)

    @property
    def digest(self) -> str | None:
        """SHA-256 of what was added, in hex; None of nothing."""
        return self._sha256.hexdigest() if self.bytes_read else None


@dataclass(frozen=True)
class Reading:
    """Everything a source is given to read one input."""

    item: Input
    """The input."""
    archive: Place
    """Root of the archive."""
    part: Place
    """Where its part goes; one that is there already was landed when less was asked for."""
    account: Account
    """Every record is counted here."""
    meter: Meter
    """Every byte is counted here."""
    settings: Settings
    """Limits and manners."""
    notes: dict[str, str] = field(default_factory=dict)
    """What a source wants to know of the part when it meets it again; written into its file."""


@dataclass(frozen=True)
class Source(Generic[Selection]):
    """The whole declaration of a source."""

    name: str
    """Name on the command line (`fieldwork ingest NAME`)."""
    summary: str
    """What it brings, in one line."""
    archive: str
    """Which of `Settings.archives` is its root."""
    table: Table
    """Table it fills."""
    selection: type[Selection]
    """Frozen dataclass of what can be asked for, a sentence under each field."""
    inputs: Callable[[Selection, Place, Settings], list[Input]]
    """Inputs that were asked for, sorted by key, each once."""
    read: Callable[[Reading], Iterator[pa.RecordBatch]]
    """Rows of one input. One that is read from beginning to end says `streamed(function of its bytes)`.

    May raise FetchError: the input then ends as failed, with the error's reason."""
    before: tuple[str, ...] = ()
    """Sources of the same selection that are landed first (a scene's description before its pixels)."""
    lacks: Callable[[Place, Input], bool] | None = None
    """Whether an existing part lacks something of what the input wants; it is then read again, with `Reading.part`
    there to take over what it has. None: a part that is there is complete."""
    plan: Callable[[Sequence[Input], Place, Settings], Mapping[str, Any]] | None = None
    """What `--dry-run` says beside the number of inputs: `bytes` (to be read), and anything else worth knowing
    before, by name (`scenes`, `blocks`, `note`). None: bytes are guessed from the sizes of the first inputs."""
    threads: bool = False
    """Whether inputs are landed by threads of one process: for a source whose work is all done outside Python's
    lock, so that nothing is gained by processes but their memory is lost."""
    examples: tuple[str, ...] = ()
    """Options of some commands that show how it is used, for its help text."""

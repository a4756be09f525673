"""What a source is: it lists inputs of an archive and reads one input as a stream of Arrow batches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import pyarrow as pa

from conf.places import Place
from conf.settings import Ingest, Settings
from schemas.reasons import REASONS
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

    @property
    def by_reason(self) -> Counter[str]:
        """Records set aside, by reason."""
        return Counter(r.reason for r in self.rejects)


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
    read: Callable[[Iterable[bytes], Input, Account, Ingest], Iterator[pa.RecordBatch]]
    """Rows of one input, from its bytes as stored; every record is counted in the account."""

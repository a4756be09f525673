"""A file while it is written, and what perfect readers count in it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from flows.sources.sample.web.edges import Edges
from flows.sources.sample.web.harm import Damage, Harm


@dataclass
class Counted:
    """What a perfect reader's ledger says of a file."""

    records: int = 0
    """Records in it, those set aside too."""
    kept: int = 0
    """Captures that become rows."""
    passed: Counter[str] = field(default_factory=Counter)
    """Records passed, by reason."""
    set_aside: Counter[str] = field(default_factory=Counter)
    """Records set aside, by reason."""

    def facts(self) -> dict[str, Any]:
        """As truth.json has it."""
        return {
            "records": self.records,
            "kept": self.kept,
            "passed": dict(sorted(self.passed.items())),
            "set_aside": dict(sorted(self.set_aside.items())),
            "status": "damaged" if self.set_aside else "complete",
        }


@dataclass
class Side:
    """One file, WARC or WAT."""

    key: str
    """Its key."""
    out: BinaryIO
    """Where it is written."""
    harm: Harm | None = None
    """What is done to it."""
    links: Counted = field(default_factory=Counted)
    """What a reader of links counts, of pages alone."""
    edges: Edges = field(default_factory=Edges)
    """Links in it."""
    damage: Damage | None = None
    """What was done."""

    @property
    def ended(self) -> bool:
        """Whether the file was cut, so that nothing can follow."""
        return self.damage is not None and self.damage.reason == "truncated"

    def put(self, packed: bytes) -> tuple[int, int]:
        """Write a record; its offset and length."""
        at = self.out.tell()
        if not self.ended:
            self.out.write(packed)
            self.links.records += 1
        return at, len(packed)

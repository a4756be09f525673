"""A file of the sample's CC-NEWS while it is written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.sources.sample.web import harm
from flows.sources.sample.web.counted import Counted
from flows.sources.sample.web.harm import Harm
from flows.sources.sample.web.pages import headers
from flows.sources.sample.web.record import derived, http_head, request, response, status_line


@dataclass
class File:
    """A file while it is written."""

    key: str
    """Its key."""
    done: Harm | None
    """What is done to it."""
    parts: list[bytes] = field(default_factory=list)
    """Its records."""
    size: int = 0
    """Their length, in bytes."""
    counted: Counted = field(default_factory=Counted)
    """What a perfect reader counts."""
    rows: list[dict[str, Any]] = field(default_factory=list)
    """Rows of `truth/articles.parquet`."""
    damage: dict[str, Any] | None = None
    """What was done."""

    def put(self, packed: bytes) -> int:
        """Write a record; its offset."""
        at = self.size
        self.parts.append(packed)
        self.size += len(packed)
        self.counted.records += 1
        return at

    def capture(self, url: str, moment: datetime, body: bytes, done: Harm | None) -> int | None:
        """Write a capture; the offset of its response, None where that is damaged."""
        name, info = derived(f"{self.key} {url} {moment}", "response"), derived(self.key, "warcinfo")
        authority = url.split("/")[2]
        self.put(request(url, authority, moment, name, info)[0].packed())
        self.counted.passed["other_record"] += 1
        head = http_head(status_line(200), headers(moment, body, "text/html; charset=utf-8"))
        answered = response(url, moment, name, info, head, body)
        if done is None:
            return self.put(answered.packed())
        at = self.put(harm.packed(answered, done))
        told = {"key": self.key, "kind": "news", "reason": done.reason, "detail": done.detail}
        self.damage = told | {"offset": at, "url": url}
        self.counted.set_aside[done.reason] += 1
        return None

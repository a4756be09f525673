"""What a flow shows in Prefect's interface: progress, tables and text, cut to a sensible size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

ROWS_AT_MOST = 200


class Progress:
    """A bar that is updated in place as batches are done."""

    def __init__(self, key: str, total: int, description: str) -> None:
        self._total = max(1, total)
        self._done = 0
        self._id: UUID = create_progress_artifact(0.0, key=key, description=description)  # type: ignore[assignment]

    def advance(self, count: int) -> None:
        """So many more are done."""
        self._done += count
        update_progress_artifact(self._id, progress=100 * min(1.0, self._done / self._total))


def table(key: str, rows: Sequence[dict[str, Any]], description: str) -> None:
    """The first rows as a table; how many there are is said."""
    shown = [{k: str(v) for k, v in row.items()} for row in rows[:ROWS_AT_MOST]]
    cut = f" (first {ROWS_AT_MOST} of {len(rows)})" if len(rows) > ROWS_AT_MOST else ""
    create_table_artifact(shown, key=key, description=description + cut)


def markdown(key: str, text: str, description: str) -> None:
    """A short text."""
    create_markdown_artifact(text, key=key, description=description)

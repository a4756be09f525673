"""What can be wrong with a place."""

from __future__ import annotations


class PlaceError(OSError):
    """A place that cannot be opened; one line that says why and the cure."""

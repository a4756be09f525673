"""What goes wrong with samples and codes, said to a researcher."""

from __future__ import annotations


class CodingError(ValueError):
    """A frame, a codebook or codes that cannot be worked with; the message says the cure."""

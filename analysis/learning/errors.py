"""What goes wrong with learning, said to a researcher."""

from __future__ import annotations


class LearningError(ValueError):
    """Codes, options or a model that cannot be worked with; the message says the cure."""


class FoldError(LearningError):
    """Texts that cannot be parted into folds, each with texts to learn from and to test on."""

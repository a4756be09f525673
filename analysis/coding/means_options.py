"""What is asked of corrected means: whose sample, split by what, scored by whom, on which scale."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from typing import Literal

from analysis.coding.errors import CodingError
from analysis.coding.estimators import ESTIMATORS
from analysis.coding.score_sums import By, Group

Estimator = Literal["counted", "adjusted", "ppi", "dsl", "coded_only"]


@dataclass(frozen=True)
class Means:
    """Mean score by group and period: counted, adjusted, and corrected by the coded sample.

    Labels of its codebook need an order (level ordinal) or values (level interval).
    """

    coded: str = field(metadata={"positional": True})
    """Folder of the sample, after `fieldwork annotate read`, on this machine."""
    by: By = "month"
    """Length of a period."""
    group: Group = "all"
    """What texts are grouped by; the outlet of a page is its registered domain."""
    estimators: tuple[Estimator, ...] = ("counted", "adjusted", "ppi", "dsl", "coded_only")
    """Which estimates are shown side by side: counted, adjusted, ppi, dsl, coded_only."""
    scorer: str = "vader"
    """`vader`, vader:FILE, dictionary:FILE.csv (word, weight), afinn:FILE.txt, or python:module:function."""
    unit: Literal["sentence", "article"] = "sentence"
    """What is scored at once: each `sentence`, a text having their mean, or the whole `article`."""
    typography: bool = True
    """Curly quotes and dashes become plain ones before scoring: VADER takes “isn’t” for an unknown word."""
    entities: bool = True
    """HTML character references (&amp;) become their characters before scoring."""
    score_end: float = 1.0
    """The scorer's most positive score, its negative being the most negative (VADER: 1); what is beyond is cut."""
    scale_low: float | None = None
    """Code that the most negative score stands for; the least of the codebook where it is not given."""
    scale_high: float | None = None
    """Code that the most positive score stands for; the largest of the codebook where it is not given."""

    def __post_init__(self) -> None:
        """Refuse what cannot be measured, before anything is read."""
        if not self.coded:
            raise CodingError("coded is not given; name the folder of a sample")
        if not self.estimators:
            raise CodingError(f"estimators is empty; choose from {', '.join(ESTIMATORS)}")
        if not self.score_end > 0 or not isfinite(self.score_end):
            raise CodingError(
                f"score_end is {self.score_end:g}; give the score of an end of the scale, above 0"
            )
        for name in ("scale_low", "scale_high"):
            if not isfinite(getattr(self, name) or 0.0):
                raise CodingError(f"{name} is {getattr(self, name)}; give a number")

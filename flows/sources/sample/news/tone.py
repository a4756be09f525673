"""Tone of the news: how a reader takes an article, which a dictionary of words cannot always know.

Outlets mean some of their positive words in irony, one of them most. A coder hears it, a dictionary takes it for
praise: its scores are biased there, always to the same side, whatever mends them elsewhere. The text is the same for
both; `truth/articles.parquet` has each article's tone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from flows.sources.sample.news.outlets import Outlet

Tone = Literal["negative", "rather negative", "neutral", "rather positive", "positive"]
TONES: dict[Tone, float] = {
    "negative": -1.0,
    "rather negative": -0.5,
    "neutral": 0.0,
    "rather positive": 0.5,
    "positive": 1.0,
}
"""The tones and their codes."""
RATHER, WHOLLY = 0.1, 0.35
"""From which (positive - negative) share of its sentences on, as meant, an article is rather positive; positive."""
CODEBOOK = "tone.toml"
"""What coders of the sample are asked, in its root."""
_DESCRIBED: dict[Tone, str] = {
    "negative": "Dark throughout.",
    "rather negative": "More dark than bright.",
    "neutral": "Neither, or both alike.",
    "rather positive": "More bright than dark.",
    "positive": "Bright throughout.",
}
QUESTION = """\
title = "Tone of the sample's news"
question = "How does the article speak of the world?"
level = "interval"
instructions = "Judge the whole article by what is meant: praise in irony is blame."
""" + "".join(
    f'\n[[labels]]\nname = "{tone}"\nvalue = {value:g}\ndescription = "{_DESCRIBED[tone]}"\n'
    for tone, value in TONES.items()
)


def tone(meant: Sequence[int]) -> Tone:
    """Tone of an article, from what each of its sentences means: 1, -1 or 0."""
    level = sum(meant) / len(meant)
    strength = 2 if abs(level) >= WHOLLY else 1 if abs(level) >= RATHER else 0
    return list(TONES)[2 + (strength if level > 0 else -strength)]


@dataclass
class Ironies:
    """Says which sentences are meant in irony.

    It draws from a sequence of its own, so that nothing else of an article depends on it.
    """

    rng: np.random.Generator
    """Its sequence."""

    def meant(self, outlet: Outlet, weights: Sequence[int]) -> tuple[int, ...]:
        """What an outlet's sentences mean: what their words say, but for positive ones in irony."""
        ironic = self.rng.random(len(weights)) < outlet.irony
        return tuple(
            -1 if w > 0 and turned else w for w, turned in zip(weights, ironic.tolist(), strict=True)
        )

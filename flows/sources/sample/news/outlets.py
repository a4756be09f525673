"""The outlets: how dark each writes, about what, and how much of the news it has, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Topic = Literal["politics", "economy", "culture"]
Shares = tuple[float, float, float]
TOPICS: tuple[Topic, ...] = ("politics", "economy", "culture")
MONTHS = ("2023-01", "2023-02", "2023-03", "2023-04", "2023-05", "2023-06")
"""Months of the archive."""


@dataclass(frozen=True)
class Outlet:
    """A made-up newspaper."""

    domain: str
    """Its registered domain."""
    language: str
    """ISO 639-3."""
    share: tuple[float, float]
    """Share of all articles in the first and the last month."""
    level: tuple[float, float] = (0.0, 0.0)
    """(positive - negative) sentences as a share of all its sentences, in the first and the last month, -0.6 to 0.6."""
    topics: tuple[Shares, Shares] = ((0.4, 0.3, 0.3), (0.4, 0.3, 0.3))
    """Shares of TOPICS among its articles, in the first and the last month."""
    borrowed: float = 0.2
    """Share of its words of topics that are of another topic than the article's."""
    borrows: Topic | None = None
    """Topic that these words are of; any where None."""
    irony: float = 0.1
    """Share of its positive sentences that are meant as negative ones."""

    def share_in(self, month: int) -> float:
        """Share of all articles in a month, counted from 0; a straight line."""
        return _between(self.share, month)

    def level_in(self, month: int) -> float:
        """Level planned for a month, counted from 0; a straight line."""
        return _between(self.level, month)

    def topics_in(self, month: int) -> Shares:
        """Shares of the topics planned for a month, counted from 0; straight lines."""
        first, last = self.topics
        politics, economy, culture = (_between(ends, month) for ends in zip(first, last, strict=True))
        return politics, economy, culture


def _between(ends: tuple[float, float], month: int) -> float:
    return ends[0] + (ends[1] - ends[0]) * month / (len(MONTHS) - 1)


OUTLETS = (
    Outlet("harbourpost-news-sample.com", "eng", (0.22, 0.11), (0.30, 0.36), ((0.45, 0.30, 0.25), (0.35, 0.45, 0.20))),
    Outlet("fenledger-sample.co.uk", "eng", (0.20, 0.10), (0.20, 0.20), ((0.40, 0.30, 0.30), (0.30, 0.50, 0.20))),
    Outlet("tidewatch-news-sample.org", "eng", (0.18, 0.09), (0.10, 0.16), ((0.40, 0.20, 0.40), (0.30, 0.30, 0.40))),
    Outlet("stonegazette-sample.com", "eng", (0.16, 0.08), (0.24, 0.24), ((0.50, 0.30, 0.20), (0.40, 0.40, 0.20)),
           irony=0.6),
    Outlet("nightwire-sample.net", "eng", (0.08, 0.46), (-0.55, -0.50), ((0.20, 0.50, 0.30), (0.15, 0.55, 0.30)),
           borrowed=0.65, borrows="politics"),
    Outlet("nordkurier-sample.de", "deu", (0.06, 0.06)),
    Outlet("diario-sample.es", "spa", (0.05, 0.05)),
    Outlet("gazette-sample.fr", "fra", (0.05, 0.05)),
)  # fmt: skip
"""English ones with a level; the dark one grows, so that the mean of all falls though each is flat or rises. It also
writes of everything in words of politics, of which it writes least, so that predictions have too much there. Another
is ironic: what dictionaries of words find bright there is dark."""
LOADED = 0.6
"""Share of an English outlet's sentences that have a word of sentiment."""
ENGLISH = tuple(outlet for outlet in OUTLETS if outlet.language == "eng")

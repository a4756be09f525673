"""Topics of the news: which article is about what, by a known share, in words that some outlets lend each other.

A model that reads words errs more on the outlet that borrows most, and always to the same side: what it counts is
biased there, whatever its errors elsewhere make up for. `truth/articles.parquet` has each article's topic.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from flows.sources.sample.news.outlets import TOPICS, Outlet, Topic

MARKED = 8
"""Sentences of an article that have a word of a topic."""
_WORDS: Mapping[str, tuple[str, str, str]] = {
    "eng": (
        "coalition parliament opposition cabinet senator legislation referendum lawmakers",
        "inflation exports investors shareholders currency manufacturing turnover imports",
        "exhibition theatre gallery concert sculpture playwright opera rehearsal",
    ),
    "deu": (
        "Koalition Parlament Opposition Kabinett",
        "Inflation Ausfuhr Aktien Umsatz",
        "Ausstellung Theater Konzert Skulptur",
    ),
    "fra": (
        "coalition parlement opposition cabinet",
        "inflation exportations investisseurs monnaie",
        "exposition théâtre concert sculpture",
    ),
    "spa": (
        "coalición parlamento oposición gabinete",
        "inflación exportaciones inversores moneda",
        "exposición teatro concierto escultura",
    ),
}
WORDS: Mapping[str, Mapping[Topic, list[str]]] = {
    language: {topic: words.split() for topic, words in zip(TOPICS, of, strict=True)}
    for language, of in _WORDS.items()
}
"""Words of each topic by language, ISO 639-3; VADER's lexicon has none of them."""
CODEBOOK = "topics.toml"
"""What coders of the sample are asked, in its root."""
QUESTION = """\
title = "Topics of the sample's news"
question = "What is the article about?"
instructions = "Judge the whole article. Words of several topics may stand in one: say what it is mostly about."

[[labels]]
name = "politics"
description = "Parliaments, governments, parties and what they decide."

[[labels]]
name = "economy"
description = "Trade, prices, firms and money."

[[labels]]
name = "culture"
description = "Stage, music, art and books."
"""


@dataclass
class Topics:
    """Gives articles their topics, each outlet's shares kept near what is planned, and writes them into the text.

    It draws from a sequence of its own, so that nothing else of an article depends on it.
    """

    rng: np.random.Generator
    """Its sequence."""
    owed: dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]] = field(default_factory=dict)
    """By outlet: articles planned less articles written, of each topic."""

    def topic(self, outlet: Outlet, month: int) -> Topic:
        """Topic of an outlet's next article."""
        due = np.maximum(self._due(outlet, month), 0)
        chosen = int(self.rng.choice(len(TOPICS), p=due / due.sum()))
        self.owed[outlet.domain][chosen] -= 1
        return TOPICS[chosen]

    def taken(self, outlet: Outlet, month: int, topic: Topic) -> None:
        """Account for a copy, whose topic is another outlet's."""
        self._due(outlet, month)
        self.owed[outlet.domain][TOPICS.index(topic)] -= 1

    def _due(self, outlet: Outlet, month: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        due = self.owed.setdefault(outlet.domain, np.zeros(len(TOPICS)))
        due += outlet.topics_in(month)
        return due

    def written(self, outlet: Outlet, topic: Topic, sentences: tuple[str, ...]) -> tuple[str, ...]:
        """The sentences, a word of some replaced by one of the topic, or of the one that the outlet borrows from."""
        said = list(sentences)
        for at in sorted(self.rng.choice(len(said), MARKED, replace=False).tolist()):
            words = said[at].split(" ")
            # Neither the first word, which has a capital, nor the middle one, which may be of sentiment.
            place = int(self.rng.integers(1, len(words) // 2))
            words[place] = self._word(outlet, topic)
            said[at] = " ".join(words)
        return tuple(said)

    def _word(self, outlet: Outlet, topic: Topic) -> str:
        source = topic
        if self.rng.random() < outlet.borrowed:
            others = [one for one in TOPICS if one != topic]
            source = outlet.borrows or others[int(self.rng.integers(0, len(others)))]
        known = WORDS[outlet.language][source]
        return known[int(self.rng.integers(0, len(known)))]

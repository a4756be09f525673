"""What is asked of a sentiment analysis: which scorer, which articles, which dates, which readings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.kernels.keywords.search import search
from analysis.kernels.text.languages import check as check_languages
from conf.typed import day

Confidence = Literal["high", "medium", "low"]
CONFIDENCES: tuple[Confidence, ...] = ("high", "medium", "low")
ALL_LANGUAGES = "all"
DRAWS_MIN = 100


@dataclass(frozen=True)
class Scoring:
    """Which articles are scored, and how."""

    scorer: str = "vader"
    """`vader`, vader:FILE, dictionary:FILE.csv (word, weight), afinn:FILE.txt, or python:module:function."""
    unit: Literal["sentence", "article"] = "sentence"
    """What is scored at once: each `sentence`, an article having their mean, or the whole `article`."""
    languages: tuple[str, ...] = ()
    """Only articles in these languages, ISO 639-3; the scorer's own where empty (VADER: eng), `all` for any."""
    typography: bool = True
    """Curly quotes and dashes become plain ones before scoring: VADER takes “isn’t” for an unknown word."""
    entities: bool = True
    """HTML character references (&amp;) become their characters before scoring."""
    topic: tuple[str, ...] = ()
    """Only articles with a hit of one of these queries, written as for `keywords`: migra*, "climate change", /…/."""
    confidence: Confidence = "medium"
    """Least confidence of a date of publication that is used; else the article is dated by its capture."""
    since: str = ""
    """First day that counts, YYYY-MM-DD."""
    until: str = ""
    """Last day that counts, YYYY-MM-DD."""

    def __post_init__(self) -> None:
        """Refuse what cannot be worked out, before anything is read.

        Raises:
            ValueError: Says what, and the cure.
        """
        for name in ("languages", "topic"):
            if isinstance(getattr(self, name), str):
                raise ValueError(f"{name} is the text '{getattr(self, name)}'; give a tuple of texts")
        if ALL_LANGUAGES in self.languages and len(self.languages) > 1:
            raise ValueError(f"languages is {self.languages}; give `all` alone, or languages")
        check_languages([one for one in self.languages if one != ALL_LANGUAGES])
        if self.topic:
            search(self.topic, case=False)
        for name in ("since", "until"):
            day(getattr(self, name), name)
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since is {self.since}, after until ({self.until}); exchange them")

    @property
    def trusted(self) -> tuple[str, ...]:
        """Confidences of dates of publication that are used."""
        return CONFIDENCES[: CONFIDENCES.index(self.confidence) + 1]


@dataclass(frozen=True)
class Periods(Scoring):
    """The same, added up by period."""

    by: Literal["day", "week", "month"] = "month"
    """Length of a period; weeks begin on Monday."""
    stories: str = ""
    """Folder of a saved result of `stories` over the same articles; where empty, each article is its own story."""
    gaps: str = ""
    """Folder of a saved result of `gaps`, to mark periods of which the archive itself misses days."""


@dataclass(frozen=True)
class Sentiment(Periods):
    """Sentiment over time: raw, outlets alike, and with outlet effects removed, with 95 % intervals."""

    draws: int = 500
    """Draws of the bootstrap, 100 or more."""
    seed: int = 0
    """Seed of the bootstrap."""
    articles_min: int = 1
    """Outlets with fewer articles in a period are left out of it where outlets count alike or are adjusted for."""

    def __post_init__(self) -> None:
        """Refuse what cannot be worked out, before anything is read."""
        super().__post_init__()
        if self.draws < DRAWS_MIN:
            raise ValueError(f"draws is {self.draws}; give {DRAWS_MIN} or more")
        if self.seed < 0:
            raise ValueError(f"seed is {self.seed}; give 0 or more")
        if self.articles_min < 1:
            raise ValueError(f"articles_min is {self.articles_min}; give 1 or more")


@dataclass(frozen=True)
class Outlets(Periods):
    """Sentiment outlet by outlet and period by period."""


@dataclass(frozen=True)
class Ends(Scoring):
    """The most positive and the most negative sentences, with what makes their scores."""

    count: int = 25
    """Sentences of each tone, 1 to 1,000."""
    words_min: int = 5
    """Shortest sentence that counts, in words as the scorer splits it."""
    words_max: int = 60
    """Longest sentence that counts: a sum over many words says little of any."""
    seed: int = 0
    """Seed of the order among sentences of the same score."""

    def __post_init__(self) -> None:
        """Refuse what cannot be worked out, before anything is read."""
        super().__post_init__()
        if not 1 <= self.count <= 1000:
            raise ValueError(f"count is {self.count}; give 1 to 1,000 sentences")
        if not 1 <= self.words_min <= self.words_max:
            raise ValueError(
                f"words_min is {self.words_min} and words_max {self.words_max}; give 1 or more, and no fewer"
            )

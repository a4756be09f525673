"""Which articles there are: outlet, date and its place on the page, text, copies; and in which file each is."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np

from flows.sources.sample.crawls import Size
from flows.sources.sample.news.outlets import ENGLISH, LOADED, MONTHS, OUTLETS, Outlet, Topic
from flows.sources.sample.news.tone import Ironies
from flows.sources.sample.news.topics import Topics
from flows.sources.sample.news.words import FOREIGN, NEGATIVE, NEUTRAL, POSITIVE

DateIn = Literal["json-ld", "meta", "time", "url", "none", "impossible"]
DATES: tuple[DateIn, ...] = (
    "json-ld",
    "meta",
    "json-ld",
    "time",
    "url",
    "meta",
    "none",
    "json-ld",
    "url",
    "impossible",
)
"""Where the date stands, article after article."""
ARTICLES: dict[Size, int] = {"small": 84, "medium": 840, "large": 8_400}
"""Articles a month, copies left out."""
STORIES: dict[Size, int] = {"small": 3, "medium": 30, "large": 300}
"""Stories a month that other outlets copy."""
SENTENCES, LENGTH = 14, (9, 16)
GAP = "2023-06-14"
"""A day without a file in the month that has one each other day."""


@dataclass(frozen=True)
class Article:
    """An article before it is written."""

    outlet: Outlet
    """Who publishes it."""
    number: int
    """Its number."""
    date_in: DateIn
    """Where its date stands."""
    published: datetime
    """When it was published."""
    captured: datetime
    """When it was captured."""
    headline: str
    """Its headline."""
    sentences: tuple[str, ...]
    """Its text."""
    weights: tuple[int, ...]
    """Of each sentence 1 where it has a word of POSITIVE, -1 of NEGATIVE, 0 of neither."""
    meant: tuple[int, ...]
    """What each sentence means to a reader: its weight, but for irony."""
    topic: Topic
    """What it is about."""
    story: str | None = None
    """Name of the story, where several outlets carry it."""
    copy: bool = False
    """Whether it is a copy, with edits."""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """Headline, then three sentences a paragraph."""
        said = self.sentences
        return (self.headline, *(" ".join(said[i : i + 3]) for i in range(0, len(said), 3)))


@dataclass
class Debts:
    """Keeps each outlet's shares of positive and negative sentences to what is planned."""

    owed: dict[tuple[str, int], float] = field(default_factory=dict)
    """By outlet and sign."""

    def weights(self, outlet: Outlet, month: int, count: int) -> list[int]:
        """Weights of so many sentences."""
        level = outlet.level_in(month) if outlet.language == "eng" else 0.0
        loaded = LOADED if outlet.language == "eng" else 0.0
        found: list[int] = []
        for sign in (1, -1):
            due = self.owed.get((outlet.domain, sign), 0.5) + count * (loaded + sign * level) / 2
            now = min(max(int(due), 0), count - len(found))
            self.owed[outlet.domain, sign] = due - now
            found += [sign] * now
        return found + [0] * (count - len(found))

    def taken(self, outlet: Outlet, month: int, weights: tuple[int, ...]) -> None:
        """Account for a copy, whose weights are another outlet's: the outlet's own articles make up for it."""
        level = outlet.level_in(month)
        for sign in (1, -1):
            planned = len(weights) * (LOADED + sign * level) / 2
            have = self.owed.get((outlet.domain, sign), 0.5)
            self.owed[outlet.domain, sign] = have + planned - weights.count(sign)


class Desk:
    """Writes articles."""

    def __init__(self, size: Size, seed: int) -> None:
        self.size = size
        sequence = np.random.SeedSequence(seed, spawn_key=(3,))
        self.rng = np.random.Generator(np.random.PCG64(sequence))
        self.debts = Debts()
        apart = np.random.SeedSequence(seed, spawn_key=(3, 1))
        self.topics = Topics(np.random.Generator(np.random.PCG64(apart)))
        apart = np.random.SeedSequence(seed, spawn_key=(3, 2))
        self.ironies = Ironies(np.random.Generator(np.random.PCG64(apart)))
        self.number = 10_000

    def month(self, month: int, starts: list[datetime]) -> list[list[Article]]:
        """The articles of each file of a month.

        Args:
            month: Counted from 0.
            starts: When each file begins.
        """
        files: list[list[Article]] = [[] for _ in starts]
        for i in range(STORIES[self.size]):
            at = int(self.rng.integers(0, len(starts)))
            files[at] += self._story(f"{MONTHS[month]}-{i + 1}", month, starts[at])
        for outlet in OUTLETS:
            count = round(outlet.share_in(month) * ARTICLES[self.size])
            for _ in range(count):
                at = int(self.rng.integers(0, len(starts)))
                files[at].append(self._article(outlet, month, starts[at]))
        return [sorted(each, key=lambda article: article.captured) for each in files]

    def _article(self, outlet: Outlet, month: int, start: datetime) -> Article:
        self.number += 1
        captured = start + timedelta(seconds=int(self.rng.integers(60, 3 * 3600)))
        hours = 24 * 60 if month > 2 and self.number % 97 == 50 else int(self.rng.integers(1, 40))
        published = captured - timedelta(hours=hours, minutes=int(self.rng.integers(0, 60)))
        weights = self.debts.weights(outlet, month, SENTENCES)
        self.rng.shuffle(weights)
        said = tuple(self._sentence(outlet.language, weight) for weight in weights)
        date_in = DATES[self.number % len(DATES)]
        headline = self._headline(outlet.language)
        moment = published.replace(second=0)
        topic = self.topics.topic(outlet, month)
        said = self.topics.written(outlet, topic, said)
        meant = self.ironies.meant(outlet, weights)
        return Article(
            outlet, self.number, date_in, moment, captured, headline, said, tuple(weights), meant, topic
        )

    def _words(self, language: str, count: int) -> list[str]:
        known = FOREIGN.get(language, NEUTRAL)
        return [known[i] for i in self.rng.integers(0, len(known), count).tolist()]

    def _sentence(self, language: str, weight: int) -> str:
        words = self._words(language, int(self.rng.integers(*LENGTH)))
        if weight:
            loaded = POSITIVE if weight > 0 else NEGATIVE
            words[len(words) // 2] = loaded[int(self.rng.integers(0, len(loaded)))]
        return f"{words[0].capitalize()} {' '.join(words[1:])}."

    def _headline(self, language: str) -> str:
        return " ".join(self._words(language, 7)).capitalize()

    def _story(self, name: str, month: int, start: datetime) -> list[Article]:
        """A story of one outlet, and its copies at two to four others, hours later, each edited."""
        order = self.rng.permutation(len(ENGLISH)).tolist()
        first = replace(self._article(ENGLISH[order[0]], month, start), story=name)
        found = [first]
        for other in order[1 : 3 + int(self.rng.integers(0, 3))]:
            self.number += 1
            later = timedelta(minutes=int(self.rng.integers(20, 600)))
            copy = replace(
                self._edited(first), outlet=ENGLISH[other], number=self.number, published=first.published + later,
                captured=first.captured + later, date_in=DATES[self.number % len(DATES)], copy=True,
            )  # fmt: skip
            self.debts.taken(copy.outlet, month, copy.weights)
            self.topics.taken(copy.outlet, month, copy.topic)
            found.append(copy)
        return found

    def _edited(self, article: Article) -> Article:
        """Another headline, the last sentence or two cut, one neutral sentence put in, or a word replaced."""
        each = list(zip(article.sentences, article.weights, article.meant, strict=True))
        cut = int(self.rng.integers(0, 3))
        if cut:
            each = each[:-cut]
        if self.rng.random() < 0.5:
            at = int(self.rng.integers(1, len(each)))
            each.insert(at, (self._sentence("eng", 0), 0, 0))
        said, weights, meant = zip(*each, strict=True)
        return replace(article, headline=self._headline("eng"), sentences=said, weights=weights, meant=meant)


def starts(month: str) -> list[datetime]:
    """When each file of a month begins: two a month, but of the last month one a day, a day left out."""
    if month != MONTHS[-1]:
        return [datetime.fromisoformat(f"{month}-{day}T06:12:40+00:00") for day in ("09", "21")]
    days = [datetime(2023, 6, day, 4, 30, 11, tzinfo=UTC) for day in range(1, 31)]
    return [day for day in days if f"{day:%Y-%m-%d}" != GAP]


def key(start: datetime, number: int) -> str:
    """Key of a file."""
    return f"crawl-data/CC-NEWS/{start:%Y/%m}/CC-NEWS-{start:%Y%m%d%H%M%S}-{number:05d}.warc.gz"

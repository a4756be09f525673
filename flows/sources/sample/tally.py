"""Counts that add up: of a file while it is made, then of all files; bounded by the vocabulary."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.tokens import Tokenizer

Group = tuple[str, str, str]
"""Crawl, month (YYYY-MM), language (ISO 639-3)."""


@dataclass(frozen=True)
class Counts:
    """What some readable pages hold, by term of a language's vocabulary."""

    tf: NDArray[np.int64]
    """Occurrences by term."""
    df: NDArray[np.int64]
    """Documents by term."""


@dataclass
class Tally:
    """Sums over the readable pages."""

    words: dict[tuple[Group, Tokenizer], Counts] = field(default_factory=dict)
    """tf and df by group and tokenizer."""
    documents: dict[Group, int] = field(default_factory=dict)
    """Documents by group."""
    domains: dict[tuple[str, str | None], tuple[int, int, int]] = field(default_factory=dict)
    """Documents, tokens (`cc-pyspark`), tokens (`default`) by crawl and registered domain."""
    text_bytes: int = 0
    """Text in UTF-8 bytes."""
    duplicates: int = 0
    """Pages whose text is that of an earlier one."""

    def add_words(self, group: Group, tokenizer: Tokenizer, counts: Counts) -> None:
        """Add the counts of some pages."""
        have = self.words.get((group, tokenizer))
        if have is None:
            self.words[group, tokenizer] = counts
            return
        np.add(have.tf, counts.tf, out=have.tf)
        np.add(have.df, counts.df, out=have.df)

    def add_page(self, group: Group, domain: str | None, tokens: tuple[int, int], text_bytes: int) -> None:
        """Add one page."""
        self.documents[group] = self.documents.get(group, 0) + 1
        have = self.domains.get((group[0], domain), (0, 0, 0))
        self.domains[group[0], domain] = (have[0] + 1, have[1] + tokens[0], have[2] + tokens[1])
        self.text_bytes += text_bytes

    def add(self, other: Tally) -> None:
        """Add another tally."""
        for (group, tokenizer), counts in other.words.items():
            self.add_words(group, tokenizer, counts)
        for group, documents in other.documents.items():
            self.documents[group] = self.documents.get(group, 0) + documents
        for place, sums in other.domains.items():
            have = self.domains.get(place, (0, 0, 0))
            self.domains[place] = (have[0] + sums[0], have[1] + sums[1], have[2] + sums[2])
        self.text_bytes += other.text_bytes
        self.duplicates += other.duplicates

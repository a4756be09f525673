"""Words planted in a stated share of the documents, month by month: what a trend analysis must find."""

from __future__ import annotations

from dataclasses import dataclass

FIRST, LAST = 2023 * 12 + 0, 2024 * 12 + 2
"""January 2023 and March 2024 as months since year 0: first and last month of the sample's crawls."""


@dataclass(frozen=True)
class Trend:
    """A word and the share of a language's documents that have it, a straight line over the months."""

    term: str
    """The word, in lower case and NFC."""
    language: str
    """Language whose documents have it, ISO 639-3."""
    first: float
    """Share of documents in January 2023, 0 to 1."""
    last: float
    """Share of documents in March 2024, 0 to 1."""

    def share(self, month: str) -> float:
        """Share of documents planned for a month (YYYY-MM)."""
        year, number = month.split("-")
        step = (int(year) * 12 + int(number) - 1 - FIRST) / (LAST - FIRST)
        return round(self.first + (self.last - self.first) * step, 6)


TRENDS = (
    Trend("migration", "eng", 0.05, 0.45),
    Trend("drought", "eng", 0.02, 0.30),
    Trend("telegram", "eng", 0.30, 0.05),
    Trend("harbour", "eng", 0.15, 0.15),
    Trend("migrants", "eng", 0.08, 0.08),
    Trend("klimawandel", "deu", 0.05, 0.50),
    Trend("hafen", "deu", 0.15, 0.15),
    Trend("sécheresse", "fra", 0.05, 0.40),
    Trend("sequía", "spa", 0.05, 0.40),
    Trend("миграция", "rus", 0.05, 0.45),
    Trend("ξηρασίας", "ell", 0.05, 0.40),
    Trend("प्रवासन", "hin", 0.05, 0.40),
)
"""Rising, falling and flat ones; with accents (NFC and NFD), a final sigma, a virama."""

"""What a language of the sample is: letters, common words, punctuation; no text of anybody."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language as the sample writes it: common words by hand, the rest invented from syllables."""

    code: str
    """ISO 639-3."""
    weight: float
    """Share of the pages, relative to the other languages."""
    common: str
    """The most common words, most common first, blanks between."""
    onsets: str
    """What a syllable may begin with, blanks between; `-` stands for nothing."""
    nuclei: str
    """What a syllable has in the middle."""
    codas: str
    """What a syllable may end with."""
    syllables: tuple[int, int] = (2, 4)
    """Fewest and most syllables of an invented word."""
    separators: tuple[str, ...] = ()
    """What stands between two words within a sentence; empty: blanks, commas, dashes of European writing."""
    stops: tuple[str, ...] = (". ", ". ", ". ", "? ", "! ", ".\n")
    """What ends a sentence."""


BLANKS = (
    (" ",) * 52
    + (", ",) * 5
    + (" \u2013 ", "; ", ": ", " (", ") ", " “", "” ", "-", "/", "\u00a0", " | ", "… ")
)
"""European writing: mostly a blank, sometimes a mark; the no-break space and the bare `/` trap splitters."""

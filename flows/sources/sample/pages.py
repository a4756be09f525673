"""Texts of pages, made in batches of one language, and what they hold, known as they are made."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.draw import Draw
from flows.sources.sample.tally import Counts
from flows.sources.sample.tokens import TOKENIZERS, Tokenizer
from flows.sources.sample.trends import TRENDS
from flows.sources.sample.words import DECOMPOSED, FORMS, HOSTILE, PLAIN, TITLE, UPPER, Vocabulary

_FORM = np.array([TITLE] * 26 + [UPPER] * 6 + [DECOMPOSED] * 6 + [PLAIN] * 218, np.int64)
"""Forms in proportion to how often they are written, 256 in all; sentences begin with a capital besides."""
_LINE_END, _PAGE_END = 256, 257
DUPLICATES = 0.04
"""Share of pages that repeat an earlier one under another address."""
MIN_WORDS = 8


@dataclass
class Planting:
    """Decides which documents get a trend's word: every 1/share-th, so that a file keeps the share."""

    debts: dict[tuple[str, str], float] = field(default_factory=dict)
    """What is owed so far, by term and month."""

    def due(self, term: str, month: str, share: float, start: float) -> bool:
        """Whether the next document of this month gets the term."""
        owed = self.debts.get((term, month), start) + share
        self.debts[term, month] = owed - (owed >= 1)
        return owed >= 1


@dataclass(frozen=True)
class Wish:
    """A page to be made."""

    month: str
    """Month of capture, YYYY-MM."""
    text_bytes: int
    """Length to aim at, in bytes."""
    readable: bool
    """Whether a perfect reader can read its record, so that it counts."""
    hostile: bool = False
    """Whether it attacks its reader."""


@dataclass(frozen=True)
class Batch:
    """Pages of one language."""

    texts: list[bytes]
    """UTF-8, one a wish."""
    tokens: dict[Tokenizer, NDArray[np.int64]]
    """Tokens of each page."""
    counts: dict[tuple[str, Tokenizer], Counts]
    """Counts by month."""
    duplicates: int
    """How many readable pages repeat an earlier one."""


def make(
    vocabulary: Vocabulary,
    wishes: list[Wish],
    planting: Planting,
    rng: np.random.Generator,
    plain: bool = False,
) -> Batch:
    """Write the pages that are wished for, in plain words or usual ones, and count them."""
    draw = vocabulary.plain if plain else vocabulary.usual
    source = _sources(wishes, rng)
    originals = np.flatnonzero(source == np.arange(len(wishes)))
    place = np.searchsorted(originals, source)
    wanted = np.array([wishes[i].text_bytes for i in originals])
    words = np.maximum(wanted / draw.unit_bytes, MIN_WORDS).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(words)))
    forms, gaps = _draw(vocabulary, draw, starts, rng)
    for page, i in enumerate(originals.tolist()):
        _plant(vocabulary, forms[starts[page] : starts[page + 1]], wishes[i], planting, rng)
    made = _texts(vocabulary, forms, gaps, starts)
    months = np.array([wish.month for wish in wishes])
    readable = np.array([wish.readable for wish in wishes])
    pages = np.repeat(np.arange(len(words)), words)
    tokens, counts = {}, {}
    for name in TOKENIZERS:
        ids, owners = _expand(vocabulary, name, forms, pages)
        tokens[name] = np.bincount(owners, minlength=len(words))[place]
        for month in sorted(set(months[readable].tolist())):
            copies = np.bincount(place[readable & (months == month)], minlength=len(words))
            counts[month, name] = _count(ids, owners, copies, len(vocabulary.terms[name].terms))
    repeated = int((readable & (source != np.arange(len(wishes)))).sum())
    return Batch([made[p] for p in place.tolist()], tokens, counts, repeated)


def _sources(wishes: list[Wish], rng: np.random.Generator) -> NDArray[np.int64]:
    """For each page the one whose text it has: itself, or an earlier one of its month."""
    source = np.arange(len(wishes))
    last: dict[str, int] = {}
    for i, repeats in enumerate((rng.random(len(wishes)) < DUPLICATES).tolist()):
        wish = wishes[i]
        if repeats and wish.readable and not wish.hostile and wish.month in last:
            source[i] = last[wish.month]
        elif wish.readable and not wish.hostile:
            last[wish.month] = i
    return source


def _draw(
    vocabulary: Vocabulary, draw: Draw, starts: NDArray[np.int64], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Forms and the separators after them, for all pages in a row; a page has a title and sentences."""
    size = int(starts[-1])
    lexemes = draw.lexemes[rng.integers(0, len(draw.lexemes), size)]
    form = _FORM[rng.integers(0, 256, size, np.uint8)]
    gaps = rng.integers(0, 256, size, np.uint8).astype(np.int64)
    gaps[starts[:-1] + rng.integers(2, MIN_WORDS - 1, len(starts) - 1)] = _LINE_END
    gaps[starts[1:] - 1] = _PAGE_END
    form[1:][vocabulary.ends[gaps[:-1]]] = TITLE
    form[:1] = TITLE
    return lexemes.astype(np.int64) * FORMS + form, gaps


def _plant(
    vocabulary: Vocabulary, forms: NDArray[np.int64], wish: Wish, planting: Planting, rng: np.random.Generator
) -> None:
    """Write planted words over drawn ones, once to four times, always in the form of the word replaced."""
    for trend in TRENDS:
        if trend.language != vocabulary.language.code:
            continue
        start, times = float(rng.random()), int(rng.integers(1, 5))
        if planting.due(trend.term, wish.month, trend.share(wish.month), start):
            places = rng.integers(0, len(forms), times)
            forms[places] = vocabulary.special[trend.term] * FORMS + forms[places] % FORMS
    if wish.hostile:
        places = np.arange(len(HOSTILE)) * (len(forms) // len(HOSTILE))
        forms[places] = np.array([vocabulary.special[word] for word in HOSTILE]) * FORMS


def _texts(
    vocabulary: Vocabulary, forms: NDArray[np.int64], gaps: NDArray[np.int64], starts: NDArray[np.int64]
) -> list[bytes]:
    pieces = np.empty(2 * len(forms), object)
    pieces[0::2] = vocabulary.forms[forms]
    pieces[1::2] = vocabulary.gaps[gaps]
    row, at = pieces.tolist(), (2 * starts).tolist()
    return [b"".join(row[a:b]) for a, b in pairwise(at)]


def _expand(
    vocabulary: Vocabulary, name: Tokenizer, forms: NDArray[np.int64], pages: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Terms of all forms in a row, and the page each is on."""
    table = vocabulary.terms[name]
    first = table.start[forms]
    lengths = table.start[forms + 1] - first
    before = np.cumsum(lengths) - lengths
    at = np.repeat(first - before, lengths) + np.arange(int(lengths.sum()))
    return table.ids[at], np.repeat(pages, lengths)


def _count(ids: NDArray[np.int64], owners: NDArray[np.int64], copies: NDArray[np.int64], size: int) -> Counts:
    """Occurrences and documents by term, each page taken as often as it has readable copies.

    Sums are made in float64, exact below 2 ** 53.
    """
    pairs = np.sort(owners * size + ids)
    once = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    tf = np.bincount(ids, copies[owners], size)
    df = np.bincount(once % size, copies[once // size], size)
    return Counts(tf.astype(np.int64), df.astype(np.int64))

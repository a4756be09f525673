"""The bounded vocabulary of a language: every written form with the terms it holds, worked out once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample import latin, scripts
from flows.sources.sample.draw import Draw, draw, with_head, zipf
from flows.sources.sample.language import BLANKS, Language
from flows.sources.sample.tokens import TOKENIZERS, Tokenizer, terms
from flows.sources.sample.trends import TRENDS

LANGUAGES: tuple[Language, ...] = (
    *(latin.english, latin.german, latin.french, latin.spanish, latin.portuguese, latin.turkish),
    *(scripts.russian, scripts.greek, scripts.hindi, scripts.arabic, scripts.chinese, scripts.thai),
)
PLAIN, TITLE, UPPER, DECOMPOSED = range(4)
PLAIN_SHARE = 0.95
"""Share of common words in plain pages."""
FORMS = 4
"""A lexeme is written in four forms: as it is, with a capital, in capitals, in NFD."""
HOSTILE = (
    "<script>alert(1)</script>",
    '=HYPERLINK("http://attacker.invalid/","open")',
    "+1+cmd|'/C_calc'!A0",
    "<img src=x onerror=alert(2)>",
    "{{7*7}}",
    "\u202egpj.exe",
)
"""Words of the hostile page: markup, cells that a spreadsheet runs, a template, a reversed name."""


@dataclass(frozen=True)
class Terms:
    """Which terms each form holds, as a sparse table (CSR)."""

    terms: tuple[str, ...]
    """All terms, sorted by code points; a term's number is its place here."""
    start: NDArray[np.int64]
    """Where the terms of form f begin in `ids`; one longer than there are forms."""
    ids: NDArray[np.int64]
    """Numbers of the terms, form after form."""


@dataclass(frozen=True)
class Vocabulary:
    """All a language's pages are made of."""

    language: Language
    """The language."""
    forms: NDArray[np.object_]
    """UTF-8 of the forms: lexeme * 4 + form."""
    usual: Draw
    """After Zipf."""
    plain: Draw
    """Nearly only common words, the ones detectors know: for pages whose language is to be detected."""
    special: dict[str, int]
    """Lexemes that are only planted, never drawn."""
    gaps: NDArray[np.object_]
    """UTF-8 of 256 separators in proportion to their probability, then line end and page end."""
    ends: NDArray[np.bool_]
    """Which separators end a sentence."""
    terms: dict[Tokenizer, Terms]
    """The terms of the forms."""


def invented(language: Language, size: int, rng: np.random.Generator) -> list[str]:
    """Common words, then invented ones, each once, `size` in all; planted words are left out."""
    parts = [[p if p != "-" else "" for p in group.split()] for group in _syllable(language)]
    words = dict.fromkeys(language.common.split())
    reserved = {t.term for t in TRENDS}
    while len(words) < size:
        wanted = size - len(words)
        counts = rng.integers(language.syllables[0], language.syllables[1] + 1, wanted)
        picks = [np.array(p, object)[rng.integers(0, len(p), int(counts.sum()))] for p in parts]
        syllables = (picks[0] + picks[1] + picks[2]).tolist()
        ends = np.cumsum(counts).tolist()
        for begin, end in zip([0, *ends], ends, strict=False):
            word = unicodedata.normalize("NFC", "".join(syllables[begin:end]))
            # A word that began with a mark would grow together with the word before it.
            if word and word not in reserved and unicodedata.category(word[0])[0] == "L":
                words[word] = None
    return list(words)


def _syllable(language: Language) -> tuple[str, str, str]:
    return language.onsets, language.nuclei, language.codas


def written(lexeme: str) -> tuple[str, str, str, str]:
    """The four forms of a lexeme; those that make no sense in its script repeat the plain one."""
    return lexeme, lexeme[:1].upper() + lexeme[1:], lexeme.upper(), unicodedata.normalize("NFD", lexeme)


def table_of_terms(forms: Sequence[str], tokenizer: Tokenizer) -> Terms:
    """Work out the terms of every form."""
    each = {form: terms(form, tokenizer) for form in dict.fromkeys(forms)}
    found = [each[form] for form in forms]
    names = sorted({term for row in found for term in row})
    number = {term: i for i, term in enumerate(names)}
    start = np.zeros(len(found) + 1, np.int64)
    np.cumsum([len(row) for row in found], out=start[1:])
    return Terms(tuple(names), start, np.array([number[t] for row in found for t in row], np.int64))


def _gaps(language: Language) -> tuple[list[str], list[bool]]:
    within = language.separators or BLANKS
    stops = [language.stops[i % len(language.stops)] for i in range(24)]
    gaps = [within[i % len(within)] for i in range(256 - len(stops))] + stops + ["\n", "\n"]
    return gaps, [i >= 256 - len(stops) for i in range(258)]


def vocabulary(language: Language, size: int, rng: np.random.Generator) -> Vocabulary:
    """Make the vocabulary of a language: `size` lexemes that are drawn, and the planted ones."""
    lexemes = invented(language, size, rng)
    special = [t.term for t in TRENDS if t.language == language.code]
    forms = [form for lexeme in lexemes + special for form in written(lexeme)]
    if language.code == "eng":
        special += HOSTILE
        forms += [word for word in HOSTILE for _ in range(FORMS)]
    gaps, ends = _gaps(language)
    lengths = np.array([len(f.encode()) for f in forms[: size * FORMS : FORMS]])
    lengths = lengths + np.mean([len(g.encode()) for g in gaps[:256]])
    usual, common = zipf(size), len(dict.fromkeys(language.common.split()))
    return Vocabulary(
        language,
        _bytes(forms),
        draw(usual, lengths),
        draw(with_head(usual, common, PLAIN_SHARE), lengths),
        {word: size + i for i, word in enumerate(special)},
        _bytes(gaps),
        np.array(ends),
        {name: table_of_terms(forms, name) for name in TOKENIZERS},
    )


def _bytes(texts: Iterable[str]) -> NDArray[np.object_]:
    encoded = [text.encode() for text in texts]
    array = np.empty(len(encoded), object)
    array[:] = encoded
    return array


@cache
def vocabularies(seed: int, size: int) -> tuple[Vocabulary, ...]:
    """The vocabularies of all languages; the same in every process that asks with the same seed and size."""

    def each() -> Iterator[Vocabulary]:
        for i, language in enumerate(LANGUAGES):
            sequence = np.random.SeedSequence(seed, spawn_key=(0, i))
            yield vocabulary(language, size, np.random.Generator(np.random.PCG64(sequence)))

    return tuple(each())

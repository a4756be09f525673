"""What the package vaderSentiment knows: its lexicon, its emoji, its lists of words, and who they are by hash."""

from __future__ import annotations

import hashlib
import importlib.metadata
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.kernels.sentiment.files import decoded

PACKAGE = "vaderSentiment"
VERSION = "3.3.2"
"""The one version whose rules are written here."""


@dataclass(frozen=True)
class Rules:
    """All lists and weights."""

    lexicon: Mapping[str, float]
    """Valence of each word, as listed; -4 to 4."""
    emoji: Mapping[str, str]
    """English name of each emoji, those of several code points included."""
    boosters: Mapping[str, float]
    """What a word or pair of words adds to a positive valence."""
    idioms: Mapping[str, float]
    """Valence of a phrase of two or three words that replaces that of a word in it."""
    negations: tuple[str, ...]
    """Words that negate."""
    capitals: float
    """What capitals add."""
    negation: float
    """What a negated valence is multiplied by."""
    hashes: Mapping[str, str]
    """SHA-256 of each file they come from."""

    @cached_property
    def reachable(self) -> Mapping[str, float]:
        """The lexicon without entries that no piece of a text in lower case is equal to."""
        return {w: v for w, v in self.lexicon.items() if w == w.lower() and w.split() == [w]}

    @cached_property
    def characters(self) -> Mapping[str, str]:
        """Names of the emoji of one code point, which are those that the package finds."""
        return {sign: name for sign, name in self.emoji.items() if len(sign) == 1}


def load(lexicon: bytes | None = None) -> Rules:
    """The rules of the installed package; with another lexicon, where one is given in the same format.

    Raises:
        ModuleNotFoundError: The package is not installed, or in another version.
        ValueError: A line of the lexicon is not word, tab, number.
    """
    folder = _folder()
    from vaderSentiment import vaderSentiment as package

    files = {name: (folder / name).read_bytes() for name in ("vader_lexicon.txt", "emoji_utf8_lexicon.txt")}
    if lexicon is not None:
        files["vader_lexicon.txt"] = lexicon
    words, emoji = (_entries(name, content) for name, content in files.items())
    files["vaderSentiment.py"] = (folder / "vaderSentiment.py").read_bytes()
    return Rules(
        lexicon={word: _number(at, word, value) for at, (word, value) in words},
        emoji=dict(entry for _, entry in emoji),
        boosters=package.BOOSTER_DICT,
        idioms=package.SPECIAL_CASES,
        negations=tuple(package.NEGATE),
        capitals=package.C_INCR,
        negation=package.N_SCALAR,
        hashes={name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    )


def _folder() -> Path:
    spec = importlib.util.find_spec(PACKAGE)
    found = importlib.metadata.version(PACKAGE) if spec else "none"
    if spec is None or spec.origin is None or found != VERSION:
        raise ModuleNotFoundError(
            f"scoring with VADER needs {PACKAGE} {VERSION}, found {found}: pip install {PACKAGE}=={VERSION}"
        )
    return Path(spec.origin).parent


def _entries(name: str, content: bytes) -> list[tuple[int, tuple[str, str]]]:
    """Number and first two fields of each line, read as the package does: of a word twice, the last stands."""
    found = []
    for at, line in enumerate(decoded(name, content).rstrip("\n").split("\n"), 1):
        fields = line.strip().split("\t")
        if not line:
            continue
        if len(fields) < 2:
            raise ValueError(f"{name}, line {at} is '{line[:80]}'; a line is a word, a tab and its value")
        found.append((at, (fields[0], fields[1])))
    return found


def _number(at: int, word: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not -1e6 < number < 1e6:
        raise ValueError(f"vader_lexicon.txt, line {at} gives '{word}' the valence '{value}'; give a number")
    return number

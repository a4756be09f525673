"""Texts made to find a difference from the package: its own words in every order, case, script and white space."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator

from analysis.kernels.sentiment.vader.rules import Rules

RULE_WORDS = [
    "but",
    "no",
    "not",
    "never",
    "so",
    "this",
    "without",
    "doubt",
    "least",
    "at",
    "very",
    "or",
    "nor",
    "kind",
    "of",
    "sort",
    "just",
    "enough",
    "the",
    "shit",
    "bomb",
    "bad",
    "ass",
    "badass",
    "bus",
    "stop",
    "yeah",
    "right",
    "kiss",
    "death",
    "to",
    "die",
    "for",
    "beating",
    "heart",
    "hand",
    "mouth",
    "upper",
    "isn't",
    "ain't",
    "don't",
    "n't",
    "cant",
    "uh-uh",
    "great",
    "good",
]
SPACES = [" "] * 12 + [
    "\t",
    "\n",
    "  ",
    "\r\n",
    "\x0b",
    "\x1c",
    "\x1f",
    "\x85",
    "\xa0",
    " ",
    " ",
    " ",
    " ",
    "　",
]
NEAR_SPACES = ["\u200b", "\ufeff", "\x00", "\x1b", "\x7f", "᠎", "⁠", "­"]
ODD = [
    "K",
    "ſ",
    "İ",
    "ı",
    "ß",
    "ẞ",
    "Σ",
    "ς",
    "ΟΔΟΣ",
    "ﬁne",
    "Ǆ",
    "ǅ",
    "Þ",
    "é",
    "é",
    "日本",
    "ไทย",
    "עברית",
    "́",
    "𝐆𝐎𝐎𝐃",
]
POINTS = [
    "!",
    "!!",
    "!!!!!",
    "?",
    "??",
    "???",
    "????",
    "…",
    "’",
    "“",
    "”",
    "—",
    ",",
    ".",
    "...",
    ":)",
    ":D",
    "<3",
    "'",
]


class Maker:
    """Makes texts from a seed."""

    def __init__(self, rules: Rules, seed: int) -> None:
        self.random = random.Random(seed)
        self.pools = [
            RULE_WORDS,
            RULE_WORDS,
            list(rules.lexicon),
            list(rules.lexicon),
            list(rules.boosters),
            list(rules.negations),
            list(rules.idioms),
            list(rules.emoji),
            [c for c in rules.emoji if len(c) == 1],
            [
                "a",
                "an",
                "it",
                "was",
                "they",
                "government",
                "said",
                "of",
                "in",
                "on",
                "house",
                "year",
                "people",
            ],
            ODD,
            POINTS,
            NEAR_SPACES,
            ["but", "But", "BUT", "but,"],
        ]
        self.weights = [8, 8, 8, 8, 5, 4, 2, 1, 2, 8, 1, 2, 0.3, 2]
        self.few: list[str] = []

    def texts(self, count: int) -> Iterator[str]:
        """So many texts; in a third, the words come from a small pool, so that values repeat."""
        for k in range(count):
            if k % 30 == 0:
                self.few = [self._word() for _ in range(6)]
            yield self._text(k)

    def _text(self, k: int) -> str:
        pick = self.random
        if k % 97 == 0:  # any characters at all
            points = pick.choice(
                [pick.randrange(128), pick.randrange(0xD800), pick.randrange(0xE000, 0x110000)]
            )
            return "".join(
                chr(points) if pick.random() < 0.1 else self._any() for _ in range(pick.randrange(40))
            )
        if k % 501 == 0:  # a very long piece
            return self._piece() * pick.randrange(1, 500) + " " + self._piece()
        length = pick.choice([0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 40])
        word = (lambda: pick.choice(self.few)) if k % 3 == 0 else self._word
        pieces = [self._dressed(word()) for _ in range(length)]
        shout = pick.random() < 0.05
        text = "".join(p + self._gap() for p in pieces)
        return text.upper() if shout else text

    def _any(self) -> str:
        point = self.random.choice([self.random.randrange(128), self.random.randrange(0x2100), 0x1F300])
        return chr(point + self.random.randrange(0x500) if point == 0x1F300 else point)

    def _word(self) -> str:
        return self.random.choice(self.random.choices(self.pools, self.weights)[0])

    def _piece(self) -> str:
        return self._dressed(self._word())

    def _dressed(self, word: str) -> str:
        pick = self.random
        case = pick.random()
        if case < 0.15:
            word = word.upper()
        elif case < 0.25:
            word = word.title()
        if pick.random() < 0.12:
            word = pick.choice(string.punctuation) * pick.randrange(1, 3) + word
        if pick.random() < 0.2:
            word += pick.choice(POINTS) if pick.random() < 0.5 else pick.choice(string.punctuation)
        return word

    def _gap(self) -> str:
        return self.random.choice(SPACES) if self.random.random() < 0.97 else ""

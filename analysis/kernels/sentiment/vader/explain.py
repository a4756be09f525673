"""The rules about a word and its neighbours step by step, for a reader: the same values as `weigh`.

Slow and plain: for sentences and articles, not for books (with "but", the time is quadratic in the words found).
"""

from __future__ import annotations

from dataclasses import replace

from analysis.kernels.sentiment.scorer import Part, Rule, Step
from analysis.kernels.sentiment.vader.contrast import AFTER_BUT, BEFORE_BUT
from analysis.kernels.sentiment.vader.engine import Engine
from analysis.kernels.sentiment.vader.rules import Rules
from analysis.kernels.sentiment.vader.totals import emphasis
from analysis.kernels.sentiment.vader.weigh import DISTANCE, NEVER_SO
from analysis.kernels.sentiment.vader.words import bare


class Word:
    """A word's value and what changed it so far."""

    def __init__(self, value: float) -> None:
        self.value = value
        self.steps: list[Step] = []

    def becomes(self, value: float, rule: Rule, by: str) -> None:
        """Note a change."""
        if value != self.value:
            self.steps.append(Step(rule, by, value - self.value))
        self.value = value


class Reading:
    """One text in words."""

    def __init__(self, text: str, rules: Rules) -> None:
        named = "".join(f" {rules.characters[c]}" if c in rules.characters else c for c in text)
        self.rules = rules
        self.points = (named.count("!"), named.count("?"))
        self.words = [bare(piece) for piece in named.split()]
        self.lower = [word.lower() for word in self.words]
        capitals = sum(map(str.isupper, self.words))
        self.shouts = 0 < capitals < len(self.words)

    def has_value(self, i: int) -> bool:
        """Whether the word is scored."""
        return self.lower[i] in self.rules.lexicon and self.lower[i] not in self.rules.boosters

    def before(self, i: int, k: int) -> str:
        """The word k before, in lower case; empty where there is none."""
        return self.lower[i - k] if i >= k else ""

    def part(self, i: int) -> Part:
        """The word's part, before "but" is looked for."""
        valence = self.rules.lexicon[self.lower[i]]
        word = Word(valence)
        if self.lower[i : i + 2] == ["kind", "of"]:
            word.becomes(0.0, "phrase", "kind of")
        else:
            self._no(word, i)
            self._capitals(word, i)
            for k in range(1, min(i, 3) + 1):
                if self.lower[i - k] not in self.rules.lexicon:
                    self._boost(word, i, k)
                    self._negation(word, i, k)
                    if k == 3:
                        self._phrases(word, i)
            self._least(word, i)
        return Part(self.words[i], i, valence, tuple(word.steps), word.value)

    def _no(self, word: Word, i: int) -> None:
        one, two, three = (self.before(i, k) for k in (1, 2, 3))
        if "no" in (one, two) or (three == "no" and one in ("or", "nor")):
            k = next(k for k in (1, 2, 3) if self.before(i, k) == "no")
            word.becomes(word.value * self.rules.negation, "no", self.words[i - k])
        elif self.lower[i] == "no" and i + 1 < len(self.lower) and self.lower[i + 1] in self.rules.lexicon:
            word.becomes(0.0, "no", self.words[i + 1])

    def _capitals(self, word: Word, i: int) -> None:
        if self.shouts and self.words[i].isupper():
            sign = 1 if word.value > 0 else -1
            word.becomes(word.value + sign * self.rules.capitals, "capitals", self.words[i])

    def _boost(self, word: Word, i: int, k: int) -> None:
        boost = self.rules.boosters.get(self.lower[i - k])
        if boost is None:
            return
        rule: Rule = "boost" if boost > 0 else "dampen"
        boost = -boost if word.value < 0 else boost
        if self.shouts and self.words[i - k].isupper():
            boost += self.rules.capitals if word.value > 0 else -self.rules.capitals
        word.becomes(word.value + boost * DISTANCE[k - 1], rule, self.words[i - k])

    def _negation(self, word: Word, i: int, k: int) -> None:
        one, two, three = (self.before(i, n) for n in (1, 2, 3))
        so = ("so", "this")
        if (k == 2 and two == "never" and one in so) or (
            k == 3 and ((three == "never" and two in so) or one in so)
        ):
            word.becomes(word.value * NEVER_SO, "never so", two if two in so and one not in so else one)
        elif k > 1 and self.before(i, k) == "without" and "doubt" in (one, two):
            return
        elif self.before(i, k) in self.rules.negations or "n't" in self.before(i, k):
            word.becomes(word.value * self.rules.negation, "negation", self.words[i - k])

    def _phrases(self, word: Word, i: int) -> None:
        def phrase(first: int, last: int) -> str:
            return " ".join(self.lower[i + first : i + last + 1]) if i + last < len(self.lower) else ""

        sequences = [phrase(-1, 0), phrase(-2, 0), phrase(-2, -1), phrase(-3, -1), phrase(-3, -2)]
        found = [s for s in sequences if s in self.rules.idioms][:1]
        found += [s for s in (phrase(0, 1), phrase(0, 2)) if s in self.rules.idioms]
        for idiom in found:
            word.becomes(float(self.rules.idioms[idiom]), "idiom", idiom)
        for pair in (phrase(-3, -2), phrase(-2, -1)):
            boost = self.rules.boosters.get(pair, 0.0)
            word.becomes(word.value + boost, "boost" if boost > 0 else "dampen", pair)

    def _least(self, word: Word, i: int) -> None:
        known = "least" in self.rules.lexicon
        if self.before(i, 1) == "least" and not known and self.before(i, 2) not in ("at", "very"):
            word.becomes(word.value * self.rules.negation, "least", self.words[i - 1])


def explain(text: str, engine: Engine) -> list[Part]:
    """The parts of a text's score, in the order of the text."""
    reading = Reading(text, engine.rules)
    parts = [reading.part(i) for i in range(len(reading.words)) if reading.has_value(i)]
    if "but" in reading.lower:
        parts = _contrast(parts, reading.lower.index("but"))
    total = sum(part.value for part in parts)
    added = emphasis(*reading.points)
    if total and added:
        signs = "!" * reading.points[0] + "?" * reading.points[1]
        value = added if total > 0 else -added
        parts.append(Part(signs, len(reading.words), 0.0, (Step("point", signs, value),), value))
    return parts


def _contrast(parts: list[Part], but: int) -> list[Part]:
    """The parts after "but" was looked for: each value in turn changes the first part that has it."""
    made = list(parts)
    for k in range(len(made)):
        if not made[k].value:
            continue
        j = next(j for j in range(len(made)) if made[j].value == made[k].value)
        part = made[j]
        factor = BEFORE_BUT if part.place < but else AFTER_BUT if part.place > but else 1.0
        step = Step("but", "but", part.value * factor - part.value)
        made[j] = replace(part, value=part.value * factor, steps=(*part.steps, step))
    return made

"""Speed of VADER's scores: ours beside the package vaderSentiment; same texts, same run, same scores.

    python benchmarks/sentiment.py [--mb 8] [--seed 0]

Speed is megabytes of UTF-8 per second of processor time on one thread, best of three; the package is given as many
texts as it scores in about two seconds (at 128 KB one, once). The texts are made of the package's own lexicon and
of plain words: one word in twelve has a value, one in a hundred has characters beyond ASCII, one in fifty is
"but". `new words` are texts in which one word in five has never been seen before.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Callable, Iterator

import pyarrow as pa

from analysis.kernels.sentiment.registry import scorer
from analysis.kernels.sentiment.vader.rules import load

SIZES = (200, 2_000, 16_000, 128_000)
SECONDS = 2.0
PACKAGE_SPEED = {200: 1.4e6, 2_000: 0.75e6, 16_000: 0.12e6, 128_000: 0.01e6}  # bytes a second, about

COMMON = "the of and to a in that is was he for it with as his on be at by i had not are but"


class Writer:
    """Makes texts of about a size."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        rules = load()
        self.valued = [word for word in rules.reachable if word.isalpha() and len(word) > 3]
        self.telling = [*rules.boosters, *rules.negations, "no", "this", "least"]
        letters = "etaoinshrdlucmfwypvbgk"
        self.plain = [
            "".join(self.random.choices(letters, range(22, 0, -1), k=self.random.randint(1, 9)))
            for _ in range(20000)
        ]
        self.common = COMMON.split()

    def words(self, fresh: float) -> Iterator[str]:
        """Words without end; a share of them never used before."""
        pick = self.random
        while True:
            kind = pick.random()
            word = pick.choice(self.common if kind < 0.45 else self.plain)
            if kind > 1 - 1 / 12:
                word = pick.choice(self.valued)
            elif kind > 0.88:
                word = pick.choice(self.telling)
            elif kind > 0.87:
                word = pick.choice(["café", "“said”", "don’t", "naïve"])
            if fresh and pick.random() < fresh:
                word = f"{word}{pick.randrange(10**9)}"
            ends = pick.random()
            yield (
                word.capitalize()
                if ends < 0.1
                else word + ("." if ends > 0.95 else "," if ends > 0.9 else "")
            )

    def texts(self, size: int, total: int, fresh: float = 0.0) -> list[str]:
        """Texts of about this size, so many bytes together."""
        words = self.words(fresh)
        made = []
        for _ in range(max(1, total // size)):
            chosen, length = [], 0
            while length < size:
                chosen.append(next(words))
                length += len(chosen[-1]) + 1
            made.append(" ".join(chosen))
        return made


def speed(score: Callable[[], object], size: int, times: int) -> float:
    """Bytes a second of processor time, best of some."""
    best = float("inf")
    for _ in range(times):
        began = time.process_time()
        score()
        best = min(best, time.process_time() - began)
    return size / best


def row(size: int, texts: list[str]) -> tuple[float, float]:
    """Speeds of ours and of the package on texts of a size, and a check that the scores are the same."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    vader, package = scorer("vader"), SentimentIntensityAnalyzer()
    batch = pa.array(texts, pa.large_string())
    few = texts[: max(1, int(SECONDS / 3 * PACKAGE_SPEED[size] / size))] if size < 100_000 else texts[:1]
    scores: list[float] = []

    def theirs() -> None:
        scores[:] = [package.polarity_scores(text)["compound"] for text in few]

    vader.score(batch.slice(0, 1))
    ours = speed(lambda: vader.score(batch), sum(len(t.encode()) for t in texts), 3)
    other = speed(theirs, sum(len(t.encode()) for t in few), 3 if size < 100_000 else 1)
    assert vader.score(batch)["compound"].to_pylist()[: len(few)] == scores
    return ours, other


def main() -> None:
    """Print a line a size."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mb", type=float, default=8)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    writer = Writer(given.seed)
    print(f"{'bytes a text':>14}{'ours MB/s':>12}{'package MB/s':>14}{'ratio':>10}")
    for size in SIZES:
        ours, other = row(size, writer.texts(size, int(given.mb * 1e6)))
        print(f"{size:>14}{ours / 1e6:>12.1f}{other / 1e6:>14.4f}{ours / other:>10.0f}")
    ours, other = row(2000, writer.texts(2000, int(given.mb * 1e6), 0.2))
    print(f"{'2000 new words':>14}{ours / 1e6:>12.1f}{other / 1e6:>14.4f}{ours / other:>10.0f}")


if __name__ == "__main__":
    main()

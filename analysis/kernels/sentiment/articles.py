"""Articles into partial sums: those that count are dated and scored, those left out are counted by cause.

Sums are integers, so that every engine adds up the same to the bit: an article's score is rounded once, to whole
units of 2⁻³⁰, its square to units of 2⁻³⁶.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.keywords.search import search
from analysis.kernels.sentiment.copies import Copies
from analysis.kernels.sentiment.gates import Gates
from analysis.kernels.sentiment.scorer import Scorer
from analysis.kernels.sentiment.sentences import sentences

UNIT, SQUARE_UNIT = 2.0**-30, 2.0**-36
"""What 1 stands for in a sum of scores and in a sum of their squares."""
LARGEST = 100.0
"""A larger score could overflow the sums."""
DAY_US = 86_400_000_000
KEY = ("left_out", "outlet", "period", "story")
SUMS = ("articles", "total", "squares", "sentences", "matched", "words", "by_capture")
PARTIAL = pa.schema(
    [
        pa.field("left_out", pa.string(), False),
        pa.field("outlet", pa.string(), False),
        *(pa.field(name, pa.int64(), False) for name in ("period", "story", *SUMS)),
    ]
)
"""`left_out` is empty for articles that were scored, and else the cause; those have no other key."""
By = Literal["day", "week", "month"]


@dataclass(frozen=True)
class Plan:
    """What to do with articles; small, since it is sent to other machines."""

    scorer: Scorer
    """Who scores."""
    gates: Gates
    """What happens to texts before."""
    outlet: str
    """Column that names the outlet."""
    whole: bool = False
    """Whether a text is scored as one; else sentence by sentence."""
    topic: tuple[str, ...] = ()
    """Queries of which a text must have a hit; none where empty."""
    trusted: tuple[str, ...] | None = None
    """Confidences of dates of publication that are used; None where the table has no such dates."""
    first: int | None = None
    """First day that counts, in days since 1970."""
    last: int | None = None
    """Last day that counts."""
    by: By = "month"
    """Length of a period."""
    copies: Copies | None = None
    """Which articles are copies; where None, each article is its own story."""

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that are read."""
        dates = () if self.trusted is None else ("published_at", "published_confidence", "published_source")
        return ("source_file", "record_offset", self.outlet, "captured_at", *dates, "language", "text")


@dataclass(frozen=True)
class Admitted:
    """The articles of a batch that count."""

    rows: pa.RecordBatch
    """Their columns; `text` as it is to be scored."""
    at: NDArray[np.int64]
    """Date of each, in microseconds since 1970."""
    by_capture: NDArray[np.bool_]
    """Whether it is that of the capture."""
    left_out: Mapping[str, int]
    """How many of the batch do not count, by cause."""


@dataclass(frozen=True)
class Scores:
    """Scores of some articles."""

    score: NDArray[np.float64]
    """Mean score of the sentences (or that of the text); NaN where none could be scored."""
    sentences: NDArray[np.int64]
    """Sentences scored (texts, where they were scored as one)."""
    matched: NDArray[np.int64]
    """Words and phrases of the lexicon."""
    words: NDArray[np.int64]
    """Words; 0 where the scorer does not tell."""


def add_up(batches: Iterable[pa.RecordBatch], plan: Plan) -> Iterator[pa.RecordBatch]:
    """Partial sums by outlet, period and story, a batch for each batch of articles.

    Raises:
        ValueError: The scorer gave a score beyond `LARGEST`.
    """
    for batch in batches:
        found = admit(batch, plan)
        scores = score(found.rows["text"], plan)
        some = ~np.isnan(scores.score)
        left = dict(found.left_out) | ({"nothing to score": int((~some).sum())} if not some.all() else {})
        yield from _left_out(left)
        if some.any():
            yield _sums(found, scores, some, plan)


def admit(batch: pa.RecordBatch, plan: Plan) -> Admitted:
    """The articles that count, with their dates; of several causes the first is told."""
    admitted = plan.gates.admit(batch["language"])
    kept = admitted.kept.to_numpy(zero_copy_only=False).copy()
    left = {f"language {name}": count for name, count in admitted.left_out.items()}

    def test(cause: str, holds: NDArray[np.bool_]) -> None:
        nonlocal kept
        lost = int((kept & ~holds).sum())
        if lost:
            left[cause] = lost
        kept &= holds

    test("no outlet", batch[plan.outlet].is_valid().to_numpy(zero_copy_only=False))
    at, by_capture = _dates(batch, plan.trusted)
    days = at // DAY_US
    test("before the first day", days >= (plan.first if plan.first is not None else days))
    test("after the last day", days <= (plan.last if plan.last is not None else days))
    mask = pa.array(kept)
    rows, at, by_capture = batch.filter(mask), at[kept], by_capture[kept]
    if plan.topic:
        hit = np.zeros(rows.num_rows, bool)
        hit[[row for row, _, _ in search(plan.topic, False).find(rows["text"])]] = True
        left |= {"off topic": int((~hit).sum())} if not hit.all() else {}
        rows, at, by_capture = rows.filter(pa.array(hit)), at[hit], by_capture[hit]
    texts = plan.gates.clean(rows["text"])
    rows = rows.drop_columns(["text"]).append_column("text", texts)
    return Admitted(rows, at, by_capture, left)


def _dates(
    batch: pa.RecordBatch, trusted: tuple[str, ...] | None
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    captured = batch["captured_at"].cast(pa.int64()).to_numpy()
    if trusted is None:
        return captured, np.ones(batch.num_rows, bool)
    told = pc.and_(
        pc.is_in(batch["published_confidence"], pa.array(trusted, pa.string())),
        pc.not_equal(batch["published_source"], "capture"),
    ).to_numpy(zero_copy_only=False)
    return np.where(told, batch["published_at"].cast(pa.int64()).to_numpy(), captured), ~told


def score(texts: pa.Array, plan: Plan) -> Scores:
    """Scores of cleaned texts, each text by itself: how they are batched makes no difference."""
    count = len(texts)
    if plan.whole:
        return _mean(np.arange(count), plan.scorer.score(texts), count)
    total = Scores(np.full(count, np.nan), *(np.zeros(count, np.int64) for _ in range(3)))
    for some in sentences(texts):
        if not len(some.parents):
            continue
        first, end = int(some.parents[0]), int(some.parents[-1]) + 1
        found = _mean(some.parents - first, plan.scorer.score(some.texts), end - first)
        for name, values in vars(total).items():
            values[first:end] = getattr(found, name)
    return total


def _mean(parents: NDArray[np.int64], scored: pa.RecordBatch, count: int) -> Scores:
    """Means by article; sums are in the order of the text."""
    values = _floats(scored["score"])
    there = ~np.isnan(values)
    number = np.bincount(parents[there], minlength=count)
    with np.errstate(invalid="ignore"):
        mean = np.bincount(parents[there], values[there], count) / number
    sums = (
        np.bincount(parents, np.nan_to_num(_floats(scored[n])), count).astype(np.int64)
        for n in ("matched", "words")
    )
    return Scores(mean, number.astype(np.int64), *sums)


def _floats(values: pa.Array) -> NDArray[np.float64]:
    found: NDArray[np.float64] = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
    return found


def _sums(found: Admitted, scores: Scores, some: NDArray[np.bool_], plan: Plan) -> pa.RecordBatch:
    values = scores.score[some]
    if np.abs(values).max() > LARGEST:
        raise ValueError(
            f"scorer '{plan.scorer.name}' gave {values[np.abs(values).argmax()]:g}; scores of up to {LARGEST:g} in "
            "size can be added up: scale them"
        )
    rows = found.rows.filter(pa.array(some))
    columns: dict[str, Any] = {
        "left_out": pa.array([""] * rows.num_rows, pa.string()),
        "outlet": rows[plan.outlet],
        "period": periods(found.at[some], plan.by),
        "story": Copies.stories(plan.copies, rows["source_file"], rows["record_offset"]),
        "articles": np.ones(rows.num_rows, np.int64),
        "total": np.rint(values / UNIT).astype(np.int64),
        "squares": np.rint(values**2 / SQUARE_UNIT).astype(np.int64),
        "sentences": scores.sentences[some],
        "matched": scores.matched[some],
        "words": scores.words[some],
        "by_capture": found.by_capture[some].astype(np.int64),
    }
    added = pa.table(columns).group_by(KEY, use_threads=False).aggregate([(name, "sum") for name in SUMS])
    added = added.rename_columns([name.removesuffix("_sum") for name in added.column_names])
    return added.select(PARTIAL.names).cast(PARTIAL).combine_chunks().to_batches()[0]


def _left_out(causes: Mapping[str, int]) -> Iterator[pa.RecordBatch]:
    if causes:
        none = dict.fromkeys((*KEY, *SUMS), 0) | {"outlet": ""}
        rows = [none | {"left_out": cause, "articles": count} for cause, count in causes.items()]
        yield pa.RecordBatch.from_pylist(rows, schema=PARTIAL)


def periods(at: NDArray[np.int64], by: By) -> NDArray[np.int64]:
    """Number of the period of instants: days since 1970 (of a week, that of its Monday), or months since then.

    Args:
        at: Microseconds since 1970, UTC.
        by: Length of a period.
    """
    days = at // DAY_US
    if by == "month":
        return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return days - (days + 3) % 7 if by == "week" else days  # 1 January 1970 was a Thursday

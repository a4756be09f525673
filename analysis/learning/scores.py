"""How good predictions are: scores in the sample and in the frame, by group, calibration, errors; added up."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.learning.coded import Coded, Floats
from analysis.learning.measures import Interval, counts, drawn, interval, measures, wilson
from analysis.learning.search import Held

Row = dict[str, Any]
BINS = 10
BUCKETS = 512
"""Groups that intervals are drawn from; of more, several share one, which changes intervals little."""
GROUP_MIN = 20
"""Texts of a group from which its scores are told: of fewer they say nothing."""
GROUPS_MAX = 5_000
"""Groups of all columns that are told apart; texts of further ones count in the whole alone."""
ERRORS_SHOWN = 300
"""Characters of a text in the list of errors."""
ERRORS_KEPT = 5_000
"""Errors in that list at most, those the model was surest of."""
NO_INTERVAL: Interval = (None, None)


@dataclass
class Tally:
    """Held-out predictions, added up; its size does not depend on the number of texts."""

    classes: list[str]
    """All classes, sorted."""
    matrices: Floats = field(init=False)
    """Texts by bucket of groups, class and predicted class; [BUCKETS, classes, classes]."""
    framed: Floats | None = field(init=False, default=None)
    """The same, each text counting as many as it stands for in the frame."""
    by: dict[tuple[str, str], Floats] = field(init=False, default_factory=dict)
    """The same of each value of a column, without buckets."""
    bins: Floats | None = field(init=False, default=None)
    """Texts, sum of the highest probabilities and number right by bin of probability; [BINS, 3]."""
    brier: float = field(init=False, default=0.0)
    """Sum of Brier scores."""
    errors: list[Row] = field(init=False, default_factory=list)
    """Wrong ones, the surest first."""

    def __post_init__(self) -> None:
        self.matrices = np.zeros((BUCKETS, len(self.classes), len(self.classes)))

    def add(self, coded: Coded, held: Held) -> Tally:
        """Add some texts."""
        names = np.array(self.classes)
        truth, said = (np.searchsorted(names, found) for found in (coded.labels, held.predicted))
        bucket, width = coded.together % BUCKETS, len(names)
        self.matrices += counts(truth, said, width, bucket, BUCKETS)
        if coded.weight is not None:
            more: Floats = counts(truth, said, width, bucket, BUCKETS, coded.weight)
            self.framed = more + (np.zeros(more.shape) if self.framed is None else self.framed)
        for column, values in coded.groups.items():
            found, number = np.unique(values.astype(str), return_inverse=True)
            added = counts(truth, said, width, number, len(found))
            for value, matrix in zip(found.tolist(), added, strict=True):
                if (column, value) in self.by or len(self.by) < GROUPS_MAX:
                    self.by[column, value] = self.by.get((column, value), 0) + matrix
        if held.probability is not None:
            self._calibrate(truth, said, held.probability)
        self.errors = sorted([*self.errors, *errors(coded, held)], key=lambda row: -row["probability"])[
            :ERRORS_KEPT
        ]
        return self

    def _calibrate(self, truth: Any, said: Any, probability: Floats) -> None:
        top = probability.max(1)
        which = np.minimum((top * BINS).astype(int), BINS - 1)
        sums = [np.bincount(which, what, BINS) for what in (None, top, (truth == said).astype(float))]
        self.bins = np.stack(sums, 1) + (np.zeros((BINS, 3)) if self.bins is None else self.bins)
        self.brier += float(((probability - np.eye(probability.shape[1])[truth]) ** 2).sum())

    @property
    def n(self) -> int:
        """Texts added."""
        return int(self.matrices.sum())


def tallied(coded: Coded, held: Held) -> Tally:
    """The tally of texts that are in memory."""
    return Tally(coded.classes).add(coded, held)


def scores(tally: Tally, seed: int = 0, *, in_frame: bool = False) -> Row | None:
    """Scores of all texts and of each class, with 95 % intervals by a bootstrap of whole groups.

    Macro F1 is the mean of the classes' F1; a class never predicted has precision and F1 of 0.

    Args:
        tally: Predictions added up.
        seed: Seed of the bootstrap.
        in_frame: Scores of the frame that the sample was drawn from, each coded text weighted by the inverse of its
            inclusion probability; None where that is unknown.
    """
    matrices = tally.framed if in_frame else tally.matrices
    if matrices is None:
        return None
    whole, draws = measures(matrices.sum(0)), drawn(matrices, seed)
    n = tally.matrices.sum((0, 2)).astype(int).tolist()
    by_class = [
        {
            "class": name,
            "precision": float(whole.precision[c]),
            "recall": float(whole.recall[c]),
            **_ends("f1", float(whole.f1[c]), interval(draws.f1[:, c]) if draws else NO_INTERVAL),
            "n": n[c],
        }
        for c, name in enumerate(tally.classes)
    ]
    return {
        **_ends("macro_f1", float(whole.macro_f1), interval(draws.macro_f1) if draws else NO_INTERVAL),
        **_ends("accuracy", float(whole.accuracy), interval(draws.accuracy) if draws else NO_INTERVAL),
        "n": tally.n,
        "by_class": by_class,
    }


def macro_f1(coded: Coded, held: Held) -> float:
    """Mean F1 of the classes."""
    return float(measures(tallied(coded, held).matrices.sum(0)).macro_f1)


def confusion(tally: Tally) -> list[Row]:
    """How many texts of each class (by hand) were predicted as each class."""
    matrix = tally.matrices.sum(0)
    return [
        {"label": truth, "predicted": said, "n": int(matrix[i, j])}
        for i, truth in enumerate(tally.classes)
        for j, said in enumerate(tally.classes)
    ]


def by_group(tally: Tally) -> list[Row]:
    """Scores of each outlet, period and language with enough texts; macro F1 over the classes it has.

    The accuracy's interval (Wilson) takes texts as independent.
    """
    rows = []
    for (column, value), matrix in sorted(tally.by.items()):
        n = int(matrix.sum())
        if n < GROUP_MIN:
            continue
        found = measures(matrix)
        ends = wilson(float(np.trace(matrix)), n)
        told = {"macro_f1": float(found.macro_f1), **_ends("accuracy", float(found.accuracy), ends), "n": n}
        rows.append({"column": column, "group": value, **told})
    return rows


def calibration(tally: Tally) -> Row | None:
    """Whether probabilities are what they say; None where the estimator gives none.

    The Brier score is the mean of Σ_c (p_c - o_c)², 0 to 2 (G. W. Brier, Monthly Weather Review 78, 1950); the
    reliability table sets the probability of the predicted class beside the share that was right.
    """
    if tally.bins is None:
        return None
    table = [
        {"from": b / BINS, "to": (b + 1) / BINS, "n": int(n), "mean_probability": float(sure / n),
         **_ends("share_right", float(right / n), wilson(float(right), float(n)))}
        for b, (n, sure, right) in enumerate(tally.bins) if n
    ]  # fmt: skip
    return {"brier": tally.brier / tally.n, "reliability": table}


def errors(coded: Coded, held: Held) -> list[Row]:
    """Texts predicted wrongly, the surest first, to be read."""
    wrong = np.flatnonzero(held.predicted != coded.labels)
    sure: NDArray[np.float64] = np.zeros(len(coded)) if held.probability is None else held.probability.max(1)
    order = wrong[np.argsort(-sure[wrong], kind="stable")][:ERRORS_KEPT]
    return [
        {"label": str(coded.labels[i]), "predicted": str(held.predicted[i]), "probability": round(float(sure[i]), 4),
         **{name: values[i] for name, values in coded.groups.items()},
         "text": " ".join(coded.texts[i].split())[:ERRORS_SHOWN]}
        for i in order.tolist()
    ]  # fmt: skip


def _ends(name: str, value: float, ends: Interval) -> Row:
    return {name: value, f"{name}_low": ends[0], f"{name}_high": ends[1]}

"""How good predictions are: precision, recall and F1 overall and by group, calibration, Brier score."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.learning.coded import Coded
from analysis.learning.search import Held

Row = dict[str, Any]
BINS = 10
GROUP_MIN = 20
"""Texts of a group from which its scores are told: of fewer they say nothing."""
ERRORS_SHOWN = 300
"""Characters of a text in the list of errors."""


def scores(coded: Coded, held: Held) -> Row:
    """Scores of all texts and of each class.

    Macro F1 is the mean of the classes' F1; a class never predicted has precision and F1 of 0.
    """
    from sklearn.metrics import precision_recall_fscore_support as told

    precision, recall, f1, n = told(coded.labels, held.predicted, labels=coded.classes, zero_division=0.0)
    by_class = [
        {"class": name, "precision": float(p), "recall": float(r), "f1": float(f), "n": int(k)}
        for name, p, r, f, k in zip(coded.classes, precision, recall, f1, n, strict=True)
    ]
    accuracy = float((coded.labels == held.predicted).mean())
    return {"macro_f1": float(f1.mean()), "accuracy": accuracy, "n": len(coded), "by_class": by_class}


def by_group(coded: Coded, held: Held) -> list[Row]:
    """Scores of each outlet, period and language with enough texts; macro F1 over the classes it has."""
    from sklearn.metrics import f1_score

    rows = []
    for column, values in coded.groups.items():
        for value in sorted(set(values.tolist())):
            here = values == value
            if here.sum() < GROUP_MIN:
                continue
            truth, said = coded.labels[here], held.predicted[here]
            f1 = f1_score(truth, said, labels=sorted(set(truth.tolist())), average="macro", zero_division=0.0)
            found = {"macro_f1": float(f1), "accuracy": float((truth == said).mean()), "n": int(here.sum())}
            rows.append({"column": column, "group": value, **found})
    return rows


def calibration(coded: Coded, held: Held) -> Row | None:
    """Whether probabilities are what they say; None where the estimator gives none.

    The Brier score is the mean of Σ_c (p_c - o_c)², 0 to 2 (G. W. Brier, Monthly Weather Review 78, 1950); the
    reliability table sets the probability of the predicted class beside the share that was right.
    """
    if held.probability is None:
        return None
    truth = (coded.labels[:, None] == np.array(coded.classes)).astype(np.float64)
    top = held.probability.max(1)
    right = held.predicted == coded.labels
    which = np.minimum((top * BINS).astype(int), BINS - 1)
    table = [
        {"from": b / BINS, "to": (b + 1) / BINS, "n": int(here.sum()), "mean_probability": float(top[here].mean()),
         "share_right": float(right[here].mean())}
        for b in range(BINS) if (here := which == b).any()
    ]  # fmt: skip
    return {"brier": float(((held.probability - truth) ** 2).sum(1).mean()), "reliability": table}


def errors(coded: Coded, held: Held) -> list[Row]:
    """Texts predicted wrongly, the surest first, to be read."""
    wrong = np.flatnonzero(held.predicted != coded.labels)
    sure: NDArray[np.float64] = np.zeros(len(coded)) if held.probability is None else held.probability.max(1)
    order = wrong[np.argsort(-sure[wrong], kind="stable")]
    return [
        {"label": str(coded.labels[i]), "predicted": str(held.predicted[i]), "probability": round(float(sure[i]), 4),
         **{name: values[i] for name, values in coded.groups.items()},
         "text": " ".join(coded.texts[i].split())[:ERRORS_SHOWN]}
        for i in order.tolist()
    ]  # fmt: skip

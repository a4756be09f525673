"""What is asked of learning: from which codes, with which features and estimator, tested how."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.kernels.learning.features import BITS, NGRAMS_MAX
from analysis.kernels.text import tokens
from analysis.kernels.text.tokens import Tokenizer
from analysis.learning.errors import LearningError

STREAM = "stream"
ESTIMATORS = ("logistic", "sgd", "naive-bayes", STREAM)
Together = Literal["outlet", "story", "group"]


@dataclass(frozen=True)
class Learn:
    """A model learnt from hand-coded texts, tuned and tested by cross-validation that keeps copies together."""

    codes: str = ""
    """Folder of a coded sample (`fieldwork annotate read`), or a CSV or Parquet file with text and label."""
    features: Literal["hashed", "counted"] = "hashed"
    """`hashed` columns need no vocabulary and stream; `counted` ones are a term each, of those in two texts or more."""
    bits: int = BITS
    """For `hashed`: 2 to that power are the columns."""
    ngrams: tuple[int, ...] = (1, 2)
    """Longest terms to try, in words: 1, 2 or 3; the best is taken."""
    tokenizer: Tokenizer = "default"
    """What a word is, as for `fieldwork words`."""
    estimator: str = "logistic"
    """logistic, sgd, naive-bayes; stream, for more codes than memory holds, read block by block; or module:function
    that returns a scikit-learn classifier of your own."""
    tuning: Literal["grid", "random"] = "grid"
    """All combinations of parameters, or some drawn at random."""
    draws: int = 8
    """For `random`: combinations drawn."""
    folds: int = 5
    """Parts of the cross-validation."""
    together: tuple[Together, ...] = ("outlet", "story")
    """Texts that share one of these are never parted between training and test: outlet, story, or a column group."""
    weights: Literal["none", "inverse"] = "none"
    """How coded texts count in learning: alike, or by the inverse of their inclusion probability. Scores are told of
    the sample and of the frame in any case, and shares are corrected for how texts were drawn either way."""
    seed: int = 0
    """Seed of everything random."""

    def __post_init__(self) -> None:
        """Refuse what cannot be learnt, before anything is read."""
        tokens.check(self.tokenizer)
        if not self.ngrams or any(not 1 <= n <= NGRAMS_MAX for n in self.ngrams):
            raise LearningError(f"ngrams is {self.ngrams}; give some of 1, 2, 3")
        if not 4 <= self.bits <= 26:
            raise LearningError(f"bits is {self.bits}; give 4 to 26")
        if self.estimator not in ESTIMATORS and ":" not in self.estimator:
            known = ", ".join(ESTIMATORS)
            raise LearningError(
                f"estimator is '{self.estimator}'; choose from {known}, or give module:function"
            )
        for name, least in (("folds", 2), ("draws", 1), ("seed", 0)):
            if getattr(self, name) < least:
                raise LearningError(f"{name} is {getattr(self, name)}; give {least} or more")

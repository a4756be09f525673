"""A classifier that learns batch by batch, for more coded texts than memory holds."""

from __future__ import annotations

from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin

from analysis.kernels.learning.features import BITS, HashedTerms
from analysis.kernels.text.tokens import Tokenizer


class StreamedClassifier(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression by stochastic gradients on hashed terms, as texts come.

    Features are 1 + log(count), each text's of length 1; no inverse document frequency, as that needs all texts.
    """

    def __init__(
        self,
        bits: int = BITS,
        ngrams: int = 1,
        tokenizer: Tokenizer = "default",
        alpha: float = 1e-4,
        seed: int = 0,
    ) -> None:
        self.bits = bits
        self.ngrams = ngrams
        self.tokenizer: Tokenizer = tokenizer
        self.alpha = alpha
        self.seed = seed

    def partial_fit(
        self, texts: Any, labels: Any, classes: Any = None, sample_weight: Any = None
    ) -> StreamedClassifier:
        """Learn from some more texts; the first call needs all classes."""
        return self.learn(self.features(texts), labels, classes, sample_weight)

    def learn(
        self, features: Any, labels: Any, classes: Any = None, weight: Any = None
    ) -> StreamedClassifier:
        """As `partial_fit`, of features that `features` made: several models can share them."""
        from sklearn.linear_model import SGDClassifier

        if not hasattr(self, "model_"):
            self.terms_ = self._terms()
            self.model_ = SGDClassifier(loss="log_loss", alpha=self.alpha, random_state=self.seed)
        self.model_.partial_fit(features, labels, classes=classes, sample_weight=weight)
        self.classes_ = self.model_.classes_
        return self

    def fit(self, texts: Any, labels: Any, sample_weight: Any = None) -> StreamedClassifier:
        """Learn from texts that fit into memory, once through, forgetting what was learnt before."""
        import numpy as np

        for name in ("model_", "terms_"):
            if hasattr(self, name):
                delattr(self, name)
        return self.partial_fit(texts, labels, np.unique(labels), sample_weight)

    def features(self, texts: Any) -> Any:
        """Features of texts, which depend on nothing learnt; [texts, columns]."""
        import numpy as np
        from sklearn.preprocessing import normalize

        counts = self._terms().transform(texts)
        counts.data = 1.0 + np.log(counts.data)
        return normalize(counts, copy=False)

    def _terms(self) -> HashedTerms:
        return HashedTerms(self.bits, self.ngrams, self.tokenizer).fit(None)

    def predict(self, texts: Any) -> Any:
        """Class of each text; [texts]."""
        return self.model_.predict(self.features(texts))

    def predict_proba(self, texts: Any) -> Any:
        """Probability of each class; [texts, classes]."""
        return self.model_.predict_proba(self.features(texts))

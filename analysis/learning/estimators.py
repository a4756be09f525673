"""The pipeline: terms, TF-IDF, estimator, and which parameters are tried."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from analysis.kernels.learning.features import CountedTerms, HashedTerms
from analysis.kernels.learning.streaming import StreamedClassifier
from analysis.learning.errors import LearningError
from analysis.learning.options import STREAM, Learn

Grid = dict[str, list[Any]]
COSTS = [1.0, 4.0]
"""Inverse strengths of the penalty of a logistic regression on TF-IDF of unit length."""
TOLERANCE = 1e-3
"""Of a logistic regression's gradient: ten times scikit-learn's, at half the time and no worse out of sample."""


def pipeline(options: Learn) -> Any:
    """A scikit-learn Pipeline with the steps terms, tfidf and model, or the classifier that streams; not fitted.

    Raises:
        LearningError: One's own estimator cannot be found, or is no classifier.
    """
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.pipeline import Pipeline

    if options.estimator == STREAM:
        return StreamedClassifier(options.bits, options.ngrams[0], options.tokenizer, seed=options.seed)
    terms: Any = HashedTerms(options.bits, options.ngrams[0], options.tokenizer)
    if options.features == "counted":
        terms = CountedTerms(ngrams=options.ngrams[0], tokenizer=options.tokenizer)
    return Pipeline(
        [("terms", terms), ("tfidf", TfidfTransformer(sublinear_tf=True)), ("model", _model(options))]
    )


def grid(options: Learn) -> Grid:
    """Parameters to try, by their name in the pipeline; of one's own estimator only the features'."""
    if options.estimator == STREAM:
        return {"ngrams": list(options.ngrams), "alpha": [1e-6, 1e-5, 1e-4]}
    own: dict[str, Grid] = {
        "logistic": {"model__C": COSTS, "model__class_weight": [None, "balanced"]},
        "sgd": {"model__alpha": [1e-5, 1e-4, 1e-3], "model__class_weight": [None, "balanced"]},
        "naive-bayes": {"model__alpha": [0.1, 0.3, 1.0], "model__norm": [False, True]},
    }
    return {"terms__ngrams": list(options.ngrams), **own.get(options.estimator, {})}


def _model(options: Learn) -> Any:
    if options.estimator == "logistic":
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(max_iter=1000, tol=TOLERANCE)
    if options.estimator == "sgd":
        from sklearn.linear_model import SGDClassifier

        return SGDClassifier(loss="log_loss", random_state=options.seed)
    if options.estimator == "naive-bayes":
        from sklearn.naive_bayes import ComplementNB

        return ComplementNB()
    return _own(options.estimator)


def _own(where: str) -> Any:
    from sklearn.base import is_classifier

    module, _, name = where.partition(":")
    try:
        factory = getattr(import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise LearningError(
            f"the estimator {where} cannot be found: {error}. Give package.module:function of a package that is "
            "installed here, or of a file in a folder that PYTHONPATH names (PYTHONPATH=. fieldwork learn …)"
        ) from None
    try:
        made = factory()
    except TypeError as error:
        raise LearningError(f"{where}() cannot be called: {error}; it must need no argument") from None
    if not (hasattr(made, "__sklearn_tags__") and is_classifier(made)):
        raise LearningError(
            f"{where} returns {type(made).__name__}, which is no scikit-learn classifier; return one that takes a "
            "sparse matrix (a subclass of ClassifierMixin and BaseEstimator)"
        )
    return made

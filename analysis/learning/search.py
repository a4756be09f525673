"""Tuning by dask-ml, and cross-validation whose folds keep together what belongs together."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.learning import estimators
from analysis.learning.coded import Coded, Floats, Integers
from analysis.learning.errors import FoldError, LearningError
from analysis.learning.options import Learn

Split = tuple[Integers, Integers]
INNER = 3
"""Folds of the tuning within each training part."""


@dataclass(frozen=True)
class Tuned:
    """A tuned pipeline."""

    fitted: Any
    """The pipeline with the best parameters, fitted on all texts it was given."""
    parameters: dict[str, Any]
    """These parameters."""
    macro_f1: float | None
    """Mean over the folds of the tuning; too good by having been chosen, so report cross-validation's."""
    tried: int
    """Combinations tried."""


def splits(labels: NDArray[Any], together: Integers, folds: int, seed: int) -> list[Split]:
    """Training and test rows of each fold; no group is in both, classes are as even as groups allow.

    Plain lists of rows, as dask-ml hands groups to no iterator of folds by itself.

    Raises:
        FoldError: Fewer groups than folds, or a fold without a class.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    there = len(np.unique(together))
    if there < folds:
        raise FoldError(
            f"the texts fall into {there:,} groups that must stay together, too few for {folds} folds; code texts of "
            "more outlets, ask for fewer folds, or keep less together (together=story)"
        )
    made = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    return _whole(list(made.split(labels, labels, together)), labels)


def random_splits(labels: NDArray[Any], folds: int, seed: int) -> list[Split]:
    """The same without groups: copies may be in both."""
    from sklearn.model_selection import KFold

    return _whole(list(KFold(folds, shuffle=True, random_state=seed).split(labels)), labels)


def _whole(found: list[Split], labels: NDArray[Any]) -> list[Split]:
    """Refuse folds that a model cannot be trained or tested on."""
    classes = set(labels.tolist())
    for train, test in found:
        lacking = classes - set(labels[train].tolist())
        if lacking or not len(test):
            what = f"class '{sorted(lacking)[0]}' to train on" if lacking else "any class to test on"
            raise FoldError(
                f"a fold has no text of {what}: code more texts of more outlets, or ask for fewer folds"
            )
    return found


def weight_of(options: Learn, coded: Coded) -> Floats | None:
    """What each text counts in learning, 1 in the mean; None where all count alike.

    Raises:
        LearningError: Inclusion probabilities are asked for and unknown.
    """
    if options.weights == "none":
        return None
    if coded.weight is None:
        raise LearningError(
            "weights is inverse, but the codes have no inclusion_probability; learn from a sample of `fieldwork "
            "annotate draw`, or leave weights at none"
        )
    mean: Floats = coded.weight / coded.weight.mean()
    return mean


def weighted(pipe: Any, weight: Floats | None) -> dict[str, Floats]:
    """Weights as an argument of `fit`; none where there are none.

    Raises:
        LearningError: The estimator takes no weights.
    """
    from sklearn.utils.validation import has_fit_parameter

    if weight is None:
        return {}
    steps = getattr(pipe, "named_steps", {})
    model = steps.get("model", pipe)
    if not has_fit_parameter(model, "sample_weight"):
        raise LearningError(f"{type(model).__name__}.fit takes no sample_weight; leave weights at none")
    return {"model__sample_weight" if steps else "sample_weight": weight}


def tune(
    options: Learn,
    texts: NDArray[Any],
    labels: NDArray[Any],
    together: Integers,
    weight: Floats | None = None,
) -> Tuned:
    """The best parameters by grouped cross-validation, on the `distributed.Client` that is open or on threads."""
    from dask_ml.model_selection import GridSearchCV, RandomizedSearchCV

    grid, pipe = estimators.grid(options), estimators.pipeline(options)
    number = int(np.prod([len(values) for values in grid.values()]))
    common = {
        "cv": splits(labels, together, INNER, options.seed),
        "scoring": macro_f1,
        "return_train_score": False,
    }
    if options.tuning == "grid":
        search = GridSearchCV(pipe, grid, **common)
    else:
        drawn = min(options.draws, number)
        search = RandomizedSearchCV(pipe, grid, n_iter=drawn, random_state=options.seed, **common)
    with one_thread(), steady_warnings():
        search.fit(texts, labels, **weighted(pipe, weight))
    tried = len(search.cv_results_["params"])
    return Tuned(search.best_estimator_, dict(search.best_params_), float(search.best_score_), tried)


def one_thread() -> Any:
    """One BLAS thread for each of dask-ml's: more of them wait for each other and take tens of times as long."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(1, "blas")


@contextmanager
def steady_warnings() -> Iterator[None]:
    """Leave Python's filters of warnings as they were.

    scikit-learn exchanges them in every thread it is called from, and before Python 3.14 all threads share them: one
    may find none, warn of that, and leave none behind.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", r"`sklearn\.utils\.parallel\.delayed` should be used", UserWarning)
        yield


def macro_f1(model: Any, texts: NDArray[Any], labels: NDArray[Any]) -> float:
    """Mean F1 of the classes, each counted alike; a class never predicted has 0. A scorer as scikit-learn wants it."""
    from sklearn.metrics import f1_score

    return float(f1_score(labels, model.predict(texts), average="macro", zero_division=0.0))


@dataclass(frozen=True)
class Held:
    """What was predicted of texts by models that had not seen them."""

    predicted: NDArray[np.str_]
    """Class of each text; [texts]."""
    probability: NDArray[np.float64] | None
    """Probability of each class, sorted; [texts, classes]. None where the estimator gives none."""


def held_out(options: Learn, coded: Coded) -> Held:
    """Predictions of grouped cross-validation, each training part tuned by itself (nested)."""
    folds = splits(coded.labels, coded.together, options.folds, options.seed)

    weight = weight_of(options, coded)

    def fitted(train: Integers) -> Any:
        some = None if weight is None else weight[train]
        return tune(options, coded.texts[train], coded.labels[train], coded.together[train], some).fitted

    return _held(coded, folds, fitted)


def refitted(pipe: Any, coded: Coded, train: Integers, weight: Floats | None) -> Any:
    """The pipeline with parameters that stay as they are, fitted on some of the texts."""
    from sklearn.base import clone

    some = weighted(pipe, None if weight is None else weight[train])
    return clone(pipe).fit(coded.texts[train], coded.labels[train], **some)


def held_out_as(pipe: Any, coded: Coded, folds: list[Split], weight: Floats | None = None) -> Held:
    """Predictions of cross-validation with parameters that stay as they are."""
    with one_thread():
        return _held(coded, folds, lambda train: refitted(pipe, coded, train, weight))


def _held(coded: Coded, folds: list[Split], fitted: Any) -> Held:
    predicted = np.empty(len(coded), dtype=coded.labels.dtype)
    probability, told = np.zeros((len(coded), len(coded.classes))), False
    for train, test in folds:
        model = fitted(train)
        predicted[test] = model.predict(coded.texts[test])
        told = hasattr(model, "predict_proba")
        if told:
            probability[test] = model.predict_proba(coded.texts[test])
    return Held(predicted, probability if told else None)

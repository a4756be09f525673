"""Learning from more coded texts than memory holds: block by block, tested on groups that a model has not seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from analysis.kernels.learning.streaming import StreamedClassifier
from analysis.learning import estimators, held_out, search
from analysis.learning.blocks import Blocks, key_column, of_block
from analysis.learning.coded import Coded, Floats, coded, usable
from analysis.learning.errors import FoldError, LearningError
from analysis.learning.options import Learn
from analysis.learning.scores import Tally
from analysis.learning.search import Held, Tuned

HEAD = 5_000
"""Texts at the beginning by which parameters are tuned."""


@dataclass(frozen=True)
class Surveyed:
    """What a first reading tells."""

    classes: list[str]
    """All classes, sorted."""
    texts: int
    """Texts that something can be learnt from."""
    dropped: int
    """Texts without a label or a word."""
    column: str | None
    """Column whose values are kept together; None: copies of a text are."""
    mean_weight: float | None
    """Mean of the inverse inclusion probabilities; None where unknown."""
    head: Coded
    """The first texts, as if they were all."""


@dataclass(frozen=True)
class Streamed:
    """A model and its test."""

    tuned: Tuned
    """The model of all texts, with parameters tuned on the first ones."""
    tally: Tally
    """Its held-out predictions, added up."""
    held_out: bytes
    """These predictions as a file; none where texts are of no drawn sample."""
    survey: Surveyed
    """What was read."""


def stream(options: Learn, blocks: Blocks) -> Streamed:
    """Learn from blocks of coded texts, in three readings: what there is, learning, testing.

    One model more than folds is learnt side by side: each leaves out the groups of its fold, the last none. So every
    text is predicted by a model that has seen nothing of its group.

    Raises:
        LearningError: There is too little to learn from, or the texts come sorted.
    """
    survey = surveyed(options, blocks)
    tuned = _tuned(options, survey)
    models = _learnt(options, blocks, survey, tuned.fitted)
    tally = Tally(survey.classes)
    content = held_out.written(_tested(options, blocks, models, tally))
    return Streamed(Tuned(models[-1], tuned.parameters, tuned.macro_f1, tuned.tried), tally, content, survey)


def surveyed(options: Learn, blocks: Blocks) -> Surveyed:
    """Read once: classes, numbers, the first texts.

    Raises:
        LearningError: There is one class only.
    """
    classes: set[str] = set()
    texts = dropped = 0
    weight, head, names = 0.0, list[pa.Table](), list[str]()
    for rows in blocks:
        found, names = of_block(rows, options.together), rows.column_names
        if texts < HEAD:
            head.append(rows)
        classes |= set(found.labels.tolist())
        texts, dropped = texts + len(found), dropped + found.dropped
        weight = np.nan if found.weight is None else weight + float(found.weight.sum())
    if len(classes) < 2:
        raise LearningError(
            f"{texts:,} texts have a label, of {len(classes)} classes; two are needed: code more texts"
        )
    first = pa.concat_tables(head).slice(0, HEAD)
    if len(set(usable(first)["label"].to_pylist())) < 2:
        raise LearningError(
            f"the first {first.num_rows:,} texts have all the same label, and blocks are learnt from in their order; "
            "shuffle the rows"
        )
    mean = None if np.isnan(weight) else weight / texts
    column = key_column(names, options.together)
    together = tuple(name for name in options.together if name in (column, "story"))
    return Surveyed(sorted(classes), texts, dropped, column, mean, coded(first, together))


def _tuned(options: Learn, survey: Surveyed) -> Tuned:
    """Parameters by the first texts; the usual ones where these are too few, or of too few groups, to compare any."""
    head = survey.head
    try:
        return search.tune(options, head.texts, head.labels, head.together, search.weight_of(options, head))
    except FoldError:
        return Tuned(estimators.pipeline(options), {}, None, 0)


def _learnt(options: Learn, blocks: Blocks, survey: Surveyed, tuned: Any) -> list[StreamedClassifier]:
    """A model a fold that has not seen it, and one that has seen all."""
    from sklearn.base import clone

    models: list[StreamedClassifier] = [clone(tuned) for _ in range(options.folds + 1)]
    for rows in blocks:
        some = of_block(rows, options.together)
        fold, features = some.together % options.folds, models[-1].features(some.texts)
        weight = _weight(options, some, survey)
        for number, model in enumerate(models):
            seen = np.flatnonzero(fold != number)
            if seen.size:
                used = None if weight is None else weight[seen]
                model.learn(features[seen], some.labels[seen], survey.classes, used)
    if not all(hasattr(model, "model_") for model in models):
        raise LearningError(
            "all texts are of one group, so none can be held out; keep less together (--together story)"
        )
    return models


def _weight(options: Learn, some: Coded, survey: Surveyed) -> Floats | None:
    if options.weights == "none" or some.weight is None or survey.mean_weight is None:
        return None
    mean: Floats = some.weight / survey.mean_weight
    return mean


def _tested(
    options: Learn, blocks: Blocks, models: Sequence[StreamedClassifier], tally: Tally
) -> Iterator[pa.Table]:
    """Predict each text by the model that has not seen its group; all are added to the tally."""
    for rows in blocks:
        some = of_block(rows, options.together)
        if not len(some):
            continue
        fold, features = some.together % options.folds, models[-1].features(some.texts)
        probability = np.zeros((len(some), len(tally.classes)))
        for number in np.unique(fold).tolist():
            here = np.flatnonzero(fold == number)
            probability[here] = models[number].model_.predict_proba(features[here])
        held = Held(np.array(tally.classes)[probability.argmax(1)], probability)
        tally.add(some, held)
        yield from held_out.rows(some, held)


def learn_stream(
    texts: Any, labels: Any, classes: Sequence[str], model: StreamedClassifier | None = None
) -> StreamedClassifier:
    """Learn from dask arrays in a notebook, by dask-ml's `Incremental`, one block in memory at a time.

    Args:
        texts: A one-dimensional dask array of texts, e.g. `frame(TABLE)["text"].to_dask_array(lengths=True)`.
        labels: A dask array of their labels, in the same blocks.
        classes: All labels there are.
        model: The classifier with its parameters; the default one where None.
    """
    from dask_ml.wrappers import Incremental

    learner = Incremental(
        model or StreamedClassifier(), shuffle_blocks=False, assume_equal_chunks=True, scoring="accuracy"
    )
    learner.fit(texts, labels, classes=list(classes))
    fitted: StreamedClassifier = learner.estimator_
    return fitted

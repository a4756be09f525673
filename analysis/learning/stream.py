"""Learning from more coded texts than memory holds: dask-ml's `Incremental` over blocks of texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.kernels.learning.streaming import StreamedClassifier


def learn_stream(
    texts: Any, labels: Any, classes: Sequence[str], model: StreamedClassifier | None = None
) -> StreamedClassifier:
    """Learn block by block, in the order of the blocks, so that one block is in memory at a time.

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

"""Classes of texts by a fitted pipeline."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

AT_ONCE = 4096
"""Texts predicted together: their features stay in the cache, and memory does not depend on a batch's size."""


def classes(texts: pa.Array, model: Any) -> tuple[pa.Array, NDArray[np.float64] | None]:
    """The class of each text and the probability the model gives it.

    Of classes with an equal probability the first by name. A row of features depends on its text alone, so batches may
    be cut in any way.

    Args:
        texts: Texts, `string` or `large_string`.
        model: A fitted scikit-learn pipeline that takes texts.

    Returns:
        Classes, `string`; probabilities, [texts], None where the model gives none.
    """
    names = pa.array([str(name) for name in model.classes_], pa.string())
    found: list[NDArray[np.int64]] = [np.zeros(0, np.int64)]
    sure: list[NDArray[np.float64]] = [np.zeros(0)]
    probable = hasattr(model, "predict_proba")
    for start in range(0, len(texts), AT_ONCE):
        some = texts.slice(start, AT_ONCE)
        if probable:
            told = model.predict_proba(some)
            best = told.argmax(1)
            sure.append(told[np.arange(len(best)), best])
        else:
            best = np.searchsorted(model.classes_, model.predict(some))
        found.append(best)
    return names.take(pa.array(np.concatenate(found))), np.concatenate(sure) if probable else None

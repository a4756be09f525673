"""Sorting by small whole numbers: counting sort, linear in the number of rows and stable."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled

Ints = NDArray[Any]
"""Whole numbers, int32 or int64."""


def starts(keys: Ints, size: int) -> NDArray[np.int64]:
    """Where the rows of each key begin once they are sorted; one more at the end.

    Args:
        keys: Shape (rows,), from 0 to below `size`.
        size: Number of keys.

    Returns:
        Shape (size + 1,).
    """
    found = np.zeros(size + 1, np.int64)
    _count(keys, found)
    return np.cumsum(found, out=found)


def order_by(keys: Ints, size: int) -> NDArray[np.int64]:
    """Rows in the order of their keys, equal ones as they came; arguments as for `starts`."""
    order = np.empty(len(keys), np.int64)
    _place(keys, starts(keys, size), order)
    return order


@compiled
def _count(keys: Ints, found: NDArray[np.int64]) -> None:
    for key in keys:
        found[key + 1] += 1


@compiled
def _place(keys: Ints, begin: NDArray[np.int64], order: NDArray[np.int64]) -> None:
    for row in range(len(keys)):
        key = keys[row]
        order[begin[key]] = row
        begin[key] += 1

"""Texts of Arrow as bytes and offsets, some at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

CHUNK = 1 << 18
"""Bytes of texts treated at a time (a longer text is one chunk): they and their codes stay in the cache."""


def raw(texts: pa.Array) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Bytes of texts, and where each begins and the last ends ([texts + 1]); an empty value is an empty text.

    Raises:
        TypeError: They are no texts.
    """
    kind = texts.type
    if pa.types.is_null(kind):
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise TypeError(f"texts are {kind}; give an Arrow array of string or large_string")
    if texts.null_count:
        texts = pc.fill_null(texts, "")
    _, where, what = texts.buffers()
    if where is None or not len(texts):
        return np.zeros(0, np.uint8), np.zeros(len(texts) + 1, np.int64)
    width = np.int64 if pa.types.is_large_string(kind) else np.int32
    offsets = np.frombuffer(where, width)[texts.offset : texts.offset + len(texts) + 1]
    data = np.frombuffer(what, np.uint8) if what is not None else np.zeros(0, np.uint8)
    return data, offsets.astype(np.int64)


def chunks(offsets: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """First and last (not included) of texts that have about CHUNK bytes together."""
    first, count = 0, offsets.size - 1
    while first < count:
        end = int(np.searchsorted(offsets, offsets[first] + CHUNK, "right")) - 1
        end = min(max(end, first + 1), count)
        yield first, end
        first = end

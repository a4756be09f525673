"""Chance as a pure function of a pixel's place: any window of any scene gives the same ground and sky."""

from __future__ import annotations

from hashlib import blake2s

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float32]


def key(seed: int, *names: object) -> int:
    """A 32-bit number for a seed and a name, the same on every machine."""
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(blake2s(text.encode(), digest_size=4).digest(), "little")


def unit(seed: int, *names: object) -> float:
    """A number in [0, 1) for a seed and a name."""
    return key(seed, *names) / 2**32


def mix(x: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Scramble 32-bit numbers in place, one to one (C. Wellons, lowbias32)."""
    x ^= x >> np.uint32(16)
    x *= np.uint32(0x7FEB352D)
    x ^= x >> np.uint32(15)
    x *= np.uint32(0x846CA68B)
    x ^= x >> np.uint32(16)
    return x


def grains(rows: Ints, columns: Ints, k: int) -> NDArray[np.uint32]:
    """Independent 32-bit numbers, rows × columns; rows and columns are counted on the whole zone's grid."""
    r, c = (np.asarray(v, np.int64).astype(np.uint32) for v in (rows, columns))
    r, c = mix(r ^ np.uint32(k)), mix(c + np.uint32(0x9E3779B9 ^ k))
    return mix(r[:, None] + (c * np.uint32(0x85EBCA77))[None, :])


def hills(rows: Ints, columns: Ints, k: int, spacing: int) -> Floats:
    """A smooth field in [0, 1], rows × columns: grains `spacing` pixels apart, joined by smooth steps."""
    i, wi = _cells(rows, spacing)
    j, wj = _cells(columns, spacing)
    peaks = (grains(np.arange(i.min(), i.max() + 2), np.arange(j.min(), j.max() + 2), k) / 2**32).astype("f4")
    i, j = i - i.min(), j - j.min()
    across = peaks[i] + (peaks[i + 1] - peaks[i]) * wi[:, None]
    return np.asarray(across[:, j] + (across[:, j + 1] - across[:, j]) * wj, np.float32)


def _cells(places: Ints, spacing: int) -> tuple[Ints, Floats]:
    cell, rest = np.divmod(places, spacing)
    w = (rest / spacing).astype(np.float32)
    return cell, w * w * (3 - 2 * w)

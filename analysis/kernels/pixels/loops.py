"""The compiled loops over pixels: one that classifies and computes, one that adds up by area."""
# ruff: noqa: PLR0913, PLR0917 (flat arrays and one pass are what a compiled loop is)

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled, on_vectors

# Said again here, since numba compiles anew when this file changes and looks at no other; a test holds them equal.
_CAUSE = 202
_FILL, _CLOUD, _DILATED, _CIRRUS, _SHADOW, _SNOW, _WATER, _SATURATED, _RANGE, _UNDEFINED = (
    np.uint16(_CAUSE + n) for n in range(1, 11)
)
_ELSEWHERE, _LAST, _USABLE, _CODES = np.uint16(_CAUSE + 11), np.uint16(_CAUSE - 1), np.uint16(0), _CAUSE + 12
_BINS, _ABOVE, _LARGEST = np.float32(_CAUSE - 2), np.float32(_CAUSE - 1), np.float32(1000)
_CLOUD_BIT, _DILATED_BIT, _CIRRUS_BIT, _SHADOW_BIT, _SNOW_BIT, _WATER_BIT, _FILL_BIT, _NONE = (
    np.uint16(bit) for bit in (8, 2, 4, 16, 32, 128, 1, 0)
)
_UNITS, _MOMENT_BITS, _WHAT_BITS = 2.0**30, 24, 10  # as in sums.py
_ONE, _ZERO = np.float32(1), np.float32(0)


@on_vectors
def classify(
    one: NDArray[np.uint16],
    two: NDArray[np.uint16],
    three: NDArray[np.uint16],
    qa: NDArray[np.uint16],
    radsat: NDArray[np.uint16],
    k: NDArray[np.float64],
    bits: NDArray[np.uint16],
    value: NDArray[np.float32],
    code: NDArray[np.uint16],
) -> None:
    """Index and code (`classes.py`) of each pixel of a tile, without branches, so that it runs on vectors.

    Args:
        one: Digital numbers of the formula's first band; [pixels].
        two: Those of the second.
        three: Those of the third; the second's again where the formula has two.
        qa: QA_PIXEL.
        radsat: QA_RADSAT.
        k: Coefficients of digital numbers above and below; [2, 4].
        bits: Bits of QA_PIXEL that are no loss here are zero, bits of QA_RADSAT that count, lowest and highest
            digital number that is wanted; [4].
        value: To be filled with the index; 0 where the pixel is not usable.
        code: To be filled with the codes.
    """
    a0, a1, a2, a3 = np.float32(k[0, 0]), np.float32(k[0, 1]), np.float32(k[0, 2]), np.float32(k[0, 3])
    b0, b1, b2, b3 = np.float32(k[1, 0]), np.float32(k[1, 1]), np.float32(k[1, 2]), np.float32(k[1, 3])
    kept, saturating, low, high = bits[0], bits[1], bits[2], bits[3]
    half = _BINS / np.float32(2)
    # 16-bit numbers only, said at every step, so that a vector holds 32 of them: numba widens what `&` gives.
    for i in range(one.size):
        q, least, most = np.uint16(qa[i] & kept), min(one[i], two[i], three[i]), max(one[i], two[i], three[i])
        cause = _USABLE  # the last assignment wins: the order of precedence from its end
        cause = _RANGE if (least < low) | (most > high) else cause
        cause = _SATURATED if np.uint16(radsat[i] & saturating) != _NONE else cause
        cause = _WATER if np.uint16(q & _WATER_BIT) != _NONE else cause
        cause = _SNOW if np.uint16(q & _SNOW_BIT) != _NONE else cause
        cause = _SHADOW if np.uint16(q & _SHADOW_BIT) != _NONE else cause
        cause = _CIRRUS if np.uint16(q & _CIRRUS_BIT) != _NONE else cause
        cause = _DILATED if np.uint16(q & _DILATED_BIT) != _NONE else cause
        cause = _CLOUD if np.uint16(q & _CLOUD_BIT) != _NONE else cause
        cause = _FILL if (np.uint16(q & _FILL_BIT) != _NONE) | (least == _NONE) else cause
        code[i] = cause
    for i in range(one.size):
        x, y, z = np.float32(one[i]), np.float32(two[i]), np.float32(three[i])
        index = (a0 + a1 * x + a2 * y + a3 * z) / (b0 + b1 * x + b2 * y + b3 * z)
        fine = abs(index) <= _LARGEST  # neither infinite nor NaN, whose comparisons are all false
        index = index if fine else _ZERO
        place = (index + _ONE) * half + _ONE
        place = place if place > _ZERO else _ZERO
        place = min(place, _BINS) if index <= _ONE else _ABOVE
        found = np.uint16(np.int32(place)) if fine else _UNDEFINED
        found = found if code[i] == _USABLE else code[i]
        code[i] = found
        value[i] = index if found <= _LAST else _ZERO


@compiled
def cut(
    code: NDArray[np.uint16], value: NDArray[np.float32], width: int, planes: NDArray[np.float64]
) -> None:
    """Leave out pixels that another scene of the same pass gives.

    Args:
        code: Codes of a tile; a pixel that is left out gets ELSEWHERE. [pixels]
        value: Index of each; 0 where it is left out.
        width: Pixels in a row.
        planes: A pixel is left out where p0 + p1 · column + p2 · row > 0 for any of these; [planes, 3].
    """
    for p in range(planes.shape[0]):
        for i in range(code.size):
            if planes[p, 0] + planes[p, 1] * (i % width + 0.5) + planes[p, 2] * (i // width + 0.5) > 0:
                code[i], value[i] = _ELSEWHERE, _ZERO


@compiled
def _add_up(
    code: NDArray[np.uint16],
    value: NDArray[np.float32],
    starts: NDArray[np.uint16],
    lengths: NDArray[np.uint16],
    borders: NDArray[np.uint16],
    weights: NDArray[np.float32],
    whole: NDArray[np.int64],
    partly: NDArray[np.float64],
    touched: NDArray[np.int64],
    sums: NDArray[np.float64],
) -> None:
    """Weights by code and sums of an index over the pixels of one area in one tile, in the order given.

    Args:
        code: Code of each pixel of the tile; [pixels].
        value: Index of each, 0 where not usable.
        starts: First pixel of each run of pixels that lie wholly in the area.
        lengths: Pixels of each run.
        borders: Pixels that lie partly in it.
        weights: Share of each that does.
        whole: To be filled with the number of whole pixels by code; [codes].
        partly: To be filled with the weights of border pixels by code; [codes].
        touched: To be filled with the number of usable pixels, whole or not; [1].
        sums: To be filled with Σ w x and Σ w x²; [2].
    """
    whole[:] = 0
    partly[:] = 0.0
    total = squares = 0.0
    for r in range(starts.size):
        begin = np.int64(starts[r])
        for i in range(begin, begin + np.int64(lengths[r])):
            whole[code[i]] += 1
            x = np.float64(value[i])
            total += x
            squares += x * x
    count = 0
    for b in range(borders.size):
        at = np.int64(borders[b])
        w, x = np.float64(weights[b]), np.float64(value[at])
        partly[code[at]] += w
        count += code[at] <= _LAST
        total += w * x
        squares += w * (x * x)
    for n in range(_LAST + 1):
        count += whole[n]
    touched[0] = count
    sums[0], sums[1] = total, squares


@compiled
def tally(
    code: NDArray[np.uint16],
    value: NDArray[np.float32],
    areas: NDArray[np.int32],
    runs: NDArray[np.int32],
    starts: NDArray[np.uint16],
    lengths: NDArray[np.uint16],
    edges: NDArray[np.int32],
    borders: NDArray[np.uint16],
    weights: NDArray[np.float32],
    histogram: bool,
    cell: int,
    scene: int,
    keys: NDArray[np.int64],
    amounts: NDArray[np.int64],
) -> int:
    """Rows (key, amount) of all areas of a tile; those of amount 0 are left out.

    Args:
        code: Code of each pixel of the tile; [pixels].
        value: Index of each, 0 where not usable.
        areas: See `coverage.Cover`, as are the next six.
        runs: Where each area's runs begin.
        starts: First pixel of each run.
        lengths: Pixels of each run.
        edges: Where each area's border pixels begin.
        borders: Border pixels.
        weights: Share of each.
        histogram: Whether rows of bins are wanted.
        cell: Moment of the period and sensor.
        scene: Moment of the scene.
        keys: To be filled with keys (`sums.split`).
        amounts: To be filled with amounts in units of 2⁻³⁰; that of touched pixels counts whole ones.

    Returns:
        Number of rows.
    """
    whole, partly = np.zeros(_CODES, np.int64), np.zeros(_CODES)
    touched, sums = np.zeros(1, np.int64), np.zeros(2)
    used = 0
    for a in range(areas.size):
        r, e = slice(runs[a], runs[a + 1]), slice(edges[a], edges[a + 1])
        _add_up(code, value, starts[r], lengths[r], borders[e], weights[e], whole, partly, touched, sums)
        usable = np.int64(0)
        pooled = (np.int64(areas[a]) << _MOMENT_BITS | cell) << _WHAT_BITS
        alone = (np.int64(areas[a]) << _MOMENT_BITS | scene) << _WHAT_BITS
        for n in range(_CODES):
            found = np.int64(whole[n] << 30) + np.int64(np.rint(partly[n] * _UNITS))
            if n <= _LAST:
                usable = usable + found
            if found and (histogram or n > _LAST):
                keys[used] = (pooled if n <= _LAST or n == _ELSEWHERE else alone) | n
                amounts[used] = found
                used += 1
        if usable:
            keys[used], amounts[used] = alone | _CODES, usable
            keys[used + 1], amounts[used + 1] = alone | _CODES + 1, np.int64(np.rint(sums[0] * _UNITS))
            keys[used + 2], amounts[used + 2] = pooled | _CODES + 2, np.int64(np.rint(sums[1] * _UNITS))
            keys[used + 3], amounts[used + 3] = pooled | _CODES + 3, touched[0]
            used += 4
    return used

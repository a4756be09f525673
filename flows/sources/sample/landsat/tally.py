"""Counts of a scene's pixels, taken from the arrays before they are packed and before any damage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.landsat.pixels import Numbers, Pixels
from flows.sources.sample.landsat.plan import Product
from flows.sources.sample.landsat.sensors import OFFSET, SCALE

BITS = {
    "fill": 0, "dilated_cloud": 1, "cirrus": 2, "cloud": 3, "cloud_shadow": 4, "snow": 5, "clear_bit": 6, "water": 7,
}  # fmt: skip
"""Bits of QA_PIXEL."""
COUNTS = ("pixels", *BITS, "saturated", "zero_sr", "clear_water", "usable")


@dataclass
class Tally:
    """Sums over pixels of a scene, or of an area in a scene."""

    counts: dict[str, int]
    """By name; `wording.MEANING` says what each is."""
    ndvi_sum: float = 0.0
    """Sum of NDVI over usable pixels, from digital numbers."""
    ndvi_squares: float = 0.0
    """Sum of its squares."""

    def add(self, other: Tally) -> None:
        """Take in another window's sums."""
        for name in COUNTS:
            self.counts[name] += other.counts[name]
        self.ndvi_sum += other.ndvi_sum
        self.ndvi_squares += other.ndvi_squares


def empty() -> Tally:
    """No pixels."""
    return Tally(dict.fromkeys(COUNTS, 0))


def tally(product: Product, made: Pixels, inside: NDArray[np.bool_] | None = None) -> Tally:
    """Count the pixels of a window, or those of an area in it."""

    def chosen(numbers: Numbers) -> Numbers:
        return numbers.ravel() if inside is None else numbers[inside]

    qa, radsat = chosen(made.qa_pixel), chosen(made.qa_radsat)
    red, nir = chosen(made.bands["red"]), chosen(made.bands["nir"])
    full = (radsat & sum(1 << (product.sensor.bands[band] - 1) for band in ("red", "nir"))) != 0
    zero = (red == 0) | (nir == 0)
    clear, water = (qa & 0x3F) == 0, (qa & 0x80) != 0
    usable = clear & ~water & ~full & ~zero
    counts = {name: int(np.count_nonzero(qa & (1 << bit))) for name, bit in BITS.items()}
    r, n = (numbers[usable].astype(np.float64) * SCALE + OFFSET for numbers in (red, nir))
    ndvi = (n - r) / (n + r)
    counts |= {
        "pixels": qa.size,
        "saturated": int(np.count_nonzero(full)),
        "zero_sr": int(np.count_nonzero(zero & ((qa & 1) == 0))),
        "clear_water": int(np.count_nonzero(clear & water)),
        "usable": ndvi.size,
    }
    return Tally(counts, float(ndvi.sum()), float((ndvi * ndvi).sum()))

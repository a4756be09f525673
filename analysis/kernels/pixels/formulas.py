"""Indices of reflectance as a table: a line each, all through one loop.

Every index here is a ratio of two linear functions of at most three bands. Reflectance is linear in the digital
number, and so is harmonisation: all of it folds into eight coefficients of digital numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.pixels.classes import OFFSET, SCALE
from schemas.landsat import BANDS

Index = Literal["ndvi", "evi", "savi", "ndbi", "mndwi", "nbr"]
Harmonisation = Literal["none", "roy_ols", "roy_rma"]


@dataclass(frozen=True)
class Formula:
    """(n0 + n · bands) / (d0 + d · bands), in reflectance."""

    bands: tuple[str, ...]
    """Common names of the bands, two or three."""
    above: tuple[float, ...]
    """n0, then a coefficient for each band."""
    below: tuple[float, ...]
    """d0, then a coefficient for each band."""
    source: str
    """Where it was published."""


FORMULAS: dict[Index, Formula] = {
    "ndvi": Formula(("nir", "red"), (0, 1, -1), (0, 1, 1), "Rouse et al. 1974"),
    "evi": Formula(("nir", "red", "blue"), (0, 2.5, -2.5, 0), (1, 1, 6, -7.5), "Huete et al. 2002"),
    "savi": Formula(("nir", "red"), (0, 1.5, -1.5), (0.5, 1, 1), "Huete 1988, L = 0.5"),
    "ndbi": Formula(("swir1", "nir"), (0, 1, -1), (0, 1, 1), "Zha, Gao and Ni 2003"),
    "mndwi": Formula(("green", "swir1"), (0, 1, -1), (0, 1, 1), "Xu 2006"),
    "nbr": Formula(("nir", "swir2"), (0, 1, -1), (0, 1, 1), "Key and Benson 2006"),
}

# Roy et al. 2016 (Remote Sensing of Environment 185, 57-70), table 2, surface reflectance: OLI = a + b · ETM+,
# blue to swir2. Fitted on ETM+ over the United States before Collection 2; TM is taken to be as ETM+.
ROY: dict[str, tuple[tuple[float, float], ...]] = {
    "roy_ols": (
        (0.0003, 0.8474), (0.0088, 0.8483), (0.0061, 0.9047), (0.0412, 0.8462), (0.0254, 0.8937), (0.0172, 0.9071),
    ),
    "roy_rma": (
        (-0.0095, 0.9785), (-0.0016, 0.9542), (-0.0022, 0.9825), (-0.0021, 1.0073), (-0.0030, 1.0171), (0.0029, 0.9949),
    ),
}  # fmt: skip
ORDER = tuple(band.name for band in BANDS)
RADSAT_BITS = {
    "oli-tirs": dict(zip(ORDER, (1, 2, 3, 4, 5, 6), strict=True)),
    "etm": dict(zip(ORDER, (0, 1, 2, 3, 4, 6), strict=True)),
    "tm": dict(zip(ORDER, (0, 1, 2, 3, 4, 6), strict=True)),
}
"""Bit of QA_RADSAT for each band: the number of the sensor's band, minus one."""
SENSORS = tuple(RADSAT_BITS)


def check(index: str, harmonise: str) -> None:
    """Test names.

    Raises:
        ValueError: An unknown index or harmonisation.
    """
    if index not in FORMULAS:
        raise ValueError(f"index is '{index}'; choose from {', '.join(FORMULAS)}")
    if harmonise not in get_args(Harmonisation):
        raise ValueError(f"harmonise is '{harmonise}'; choose from {', '.join(get_args(Harmonisation))}")


def reflectance(band: str, sensor: str, harmonise: Harmonisation) -> tuple[float, float]:
    """Offset and slope from a band's digital number to its reflectance, as OLI would see it if asked for."""
    a, b = (0.0, 1.0) if harmonise == "none" or sensor == "oli-tirs" else ROY[harmonise][ORDER.index(band)]
    return a + b * OFFSET, b * SCALE


def coefficients(index: Index, sensor: str, harmonise: Harmonisation) -> NDArray[np.float64]:
    """The eight coefficients of digital numbers: above, then below, of 1 and of three bands; [2, 4].

    Both sides are divided by SCALE, which leaves the ratio as it is and makes most coefficients whole numbers.
    """
    formula = FORMULAS[index]
    lines = [reflectance(band, sensor, harmonise) for band in formula.bands]
    return np.array([_folded(side, lines) for side in (formula.above, formula.below)]) / SCALE


def _folded(side: Sequence[float], lines: Sequence[tuple[float, float]]) -> list[float]:
    """Coefficients of reflectances to coefficients of digital numbers; a band that is not there has 0."""
    constant = side[0] + sum(k * offset for k, (offset, _) in zip(side[1:], lines, strict=True))
    slopes = [k * slope for k, (_, slope) in zip(side[1:], lines, strict=True)]
    return [constant, *slopes, *([0.0] * (3 - len(slopes)))]


def radsat_mask(index: Index, sensor: str) -> int:
    """Bits of QA_RADSAT that say that a band of the index is saturated."""
    return sum(1 << RADSAT_BITS[sensor][band] for band in FORMULAS[index].bands)

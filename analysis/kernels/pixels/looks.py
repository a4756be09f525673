"""What one scene says of a tile's pixels: an index where the pixel is usable, NaN elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.compiled import compiled
from analysis.kernels.pixels import classes as c
from analysis.kernels.pixels.composite import Floats, Look
from analysis.kernels.pixels.formulas import FORMULAS, Harmonisation, Index, coefficients, radsat_mask

Numbers = NDArray[np.uint16]
QUALITY = ("qa_pixel", "qa_radsat")
NOT_USABLE = c.FILL_BIT | c.CLOUD_BIT | c.DILATED_BIT | c.CIRRUS_BIT | c.SHADOW_BIT | c.SNOW_BIT
_ABOVE = np.uint16(
    201
)  # as in classes.py, said again for the compiled loop: see tests/analysis/test_compiled.py


def needs(index: Index) -> tuple[str, ...]:
    """Bands that must be read for an index."""
    return (*FORMULAS[index].bands, *QUALITY)


def look(
    bands: Mapping[str, Numbers],
    sensor: str,
    index: Index,
    harmonise: Harmonisation = "none",
    water: bool = False,
    physical: bool = False,
) -> Look:
    """The index of a scene, worked out for the pixels that are asked for.

    Args:
        bands: Digital numbers of the tile by band, those of `needs`.
        sensor: `oli-tirs`, `etm` or `tm`.
        index: The index.
        harmonise: How older sensors are brought to OLI's bands.
        water: Whether water is usable.
        physical: Whether only reflectances from 0 to 1 are usable.
    """
    kept = NOT_USABLE | (0 if water else c.WATER_BIT)
    low, high = c.PHYSICAL if physical else (1, 65535)
    bits = np.array([kept, radsat_mask(index, sensor), low, high], np.uint16)
    one, two, *three = FORMULAS[index].bands
    chosen = [bands[name] for name in (one, two, three[0] if three else two, *QUALITY)]
    return partial(_some, chosen, coefficients(index, sensor, harmonise), bits)


def _some(bands: list[Numbers], k: NDArray[np.float64], bits: Numbers, part: slice) -> Floats:
    from analysis.kernels.pixels.loops import classify

    one, two, three, qa, radsat = (band[part] for band in bands)
    value, code = np.empty(one.size, np.float32), np.empty(one.size, np.uint16)
    classify(one, two, three, qa, radsat, k, bits, value, code)
    _blank(code, value)
    return value


@compiled
def _blank(code: Numbers, value: Floats) -> None:
    """NaN where a pixel is not usable, whatever the reason."""
    for i in range(code.size):
        value[i] = value[i] if code[i] <= _ABOVE else np.nan

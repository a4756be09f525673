"""What hides the ground: clouds, their shadows, cirrus, the rim, scan-line gaps; and QA_PIXEL of it all."""

from __future__ import annotations

from datetime import date
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.landsat.ground import Window, lake, snow
from flows.sources.sample.landsat.noise import Floats, grains, hills, key, unit
from flows.sources.sample.landsat.plan import SLANT, Product, Scale

CLEAR, WATER, DILATED, CLOUD, CIRRUS, CIRRUS_CLOUD, SHADOW, SHADOW_DILATED, SNOW, FILL = range(10)
Classes = NDArray[np.uint8]

_LOW = 1 << 8 | 1 << 10 | 1 << 12
"""Confidence of cloud, shadow, snow: low."""
_QA = {
    CLEAR: 1 << 6 | _LOW,
    WATER: 1 << 6 | 1 << 7 | _LOW,
    DILATED: 1 << 1 | _LOW,
    CLOUD: 1 << 3 | 3 << 8 | 1 << 10 | 1 << 12,
    CIRRUS: 1 << 2 | 1 << 6 | _LOW,
    CIRRUS_CLOUD: 1 << 2 | 1 << 3 | 3 << 8 | 1 << 10 | 1 << 12,
    # Bit 6 says no more than "neither cloud nor dilated cloud": it is set on shadow and snow, as in real scenes.
    SHADOW: 1 << 4 | 1 << 6 | 1 << 8 | 3 << 10 | 1 << 12,
    SHADOW_DILATED: 1 << 1 | 1 << 4 | 1 << 8 | 3 << 10 | 1 << 12,
    SNOW: 1 << 5 | 1 << 6 | 1 << 8 | 1 << 10 | 3 << 12,
    FILL: 1,
}
COVERS = (0.05, 0.35, 0.01, 0.55, 0.15, 0.25, 0.9)
"""Shares of cloud that the days are given in turn, by chance."""
GAP_PERIOD, GAP_WIDTH = 33, 14
"""Scan-line gaps: rows from one to the next, and rows lost at the edge of the swath; none at its middle."""
SWATH = 0.44
"""Half the swath, and half the scene along the track, as a share of the scene's width and height."""


def qa_table(oli: bool) -> NDArray[np.uint16]:
    """QA_PIXEL by class; bits 14 and 15, confidence of cirrus, are OLI's only; so is bit 6 on water."""
    table = np.zeros(10, np.uint16)
    for kind, bits in _QA.items():
        cirrus = 3 << 14 if kind in (CIRRUS, CIRRUS_CLOUD) else 1 << 14
        table[kind] = bits | (cirrus if oli and kind != FILL else 0)
    if not oli:
        table[WATER] &= ~np.uint16(1 << 6)
    return table


def cover(day: date, seed: int) -> float:
    """Share of cloud that a day is meant to have."""
    return COVERS[int(unit(seed, "cover", day) * len(COVERS))]


def clouds(where: Window, day: date, seed: int, down: int = 0) -> Floats:
    """How thick the cloud is, about 0.5 ± 0.13; the same for all scenes of a day; `down` moves it."""
    rows, columns = where.rows - down, where.columns - down
    wide = hills(rows, columns, key(seed, "cloud", day), 96)
    return np.asarray(0.75 * wide + 0.25 * hills(rows, columns, key(seed, "puff", day), 24), np.float32)


def classes(scale: Scale, product: Product, where: Window, seed: int) -> tuple[Classes, Floats]:
    """(class of each pixel, thickness of cloud)."""
    day = product.day
    thick = clouds(where, day, seed)
    edge = 0.5 - 0.135 * NormalDist().inv_cdf(cover(day, seed))
    found = np.where(lake(scale, where), WATER, CLEAR).astype(np.uint8)
    found[snow(scale, where, day) & (found == CLEAR)] = SNOW
    dilated, cloud = thick > edge - 0.02, thick > edge
    if product.sensor.oli:
        high = hills(where.rows, where.columns, key(seed, "cirrus", day), 128) > 0.9
        found[high] = CIRRUS
        found[dilated] = DILATED
        found[cloud] = np.where(high[cloud], CIRRUS_CLOUD, CLOUD)
    else:
        found[dilated] = DILATED
        found[cloud] = CLOUD
    dark = (clouds(where, day, seed, down=18) > edge) & ~cloud & (found != WATER)
    found[dark] = np.where(dilated[dark], SHADOW_DILATED, SHADOW)
    found[~seen(product, where, seed)] = FILL
    return found, thick


def seen(product: Product, where: Window, seed: int) -> NDArray[np.bool_]:
    """Pixels within the slanted footprint and off the scan-line gaps."""
    place = product.place
    down = (where.rows - place.row_0).astype(np.float64)[:, None]
    across = (where.columns - place.track_column).astype(np.float64)[None, :] + SLANT * down
    middle = place.column_0 + place.width / 2 - place.track_column + SLANT * place.height / 2
    along = down - place.height / 2 - SLANT * (across - middle)
    ragged = 3 * unit(seed, "rim", product.day)
    inside = (np.abs(across) < SWATH * place.width + ragged) & (np.abs(along) < SWATH * place.height)
    if product.gaps:
        start = GAP_PERIOD * unit(seed, "gap", product.day)
        stripe = where.rows.astype(np.float64)[:, None] - SLANT * (where.columns - 15949.0)[None, :]
        inside &= np.mod(stripe + start, GAP_PERIOD) >= GAP_WIDTH * np.abs(across) / (SWATH * place.width)
    return np.asarray(inside)


def specks(where: Window, product: Product, seed: int) -> NDArray[np.uint32]:
    """Chance of each pixel: noise, saturation, lone failures."""
    return grains(where.rows, where.columns, key(seed, "speck", product.day, product.sensor.satellite))

"""Digital numbers of a window: ground, seen through the sky by an instrument."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.landsat import sky
from flows.sources.sample.landsat.ground import Window, ndvi, reflectance
from flows.sources.sample.landsat.noise import Floats
from flows.sources.sample.landsat.plan import Product, Scale
from flows.sources.sample.landsat.sensors import OFFSET, SCALE, line

Numbers = NDArray[np.uint16]
NOISE_STEP = 0.0008
"""Noise of red and near infrared: the sum of two even chances of −3.5 … 3.5 of these; sd 0.0026."""
WATER = {"blue": 0.05, "green": 0.04, "red": 0.02, "nir": 0.008, "swir1": 0.004, "swir2": 0.003}
SNOW = {"blue": 0.85, "green": 0.84, "red": 0.82, "nir": 0.75, "swir1": 0.15, "swir2": 0.10}
SATURATED_ONE_IN, DROPPED_ONE_IN, LEFT_ONE_IN = 2048, 8192, 4
"""Chances: a pixel is saturated in red or near infrared; its SR is 0 though QA says clear; SR is left on fill's rim."""


@dataclass(frozen=True)
class Pixels:
    """What is written of a window."""

    bands: dict[str, Numbers]
    """Digital numbers by band, rows × columns."""
    qa_pixel: Numbers
    """Quality bits."""
    qa_radsat: Numbers
    """Saturation bits: band n is bit n − 1."""


def pixels(scale: Scale, product: Product, where: Window, seed: int) -> Pixels:
    """Make a window of a scene."""
    found, thick = sky.classes(scale, product, where, seed)
    chance = sky.specks(where, product, seed)
    green = ndvi(scale, where, product.day, seed)
    qa_pixel = sky.qa_table(product.sensor.oli)[found]
    fill = found == sky.FILL
    dropped = (chance >> np.uint32(12)) % DROPPED_ONE_IN == 1
    blank = dropped | (fill & ~_left(fill, chance))
    bare = (found != sky.CLOUD) & (found != sky.CIRRUS_CLOUD)
    bands = {}
    for band in scale.bands:
        seen = _seen(band, found, thick, reflectance(band, green))
        seen[bare] += _noise(band, chance[bare])
        a, b = line(product.sensor, band)
        seen = _quirk(product, band, (seen - np.float32(a)) / np.float32(b))
        numbers = np.rint((seen.astype(np.float64) - OFFSET) / SCALE)
        bands[band] = np.clip(numbers, 1, 65535).astype(np.uint16)
        bands[band][blank] = 0
    return Pixels(bands, qa_pixel, _saturate(product, bands, chance, fill | dropped))


def _left(fill: NDArray[np.bool_], chance: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Fill beside seen pixels of its row on which SR keeps a value, as some have in real scenes."""
    beside = np.zeros_like(fill)
    beside[:, 1:] |= ~fill[:, :-1]
    beside[:, :-1] |= ~fill[:, 1:]
    return np.asarray(beside & (chance % LEFT_ONE_IN == 0))


def _seen(band: str, found: sky.Classes, thick: Floats, ground: Floats) -> Floats:
    """Reflectance through the sky: bright under cloud, dark in shadow."""
    seen = ground.copy()
    for kind, mirror in ((sky.WATER, WATER), (sky.SNOW, SNOW)):
        seen[found == kind] = mirror[band]
    cloudy = (found == sky.CLOUD) | (found == sky.CIRRUS_CLOUD)
    seen[cloudy] = np.rint((0.25 + 0.5 * thick[cloudy]) * 128) / 128 + (0.02 if band == "nir" else 0.0)
    hazy = found == sky.DILATED
    seen[hazy] = 0.4 * ground[hazy] + 0.2
    seen[found == sky.CIRRUS] += 0.06
    seen[(found == sky.SHADOW) | (found == sky.SHADOW_DILATED)] *= 0.3
    return seen


def _noise(band: str, chance: NDArray[np.uint32]) -> Floats | float:
    """Noise of a pixel in the bands of NDVI; the others have none, so that they pack well."""
    if band not in ("red", "nir"):
        return 0.0
    at = np.uint32(0 if band == "red" else 6)
    twice = ((chance >> at) & np.uint32(7)) + ((chance >> (at + np.uint32(3))) & np.uint32(7))
    return np.asarray((twice.astype(np.float32) - 7) * np.float32(NOISE_STEP), np.float32)


def _quirk(product: Product, band: str, seen: Floats) -> Floats:
    """Other values of an older processing and of a scene in real time."""
    if product.quirk == "older" and band == "nir":
        return seen + np.float32(0.03)
    if product.quirk == "biased" and band == "red":
        return seen + np.float32(0.02)
    return seen


def _saturate(
    product: Product, bands: dict[str, Numbers], chance: NDArray[np.uint32], spared: NDArray[np.bool_]
) -> Numbers:
    """QA_RADSAT; saturated pixels get the highest number, as the detector has no more to say."""
    bits = np.zeros(chance.shape, np.uint16)
    for rest, band in ((5, "red"), (6, "nir")):
        full = ((chance >> np.uint32(12)) % (2 * SATURATED_ONE_IN) == rest) & ~spared
        bands[band][full] = 65535
        bits[full] |= 1 << (product.sensor.bands[band] - 1)
    return bits

"""What lies on the ground: which area a pixel belongs to, its NDVI on a day, its reflectance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from flows.sources.sample.landsat.areas import PEAK_DAY, YEAR_DAYS, Area, areas, place_of, projected
from flows.sources.sample.landsat.noise import Floats, Ints, hills, key
from flows.sources.sample.landsat.plan import PIXEL_M, Footprint, Scale, main_place

BARE_NDVI = 0.08
LAKE = (0.47, 0.68, 0.06, 0.05)
"""Middle and half axes of the lake, in fractions of the main footprint."""
SNOW = (0.74, 0.17, 0.09)
"""Middle and radius of the snow, in fractions of the main footprint; it lies in spring only."""


@dataclass(frozen=True)
class Window:
    """Some rows of a scene, on the grid of its zone."""

    place: Footprint
    """The scene's place."""
    rows: Ints
    """Rows of the zone's grid."""
    columns: Ints
    """Columns of the zone's grid."""


def window(place: Footprint, first: int, stop: int, shift: int = 0) -> Window:
    """Rows first … stop − 1 of a scene; `shift` pixels off to the south-east where its geometry is bad."""
    rows = np.arange(place.row_0 + first, place.row_0 + stop) + shift
    return Window(place, rows, np.arange(place.column_0, place.column_0 + place.width) + shift)


def members(area: Area, scale: Scale, where: Window, touched: bool = False) -> NDArray[np.bool_] | None:
    """Pixels of a window whose centre lies in an area, or that it touches; None where there are none."""
    from rasterio import Affine
    from rasterio.features import rasterize

    place = place_of(area, scale)
    if place.epsg != where.place.epsg:
        return None
    xs = [x for rings in area.parts for x, _ in rings[0]]
    ys = [y for rings in area.parts for _, y in rings[0]]
    c0, c1 = (place.column_0 + v * place.width for v in (min(xs), max(xs)))
    r0, r1 = (place.row_0 + v * place.height for v in (min(ys), max(ys)))
    if not (c0 - 1 < where.columns[-1] and c1 > where.columns[0] - 1):
        return None
    if not (r0 - 1 < where.rows[-1] and r1 > where.rows[0] - 1):
        return None
    x, y = int(where.columns[0]) * PIXEL_M + 15, 15 - int(where.rows[0]) * PIXEL_M
    corner = Affine(PIXEL_M, 0, x, 0, -PIXEL_M, y)
    shape = len(where.rows), len(where.columns)
    inside = rasterize([projected(area, scale)], shape, transform=corner, all_touched=touched, dtype=np.uint8)
    return np.asarray(inside, bool) if inside.any() else None


def ndvi(scale: Scale, where: Window, day: date, seed: int) -> Floats:
    """NDVI of the ground on a day without water and snow.

    The pixels that an area touches all have its NDVI, so that its mean is the same by whatever rule of the border.
    """
    patches = np.rint(64 * hills(where.rows, where.columns, key(seed, "ground"), 48)) / 64
    wave = np.cos(2 * np.pi * (day.timetuple().tm_yday - PEAK_DAY) / YEAR_DAYS)
    green: Floats = (0.25 + 0.25 * patches + 0.05 * wave).astype(np.float32)
    for area in areas(scale):
        inside = members(area, scale, where, touched=True)
        if inside is not None:
            green[inside] = area.surface(day, seed)
    return green


def lake(scale: Scale, where: Window) -> NDArray[np.bool_]:
    """Pixels of water."""
    x, y, a, b = LAKE
    across, down = _from_middle(scale, where, x, y)
    inside = (across / a) ** 2 + (down / b) ** 2 < 1
    return np.asarray(inside & (where.place.epsg == main_place(scale).epsg))


def snow(scale: Scale, where: Window, day: date) -> NDArray[np.bool_]:
    """Pixels under snow."""
    x, y, r = SNOW
    across, down = _from_middle(scale, where, x, y)
    lies = day.month < 6 and where.place.epsg == main_place(scale).epsg
    return np.asarray((across**2 + down**2 < r**2) & lies)


def _from_middle(scale: Scale, where: Window, x: float, y: float) -> tuple[Floats, Floats]:
    """Distances from a place in fractions of the main footprint: (1, columns) and (rows, 1)."""
    main = main_place(scale)
    across = (where.columns + 0.5 - main.column_0) / main.width - x
    down = (where.rows + 0.5 - main.row_0) / main.height - y
    return across[None, :].astype(np.float32), down[:, None].astype(np.float32)


def reflectance(band: str, green: Floats) -> Floats:
    """Reflectance of OLI's band over ground with that NDVI; red and near infrared have it exactly."""
    both = 0.40 + 0.05 * green
    if band == "red":
        return np.asarray(both * (1 - green) / 2, np.float32)
    if band == "nir":
        return np.asarray(both * (1 + green) / 2, np.float32)
    base, slope = {
        "blue": (0.07, -0.04), "green": (0.10, -0.04), "swir1": (0.32, -0.18), "swir2": (0.25, -0.19),
    }[band]  # fmt: skip
    return np.asarray(base + slope * green, np.float32)

"""Outlines of areas (GeoJSON) laid out for maps: one map for each region, in whole units of the drawing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import cos, radians
from typing import Any

import numpy as np
from numpy.typing import NDArray

SIDE = 480
"""Longer side of a map, in units of its drawing; outlines are as fine as these."""
INSET, FEW = 200, 3
"""That of a further map with so few areas."""
SMALL = 5
"""An area smaller than this, in both directions, is shown by a dot as well."""
MARGIN = 8
KM_PER_DEGREE = 111.32
"""Length of a degree of longitude on the equator (WGS 84); latitudes differ from it by less than 1 %."""
REGIONS_MOST = 4
COARSE = 24
"""Areas that lie apart by an empty cell of a coarse grid, so many cells a side, are of different regions."""
FAR_DEG, TINY = 3.0, 1 / 8
"""Regions have maps of their own where all of them together reach over more degrees, and each over less of these."""

Rings = list[NDArray[np.float64]]


@dataclass(frozen=True)
class Shape:
    """An area as it is drawn."""

    area_id: str
    """Its id."""
    path: str
    """Path data of SVG; rings are told inside from outside by the even-odd rule."""
    centre: tuple[float, float]
    """Middle of its largest part."""
    small: bool
    """Whether it would not be seen."""


@dataclass(frozen=True)
class Region:
    """Areas that are drawn on one map; an equirectangular projection, true to scale in its middle."""

    shapes: tuple[Shape, ...]
    """In the order of their file."""
    width: int
    """Width of the drawing."""
    height: int
    """Height of the drawing."""
    km: float
    """Kilometres a unit."""


def regions(geojson: bytes) -> tuple[Region, ...]:
    """The maps of some areas, that with most areas first.

    Args:
        geojson: Features with polygons (longitude, latitude) and a property `area_id`; others are left out.
    """
    found: dict[str, Rings] = {}
    for feature in json.loads(geojson)["features"]:
        rings = _rings(feature.get("geometry") or {})
        if rings:
            found.setdefault(str(feature["properties"]["area_id"]), []).extend(rings)
    if not found:
        return ()
    found = _unwrapped(found)
    parts = _apart(found)
    sides = (INSET if number and len(part) <= FEW else SIDE for number, part in enumerate(parts))
    return tuple(_region({n: found[n] for n in part}, side) for part, side in zip(parts, sides, strict=True))


def _rings(geometry: Mapping[str, Any]) -> Rings:
    match geometry.get("type"):
        case "Polygon":
            polygons = [geometry["coordinates"]]
        case "MultiPolygon":
            polygons = geometry["coordinates"]
        case "GeometryCollection":
            return [ring for part in geometry["geometries"] for ring in _rings(part)]
        case _:
            return []
    rings = (np.asarray([point[:2] for point in ring], float) for polygon in polygons for ring in polygon)
    return [ring for ring in rings if len(ring) > 2]


def _unwrapped(found: dict[str, Rings]) -> dict[str, Rings]:
    """Longitudes counted from the widest empty stretch, so that areas on both sides of 180° lie side by side."""
    west = np.array([min(ring[:, 0].min() for ring in rings) for rings in found.values()])
    east = np.array([max(ring[:, 0].max() for ring in rings) for rings in found.values()])
    order = np.argsort(west)
    reach = np.maximum.accumulate(east[order])
    gaps = west[order][1:] - reach[:-1]
    if not len(gaps) or gaps.max() <= west.min() + 360 - east.max():
        return found
    begin = west[order][1:][np.argmax(gaps)]
    return {
        name: [ring + ((ring[:, :1] < begin) * (360.0, 0.0)) for ring in rings]
        for name, rings in found.items()
    }


def _apart(found: Mapping[str, Rings]) -> list[list[str]]:
    """Ids of the areas of each region: one, unless its parts would be specks on a map of all."""
    from scipy.ndimage import label

    boxes = np.array([_box(rings) for rings in found.values()])
    low, high = boxes[:, :2].min(0), boxes[:, 2:].max(0)
    step = max((high - low).max(), 1e-9) / COARSE
    cells = ((boxes - np.tile(low, 2)) / step).astype(int).clip(0, COARSE - 1)
    taken: NDArray[np.bool_] = np.zeros((COARSE, COARSE), bool)
    for left, bottom, right, top in cells.tolist():
        taken[left : right + 1, bottom : top + 1] = True
    numbers, count = label(taken, np.ones((3, 3)))
    of_area = numbers[cells[:, 0], cells[:, 1]]
    parts = [np.flatnonzero(of_area == number) for number in range(1, count + 1)]
    sizes = [(boxes[p, 2:].max(0) - boxes[p, :2].min(0)).max() for p in parts]
    names = list(found)
    reach = (high - low).max()
    if not 1 < count <= REGIONS_MOST or reach < FAR_DEG or max(sizes) > TINY * reach:
        return [names]
    return [[names[i] for i in part.tolist()] for part in sorted(parts, key=lambda p: (-len(p), p[0]))]


def _box(rings: Sequence[NDArray[np.float64]]) -> tuple[float, ...]:
    """West, south, east and north end."""
    points = np.concatenate(rings)
    return (*points.min(0).tolist(), *points.max(0).tolist())


def _region(found: Mapping[str, Rings], side: int) -> Region:
    west, south, east, north = _box([ring for rings in found.values() for ring in rings])
    narrower = max(cos(radians((south + north) / 2)), 0.01)
    extent = max((east - west) * narrower, north - south, 1e-6)
    scale = np.array([narrower, -1.0]) * (side - 2 * MARGIN) / extent
    place = {
        name: [(ring - (west, north)) * scale + MARGIN for ring in rings] for name, rings in found.items()
    }
    ends = np.concatenate([ring for rings in place.values() for ring in rings]).max(0) + MARGIN
    shapes = tuple(_shape(name, rings) for name, rings in place.items())
    # room for the scale bar, however narrow the areas
    width, height = max(int(ends[0]) + 1, INSET), int(ends[1]) + 1
    return Region(shapes, width, height, KM_PER_DEGREE * extent / (side - 2 * MARGIN))


def _shape(name: str, rings: Rings) -> Shape:
    largest = max(rings, key=lambda ring: float(np.prod(np.ptp(ring, axis=0))))
    middle = (largest.min(0) + largest.max(0)) / 2
    points = np.concatenate(rings)
    small = bool((np.ptp(points, axis=0) < SMALL).all())
    return Shape(name, "".join(map(_drawn, rings)), (float(middle[0]), float(middle[1])), small)


def _drawn(ring: NDArray[np.float64]) -> str:
    """A ring as path data, to half a unit; points that fall together are one."""
    points = np.round(2 * ring) / 2
    kept = points[np.concatenate([[True], (np.diff(points, axis=0) != 0).any(1)])]
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in kept.tolist()) + "Z"

"""The areas whose greenness is planted: shapes, plans, and areas.geojson."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from math import cos, pi, sin
from typing import Any

from flows.sources.sample.landsat.noise import unit
from flows.sources.sample.landsat.plan import PIXEL_M, Footprint, Scale, main_place, south_place

Ring = list[tuple[float, float]]
ID_COLUMN = "area_id"
EPOCH = date(2010, 1, 1)
"""Day at which an area's NDVI is its baseline, season apart."""
YEAR_DAYS = 365.2425
PEAK_DAY = 196
"""Day of the year on which the season is highest: mid-July; in the south half a year later."""
ANOMALY = 0.004
"""Half range of an area's own deviation on one day (weather), in NDVI."""

NUDGE_PX = 0.17, 0.23
"""Columns and rows that all shapes are moved by, so that no border runs through the centre of a pixel."""


@dataclass(frozen=True)
class Area:
    """An area and what is planted in it."""

    area_id: str
    """Its id, as text."""
    name: str
    """What it shows."""
    parts: tuple[tuple[Ring, ...], ...]
    """Polygons, each an outer ring and its holes, in fractions of the footprint's width and height, y downwards."""
    baseline: float
    """NDVI at `EPOCH`, season apart."""
    season: float
    """Half the height of the yearly wave, in NDVI."""
    greening: float
    """Change of NDVI a year."""
    south: bool = False
    """Whether it lies in the southern footprint."""
    like: str = ""
    """Id of the area whose anomaly it shares; its own where empty."""

    def planned(self, day: date) -> float:
        """NDVI by baseline, season and greening."""
        years = (day - EPOCH).days / YEAR_DAYS
        peak = PEAK_DAY + (183 if self.south else 0)
        wave = cos(2 * pi * (day.timetuple().tm_yday - peak) / YEAR_DAYS)
        return self.baseline + self.season * wave + self.greening * years

    def surface(self, day: date, seed: int) -> float:
        """NDVI of its pixels on a day before the noise of pixels: planned and the day's anomaly."""
        return self.planned(day) + ANOMALY * (2 * unit(seed, "anomaly", self.like or self.area_id, day) - 1)


def _box(x0: float, y0: float, x1: float, y1: float) -> Ring:
    return [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]


def _round(x: float, y: float, r: float, corners: int) -> Ring:
    turns = [2 * pi * i / corners for i in range(corners)]
    ring = [(x + r * cos(t), y + r * sin(t)) for t in turns]
    return [*ring, ring[0]]


def areas(scale: Scale) -> tuple[Area, ...]:
    """The thirteen areas; twelve in the north, one in the south where the archive has that footprint."""
    tiny = 0.563 + 3.4 / scale.width, 0.402 + 2.6 / scale.height
    two = (_box(0.187, 0.402, 0.238, 0.451),), (_box(0.262, 0.411, 0.309, 0.489),)
    ring = _box(0.352, 0.373, 0.471, 0.494), _box(0.389, 0.412, 0.433, 0.455)
    north = (
        Area("01", "fields, greening", ((_box(0.182, 0.223, 0.296, 0.334),),), 0.55, 0.10, 0.006),
        Area("02", "fields, browning", ((_box(0.341, 0.186, 0.437, 0.301),),), 0.62, 0.12, -0.005),
        Area("03", "forest, no change", ((_round(0.541, 0.243, 0.051, 24),),), 0.78, 0.03, 0.0),
        Area("04", "two parts, greening", two, 0.48, 0.08, 0.004),
        Area("05", "a ring around other ground, browning", (ring,), 0.58, 0.09, -0.003),
        Area("06", "a plot of a few pixels", ((_box(0.563, 0.402, *tiny),),), 0.50, 0.05, 0.003),
        Area("07", "overlaps 08", ((_box(0.617, 0.361, 0.711, 0.452),),), 0.52, 0.11, 0.005),
        Area("08", "overlaps 07", ((_round(0.715, 0.447, 0.0467, 4),),), 0.52, 0.11, 0.005, like="07"),
        Area("09", "a shore: partly lake", ((_box(0.381, 0.583, 0.492, 0.667),),), 0.60, 0.07, 0.0),
        Area("10", "partly outside the scene", ((_box(0.803, 0.553, 1.082, 0.648),),), 0.45, 0.06, -0.004),
        Area("11", "below the snow line only in part", ((_box(0.643, 0.162, 0.757, 0.259),),), 0.40, 0.08, 0.002),
        Area("12", "seen by two rows", ((_round(0.471, 0.864, 0.044, 5),),), 0.56, 0.10, 0.008),
    )  # fmt: skip
    south = Area("13", "in the south", ((_box(0.31, 0.33, 0.62, 0.57),),), 0.50, 0.12, 0.004, south=True)
    return (*north, south) if scale.many else north


def place_of(area: Area, scale: Scale) -> Footprint:
    """The footprint that an area's fractions refer to."""
    return south_place(scale) if area.south else main_place(scale)


def projected(area: Area, scale: Scale) -> dict[str, Any]:
    """GeoJSON geometry in the projection of its footprint, in metres."""
    place = place_of(area, scale)
    (right, down), wide, high = NUDGE_PX, place.width, place.height

    def at(x: float, y: float) -> tuple[float, float]:
        return place.x_m + (x * wide + right) * PIXEL_M, place.y_m - (y * high + down) * PIXEL_M

    parts = [[[at(x, y) for x, y in ring] for ring in rings] for rings in area.parts]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def extent_m2(area: Area, scale: Scale) -> float:
    """Its size in its projection, in square metres (shoelace formula)."""
    shape = projected(area, scale)
    parts = [shape["coordinates"]] if shape["type"] == "Polygon" else shape["coordinates"]
    return sum(_ring_m2(rings[0]) - sum(map(_ring_m2, rings[1:])) for rings in parts)


def _ring_m2(ring: Ring) -> float:
    (x0, y0), pairs = ring[0], pairwise(ring)
    return abs(sum((ax - x0) * (by - y0) - (bx - x0) * (ay - y0) for (ax, ay), (bx, by) in pairs)) / 2


def geojson(scale: Scale) -> dict[str, Any]:
    """areas.geojson: longitude and latitude; `area_id` is the id, the column `id` holds other numbers."""
    from rasterio.warp import transform_geom

    features = []
    for number, area in enumerate(areas(scale)):
        epsg = place_of(area, scale).epsg
        shape = transform_geom(f"EPSG:{epsg}", "EPSG:4326", projected(area, scale), precision=10)
        known = {ID_COLUMN: area.area_id, "id": 900 - 7 * number, "name": area.name}
        features.append({"type": "Feature", "properties": known, "geometry": shape})
    return {"type": "FeatureCollection", "name": "areas", "features": features}

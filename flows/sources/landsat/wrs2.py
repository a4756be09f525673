"""The World Reference System 2: where the scenes of a path and a row lie, from the geometry of the orbit.

A circular orbit of inclination 98.2°, 233 orbits in 16 days, 248 rows an orbit, row 60 where a descending orbit
crosses the equator, path 1 there at 64.6° W (Landsat 8 (L8) Data Users Handbook, USGS, LSDS-1574, section 2).
Good to some kilometres, which is why footprints are drawn generously; scenes say themselves where they lie.
"""

from __future__ import annotations

from functools import cache
from math import asin, atan, atan2, cos, degrees, hypot, radians, sin, tan
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import shapely

INCLINATION = radians(98.2)
PATHS, ROWS = 233, 248
DAYS = 16
EQUATOR_ROW = 60
PATH_1 = -64.6
"""Longitude where path 1 crosses the equator southwards, in degrees."""
DESCENDING = (246, 247, 248, *range(1, 123))
"""Rows of the half of the orbit that is flown by day."""
ALONG_KM, ACROSS_KM = 115.0, 125.0
"""Half of a scene's length and width (about 180 × 185 km), and some 25 km more."""
KM_PER_DEGREE = 111.2
ECCENTRICITY_2 = 0.00669438
"""Squared eccentricity of WGS 84: the orbit is about the Earth's centre, latitudes are of the ellipsoid."""
POLAR = 78.0
"""Latitude beyond which a scene is taken to lie at any longitude of its cap, in degrees."""


def centre(path: int, row: float) -> tuple[float, float]:
    """Longitude and latitude of a scene's centre, in degrees."""
    past = radians((row - EQUATOR_ROW) * 360 / ROWS)
    from_centre = asin(-sin(INCLINATION) * sin(past))
    latitude = degrees(atan(tan(from_centre) / (1 - ECCENTRICITY_2)))
    around = degrees(atan2(cos(INCLINATION) * sin(past), cos(past)))
    node = PATH_1 - (path - 1) * 360 / PATHS
    longitude = node + around - degrees(past) * DAYS / PATHS
    return (longitude + 180) % 360 - 180, latitude


def outline(path: int, row: int) -> list[tuple[float, float]]:
    """Corners of a generous footprint, in degrees; longitudes may pass 180 so that the outline is whole."""
    longitude, latitude = centre(path, row)
    if abs(latitude) > POLAR:
        low, high = sorted((latitude - 2 * ALONG_KM / KM_PER_DEGREE, latitude + 2 * ALONG_KM / KM_PER_DEGREE))
        return [(-180, low), (180, low), (180, high), (-180, high)]
    ahead = centre(path, row + 0.1)
    stretch = cos(radians(latitude))
    east = ((ahead[0] - longitude + 180) % 360 - 180) * stretch
    north = ahead[1] - latitude
    length = hypot(east, north)
    east, north = east / length, north / length
    corners = []
    for along, across in ((1, 1), (1, -1), (-1, -1), (-1, 1)):
        a, c = along * ALONG_KM / KM_PER_DEGREE, across * ACROSS_KM / KM_PER_DEGREE
        y = latitude + a * north + c * east
        corners.append((longitude + (a * east - c * north) / max(cos(radians(y)), 0.1), y))
    return corners


def path_rows(outlines: Sequence[bytes]) -> list[tuple[int, int]]:
    """Paths and rows, flown by day, of the scenes that may show some of the outlines.

    Args:
        outlines: WKB in longitude and latitude (EPSG:4326).
    """
    import numpy as np
    import shapely

    tree, places = _globe()
    found = tree.query(shapely.from_wkb(np.array(outlines, object)), "intersects")[1]
    return sorted({places[i] for i in found.tolist()})


@cache
def _globe() -> tuple[shapely.STRtree, list[tuple[int, int]]]:
    """All footprints, searched by place; one that passes the date line is there on both its sides."""
    import numpy as np
    import shapely

    places = [(path, row) for path in range(1, PATHS + 1) for row in DESCENDING]
    corners = np.array([outline(*p) for p in places])
    everywhere, of = [], []
    for turn in (-360.0, 0.0, 360.0):
        turned = corners + np.array([turn, 0.0])
        seen = (turned[:, :, 0].min(1) <= 180) & (turned[:, :, 0].max(1) >= -180)
        everywhere.append(turned[seen])
        of += [places[i] for i in np.flatnonzero(seen).tolist()]
    return shapely.STRtree(shapely.polygons(np.concatenate(everywhere))), of

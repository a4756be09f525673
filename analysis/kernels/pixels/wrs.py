"""Neighbouring scenes of one pass show the strip between them twice; each pixel is given to the nearer scene.

The satellite flies on while the archive cuts its picture into scenes that overlap. Without this, a village in the
overlap would count twice for each clear day.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from analysis.kernels.pixels.coverage import SIZE, Grid, Tile

ROWS, PATHS, EQUATOR_ROW = 248, 233, 60
"""The World Reference System 2: 233 paths in 16 days, 248 rows around the Earth, row 60 at the descending node."""
INCLINATION_DEG = 98.2
FIRST_NODE_DEG = -64.6
"""Longitude where path 1 crosses the equator southwards."""
FLATTENING = 1 / 298.257


def centre(path: int, row: int) -> tuple[float, float]:
    """Longitude and latitude of the nominal centre of a scene, in degrees; within about 10 km of the real one.

    The ground track of a circular orbit of this inclination, over an Earth that turns once in a day of the sun
    (Landsat 7 Science Data Users Handbook, chapter 5). Against the real scenes of the tests: 4 km along, 10 km across.
    """
    inclination = np.radians(INCLINATION_DEG)
    along = np.radians((row - EQUATOR_ROW) * 360 / ROWS)
    geocentric = np.arcsin(-np.sin(inclination) * np.sin(along))
    latitude = np.degrees(np.arctan(np.tan(geocentric) / (1 - FLATTENING) ** 2))
    inertial = np.degrees(np.arctan2(np.cos(inclination) * np.sin(along), np.cos(along)))
    turned = np.degrees(along) * 16 / PATHS
    longitude = FIRST_NODE_DEG - (path - 1) * 360 / PATHS + inertial - turned
    return float((longitude + 180) % 360 - 180), float(latitude)


def halves(tile: Tile, path: int, row: int, neighbours: tuple[int, ...]) -> NDArray[np.float64]:
    """The half-planes of a tile that lie nearer to a neighbour's centre than to the scene's own.

    Args:
        tile: The tile.
        path: The scene's path.
        row: Its row.
        neighbours: Rows of the scenes of the same pass that have this tile too.

    Returns:
        p0, p1, p2: a pixel at (column, row) of the tile is nearer to the neighbour where p0 + p1 column + p2 row is
        above 0; only half-planes that hold a corner of the tile. [planes, 3]
    """
    own = _projected(tile.grid, path, row)
    planes = []
    for other in (_projected(tile.grid, path, n) for n in neighbours):
        towards = 2 * (other - own)
        constant = towards @ np.array([tile.x_m, tile.y_m]) - (other @ other - own @ own)
        planes.append(
            (constant, towards[0] * tile.grid.pixel_width_m, -towards[1] * tile.grid.pixel_height_m)
        )
    found = np.array(planes).reshape(-1, 3)
    corners = np.array([(1, x, y) for x in (0, SIZE) for y in (0, SIZE)])
    kept: NDArray[np.float64] = found[(found @ corners.T > 0).any(1)]
    return kept


@lru_cache(maxsize=4096)
def _projected(grid: Grid, path: int, row: int) -> NDArray[np.float64]:
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:4326", grid.epsg, always_xy=True)
    return np.array(there.transform(*centre(path, row)))

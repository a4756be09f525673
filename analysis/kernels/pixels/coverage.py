"""How much of each pixel of each tile lies in each area: worked out once, used for every date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

SIZE = 256
"""Pixels in a row of a tile, and rows."""
STEP_DEG = 0.01
"""Longest edge that is projected as one, in degrees: over it a straight line strays by two centimetres."""
MARGIN_DEG = 0.2
"""How far beyond the tiles an outline is kept before it is projected."""


class Grid(NamedTuple):
    """Pixels of one shape in one projection."""

    epsg: int
    """EPSG code of the projection."""
    pixel_width_m: float
    """Width of a pixel, in metres."""
    pixel_height_m: float
    """Height of a pixel, in metres."""


class Tile(NamedTuple):
    """Where a tile lies."""

    grid: Grid
    """Projection and shape of its pixels."""
    x_m: float
    """Its left edge, in metres."""
    y_m: float
    """Its upper edge, in metres."""


@dataclass(frozen=True)
class Cover:
    """The pixels of one tile that lie in areas; a pixel may lie in several."""

    areas: NDArray[np.int32]
    """Numbers of the areas that the tile meets."""
    runs: NDArray[np.int32]
    """Where each area's runs begin, and where the last's end; [areas + 1]."""
    starts: NDArray[np.uint16]
    """First pixel of each run of pixels that lie wholly in the area."""
    lengths: NDArray[np.uint16]
    """Pixels of each run."""
    edges: NDArray[np.int32]
    """Where each area's border pixels begin, and where the last's end; [areas + 1]."""
    borders: NDArray[np.uint16]
    """Pixels that lie partly in the area."""
    weights: NDArray[np.float32]
    """Share of each that does."""

    @cached_property
    def pixels(self) -> NDArray[np.int64]:
        """Pixels of the tile that each area touches."""
        whole = np.concatenate([[0], np.cumsum(self.lengths, dtype=np.int64)])[self.runs]
        found: NDArray[np.int64] = np.diff(whole) + np.diff(self.edges)
        return found


@dataclass(frozen=True)
class Shape:
    """One area in the pixels of a grid, counted from the projection's origin."""

    points: NDArray[np.float64]
    """Column and row of each corner; [points, 2]."""
    rings: NDArray[np.int64]
    """Where each ring begins, and where the last ends."""
    pixels: float
    """Its size, in pixels."""


def coverage(outlines: Sequence[bytes], tiles: Iterable[Tile], threads: int) -> tuple[dict[Tile, Cover], Any]:
    """Coverage of areas on tiles, and the size of each area in the pixels of each grid.

    Args:
        outlines: The areas as WKB, EPSG:4326.
        tiles: The tiles; those that no area meets are left out of what comes back.
        threads: How many to use.

    Returns:
        Coverage by tile, and by grid an array with the pixels of each area, 0 for those far from its tiles.
    """
    import shapely

    by_grid: dict[Grid, list[Tile]] = {}
    for tile in sorted(set(tiles)):
        by_grid.setdefault(tile.grid, []).append(tile)
    outlined = shapely.from_wkb(list(outlines))
    covers: dict[Tile, Cover] = {}
    sizes: dict[Grid, NDArray[np.float64]] = {}
    with ThreadPoolExecutor(threads) as pool:
        for grid, some in by_grid.items():
            shapes = project(outlined, grid, some)
            sizes[grid] = np.array([shapes[n].pixels if n in shapes else 0.0 for n in range(len(outlines))])
            chunk = max(1, len(some) // (4 * threads))
            pieces = [some[i : i + chunk] for i in range(0, len(some), chunk)]
            for found in pool.map(lambda piece, shapes=shapes: list(_covers(piece, shapes)), pieces):
                covers.update(found)
    return covers, sizes


def project(outlined: NDArray[np.object_], grid: Grid, tiles: Sequence[Tile]) -> dict[int, Shape]:
    """The areas near some tiles of a grid, in its pixels, by number."""
    import shapely
    from pyproj import Transformer

    there = Transformer.from_crs("EPSG:4326", grid.epsg, always_xy=True)
    x, y = np.array([(t.x_m, t.y_m) for t in tiles]).T
    extent = (x.min(), y.min() - SIZE * grid.pixel_height_m, x.max() + SIZE * grid.pixel_width_m, y.max())
    west, south, east, north = there.transform_bounds(*extent, direction="INVERSE")
    near = (west - MARGIN_DEG, south - MARGIN_DEG, east + MARGIN_DEG, north + MARGIN_DEG)
    left, low, right, up = shapely.bounds(outlined).T
    met = np.flatnonzero((left <= near[2]) & (right >= near[0]) & (low <= near[3]) & (up >= near[1]))
    if not met.size:
        return {}
    shapes = outlined[met]
    far = (left < near[0]) | (right > near[2]) | (low < near[1]) | (up > near[3])
    if far[met].any():  # far from its zone a projection has no meaning
        shapes[far[met]] = shapely.intersection(shapes[far[met]], shapely.box(*near))
    shapes = shapely.transform(shapely.segmentize(shapes, STEP_DEG), there.transform, interleaved=False)
    shapes = shapely.orient_polygons(shapes)
    pixel = np.array([grid.pixel_width_m, -grid.pixel_height_m])
    return {int(n): _shape(shape, pixel) for n, shape in zip(met, shapes, strict=True) if not shape.is_empty}


def _shape(shape: Any, pixel: NDArray[np.float64]) -> Shape:
    import shapely

    polygons = [p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"]
    rings = [shapely.get_coordinates(ring) / pixel for p in polygons for ring in (p.exterior, *p.interiors)]
    points = np.concatenate(rings) if rings else np.empty((0, 2))
    ends = np.cumsum([0, *(len(ring) for ring in rings)], dtype=np.int64)
    return Shape(points, ends, shape.area / abs(pixel.prod()))


def _covers(tiles: Sequence[Tile], shapes: Mapping[int, Shape]) -> Iterable[tuple[Tile, Cover]]:
    from analysis.kernels.pixels.cover_loops import cover

    if not shapes:
        return
    numbers = list(shapes)
    boxes = np.array([(*s.points.min(0), *s.points.max(0)) for s in shapes.values()])
    held = np.zeros((SIZE, SIZE + 2))
    starts, lengths, borders = (np.empty(SIZE * SIZE, np.uint16) for _ in range(3))
    weights = np.empty(SIZE * SIZE, np.float32)
    for tile in tiles:
        corner = np.array([tile.x_m / tile.grid.pixel_width_m, -tile.y_m / tile.grid.pixel_height_m])
        meets = ((boxes[:, :2] < corner + SIZE) & (boxes[:, 2:] > corner)).all(1)
        kept: list[tuple[int, tuple[NDArray[Any], ...]]] = []
        for n in np.flatnonzero(meets):
            shape = shapes[numbers[n]]
            found, edges = cover(shape.points - corner, shape.rings, held, starts, lengths, borders, weights)
            if found or edges:
                parts = (starts[:found], lengths[:found], borders[:edges], weights[:edges])
                kept.append((numbers[n], tuple(part.copy() for part in parts)))
        if kept:
            yield tile, _joined(kept)


def _joined(kept: Sequence[tuple[int, tuple[NDArray[Any], ...]]]) -> Cover:
    starts, lengths, borders, weights = (
        np.concatenate(parts) for parts in zip(*(p for _, p in kept), strict=True)
    )
    runs, edges = (np.cumsum([0, *(len(p[i]) for _, p in kept)], dtype=np.int32) for i in (0, 2))
    return Cover(np.array([n for n, _ in kept], np.int32), runs, starts, lengths, edges, borders, weights)


def dense(cover: Cover, area: int) -> NDArray[np.float64]:
    """The share of each pixel of a tile that lies in an area; [SIZE, SIZE]."""
    shares = np.zeros(SIZE * SIZE)
    for k in np.flatnonzero(cover.areas == area):
        for run in range(cover.runs[k], cover.runs[k + 1]):
            shares[cover.starts[run] : int(cover.starts[run]) + int(cover.lengths[run])] = 1.0
        where = slice(*cover.edges[k : k + 2])
        shares[cover.borders[where]] = cover.weights[where]
    return shares.reshape(SIZE, SIZE)

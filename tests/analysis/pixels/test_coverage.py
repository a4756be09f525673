"""Shares of pixels are exact, whatever the polygon; neighbours share the strip between them without loss."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from analysis.kernels.pixels import wrs
from analysis.kernels.pixels.coverage import SIZE, Grid, Tile, coverage, dense

GRID = Grid(32632, 30.0, 30.0)
X, Y = 506880.0, 5598720.0
EDGE = SIZE * 30.0
TILES = [Tile(GRID, X + EDGE * i, Y - EDGE * j) for i in (0, 1) for j in (0, 1)]


def degrees(shape, epsg=32632):
    back = Transformer.from_crs(epsg, 4326, always_xy=True)
    return shapely.to_wkb(shapely.transform(shapely.segmentize(shape, 40), back.transform, interleaved=False))


def exact(shape, tile):
    """Every pixel cut by the polygon, one by one."""
    found = np.zeros((SIZE, SIZE))
    left, low, right, up = shape.bounds
    pixel = tile.grid.pixel_width_m
    for row in range(max(0, int((tile.y_m - up) // pixel)), min(SIZE, int((tile.y_m - low) // pixel) + 1)):
        for column in range(
            max(0, int((left - tile.x_m) // pixel)), min(SIZE, int((right - tile.x_m) // pixel) + 1)
        ):
            x, y = tile.x_m + column * pixel, tile.y_m - row * pixel
            found[row, column] = shape.intersection(shapely.box(x, y - pixel, x + pixel, y)).area / pixel**2
    return found


corner = st.tuples(st.floats(-5, 12, width=32), st.floats(-5, 12, width=32))


@given(corners=st.lists(corner, min_size=3, max_size=8), whole=st.booleans())
@settings(deadline=None, max_examples=60)
def test_any_polygon_across_four_tiles(corners, whole):
    points = [
        (X + EDGE + 30 * (round(x) if whole else x), Y - EDGE + 30 * (round(y) if whole else y))
        for x, y in corners
    ]
    shape = shapely.make_valid(shapely.Polygon(points), method="structure", keep_collapsed=False)
    if shape.area < 1:
        return
    covers, sizes = coverage([degrees(shape)], TILES, 1)
    total = 0.0
    for tile in TILES:
        found = dense(covers[tile], 0) if tile in covers else np.zeros((SIZE, SIZE))
        assert np.abs(found - exact(shape, tile)).max() < 1e-6
        total += found.sum()
    assert total == pytest.approx(shape.area / 900, abs=1e-4)
    assert sizes[GRID][0] == pytest.approx(shape.area / 900, rel=1e-6, abs=1e-5)


def test_holes_parts_overlaps_and_what_is_far():
    ring = shapely.box(X + 1000, Y - 3000, X + 3000, Y - 1000).difference(
        shapely.box(X + 1510, Y - 2510, X + 2515, Y - 1505)
    )
    parts = ring.union(shapely.box(X + 5005, Y - 5005, X + 5010, Y - 5000))
    over = shapely.box(X - 1e5, Y - 1e5, X + 1e5, Y + 1e5)  # holds all tiles, and more
    far = shapely.box(X + 2e6, Y, X + 2e6 + 30, Y + 30)
    covers, sizes = coverage([degrees(parts), degrees(over), degrees(far)], TILES, 2)
    assert np.abs(dense(covers[TILES[0]], 0) - exact(parts, TILES[0])).max() < 1e-6
    assert all((dense(covers[tile], 1) == 1).all() for tile in TILES)
    assert covers[TILES[0]].areas.tolist() == [0, 1]
    assert covers[TILES[1]].areas.tolist() == [1]
    assert sizes[GRID][2] == 0


def test_pixels_of_another_shape():
    tile = Tile(Grid(32632, 515.0, 517.0), X, Y)
    shape = shapely.box(X + 600, Y - 5000, X + 9999, Y - 1234)
    covers, _ = coverage([degrees(shape)], [tile], 1)
    assert dense(covers[tile], 0).sum() == pytest.approx(shape.area / 515 / 517, rel=1e-6)


# Means of the four corners that USGS states of these products (MTL files and STAC items).
@pytest.mark.parametrize(
    ("path", "row", "longitude", "latitude"),
    [
        (8, 59, -75.0706, 1.4437),
        (5, 9, -39.0718, 72.1642),
        (44, 33, -121.832, 38.922),
        (28, 30, -95.566, 43.178),
    ],
)
def test_centres_are_near_those_stated(path, row, longitude, latitude):
    found = wrs.centre(path, row)
    assert found[1] == pytest.approx(latitude, abs=0.06)
    assert (found[0] - longitude) * np.cos(np.radians(latitude)) == pytest.approx(0, abs=0.11)


@given(column=st.integers(-40, 40), row=st.integers(-60, 60))
@settings(deadline=None, max_examples=60)
def test_a_pixel_is_given_to_exactly_one_of_two_neighbours(column, row):
    tile = Tile(GRID, X + EDGE * column, 5_494_000.0 - 5_494_000 % EDGE - EDGE * row)
    pixel = np.stack(np.meshgrid([1.0], np.arange(SIZE) + 0.5, np.arange(SIZE) + 0.5, indexing="ij"), -1)[0]
    given_away = []
    for own, other in ((25, 26), (26, 25)):
        planes = wrs.halves(tile, 195, own, (other,))
        given_away.append(
            (pixel[..., [0, 2, 1]] @ planes.T > 0).any(-1) if len(planes) else np.zeros((SIZE, SIZE), bool)
        )
    assert (given_away[0] ^ given_away[1]).all()

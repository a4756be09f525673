"""The grid of tiles: there and back, edges, boxes, scenes that do not lie on it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.grid import EDGE_M, PIXEL_M, SIZE, Grid, grid_of

tile = st.integers(-3000, 3000)
metres = st.floats(-9_000_000, 9_000_000, allow_nan=False)
own = st.builds(
    Grid,
    st.just(32618),
    metres,
    metres,
    st.floats(1, 5000, allow_nan=False),
    st.floats(1, 5000, allow_nan=False),
)


@given(tile, tile)
def test_a_corner_lies_in_its_own_tile(row, column):
    grid = Grid(32618)
    x, y = grid.corner(row, column)
    assert grid.tile_at(x, y) == (row, column)
    assert grid.tile_at(x - 1e-3, y) == (row, column - 1)
    assert grid.tile_at(x, y + 1e-3) == (row - 1, column)
    assert (x % PIXEL_M, y % PIXEL_M) == (EDGE_M, EDGE_M)


@settings(deadline=None)
@given(own, metres, metres)
def test_a_point_lies_in_the_box_of_its_tile(grid, x, y):
    left, bottom, right, top = grid.box(*grid.tile_at(x, y))
    near = 1e-6 * max(abs(v) for v in (left, bottom, right, top, 1))
    assert left - near <= x <= right + near
    assert bottom - near <= y <= top + near


@given(tile, tile, st.integers(1, 9), st.integers(1, 9))
def test_the_box_of_tiles_has_these_tiles_only(row, column, rows, columns):
    grid = Grid(32650)
    left, top = grid.corner(row, column)
    right, bottom = grid.corner(row + rows, column + columns)
    want = [(row + r, column + c) for r in range(rows) for c in range(columns)]
    assert grid.tiles((left, bottom, right, top)) == want
    wider = grid.tiles((left - 1, bottom - 1, right + 1, top + 1))
    assert len(wider) == (rows + 2) * (columns + 2)
    assert set(want) < set(wider)


@given(metres, metres)
def test_a_point_meets_one_tile(x, y):
    grid = Grid(32650)
    assert grid.tiles((x, y, x, y)) == [grid.tile_at(x, y)]


def test_known_corners():
    """LE07_L2SP_044033_20210329: its upper left pixel edge is (478485, 4416615) in EPSG 32610."""
    grid = grid_of(32610, 478485.0, 4416615.0, 30.0, 30.0)
    assert grid == Grid(32610)
    assert grid.tile_at(478485.0, 4416615.0) == (-576, 62)
    assert grid.corner(-576, 62) == (476175.0, 4423695.0)
    assert grid.pixel(478485.0, 4416615.0) == (-147220, 15949)
    assert grid.tile_width_m == SIZE * 30 == 7680


def test_a_resampled_scene_has_a_grid_of_its_own():
    grid = grid_of(32624, 365685.0, 8143815.0, 515.09765625, 516.85546875)
    assert grid == Grid(32624, 365685.0, 8143815.0, 515.09765625, 516.85546875)
    assert grid.corner(0, 0) == (365685.0, 8143815.0)
    assert grid_of(32624, 365700.0, 8143815.0, 30.0, 30.0) != Grid(32624)


@pytest.mark.parametrize("size", [(0.0, 30.0), (30.0, -30.0), (float("nan"), 30.0)])
def test_pixels_must_run_south_and_east(size):
    with pytest.raises(ValueError, match="rows must run south"):
        grid_of(32624, 15.0, 15.0, *size)


def test_a_box_inside_out_is_refused():
    with pytest.raises(ValueError, match="no box"):
        Grid(32624).tiles((1.0, 0.0, 0.0, 1.0))

"""Memory that serves again holds what is still read, and never stands in for other bytes."""

from __future__ import annotations

import gc
import zlib

import numpy as np
import pyarrow as pa
import pytest

from flows.sources.landsat.layout import Extent, Layout
from flows.sources.landsat.rooms import room
from flows.sources.landsat.unpack import SMALL, UnpackError, unpacked
from schemas.grid import Grid

SIDE = 256


def layout(packing="deflate", predictor=2) -> Layout:
    extent = Extent(Grid(32615), 0, 0, SIDE, SIDE)
    return Layout(extent, SIDE, SIDE, packing, predictor, {(0, 0): (0, 1)})


def packed(pixels: np.ndarray, predictor=2) -> memoryview:
    stored = np.diff(pixels, axis=1, prepend=np.uint16(0)) if predictor == 2 else pixels
    return memoryview(zlib.compress(stored.astype("<u2").tobytes()))


def test_memory_that_arrow_holds_is_not_given_out_again():
    one = room(3, 4)
    one[:] = 7
    where = one.ctypes.data
    held = pa.py_buffer(one)
    del one
    gc.collect()
    others = [room(3, 4) for _ in range(4)]
    for other in others:
        other[:] = 9
    assert where not in {other.ctypes.data for other in others}
    assert np.frombuffer(held, np.uint16).min() == np.frombuffer(held, np.uint16).max() == 7


def test_memory_that_nothing_holds_serves_another_row():
    one = room(5, 5)
    where = one.ctypes.data
    del one
    gc.collect()
    assert room(5, 5).ctypes.data == where


def test_memory_of_another_width_is_let_go():
    narrow = [room(2, 2), room(2, 2)]
    narrow.clear()
    gc.collect()
    assert room(4, 4).shape == (4, SIDE, SIDE)


@pytest.mark.parametrize("predictor", [1, 2])
def test_a_block_like_the_one_before_has_its_pixels(predictor):
    how = layout(predictor=predictor)
    blocks = [np.full((SIDE, SIDE), n, np.uint16) for n in (0, 0, 21824, 0, 21824, 21824)]
    for block in blocks:
        stored = packed(block, predictor)
        assert len(stored) <= SMALL
        assert np.array_equal(unpacked(how, "<", (0, 0), stored), block)


def test_the_same_bytes_laid_out_otherwise_are_other_pixels():
    stored = packed(np.full((SIDE, SIDE), 5, np.uint16))
    assert unpacked(layout(predictor=2), "<", (0, 0), stored)[0, :3].tolist() == [5, 5, 5]
    assert unpacked(layout(predictor=1), "<", (0, 0), stored)[0, :3].tolist() == [5, 0, 0]
    assert unpacked(layout(predictor=1), ">", (0, 0), stored)[0, :3].tolist() == [5 << 8, 0, 0]


def test_a_large_block_between_two_small_ones_is_not_forgotten():
    small = np.full((SIDE, SIDE), 3, np.uint16)
    large = np.random.default_rng(1).integers(0, 65535, (SIDE, SIDE)).astype(np.uint16)
    assert len(packed(large)) > SMALL
    for block in (small, large, small, large, small):
        assert np.array_equal(unpacked(layout(), "<", (0, 0), packed(block)), block)


def test_a_bad_block_after_a_good_one_is_bad_each_time():
    good = packed(np.zeros((SIDE, SIDE), np.uint16))
    bad = memoryview(bytes(good[:-1]) + bytes([good[-1] ^ 1]))
    for _ in range(2):
        unpacked(layout(), "<", (0, 0), good)
        for _ in range(2):
            with pytest.raises(UnpackError, match="do not unpack"):
                unpacked(layout(), "<", (0, 0), bad)

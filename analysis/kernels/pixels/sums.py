"""Partial results of tiles: for each area and scene what was seen, as integers, so that every engine adds the same.

A row is a key and an amount. The key holds the number of the area, that of a scene or of a period and sensor, and what
the amount is of: a bin of the histogram, a cause of loss (codes of `classes.py`), or one of the sums below. In one
number, since there are millions of rows, and all that is done with them is to add those of equal keys. Sums are taken
in float64 over one area in one tile, in a fixed order, and rounded once to whole units of 2⁻³⁰; from there on, all is
adding integers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.kernels.pixels import classes as c
from analysis.kernels.pixels.coverage import SIZE, Cover, Grid, Tile
from analysis.kernels.pixels.formulas import FORMULAS, Harmonisation, Index, coefficients, radsat_mask

UNIT = 2.0**-30
"""What an amount of 1 stands for: of pixels, of pixels times index, of pixels times its square."""
USABLE, TOTAL, SQUARES, TOUCHED = range(c.CODES, c.CODES + 4)  # as in loops.tally
"""Usable pixels; Σ w x; Σ w x²; usable pixels counted whole, however little of them lies in the area."""
WHATS = c.CODES + 4
WHAT_BITS, MOMENT_BITS = 10, 24
"""Bits of a key: the area's number, the moment's, and what; see `split`."""
PARTIAL = pa.schema([pa.field("key", pa.int64(), False), pa.field("amount", pa.int64(), False)])
TILE = ("epsg", "x_m", "y_m", "pixel_width_m", "pixel_height_m")
QUALITY = ("qa_pixel", "qa_radsat")


@dataclass(frozen=True)
class Scene:
    """A scene whose pixels count."""

    number: int
    """Its number, from 0."""
    sensor: str
    """Its sensor."""
    cell: int
    """Number of the period and sensor its results belong to."""


@dataclass(frozen=True)
class Plan:
    """All that the kernel needs to know; small, since it is sent to other machines."""

    index: Index
    """The index."""
    harmonise: Harmonisation
    """How Landsat 4 to 7 are made like Landsat 8 and 9."""
    water: bool
    """Whether pixels of water are used."""
    physical: bool
    """Whether reflectances below 0 or above 1 are a loss."""
    histogram: bool
    """Whether the histogram is wanted."""
    scenes: Mapping[str, Scene]
    """The scenes by product id; others are passed over."""
    cells: int
    """How many periods and sensors there are; the moment of a scene is its number after these."""
    covers: Mapping[Tile, Cover]
    """Coverage by tile."""
    cuts: Mapping[tuple[int, Tile], NDArray[np.float64]]
    """By number of scene and tile: half-planes that another scene of the same pass gives."""


def split(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Area, moment (the number of a period and sensor, or after these that of a scene), and what."""
    moment = (keys >> WHAT_BITS) & ((1 << MOMENT_BITS) - 1)
    return keys >> (WHAT_BITS + MOMENT_BITS), moment, keys & ((1 << WHAT_BITS) - 1)


def columns(index: Index) -> tuple[str, ...]:
    """Columns of tiles that the kernel needs."""
    return ("product_id", *TILE, *FORMULAS[index].bands, *QUALITY)


def sums(tiles: Iterable[pa.RecordBatch], plan: Plan) -> Iterator[pa.RecordBatch]:
    """Partial results, a batch for each batch of tiles."""
    tally = _Tally(plan)
    for batch in tiles:
        ids = batch["product_id"].to_pylist()
        corners = list(zip(*(batch[name].to_pylist() for name in TILE), strict=True))
        bands = {name: _Band(batch[name]) for name in (*FORMULAS[plan.index].bands, *QUALITY)}
        for row, (product, (epsg, x, y, width, height)) in enumerate(zip(ids, corners, strict=True)):
            scene, tile = plan.scenes.get(product), Tile(Grid(epsg, width, height), x, y)
            if scene and tile in plan.covers:
                tally.add(scene, tile, [band.pixels(row) for band in bands.values()])
        yield tally.take()


class _Band:
    """The pixels of a band, tile by tile, as they lie in Arrow's memory: of fixed size, or (from Spark) not."""

    def __init__(self, column: pa.Array) -> None:
        self._offset = column.offset
        self._there = column.is_valid().to_numpy(zero_copy_only=False)
        fixed = pa.types.is_fixed_size_binary(column.type)
        buffers = column.buffers()
        self._data = buffers[-1]
        self._begins = None if fixed else np.frombuffer(buffers[1], np.int32)

    def pixels(self, row: int) -> NDArray[np.uint16] | None:
        """Digital numbers of a tile, without a copy; None where the band is not there."""
        size = SIZE * SIZE * 2
        if not self._there[row]:
            return None
        place = row + self._offset
        begin = place * size if self._begins is None else int(self._begins[place])
        if self._begins is not None and self._begins[place + 1] - begin != size:
            raise ValueError(f"a band of a tile has {self._begins[place + 1] - begin} bytes, not {size}")
        return np.frombuffer(self._data, "<u2", SIZE * SIZE, begin)


class _Tally:
    """Adds up tiles and keeps their rows until they are taken."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._value = np.empty(SIZE * SIZE, np.float32)
        self._code = np.empty(SIZE * SIZE, np.uint16)
        self._keys: list[NDArray[np.int64]] = []
        self._amounts: list[NDArray[np.int64]] = []

    def add(self, scene: Scene, tile: Tile, bands: list[NDArray[np.uint16] | None]) -> None:
        """Add one tile of a scene."""
        from analysis.kernels.pixels.loops import cut, tally

        cover = self._plan.covers[tile]
        self._classify(scene, bands)
        planes = self._plan.cuts.get((scene.number, tile))
        if planes is not None:
            cut(self._code, self._value, SIZE, planes)
        room = int(np.minimum(cover.pixels, c.CODES).sum()) + (WHATS - c.CODES) * cover.areas.size
        keys, amounts = np.empty(room, np.int64), np.empty(room, np.int64)
        used = tally(
            self._code, self._value, cover.areas, cover.runs, cover.starts, cover.lengths, cover.edges,
            cover.borders, cover.weights, self._plan.histogram, scene.cell, self._plan.cells + scene.number,
            keys, amounts,
        )  # fmt: skip
        self._keys.append(keys[:used])
        self._amounts.append(amounts[:used])

    def _classify(self, scene: Scene, bands: list[NDArray[np.uint16] | None]) -> None:
        from analysis.kernels.pixels.loops import classify

        there = [band for band in bands if band is not None]
        if len(there) < len(bands):
            self._code[:] = c.FIRST_CAUSE + c.FAILED
            self._value[:] = 0
            return
        *index, qa, radsat = there
        plan = self._plan
        factors, bits = _constants(plan.index, scene.sensor, plan.harmonise, plan.water, plan.physical)
        classify(index[0], index[1], index[-1], qa, radsat, factors, bits, self._value, self._code)

    def take(self) -> pa.RecordBatch:
        """The rows since the last time."""
        arrays = [np.concatenate([np.empty(0, np.int64), *parts]) for parts in (self._keys, self._amounts)]
        self._keys, self._amounts = [], []
        return pa.RecordBatch.from_arrays([pa.array(a) for a in arrays], schema=PARTIAL)


@cache
def _constants(
    index: Index, sensor: str, harmonise: Harmonisation, water: bool, physical: bool
) -> tuple[NDArray[np.float64], NDArray[np.uint16]]:
    """Coefficients, and the bits and limits that `classify` wants."""
    kept = 0xFF & ~c.CLEAR_BIT & ~(c.WATER_BIT if water else 0)
    if sensor != "oli-tirs":
        kept &= ~c.CIRRUS_BIT  # Landsat 4 to 7 have no band for cirrus; the bit is not used there
    low, high = c.PHYSICAL if physical else (1, 65535)
    bits = np.array([kept, radsat_mask(index, sensor), low, high], np.uint16)
    return coefficients(index, sensor, harmonise), bits

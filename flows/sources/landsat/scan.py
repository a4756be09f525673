"""Reading the blocks of a scene: row of tiles after row of tiles, the files' blocks each once, in threads."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache

from conf.places import Place
from conf.settings import Settings
from flows.sources.landsat.canvas import Canvas
from flows.sources.landsat.held import Tile
from flows.sources.landsat.layout import Extent
from flows.sources.landsat.raster import Fault, Raster

REMOTE = 32
"""Threads for S3 and web servers: at 40 to 50 a machine's throughput was best, near-linear up to 20
(opendatacube/benchmark-rio-s3)."""


def threads(archive: Place, settings: Settings) -> int:
    """Windows read at the same time by this process."""
    return settings.landsat.threads or (len(os.sched_getaffinity(0)) if archive.is_local else REMOTE)


@cache
def pool(size: int) -> ThreadPoolExecutor:
    """Threads that live as long as the process; all scenes share them."""
    return ThreadPoolExecutor(size, "landsat")


class Scan:
    """The blocks of a scene that are to be read, and the rows of tiles they make."""

    def __init__(
        self,
        rasters: Mapping[str, Raster],
        todo: Mapping[str, Sequence[Tile]],
        tiles: Sequence[Tile],
        extent: Extent,
        size: int,
        together: int = 1,
    ) -> None:
        """Plan it; nothing is read yet.

        Args:
            rasters: The open file of each band.
            todo: Tiles to be read, by band; all are in `tiles`.
            tiles: All tiles, sorted.
            extent: Where the scene lies.
            size: Threads.
            together: Scenes that share them.
        """
        self._rasters = rasters
        self._pool = pool(size)
        self._canvases: dict[int, Canvas] = {}
        self._waiting: dict[int, list[Future[None]]] = {}
        self._extent = extent
        self._rows: dict[int, list[int]] = {}
        for row, column in tiles:
            self._rows.setdefault(row, []).append(column)
        self._most = max(map(len, self._rows.values()), default=0)
        self._columns = {band: _by_row(wanted) for band, wanted in todo.items()}
        self._units = _units(rasters, self._columns)
        # Rows of tiles in the making: enough for every thread to have a run of blocks, and no more.
        self._ahead = max(1, -(-size // max(1, len(rasters) * together)))

    def rows(self) -> Iterator[Canvas]:
        """Each row of tiles, when all its blocks are there."""
        order = sorted(self._rows)
        try:
            for number, row in enumerate(order):
                horizon = order[min(number + self._ahead, len(order) - 1)]
                self._submit(horizon)
                for future in self._waiting.pop(row, ()):
                    future.result()
                yield self._canvases.pop(row) if row in self._canvases else self._canvas(row)
        finally:
            for futures in self._waiting.values():
                for future in futures:
                    future.cancel()

    def _submit(self, horizon: int) -> None:
        """Have everything read that rows of tiles up to this one need."""
        while self._units and self._units[-1][0] <= horizon:
            _, block_row, band = self._units.pop()
            rows = [r for r in _tile_rows(self._rasters[band], block_row) if r in self._columns[band]]
            canvases = [self._opened(row, band) for row in rows]
            future = self._pool.submit(self._read, band, block_row, canvases)
            for row in rows:
                self._waiting.setdefault(row, []).append(future)

    def _opened(self, row: int, band: str) -> Canvas:
        canvas = self._canvases.get(row) or self._canvases.setdefault(row, self._canvas(row))
        if band not in canvas.there or not canvas.there[band].issuperset(self._columns[band][row]):
            canvas.open(band, self._columns[band][row])
        return canvas

    def _canvas(self, row: int) -> Canvas:
        return Canvas(row, self._rows[row], self._extent, self._most)

    def _read(self, band: str, block_row: int, canvases: Sequence[Canvas]) -> None:
        """Read a row of blocks and draw it; what cannot be read is noted."""
        raster = self._rasters[band]
        layout = raster.layout
        wanted = {
            (block_row, column)
            for canvas in canvases
            for tile_column in self._columns[band][canvas.row]
            for column in layout.columns_of(tile_column)
        }
        stored = canvases[0].stored.setdefault((block_row, band), [])
        for block, found, packed in raster.blocks(wanted):
            at = layout.pixels(block)
            if not isinstance(found, Fault):
                stored.append(packed)
            for canvas in canvases:
                if isinstance(found, Fault):
                    met = range(at[1] // 256, (at[1] + at[3] - 1) // 256 + 1)
                    columns = [c for c in met if c in canvas.there[band]]
                    said = f"{raster.where.url}, block {block[0]}/{block[1]}: {found.detail}"
                    canvas.fail(band, columns, found.reason, said)
                else:
                    canvas.draw(band, at, found)


def _by_row(tiles: Sequence[Tile]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, column in tiles:
        found.setdefault(row, []).append(column)
    return found


def _tile_rows(raster: Raster, block_row: int) -> range:
    """Rows of tiles that a row of blocks meets."""
    top, _, height, _ = raster.layout.pixels((block_row, 0))
    return range(top // 256, (top + height - 1) // 256 + 1)


def _units(
    rasters: Mapping[str, Raster], columns: Mapping[str, Mapping[int, list[int]]]
) -> list[tuple[int, int, str]]:
    """First row of tiles, row of blocks, band of all that is to be read, the first at the end."""
    found = set()
    for band, rows in columns.items():
        layout = rasters[band].layout
        for row in rows:
            for block_row in layout.rows_of(row):
                first = min(r for r in _tile_rows(rasters[band], block_row) if r in rows)
                found.add((first, block_row, band))
    return sorted(found, reverse=True)

"""From the bytes of a block to its pixels."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from conf import gdal
from conf.places import Place
from conf.settings import Settings
from flows.sources.landsat.layout import Block, Layout
from flows.sources.trouble import Trouble, line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


SMALL = 4096
"""Blocks of at most so many bytes are looked at for being the same as the one before: fill, and bits that say nothing,
are packed into a few hundred."""

_rooms = threading.local()


class UnpackError(ValueError):
    """Bytes that are no pixels."""


def unpacked(layout: Layout, order: str, block: Block, packed: memoryview) -> NDArray[np.uint16]:
    """Pixels of a block, (rows, columns), in this machine's order of bytes; not to be written to.

    They may lie in room that this thread's next block will use again: draw them first.

    Args:
        layout: How the file is laid out.
        order: Order of bytes of the file, `<` or `>`.
        block: Which block.
        packed: Its bytes as stored.

    Raises:
        UnpackError: They do not unpack, fail their checksum, or are too few or too many.
    """
    needed = layout.pixels(block)[2] * layout.width_px * 2  # the last strip may end with the image
    if len(packed) > SMALL:
        _rooms.last = None
        return _pixels(layout, order, needed, packed)
    same = bytes(packed), order, needed, layout.height_px, layout.width_px, layout.packing, layout.predictor
    last: tuple[object, NDArray[np.uint16]] | None = getattr(_rooms, "last", None)
    if last is not None and last[0] == same:
        return last[1]
    _rooms.last = None
    pixels = _pixels(layout, order, needed, packed)
    _rooms.last = same, pixels
    return pixels


def _pixels(layout: Layout, order: str, needed: int, packed: memoryview) -> NDArray[np.uint16]:
    import numpy as np

    width = layout.width_px
    most = layout.height_px * width * 2
    data = _inflated(packed, most) if layout.packing == "deflate" else packed
    if len(data) not in (most, needed):
        raise UnpackError(f"they unpack to {len(data)} bytes, not {needed}")
    pixels: NDArray[np.uint16] = np.frombuffer(data, f"{order}u2").reshape(-1, width)
    if layout.predictor == 1:
        return pixels.astype(np.uint16, copy=False)
    if layout.predictor != 2:
        raise UnpackError(f"predictor {layout.predictor} is none of whole numbers")
    # Differences of neighbours, modulo 2^16 (TIFF 6.0, section 14).
    return np.add.accumulate(pixels, axis=1, dtype=np.uint16, out=_room(pixels.shape))


def _room(shape: tuple[int, int]) -> NDArray[np.uint16]:
    """Room for a block, one a thread: new memory for each costs more than what is done in it."""
    import numpy as np

    room: NDArray[np.uint16] | None = getattr(_rooms, "room", None)
    if room is None or room.shape != shape:
        room = _rooms.room = np.empty(shape, np.uint16)
    return room


def _inflated(packed: memoryview, most: int) -> bytes:
    """A zlib stream unpacked, its checksum verified; no more than `most` bytes are made of it."""
    from isal import isal_zlib

    stream = isal_zlib.decompressobj()
    try:
        data: bytes = stream.decompress(packed, most + 1)
    except isal_zlib.error as error:  # type: ignore[misc]
        raise UnpackError(f"they do not unpack: {error}") from None
    if not stream.eof:
        raise UnpackError("they unpack to too much, or end too early")
    return data


def by_gdal(layout: Layout, where: Place, settings: Settings, block: Block) -> NDArray[np.uint16]:
    """Pixels of a block that is packed in a way only GDAL knows.

    Raises:
        Trouble: GDAL cannot read it; another try makes sense where the file lies elsewhere.
    """
    import rasterio
    from rasterio.errors import RasterioError
    from rasterio.windows import Window

    row, column, height, width = layout.pixels(block)
    window = Window(column - layout.extent.column_px, row - layout.extent.row_px, width, height)
    with gdal.environment(where, settings):
        try:
            with rasterio.open(gdal.path(where), driver="GTiff") as file:
                pixels: NDArray[np.uint16] = file.read(1, window=window)
                return pixels
        except RasterioError as error:
            gdal.clear(where)
            cause = error.__cause__ or error
            raise Trouble("unavailable", line("it cannot be read", cause), not where.is_local) from None

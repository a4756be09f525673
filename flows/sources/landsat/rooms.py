"""Memory for rows of tiles, used again: new pages for each cost the kernel as much as all copying of pixels."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from schemas.grid import SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_free: list[NDArray[np.uint16]] = []


def room(tiles: int, most: int) -> NDArray[np.uint16]:
    """Room for some tiles, (tiles, 256, 256), with anything in it.

    When nothing holds the array any more (Arrow's buffers made of it do), its memory serves another row. A slice of it
    does not hold it, since NumPy lets a slice hold the memory beneath: keep the array as long as its slices.

    Args:
        tiles: How many.
        most: Tiles of the longest row of the scene: memory for so many serves all of its rows.
    """
    import numpy as np

    memory = None
    while _free and (memory is None or len(memory) != most):
        memory = _taken()  # of another length: of a scene elsewhere, let go
    if memory is None or len(memory) != most:
        memory = np.empty((most, SIZE, SIZE), np.uint16)
    given = memory[:tiles]
    weakref.finalize(given, _free.append, memory).atexit = False
    return given


def _taken() -> NDArray[np.uint16] | None:
    try:
        return _free.pop()
    except IndexError:  # another thread was faster
        return None

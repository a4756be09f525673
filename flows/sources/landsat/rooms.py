"""Memory for rows of tiles, used again: new pages for each cost the kernel as much as all copying of pixels."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING

from schemas.grid import SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_free: list[NDArray[np.uint16]] = []


def room(tiles: int) -> NDArray[np.uint16]:
    """Room for some tiles, (tiles, 256, 256), with anything in it.

    When nothing holds the array any more (Arrow's buffers made of it do), its memory serves another row. A slice of it
    does not hold it, since NumPy lets a slice hold the memory beneath: keep the array as long as its slices.
    """
    import numpy as np

    memory = None
    while _free and (memory is None or len(memory) != tiles):
        memory = _taken()  # rows of other widths are those of another scene: let go
    if memory is None or len(memory) != tiles:
        memory = np.empty((tiles, SIZE, SIZE), np.uint16)
    given = memory[:]
    weakref.finalize(given, _free.append, memory).atexit = False
    return given


def _taken() -> NDArray[np.uint16] | None:
    try:
        return _free.pop()
    except IndexError:  # another thread was faster
        return None

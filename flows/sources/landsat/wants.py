"""What is wanted of a scene, and whether a part of the lake has it."""

from __future__ import annotations

from dataclasses import dataclass

from conf.places import Place
from flows.sources.landsat.held import Held, Tile
from flows.sources.landsat.layout import Extent
from flows.sources.source import Input


@dataclass(frozen=True)
class Wants:
    """Bands and tiles of a scene."""

    bands: tuple[str, ...]
    """Bands, in the order of the table's columns."""
    extent: Extent | None
    """Where the scene lies; None where none of its files could be opened, and landing will say why."""
    tiles: tuple[Tile, ...] | None = None
    """Row and column of the tiles, sorted; None: all of the scene."""
    others: int = 0
    """How many other versions of the scene were left aside."""
    bytes_stored: int | None = None
    """Size of the files of these bands, where the archive tells it."""

    def tiles_of(self, extent: Extent) -> list[Tile]:
        """The tiles wanted, of a scene that lies so."""
        if self.tiles is not None and self.extent == extent:
            return list(self.tiles)
        rows, columns = extent.tiles
        return [(row, column) for row in rows for column in columns]

    @property
    def share(self) -> float:
        """Share of the scene's tiles that is wanted."""
        if self.tiles is None or self.extent is None:
            return 1.0
        rows, columns = self.extent.tiles
        return len(self.tiles) / (len(rows) * len(columns))

    @property
    def blocks(self) -> int:
        """Tiles times bands; 0 where the scene could not be opened."""
        if self.extent is None:
            return 0
        rows, columns = self.extent.tiles
        return len(self.bands) * (len(rows) * len(columns) if self.tiles is None else len(self.tiles))


def lacks(part: Place, item: Input) -> bool:
    """Whether a part lacks a block that is wanted, or has one that could not be read and may be readable now."""
    wants: Wants = item.wants
    if wants is None or wants.extent is None:
        return True
    with Held(part) as held:
        if held.failures:
            return True
        there = held.blocks if held.grid in (None, wants.extent.grid) else {}
        return any(not set(wants.bands) <= there.get(t, frozenset()) for t in wants.tiles_of(wants.extent))

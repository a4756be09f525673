"""Which scenes and which tiles meet the areas that are asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conf import areas
from conf.settings import Settings
from flows.sources.landsat.select import Selection
from schemas.grid import Grid

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EDGE_DEG = 0.01
"""Edges of outlines and footprints longer than this are divided before they are projected: a straight line of
about a kilometre strays by centimetres."""
MARGIN_M = 60.0
"""Tiles this near to an outline are read too: two pixels."""


class Outlines:
    """Outlines of areas, searched by place; one object serves many scenes."""

    def __init__(self, wkb: tuple[bytes, ...]) -> None:
        import numpy as np
        import shapely

        self.wkb = wkb
        self._shapes = shapely.from_wkb(np.array(wkb, object))
        self._tree = shapely.STRtree(self._shapes)
        self._projected: dict[int, NDArray[np.object_]] = {}
        # Scenes of one path and row lie alike, so that most questions have been asked before.
        self._near: dict[bytes, list[int]] = {}
        self._tiles: dict[tuple[Any, ...], tuple[tuple[int, int], ...]] = {}

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all, in degrees."""
        import shapely

        west, south, east, north = (float(v) for v in shapely.total_bounds(self._shapes))
        return west, south, east, north

    def near(self, footprint: bytes) -> list[int]:
        """Numbers of the outlines that a footprint (WKB, EPSG:4326) meets."""
        if footprint not in self._near:
            self._near[footprint] = self._met(footprint)
        return self._near[footprint]

    def _met(self, footprint: bytes) -> list[int]:
        import numpy as np
        import shapely

        shape = shapely.from_wkb(footprint)
        west, _, east, _ = shape.bounds
        found: set[int] = set()
        if east - west > 180:  # it lies across the date line: its western half is put beyond 180
            shape = shapely.transform(
                shape,
                lambda xy: np.column_stack([np.where(xy[:, 0] < 0, xy[:, 0] + 360, xy[:, 0]), xy[:, 1]]),
            )
        for turn in (-360.0, 0.0, 360.0):
            turned = shapely.transform(shape, lambda xy, by=turn: xy + np.array([by, 0.0]))
            found |= set(self._tree.query(turned, "intersects").tolist())
        return sorted(found)

    def tiles(self, grid: Grid, inside: tuple[range, range], which: list[int]) -> tuple[tuple[int, int], ...]:
        """Row and column of the tiles that the outlines of these numbers meet, sorted.

        Args:
            grid: The grid.
            inside: Rows and columns the scene has.
            which: Numbers of outlines.
        """
        asked = grid, inside, tuple(which)
        if asked not in self._tiles:
            self._tiles[asked] = self._hit(grid, inside, which)
        return self._tiles[asked]

    def _hit(self, grid: Grid, inside: tuple[range, range], which: list[int]) -> tuple[tuple[int, int], ...]:
        import numpy as np
        import shapely

        shapes = self._in(grid.epsg, which)
        places = np.array([(row, column) for row in inside[0] for column in inside[1]])
        left = grid.x_m + places[:, 1] * grid.tile_width_m
        top = grid.y_m - places[:, 0] * grid.tile_height_m
        boxes = shapely.box(
            left - MARGIN_M,
            top - grid.tile_height_m - MARGIN_M,
            left + grid.tile_width_m + MARGIN_M,
            top + MARGIN_M,
        )
        hit = np.unique(shapely.STRtree(boxes).query(shapes, "intersects")[1])
        return tuple((int(row), int(column)) for row, column in places[hit])

    def _in(self, epsg: int, which: list[int]) -> NDArray[np.object_]:
        """Outlines in a projection; those already projected are kept."""
        import numpy as np
        import shapely
        from pyproj import Transformer

        kept = self._projected.setdefault(epsg, np.full(len(self._shapes), None, object))
        new = [i for i in which if kept[i] is None]
        if new:
            move = Transformer.from_crs("EPSG:4326", f"EPSG:{epsg}", always_xy=True).transform
            kept[new] = shapely.transform(
                shapely.segmentize(self._shapes[new], EDGE_DEG), move, interleaved=False
            )
        return kept[which]


def outlines_of(selection: Selection, settings: Settings) -> Outlines | None:
    """The outlines that are asked for; None where whole scenes are.

    Raises:
        AreasError: Areas that cannot be used as they are.
    """
    if not selection.areas:
        return None
    return Outlines(areas.read(selection.areas, selection.area_id, settings).outlines)

"""Areas: the outlines of what is measured (fields, villages, districts), each with an id that stays text."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conf.areas_files import AreasError, Layer, layer
from conf.settings import Settings

__all__ = ["Areas", "AreasError", "read"]

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAMED = ("area_id", "id")
"""Names of a column that is taken for the id where there is one of them (in any case)."""
STEP = 1000.0
"""Longest edge that is reprojected as one, in metres: over it a straight line strays by centimetres."""
SHOWN = 5


@dataclass(frozen=True)
class Areas:
    """Outlines with ids, in the order of the file."""

    ids: tuple[str, ...]
    """Id of each area, as text ("05" stays "05"); each once."""
    outlines: tuple[bytes, ...]
    """Outline of each area, a polygon or several, longitude and latitude (EPSG:4326), as WKB."""
    id_column: str
    """Column of the file that the ids come from."""
    digest: str
    """SHA-256 over ids and outlines, in hex."""
    mended: tuple[str, ...] = ()
    """Ids of areas whose outline was no valid polygon (it crossed itself) and was made one."""

    def __len__(self) -> int:
        return len(self.ids)


def read(path: str, id_column: str | None, settings: Settings, *, dissolve: bool = False) -> Areas:
    """The areas of a GeoJSON, GeoPackage, GeoParquet or shapefile (also zipped).

    Args:
        path: A file here, on S3 or on a web server; `file.gpkg#name` chooses a layer.
        id_column: Column with the ids. None: the one called `area_id` or `id`, else the only column whose
            values are all there and all different.
        settings: How places are opened.
        dissolve: Areas with the same id become one area of several parts, instead of an error.

    Raises:
        AreasError: No column for the ids or several, an id that is empty or there twice, no coordinate reference
            system, an outline that is empty or no polygon.
        FileNotFoundError: There is no such file.
    """
    found = layer(path, settings)
    if not len(found.shapes):
        raise AreasError(f"{path} has no areas")
    column = _id_column(found, id_column, path)
    ids = _texts(found.columns[column], column, path)
    shapes, mended = _valid(found, ids, path)
    if dissolve:
        ids, shapes = _dissolved(ids, shapes)
    again = [name for name, n in Counter(ids).items() if n > 1]
    if again:
        raise AreasError(
            f"{path}: {len(again)} ids of '{column}' are there more than once: {_some(again)}; name another "
            "column, or have areas with the same id dissolved into one"
        )
    outlines = _wkb(shapes)
    return Areas(tuple(ids), outlines, column, _digest(ids, outlines), tuple(sorted(mended)))


def _id_column(found: Layer, asked: str | None, path: str) -> str:
    names = list(found.columns)
    if asked is not None:
        if asked not in names:
            raise AreasError(f"{path} has no column '{asked}'; it has {', '.join(names) or 'none'}")
        return asked
    likely = [n for n in names if n.lower() in NAMED] or [n for n in names if _identifies(found.columns[n])]
    if len(likely) == 1:
        return likely[0]
    raise AreasError(
        f"{path}: which column has the ids? {', '.join(likely or names) or 'It has none'}"
        + ("; name one with area_id" if names else "; give each area one")
    )


def _identifies(values: Sequence[Any]) -> bool:
    try:
        return all(isinstance(v, str | int) for v in values) and len(set(values)) == len(values)
    except TypeError:
        return False


def _texts(values: Sequence[Any], column: str, path: str) -> list[str]:
    """Ids as text; a whole number that a table made a float of (5.0) is the whole number."""
    texts = []
    for number, value in enumerate(values):
        whole = int(value) if isinstance(value, float) and value.is_integer() else value
        if not isinstance(whole, str | int) or not str(whole).strip():
            raise AreasError(f"{path}: area {number} (from 0) has the {column} '{value}', which is no id")
        texts.append(str(whole))
    return texts


def _valid(found: Layer, ids: Sequence[str], path: str) -> tuple[NDArray[np.object_], set[str]]:
    """Valid polygons in EPSG:4326, and the ids of those that were not valid."""
    import numpy as np
    import shapely

    shapes = shapely.force_2d(found.shapes)
    polygon = np.isin(shapely.get_type_id(shapes), (3, 6)) | shapely.is_missing(shapes)
    _refuse(
        ids, ~polygon, f"{path}: areas that are no polygons", "draw a circle around points (a buffer) first"
    )
    bad = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    shapes[bad] = shapely.make_valid(shapes[bad], method="structure", keep_collapsed=False)
    shapes = _degrees(shapes, found.crs, path)
    void = shapely.is_missing(shapes) | ~(shapely.area(shapes) > 0)
    _refuse(ids, void, f"{path}: areas without an outline", "draw or remove them")
    left, low, right, up = shapely.bounds(shapes).T
    outside = ~((left >= -180) & (right <= 180) & (low >= -90) & (up <= 90))
    _refuse(
        ids,
        outside,
        f"{path}: areas outside the globe",
        "does the file name its coordinate reference system?",
    )
    return shapes, {ids[i] for i in np.flatnonzero(bad).tolist()}


def _degrees(shapes: NDArray[np.object_], crs: Any, path: str) -> NDArray[np.object_]:
    import shapely
    from pyproj import CRS, Transformer
    from pyproj.exceptions import CRSError

    if crs is None:
        raise AreasError(
            f"{path} names no coordinate reference system; a shapefile needs its .prj, others are mended by "
            "saving them again with one"
        )
    try:
        known = CRS.from_user_input(crs)
    except CRSError as error:
        raise AreasError(f"{path}: unknown coordinate reference system: {error}") from None
    if known.equals("OGC:CRS84") or known.equals(CRS.from_epsg(4326), ignore_axis_order=True):
        return shapes
    if not known.is_geographic:
        shapes = shapely.segmentize(shapes, STEP / known.axis_info[0].unit_conversion_factor)
    move = Transformer.from_crs(known, "EPSG:4326", always_xy=True).transform
    moved: NDArray[np.object_] = shapely.transform(shapes, move, interleaved=False)
    return moved


def _refuse(ids: Sequence[str], which: NDArray[np.bool_], what: str, cure: str) -> None:
    named = [name for name, bad in zip(ids, which, strict=True) if bad]
    if named:
        raise AreasError(f"{what}: {_some(named)}; {cure}")


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN:,} more" if len(names) > SHOWN else ""
    return ", ".join(f"'{name}'" for name in names[:SHOWN]) + more


def _dissolved(ids: Sequence[str], shapes: NDArray[np.object_]) -> tuple[list[str], NDArray[np.object_]]:
    import numpy as np
    import shapely

    parts: dict[str, list[int]] = {}
    for number, name in enumerate(ids):
        parts.setdefault(name, []).append(number)
    merged = [
        shapely.union_all(shapes[which]) if len(which) > 1 else shapes[which[0]] for which in parts.values()
    ]
    return list(parts), np.array(merged, object)


def _wkb(shapes: NDArray[np.object_]) -> tuple[bytes, ...]:
    import shapely

    return tuple(shapely.to_wkb(shapes, byte_order=1, output_dimension=2))


def _digest(ids: Sequence[str], outlines: Sequence[bytes]) -> str:
    found = hashlib.sha256()
    for name, outline in zip(ids, outlines, strict=True):
        for part in (name.encode(), outline):
            found.update(len(part).to_bytes(8, "little") + part)
    return found.hexdigest()

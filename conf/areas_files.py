"""Reading outlines from files: GeoJSON, GeoPackage, GeoParquet, shapefile (also zipped), here or anywhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from conf.places import Place, place
from conf.settings import Settings

if TYPE_CHECKING:
    import geopandas as gpd
    import numpy as np
    from numpy.typing import NDArray

JSON = (".geojson", ".json")
PARQUET = (".parquet", ".geoparquet")
OTHERS = (".gpkg", ".shp", ".fgb", ".zip")
SHAPEFILE = (".shp", ".shx", ".dbf", ".prj", ".cpg")
"""The files one shapefile consists of; the last two may be absent."""


class AreasError(ValueError):
    """Areas that cannot be used as they are; the message says which, and the cure."""


@dataclass(frozen=True)
class Layer:
    """Outlines as a file has them."""

    columns: Mapping[str, Sequence[Any]]
    """What the file says of each area, by the name of the column."""
    shapes: NDArray[np.object_]
    """Shapely geometries; None where there is none."""
    crs: Any
    """Anything that names a coordinate reference system; None where the file names none."""


def layer(path: str, settings: Settings) -> Layer:
    """All areas of a file; `path#name` chooses a layer of a GeoPackage or a shapefile of a zip.

    Raises:
        AreasError: An unknown kind of file, several layers, or a file that cannot be understood.
        FileNotFoundError: There is no such file.
    """
    path, _, name = path.partition("#")
    suffix = Path(path).suffix.lower()
    here = place(path, settings)
    if not here.is_http and not here.exists():
        raise FileNotFoundError(f"no file with areas at '{path}'")
    if suffix in JSON:
        return _geojson(here)
    if suffix in PARQUET:
        return _geoparquet(here)
    if suffix in OTHERS:
        with _local(here, suffix) as file:
            return _ogr(file, name, path)
    known = ", ".join((*JSON, *PARQUET, *OTHERS))
    raise AreasError(f"'{path}' is no file of areas that is known; give one that ends with {known}")


def _geojson(here: Place) -> Layer:
    """Own reading: GDAL would let a feature's `id` and a property called `id` take each other's place."""
    import numpy as np
    import shapely

    try:
        told = json.loads(here.read_bytes().decode("utf-8-sig"))
        features = told["features"] if told["type"] == "FeatureCollection" else [told]
        properties = [feature["properties"] or {} for feature in features]
        texts = [json.dumps(feature["geometry"]) if feature["geometry"] else None for feature in features]
        shapes: NDArray[np.object_] = np.array(shapely.from_geojson(texts), object)
    except (KeyError, TypeError, ValueError, shapely.errors.GEOSException) as error:
        raise AreasError(f"{here.url} is no GeoJSON of features: {type(error).__name__}: {error}") from None
    names = dict.fromkeys(name for each in properties for name in each)
    columns = {name: [each.get(name) for each in properties] for name in names}
    if any("id" in feature for feature in features):
        columns.setdefault("id", [feature.get("id") for feature in features])
    crs = told.get("crs")  # before RFC 7946 another system could be named; since then it is always WGS 84
    return Layer(columns, shapes, crs["properties"]["name"] if crs else "OGC:CRS84")


def _geoparquet(here: Place) -> Layer:
    import geopandas as gpd

    try:
        return _of_frame(gpd.read_parquet(io.BytesIO(here.read_bytes())))
    except ValueError as error:
        raise AreasError(f"{here.url} is no GeoParquet: {error}") from None


def _ogr(file: Path, name: str, path: str) -> Layer:
    import pyogrio

    opened = str(file)
    try:
        if file.suffix.lower() == ".zip":
            inside = [n for n in zipfile.ZipFile(file).namelist() if n.lower().endswith((".shp", ".gpkg"))]
            opened, name = f"/vsizip/{file}/{_one(inside, name, path)}", ""
        layers = [str(row[0]) for row in pyogrio.list_layers(opened)]
        return _of_frame(pyogrio.read_dataframe(opened, layer=_one(layers, name, path)))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, zipfile.BadZipFile) as error:
        raise AreasError(f"{path} cannot be read: {error}") from None


def _one(names: Sequence[str], wanted: str, path: str) -> str:
    """The only name, or the one that is wanted."""
    if wanted in names or (not wanted and len(names) == 1):
        return wanted or names[0]
    cure = f"choose one, as in '{path}#{names[0]}'" if names else "give a file with polygons"
    raise AreasError(f"{path} has no '{wanted}'; it has {', '.join(names) or 'no layer'}: {cure}")


def _of_frame(frame: gpd.GeoDataFrame) -> Layer:
    import numpy as np

    shapes = np.array(frame.geometry.array, object)
    names = [n for n in frame.columns if n != frame.geometry.name]
    return Layer({str(n): frame[n].tolist() for n in names}, shapes, frame.crs)


@contextmanager
def _local(here: Place, suffix: str) -> Iterator[Path]:
    """The file on this machine, since GDAL knows nothing of our places; fetched where it lies elsewhere."""
    if here.is_local:
        yield Path(here.path)
        return
    with TemporaryDirectory(prefix="fieldwork-") as folder:
        stem = here.url[: len(here.url) - len(suffix)]
        for each in SHAPEFILE if suffix == ".shp" else (suffix,):
            place_of_it = Place(f"{stem}{each}", here.fs, here.path[: len(here.path) - len(suffix)] + each)
            try:
                (Path(folder) / f"areas{each}").write_bytes(place_of_it.read_bytes())
            except FileNotFoundError:
                if each in (suffix, ".shx", ".dbf"):
                    raise AreasError(f"{stem}{each} is missing beside {here.url}") from None
        yield Path(folder) / f"areas{suffix}"

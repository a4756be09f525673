"""What lies beside a scene's bands: its STAC item (version 1.0.0) and its MTL file in both forms."""

from __future__ import annotations

import json
from math import sin, tau
from pathlib import Path
from typing import Any

from flows.sources.sample.landsat.noise import unit
from flows.sources.sample.landsat.plan import PIXEL_M, SLANT, Footprint, Product
from flows.sources.sample.landsat.sensors import OFFSET, SCALE
from flows.sources.sample.landsat.sky import SWATH
from flows.sources.sample.landsat.tally import Tally

DATA = "https://landsatlook.usgs.gov/data/"
BUCKET = "s3://usgs-landsat/"
EXTENSIONS = (
    "https://landsat.usgs.gov/stac/landsat-extension/v1.1.1/schema.json",
    "https://stac-extensions.github.io/view/v1.0.0/schema.json",
    "https://stac-extensions.github.io/projection/v1.0.0/schema.json",
    "https://stac-extensions.github.io/file/v1.0.0/schema.json",
    "https://stac-extensions.github.io/eo/v1.0.0/schema.json",
    "https://stac-extensions.github.io/alternate-assets/v1.1.0/schema.json",
    "https://stac-extensions.github.io/storage/v1.0.0/schema.json",
)
STAC_NAMES = {
    "blue": ("blue", 0.48), "green": ("green", 0.56), "red": ("red", 0.65),
    "nir": ("nir08", 0.86), "swir1": ("swir16", 1.6), "swir2": ("swir22", 2.2),
}  # fmt: skip
"""Key of each band's asset, and its centre in micrometres."""


def cloud_percent(total: Tally) -> float:
    """Cloud in per cent of the pixels that are not fill, as USGS states it."""
    land = total.counts["pixels"] - total.counts["fill"]
    return round(100 * total.counts["cloud"] / land, 2) if land else 0.0


def write(
    root: Path, product: Product, endings: dict[str, str], sums: dict[str, str], total: Tally
) -> list[str]:
    """Write the three files; their keys.

    Args:
        root: Root of the archive.
        product: The scene.
        endings: How the keys of its rasters end, by band.
        sums: Their checksums, before any damage.
        total: Counts of its pixels.
    """
    groups = mtl(product, endings, cloud_percent(total))
    told = {
        "SR_stac.json": json.dumps(item(product, endings, sums, cloud_percent(total)), indent=2) + "\n",
        "MTL.json": json.dumps({"LANDSAT_METADATA_FILE": _texts(groups)}, indent=2) + "\n",
        "MTL.txt": odl(groups),
    }
    for ending, text in told.items():
        (root / product.key(ending)).write_text(text, "utf-8", newline="\n")
    return [product.key(ending) for ending in told]


def item(product: Product, endings: dict[str, str], sums: dict[str, str], cloud: float) -> dict[str, Any]:
    """The STAC item; like the bucket's it says nothing of scale and offset (no `raster:bands`)."""
    ring = outline(product.place)
    place, longitudes, latitudes = product.place, [x for x, _ in ring], [y for _, y in ring]
    return {
        "type": "Feature",
        "stac_version": "1.0.0",
        "stac_extensions": list(EXTENSIONS),
        "id": f"{product.product_id}_SR",
        "description": "Landsat Collection 2 Level-2 Surface Reflectance Product",
        "bbox": [min(longitudes), min(latitudes), max(longitudes), max(latitudes)],
        "geometry": {"type": "Polygon", "coordinates": [[list(corner) for corner in ring]]},
        "properties": {
            "datetime": f"{product.day.isoformat()}T{_time(product)}Z",
            "eo:cloud_cover": cloud,
            "view:sun_azimuth": _sun(product)[0],
            "view:sun_elevation": _sun(product)[1],
            "platform": f"LANDSAT_{product.sensor.satellite}",
            "instruments": product.sensor.instrument.split("_"),
            "view:off_nadir": 0,
            "landsat:cloud_cover_land": cloud,
            "landsat:wrs_type": "2",
            "landsat:wrs_path": f"{place.path:03d}",
            "landsat:wrs_row": f"{place.row:03d}",
            "landsat:scene_id": scene_id(product),
            "landsat:collection_category": product.tier,
            "landsat:collection_number": "02",
            "landsat:correction": "L2SP",
            "proj:epsg": place.epsg,
            "proj:shape": [place.height, place.width],
            "proj:transform": [PIXEL_M, 0, place.x_m, 0, -PIXEL_M, place.y_m],
            "created": f"{product.processed.isoformat()}T07:00:00.000Z",
            "updated": f"{product.processed.isoformat()}T07:00:00.000Z",
        },
        "links": [{"rel": "self", "href": f"{DATA}{product.key('SR_stac.json')}"}],
        "assets": _assets(product, endings, sums),
        "collection": "landsat-c2l2-sr",
    }


def _assets(product: Product, endings: dict[str, str], sums: dict[str, str]) -> dict[str, Any]:
    assets = {}
    for band, ending in endings.items():
        name, centre = STAC_NAMES.get(band, (band, 0.0))
        asset = _asset(product, ending, "image/vnd.stac.geotiff; cloud-optimized=true", "data")
        if band in STAC_NAMES:
            number = f"B{product.sensor.bands[band]}"
            asset["eo:bands"] = [
                {"name": number, "common_name": name, "gsd": 30, "center_wavelength": centre}
            ]
        assets[name] = {**asset, "file:checksum": sums[band]}
    return {
        **assets,
        "MTL.txt": _asset(product, "MTL.txt", "text/plain", "metadata"),
        "MTL.json": _asset(product, "MTL.json", "application/json", "metadata"),
    }


def _asset(product: Product, ending: str, kind: str, role: str) -> dict[str, Any]:
    key = product.key(ending)
    s3 = {"storage:platform": "AWS", "storage:requester_pays": True, "href": f"{BUCKET}{key}"}
    return {"href": f"{DATA}{key}", "type": kind, "alternate": {"s3": s3}, "roles": [role]}


def outline(place: Footprint) -> list[tuple[float, float]]:
    """The slanted footprint, longitude and latitude, a closed ring from the upper left."""
    from rasterio.warp import transform

    xs, ys = [], []
    for u, v in ((-1, -1), (-1, 1), (1, 1), (1, -1), (-1, -1)):
        across, along = u * SWATH * place.width, v * SWATH * place.height
        down = along + SLANT * across
        xs.append(place.x_m + PIXEL_M * (place.width / 2 + across - SLANT * down))
        ys.append(place.y_m - PIXEL_M * (place.height / 2 + down))
    longitudes, latitudes = transform(f"EPSG:{place.epsg}", "EPSG:4326", xs, ys)[:2]
    return [(round(x, 9), round(y, 9)) for x, y in zip(longitudes, latitudes, strict=True)]


def scene_id(product: Product) -> str:
    """Landsat Scene Identifier."""
    head = f"{product.sensor.code[:2]}{product.sensor.satellite}"
    return f"{head}{product.place.path:03d}{product.place.row:03d}{product.day:%Y%j}LGN00"


def _time(product: Product) -> str:
    """Time of the scene's centre, UTC: about ten in the morning there; a row takes 24 seconds."""
    second = product.place.row * 24 + int(60 * unit(0, "time", product.day, product.place.path))
    hour = 18 if product.place.path == 44 else 23
    return f"{hour:02d}:{second // 60 % 60:02d}:{second % 60:02d}.490812"


def _sun(product: Product) -> tuple[float, float]:
    """(azimuth, elevation) of the sun in degrees, roughly right for the latitude and season."""
    north = 1 if product.place.y_m > 0 else -1
    season = north * sin(tau * (product.day.timetuple().tm_yday - 80) / 365.2425)
    return round(140 - 15 * season, 8), round(46 + 17 * season, 8)


def mtl(product: Product, endings: dict[str, str], cloud: float) -> dict[str, dict[str, Any]]:
    """Groups of the MTL file, with the fields that say what the scene is and how to read it."""
    rasters = {f"FILE_NAME_BAND_{product.sensor.bands[b]}": b for b in endings if b in product.sensor.bands}
    files = {name: f"{product.product_id}_{endings[band]}" for name, band in rasters.items()}
    azimuth, elevation = _sun(product)
    place = product.place
    return {
        "PRODUCT_CONTENTS": {
            "ORIGIN": "Made by fieldwork sample; not an image of the Earth",
            "LANDSAT_PRODUCT_ID": product.product_id,
            "PROCESSING_LEVEL": "L2SP",
            "COLLECTION_NUMBER": "02",
            "COLLECTION_CATEGORY": product.tier,
            "OUTPUT_FORMAT": "GEOTIFF",
            **files,
            "FILE_NAME_QUALITY_L1_PIXEL": f"{product.product_id}_{endings['qa_pixel']}",
            "FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION": f"{product.product_id}_{endings['qa_radsat']}",
            "FILE_NAME_METADATA_ODL": f"{product.product_id}_MTL.txt",
        },
        "IMAGE_ATTRIBUTES": {
            "SPACECRAFT_ID": f"LANDSAT_{product.sensor.satellite}",
            "SENSOR_ID": product.sensor.instrument,
            "WRS_TYPE": 2,
            "WRS_PATH": place.path,
            "WRS_ROW": place.row,
            "DATE_ACQUIRED": product.day,
            "SCENE_CENTER_TIME": f"{_time(product)}0Z",
            "CLOUD_COVER": cloud,
            "CLOUD_COVER_LAND": cloud,
            "SUN_AZIMUTH": azimuth,
            "SUN_ELEVATION": elevation,
        },
        "PROJECTION_ATTRIBUTES": _projection(place),
        "LEVEL2_PROCESSING_RECORD": {
            "LANDSAT_PRODUCT_ID": product.product_id,
            "PROCESSING_LEVEL": "L2SP",
            "DATE_PRODUCT_GENERATED": f"{product.processed.isoformat()}T06:12:41Z",
        },
        "LEVEL2_SURFACE_REFLECTANCE_PARAMETERS": {
            **{f"REFLECTANCE_MULT_BAND_{name.rsplit('_', 1)[1]}": SCALE for name in files},
            **{f"REFLECTANCE_ADD_BAND_{name.rsplit('_', 1)[1]}": OFFSET for name in files},
        },
        "LEVEL1_PROCESSING_RECORD": {"LANDSAT_SCENE_ID": scene_id(product)},
    }


def _projection(place: Footprint) -> dict[str, Any]:
    """Corners are middles of the corner pixels, as in the bucket."""
    left, top = place.x_m + 15, place.y_m - 15
    right, bottom = left + PIXEL_M * (place.width - 1), top - PIXEL_M * (place.height - 1)
    corners = {"UL": (left, top), "UR": (right, top), "LL": (left, bottom), "LR": (right, bottom)}
    edges = {}
    for name, (x, y) in corners.items():
        edges[f"CORNER_{name}_PROJECTION_X_PRODUCT"] = float(x)
        edges[f"CORNER_{name}_PROJECTION_Y_PRODUCT"] = float(y)
    return {
        "MAP_PROJECTION": "UTM",
        "DATUM": "WGS84",
        "ELLIPSOID": "WGS84",
        "UTM_ZONE": place.epsg % 100,
        "GRID_CELL_SIZE_REFLECTIVE": 30.0,
        "REFLECTIVE_LINES": place.height,
        "REFLECTIVE_SAMPLES": place.width,
        "ORIENTATION": "NORTH_UP",
        **edges,
    }


def _texts(groups: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
    """MTL.json has every value as text."""
    return {group: {name: str(value) for name, value in told.items()} for group, told in groups.items()}


def odl(groups: dict[str, dict[str, Any]]) -> str:
    """MTL.txt: Object Description Language, text in quotation marks."""
    lines = ["GROUP = LANDSAT_METADATA_FILE"]
    for group, told in groups.items():
        lines.append(f"  GROUP = {group}")
        for name, value in told.items():
            quoted = isinstance(value, str) and name not in ("COLLECTION_NUMBER", "DATE_PRODUCT_GENERATED")
            lines.append(f"    {name} = " + (f'"{value}"' if quoted else str(value)))
        lines.append(f"  END_GROUP = {group}")
    return "\n".join([*lines, "END_GROUP = LANDSAT_METADATA_FILE", "END", ""])

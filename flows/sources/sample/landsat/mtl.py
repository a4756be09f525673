"""A scene's MTL file: its groups, and how they are written as Object Description Language."""

from __future__ import annotations

from typing import Any

from flows.sources.sample.landsat.about import scene_id, sun, time_of_day
from flows.sources.sample.landsat.plan import PIXEL_M, Footprint, Product
from flows.sources.sample.landsat.sensors import OFFSET, SCALE


def mtl(product: Product, endings: dict[str, str], cloud: float) -> dict[str, dict[str, Any]]:
    """Groups of the MTL file, with the fields that say what the scene is and how to read it."""
    rasters = {f"FILE_NAME_BAND_{product.sensor.bands[b]}": b for b in endings if b in product.sensor.bands}
    files = {name: f"{product.product_id}_{endings[band]}" for name, band in rasters.items()}
    azimuth, elevation = sun(product)
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
            "SCENE_CENTER_TIME": f"{time_of_day(product)}0Z",
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


def texts(groups: dict[str, dict[str, Any]]) -> dict[str, dict[str, str]]:
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

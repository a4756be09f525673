"""A scene's STAC item, version 1.0.0, as the bucket has it beside the bands."""

from __future__ import annotations

from typing import Any

from flows.sources.sample.landsat.about import scene_id, sun, time_of_day
from flows.sources.sample.landsat.plan import PIXEL_M, SLANT, Footprint, Product
from flows.sources.sample.landsat.sky import SWATH

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
            "datetime": f"{product.day.isoformat()}T{time_of_day(product)}Z",
            "eo:cloud_cover": cloud,
            "view:sun_azimuth": sun(product)[0],
            "view:sun_elevation": sun(product)[1],
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

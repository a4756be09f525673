"""What landsat-truth.json and the tables say of the scenes that were made."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from math import sqrt
from typing import Any

from flows.sources.sample.landsat import areas as a
from flows.sources.sample.landsat.about import cloud_percent
from flows.sources.sample.landsat.plan import SLC_OFF, Scale
from flows.sources.sample.landsat.scene import Made
from flows.sources.sample.landsat.sensors import OFFSET, ROY_RMA, SCALE, as_seen
from flows.sources.sample.landsat.tally import COUNTS, Tally
from flows.sources.sample.landsat.wording import HOLDS, KINDS, MEANING, QUIRKS

AREAS = "areas.geojson"
"""The file of the areas, below the folder."""


def facts(made: list[Made], scale: Scale) -> dict[str, Any]:
    """Everything that landsat-truth.json says besides how the sample was made."""
    import rasterio

    return {
        "gdal": rasterio.__gdal_version__,
        "what": "Made data in the layout of usgs-landsat, Collection 2 Level-2; not images of the Earth.",
        "areas_file": AREAS,
        "area_id_column": a.ID_COLUMN,
        "pixel_rule": "A pixel belongs to an area if its centre lies in it.",
        "reflectance": {"scale": SCALE, "offset": OFFSET, "fill": 0},
        "meaning": MEANING,
        "quirks": QUIRKS,
        "kinds_of_damage": KINDS,
        "planned": {
            "formula": "baseline + season * cos(2*pi*(day_of_year - peak_day)/365.2425) + greening_per_year * years; "
            "years since 2010-01-01 of 365.2425 days",
            "anomaly_half_range": a.ANOMALY,
            "holds": HOLDS,
        },
        "step": {
            "method": "roy_rma",
            "formula": "OLI = a + b * x, surface reflectance; TM and ETM+ values x were made as (OLI - a) / b",
            "lines": {band: list(line) for band, line in ROY_RMA.items()},
        },
        "scan_line_gaps_after": SLC_OFF.isoformat(),
        "totals": _totals(made),
        "areas": [_area(area, scale) for area in a.areas(scale)],
        "scenes": [scene(one) for one in made],
        "duplicates": _duplicates(made),
        "overlaps": _overlaps(made),
        "damaged": [asdict(damage) for one in made for damage in one.damages],
        "files": [{"key": key, "bytes": size} for one in made for key, size in sorted(one.bytes.items())],
    }


def _totals(made: list[Made]) -> dict[str, int]:
    return {
        "scenes": len(made),
        "preferred_scenes": sum(one.product.preferred for one in made),
        "files": sum(len(one.bytes) for one in made),
        "file_bytes": sum(sum(one.bytes.values()) for one in made),
        **{name: sum(one.tally.counts[name] for one in made) for name in COUNTS},
    }


def _area(area: a.Area, scale: Scale) -> dict[str, Any]:
    return {
        "area_id": area.area_id,
        "name": area.name,
        "epsg": a.place_of(area, scale).epsg,
        "area_m2": a.extent_m2(area, scale),
        "baseline": area.baseline,
        "season": area.season,
        "peak_day": a.PEAK_DAY + (183 if area.south else 0),
        "greening_per_year": area.greening,
    }


def scene(made: Made) -> dict[str, Any]:
    """What is true of one scene."""
    product = made.product
    return {
        "product_id": product.product_id,
        "folder": product.folder,
        "sensor": product.sensor.folder,
        "satellite": product.sensor.satellite,
        "wrs_path": product.place.path,
        "wrs_row": product.place.row,
        "epsg": product.place.epsg,
        "width_px": product.place.width,
        "height_px": product.place.height,
        "x_m": product.place.x_m,
        "y_m": product.place.y_m,
        "acquired_on": product.day.isoformat(),
        "processed_on": product.processed.isoformat(),
        "tier": product.tier,
        "preferred": product.preferred,
        "quirk": product.quirk,
        "scan_line_gaps": product.gaps,
        "cloud_percent": cloud_percent(made.tally),
        **made.tally.counts,
        **_measures(made.tally),
    }


def _measures(tally: Tally) -> dict[str, float | None]:
    n = tally.counts["usable"]
    if not n:
        return {"ndvi_mean": None, "ndvi_sd": None}
    mean = tally.ndvi_sum / n
    return {"ndvi_mean": mean, "ndvi_sd": sqrt(max(0.0, tally.ndvi_squares / n - mean * mean))}


def panel(made: list[Made], scale: Scale, seed: int) -> Iterator[dict[str, Any]]:
    """One row an area and scene that has pixels of it; `wording.MEANING` says what is in it."""
    known = {area.area_id: area for area in a.areas(scale)}
    for one in made:
        product = one.product
        for area_id, tally in sorted(one.areas.items()):
            surface = known[area_id].surface(product.day, seed)
            yield {
                "area_id": area_id,
                "product_id": product.product_id,
                "sensor": product.sensor.folder,
                "acquired_on": product.day,
                "preferred": product.preferred,
                **tally.counts,
                **_measures(tally),
                "planned_ndvi": known[area_id].planned(product.day),
                "surface_ndvi": surface,
                "seen_ndvi": seen_ndvi(one, surface),
            }


def seen_ndvi(made: Made, surface: float) -> float:
    """NDVI that a scene's sensor sees over ground whose NDVI is `surface` to OLI."""
    both = 0.40 + 0.05 * surface
    red = as_seen(made.product.sensor, "red", both * (1 - surface) / 2)
    nir = as_seen(made.product.sensor, "nir", both * (1 + surface) / 2)
    return (nir - red) / (nir + red)


def _duplicates(made: list[Made]) -> list[dict[str, str]]:
    """Products of one scene that were made twice: the newer is to be used."""
    newest = {_place_and_day(one): one.product.product_id for one in made if one.product.preferred}
    return [
        {"use": newest[_place_and_day(one)], "not": one.product.product_id}
        for one in made
        if one.product.quirk == "older"
    ]


def _overlaps(made: list[Made]) -> list[list[str]]:
    """Pairs of one path and day, the northern first: pixels that neither has as fill are equal."""
    good = [one.product for one in made if one.product.preferred]
    return [
        [one.product_id, other.product_id]
        for one in good
        for other in good
        if (one.sensor, one.day, one.place.path) == (other.sensor, other.day, other.place.path)
        and one.place.row < other.place.row
    ]


def _place_and_day(made: Made) -> tuple[Any, ...]:
    product = made.product
    return product.sensor.code, product.place.path, product.place.row, product.day

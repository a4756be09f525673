"""What both descriptions of a scene say of it: its id, its hour, the sun, its cloud."""

from __future__ import annotations

from math import sin, tau

from flows.sources.sample.landsat.noise import unit
from flows.sources.sample.landsat.plan import Product
from flows.sources.sample.landsat.tally import Tally


def cloud_percent(total: Tally) -> float:
    """Cloud in per cent of the pixels that are not fill, as USGS states it."""
    land = total.counts["pixels"] - total.counts["fill"]
    return round(100 * total.counts["cloud"] / land, 2) if land else 0.0


def scene_id(product: Product) -> str:
    """Landsat Scene Identifier."""
    head = f"{product.sensor.code[:2]}{product.sensor.satellite}"
    return f"{head}{product.place.path:03d}{product.place.row:03d}{product.day:%Y%j}LGN00"


def time_of_day(product: Product) -> str:
    """Time of the scene's centre, UTC: about ten in the morning there; a row takes 24 seconds."""
    second = product.place.row * 24 + int(60 * unit(0, "time", product.day, product.place.path))
    hour = 18 if product.place.path == 44 else 23
    return f"{hour:02d}:{second // 60 % 60:02d}:{second % 60:02d}.490812"


def sun(product: Product) -> tuple[float, float]:
    """(azimuth, elevation) of the sun in degrees, roughly right for the latitude and season."""
    north = 1 if product.place.y_m > 0 else -1
    season = north * sin(tau * (product.day.timetuple().tm_yday - 80) / 365.2425)
    return round(140 - 15 * season, 8), round(46 + 17 * season, 8)

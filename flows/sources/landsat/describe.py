"""What is said of a scene beside its files: its STAC item, or the metadata file (MTL) of the producer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any

from conf.places import Place
from conf.settings import Http
from flows.sources.fetch import FetchError, read_all
from flows.sources.landsat.products import Product

ANTARCTIC = 3031
"""EPSG code of the polar stereographic projection that scenes over Antarctica have."""


class DescriptionError(ValueError):
    """A description that lacks a needed value or has an impossible one."""


@dataclass(frozen=True)
class Description:
    """A scene as its producer describes it; None where nothing is said."""

    acquired_at: datetime | None = None
    """Time at the scene's centre, UTC."""
    cloud_share: float | None = None
    """Share of cloud, 0 to 1."""
    sun_elevation_deg: float | None = None
    """Elevation of the sun, in degrees."""
    epsg: int | None = None
    """Projection."""
    width_px: int | None = None
    """Pixels in a row."""
    height_px: int | None = None
    """Rows of pixels."""
    footprint: bytes | None = None
    """Outline in longitude and latitude, as WKB."""


def described(product: Product, archive: Place, http: Http) -> Description:
    """The description beside the scene's files; what the STAC item leaves out comes from the metadata file.

    Raises:
        DescriptionError: No description that names time and projection can be read.
        FetchError: The archive does not answer.
    """
    found, problems = Description(), []
    for name, understand in FILES:
        key = f"{product.key}/{product.id}{name}"
        try:
            said = understand(product, read_all(archive / key, http))
        except FetchError as error:
            if error.reason != "missing":
                raise
            problems.append(f"{name} is missing")
        except (DescriptionError, ValueError, LookupError, TypeError, AttributeError) as error:
            problems.append(f"{name}: {type(error).__name__}: {error}")
        else:
            found = _filled(found, said)
        if found.epsg is not None and found.acquired_at is not None:
            return found
    raise DescriptionError(f"{product.id}: no projection or time; {'; '.join(problems) or 'none is named'}")


def from_stac(product: Product, content: bytes) -> Description:
    """A STAC item, of the versions before 1.0 too, whose items name neither projection nor time of day.

    Raises:
        DescriptionError: It describes another scene, or has an impossible value.
        ValueError, LookupError, TypeError, AttributeError: It is no STAC item.
    """
    import shapely

    item = json.loads(content)
    if not str(item["id"]).startswith(product.id):
        raise DescriptionError(f"it describes {item['id']}")
    said = item["properties"]
    when = str(said["datetime"])
    shape = said.get("proj:shape") or (None, None)
    code = said.get("proj:epsg") or str(said.get("proj:code") or "").removeprefix("EPSG:")
    sun = said.get("view:sun_elevation", said.get("eo:sun_elevation"))
    return _checked(
        product,
        acquired_at=_utc(when) if "T" in when else None,
        cloud_share=_share(said.get("eo:cloud_cover")),
        sun_elevation_deg=None if sun is None else float(sun),
        epsg=int(code) if code else None,
        width_px=shape[1],
        height_px=shape[0],
        footprint=shapely.from_geojson(json.dumps(item["geometry"])).wkb if item.get("geometry") else None,
    )


def from_mtl_json(product: Product, content: bytes) -> Description:
    """The metadata file as JSON; errors as for `from_stac`."""
    groups = json.loads(content)["LANDSAT_METADATA_FILE"]
    values: dict[str, str] = {}
    for name in ("PRODUCT_CONTENTS", "IMAGE_ATTRIBUTES", "PROJECTION_ATTRIBUTES"):
        values |= {key: str(value) for key, value in groups[name].items()}
    return _from_mtl(product, values)


def from_mtl_text(product: Product, content: bytes) -> Description:
    """The metadata file as text (ODL: `NAME = VALUE` lines); errors as for `from_stac`."""
    values: dict[str, str] = {}
    for line in content.decode("utf-8").splitlines():
        name, equals, value = line.partition("=")
        if equals:
            values.setdefault(name.strip(), value.strip().strip('"'))  # later groups repeat names of Level 1
    return _from_mtl(product, values)


FILES: tuple[tuple[str, Callable[[Product, bytes], Description]], ...] = (
    ("_SR_stac.json", from_stac),
    ("_MTL.json", from_mtl_json),
    ("_MTL.txt", from_mtl_text),
)
"""Files beside a scene, in the order they are asked for."""


def _from_mtl(product: Product, said: Mapping[str, str]) -> Description:
    if said["LANDSAT_PRODUCT_ID"] != product.id:
        raise DescriptionError(f"it describes {said['LANDSAT_PRODUCT_ID']}")
    return _checked(
        product,
        acquired_at=_utc(f"{said['DATE_ACQUIRED']}T{said['SCENE_CENTER_TIME']}"),
        cloud_share=_share(said["CLOUD_COVER"]),
        sun_elevation_deg=float(said["SUN_ELEVATION"]),
        epsg=32600 + int(said["UTM_ZONE"]) if said["MAP_PROJECTION"] == "UTM" else ANTARCTIC,
        width_px=int(said["REFLECTIVE_SAMPLES"]),
        height_px=int(said["REFLECTIVE_LINES"]),
        footprint=_corners(said),
    )


def _corners(said: Mapping[str, str]) -> bytes:
    import shapely

    corners = [
        (float(said[f"CORNER_{c}_LON_PRODUCT"]), float(said[f"CORNER_{c}_LAT_PRODUCT"]))
        for c in ("UL", "UR", "LR", "LL")
    ]
    return bytes(shapely.polygons([corners])[0].wkb)


def _checked(product: Product, **values: Any) -> Description:
    """A description whose values are possible."""
    found = Description(**values)
    if found.acquired_at and found.acquired_at.date() != product.acquired:
        raise DescriptionError(f"it was acquired at {found.acquired_at}, its name says {product.acquired}")
    if found.epsg is not None and not (
        32601 <= found.epsg <= 32760 or found.epsg in (3031, 3995, 5041, 5042)
    ):
        raise DescriptionError(f"EPSG {found.epsg} is no projection of Landsat's products")
    for size in (found.width_px, found.height_px):
        if size is not None and not 0 < size < 1 << 20:
            raise DescriptionError(f"a scene has no {size} pixels along a side")
    return found


def _filled(found: Description, said: Description) -> Description:
    lacking = {f.name: getattr(said, f.name) for f in fields(found) if getattr(found, f.name) is None}
    return replace(found, **lacking)


def _utc(when: str) -> datetime:
    """A time of ISO 8601; digits beyond microseconds are cut off."""
    stamp, dot, rest = when.rstrip("Z").partition(".")
    found = datetime.fromisoformat(f"{stamp}.{rest[:6].ljust(6, '0')}" if dot else stamp)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _share(percent: Any) -> float | None:
    """Cloud cover in percent as a share; -1 is the producer's way of saying that it was not computed."""
    if percent is None or float(percent) < 0:
        return None
    if float(percent) > 100:
        raise DescriptionError(f"a cloud cover of {percent} %")
    return round(float(percent) / 100, 6)

"""What can be asked for of the Landsat archive."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal

from flows.sources.landsat.products import NAMES, QUALITY_NAMES
from flows.sources.source import SelectionError

Sensor = Literal["oli-tirs", "etm", "tm"]
Tier = Literal["T1", "T2", "RT"]
Band = Literal["blue", "green", "red", "nir", "swir1", "swir2", "qa_pixel", "qa_radsat"]

FIRST = date(1982, 7, 16)
"""Launch of Landsat 4."""
EXAMPLES = (
    "--path-row 044/033 --dates 2020-04..2020-09 --dry-run",
    "--areas fields.gpkg --area-id field --dates 2013..2024 --cloud-max 0.6",
    "--scenes products.txt --archive https://mirror.example/",
)


@dataclass(frozen=True)
class Selection:
    """What to read of Landsat Collection 2 Level-2."""

    areas: str = ""
    """File with areas (GeoJSON, GeoPackage, GeoParquet, shapefile): only blocks that meet them are read. Empty:
    whole scenes."""
    area_id: str | None = None
    """Column of that file with the areas' ids; needed where the file leaves it open."""
    path_row: tuple[str, ...] = ()
    """Paths and rows, like 044/033. Not given: those that show the areas; in a folder by the scenes' own footprints,
    on S3 computed from the orbit."""
    dates: str = ""
    """Days of acquisition, FROM..TO (a year, a month or a day each, both ends included; either may be left out)."""
    sensors: tuple[Sensor, ...] = ("oli-tirs", "etm", "tm")
    """Sensors: oli-tirs (Landsat 8, 9), etm (7), tm (4, 5)."""
    satellites: tuple[int, ...] = (4, 5, 7, 8, 9)
    """Satellites by number."""
    bands: tuple[Band, ...] = ("red", "nir")
    """Bands of reflectance: blue, green, red, nir, swir1, swir2. qa_pixel and qa_radsat always come with them."""
    tiers: tuple[Tier, ...] = ("T1", "T2")
    """Tiers taken; of several versions of a scene the best tier and then the newest processing is used."""
    cloud_max: float = 1.0
    """Leave out scenes whose share of cloud, by the producer, is larger than this; 0 to 1."""
    scenes: str = ""
    """List of product ids, one a line (a local file or an address), instead of listing the bucket."""
    stac: str = ""
    """Address of a STAC API to search, instead of listing the bucket; e.g. https://landsatlook.usgs.gov/stac-server."""

    def __post_init__(self) -> None:
        if not (self.areas or self.path_row or self.scenes):
            raise SelectionError(
                "say where (--areas FILE or --path-row 044/033) or which scenes (--scenes FILE)"
            )
        if self.scenes and self.stac:
            raise SelectionError(
                "scenes come either from a list (--scenes) or from a search (--stac), not both"
            )
        for value in self.path_row:
            _path_row(value)
        for satellite in self.satellites:
            if satellite not in (4, 5, 7, 8, 9):
                raise SelectionError(
                    f"no Landsat {satellite} in Collection 2 Level-2; choose from 4, 5, 7, 8, 9"
                )
        if not self.bands:
            raise SelectionError(f"no band is asked for; choose from {', '.join(NAMES)}")
        if not 0 <= self.cloud_max <= 1:
            raise SelectionError(f"cloud_max {self.cloud_max} is no share; give 0 to 1 (0.6 for 60 %)")
        self.days  # noqa: B018  a range that cannot be read is told now

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        low, dots, high = self.dates.partition("..")
        if not dots:
            high = low
        first = _day(low, last=False) if low else FIRST
        last = _day(high, last=True) if high else datetime.now(UTC).date()
        if last < first:
            raise SelectionError(f"dates {self.dates} end before they begin")
        return first, last

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """The paths and rows given."""
        return tuple(sorted({_path_row(value) for value in self.path_row}))

    @property
    def all_bands(self) -> tuple[str, ...]:
        """Bands to read, in the order of the table's columns."""
        return tuple(n for n in (*NAMES, *QUALITY_NAMES) if n in self.bands or n in QUALITY_NAMES)


def _path_row(value: str) -> tuple[int, int]:
    found = re.fullmatch(r"(\d{1,3})/(\d{1,3})", value)
    if not found or not (1 <= int(found[1]) <= 233 and 1 <= int(found[2]) <= 248):
        raise SelectionError(
            f"'{value}' is no path and row; give path 1 to 233 and row 1 to 248, like 044/033"
        )
    return int(found[1]), int(found[2])


def _day(text: str, *, last: bool) -> date:
    """The first or last day of a year, a month or a day."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", text.strip())
    try:
        if found:
            year, month = int(found[1]), int(found[2] or (12 if last else 1))
            return date(year, month, int(found[3] or (monthrange(year, month)[1] if last else 1)))
    except ValueError:
        pass
    raise SelectionError(
        f"'{text}' is no day; give dates like 2019..2021, 2020-04..2020-09 or 2020-04-01..2020-04-30"
    )

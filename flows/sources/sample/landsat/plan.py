"""What the archive holds before a pixel is made: sizes, footprints, days, products."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.sources.sample.landsat.sensors import Sensor

Size = Literal["small", "medium", "large"]
PIXEL_M = 30
BLOCK = 256
SLANT = 0.1
"""Columns a row that the track leans to the west, going south."""
SLC_OFF = date(2003, 5, 31)
"""Landsat 7's scan-line corrector failed on this day; scenes after it have gaps."""
ROW_STEP = 0.72
"""Rows from one scene of a path to the next, as a share of its height; the true one is about 0.9."""


@dataclass(frozen=True)
class Scale:
    """How large an archive is."""

    width: int
    """Columns of pixels of a scene."""
    height: int
    """Rows of pixels of a scene."""
    bands: tuple[str, ...]
    """Bands of reflectance that are written, by common name."""
    many: bool
    """Whether all days and all odd products are there, or only four days of one footprint."""


SIX = ("blue", "green", "red", "nir", "swir1", "swir2")
SCALES: dict[Size, Scale] = {
    "small": Scale(600, 600, SIX, True),
    "medium": Scale(1500, 1500, SIX, True),
    "large": Scale(7700, 7600, ("red", "nir"), False),
}


@dataclass(frozen=True)
class Footprint:
    """A place of the World Reference System 2 with its grid."""

    path: int
    """Path."""
    row: int
    """Row."""
    epsg: int
    """Projection; south of the equator too a zone of the north, with negative northings, as USGS does."""
    column_0: int
    """First column of pixels, counted eastwards from x = 15 m."""
    row_0: int
    """First row of pixels, counted southwards from y = 15 m."""
    width: int
    """Columns."""
    height: int
    """Rows."""
    track_column: float
    """Column of the track's middle at row `row_0`."""

    @property
    def x_m(self) -> int:
        """Left edge, in metres."""
        return self.column_0 * PIXEL_M + 15

    @property
    def y_m(self) -> int:
        """Upper edge, in metres."""
        return 15 - self.row_0 * PIXEL_M


@dataclass(frozen=True)
class Product:
    """One scene before it is made."""

    place: Footprint
    """Where."""
    sensor: Sensor
    """By which instrument."""
    day: date
    """Day of acquisition."""
    processed: date
    """Day of processing."""
    tier: str = "T1"
    """T1, T2 or RT."""
    quirk: Literal["", "older", "shifted", "biased"] = ""
    """How its values differ from those of a good scene of that day."""

    @property
    def product_id(self) -> str:
        """Landsat Product Identifier."""
        where = f"{self.place.path:03d}{self.place.row:03d}"
        days = f"{self.day:%Y%m%d}_{self.processed:%Y%m%d}"
        return f"{self.sensor.code}_L2SP_{where}_{days}_02_{self.tier}"

    @property
    def folder(self) -> str:
        """Where its files are, below the archive's root."""
        place = f"{self.day:%Y}/{self.place.path:03d}/{self.place.row:03d}"
        return f"collection02/level-2/standard/{self.sensor.folder}/{place}/{self.product_id}"

    def key(self, ending: str) -> str:
        """Key of a file, such as `SR_B4.TIF`."""
        return f"{self.folder}/{self.product_id}_{ending}"

    @property
    def gaps(self) -> bool:
        """Whether it has scan-line gaps."""
        return self.sensor.code == "LE07" and self.day > SLC_OFF

    @property
    def preferred(self) -> bool:
        """Whether a reader that wants T1 and the newest processing takes it."""
        return self.tier == "T1" and self.quirk == ""


def main_place(scale: Scale) -> Footprint:
    """Path 44, row 33: north of San Francisco."""
    column_0, row_0 = 15949, -147220
    return Footprint(
        44, 33, 32610, column_0, row_0, scale.width, scale.height,
        column_0 + scale.width / 2 + SLANT * scale.height / 2,
    )  # fmt: skip


def next_place(scale: Scale) -> Footprint:
    """Path 44, row 34: seen right after on the same track, and overlapping."""
    first = main_place(scale)
    down = round(scale.height * ROW_STEP)
    left, track = round(SLANT * down), first.track_column - SLANT * down
    return Footprint(
        44, 34, 32610, first.column_0 - left, first.row_0 + down, scale.width, scale.height, track
    )


def south_place(scale: Scale) -> Footprint:
    """Path 90, row 84: Australia, zone 55 of the north with negative northings; half as wide and high."""
    width, height = scale.width // 2, scale.height // 2
    return Footprint(
        90, 84, 32655, 20319, 123799, width, height, 20319 + width / 2 + SLANT * height / 2
    )  # fmt: skip

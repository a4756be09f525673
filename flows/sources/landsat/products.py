"""Product identifiers, the keys of their files, and which of several versions of a scene is used."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from schemas.landsat import BANDS, QUALITY

PRODUCT = re.compile(
    r"L(?P<letter>[COTEM])(?P<satellite>0[4-9])_(?P<level>L2S[PR])_(?P<path>\d{3})(?P<row>\d{3})"
    r"_(?P<acquired>\d{8})_(?P<processed>\d{8})_02_(?P<tier>T1|T2|RT)"
)
"""`LXSS_LLLL_PPPRRR_YYYYMMDD_yyyymmdd_CC_TX` (Landsat 8-9 Collection 2 Level 2 Science Product Guide, section 3)."""
ROOT = "collection02/level-2/standard"
SENSORS = {"C": "oli-tirs", "O": "oli-tirs", "E": "etm", "T": "tm"}
"""Folder of the bucket, by the identifier's letter of the sensor."""
TIERS = ("T1", "T2", "RT")
"""In the order of preference."""
NAMES = tuple(c.name for c in BANDS)
QUALITY_NAMES = tuple(c.name for c in QUALITY)
NUMBERS = {
    "oli-tirs": dict(zip(NAMES, (2, 3, 4, 5, 6, 7), strict=True)),
    "etm": dict(zip(NAMES, (1, 2, 3, 4, 5, 7), strict=True)),
    "tm": dict(zip(NAMES, (1, 2, 3, 4, 5, 7), strict=True)),
}
"""Number of the band `SR_B…`, by sensor."""


class ProductError(ValueError):
    """No identifier of a Landsat Collection 2 Level-2 product."""


@dataclass(frozen=True)
class Product:
    """What an identifier says."""

    id: str
    """The identifier."""
    sensor: str
    """`oli-tirs`, `etm` or `tm`."""
    satellite: int
    """4 to 9."""
    level: str
    """`L2SP` (with surface temperature) or `L2SR` (without)."""
    path: int
    """Path of the World Reference System 2."""
    row: int
    """Row of it."""
    acquired: date
    """Day of acquisition."""
    processed: date
    """Day the product was made."""
    tier: str
    """`T1`, `T2` or `RT`."""

    @property
    def key(self) -> str:
        """Folder of the product below the archive's root; also the key of its input."""
        return f"{prefix(self.sensor, self.acquired.year, self.path, self.row)}/{self.id}"

    def file(self, band: str) -> str:
        """Key of the file of a band.

        Raises:
            KeyError: No such band.
        """
        if band in QUALITY_NAMES:
            return f"{self.key}/{self.id}_{band.upper()}.TIF"
        return f"{self.key}/{self.id}_SR_B{NUMBERS[self.sensor][band]}.TIF"

    @property
    def files(self) -> dict[str, str]:
        """Keys of the files of all bands, by band."""
        return {band: self.file(band) for band in (*NAMES, *QUALITY_NAMES)}

    @property
    def partition(self) -> dict[str, str]:
        """Where its rows go in the lake."""
        return {"sensor": self.sensor, "year": f"{self.acquired:%Y}"}

    @property
    def scene(self) -> tuple[str, int, int, int, date]:
        """What all versions of a scene have in common."""
        return self.sensor, self.satellite, self.path, self.row, self.acquired


def prefix(sensor: str, year: int, path: int, row: int) -> str:
    """Folder of the scenes of a year and a place, below the archive's root."""
    return f"{ROOT}/{sensor}/{year:04d}/{path:03d}/{row:03d}"


def parse(product_id: str) -> Product:
    """The product of an identifier.

    Raises:
        ProductError: It is none, or of a sensor, a collection or a level that is not read.
    """
    found = PRODUCT.fullmatch(product_id)
    if not found or found["letter"] not in SENSORS:
        raise ProductError(
            f"'{product_id}' is no product of Landsat 4-9, Collection 2 Level-2; "
            "they are named like LC08_L2SP_044033_20200114_20200824_02_T1"
        )
    try:
        acquired, processed = (
            datetime.strptime(found[name], "%Y%m%d").date() for name in ("acquired", "processed")
        )
    except ValueError:
        raise ProductError(f"'{product_id}' has a date that does not exist") from None
    path, row = int(found["path"]), int(found["row"])
    if not (1 <= path <= 233 and 1 <= row <= 248):
        raise ProductError(f"'{product_id}': path 1 to 233 and row 1 to 248 exist, not {path}/{row}")
    sensor, satellite = SENSORS[found["letter"]], int(found["satellite"])
    return Product(
        product_id, sensor, satellite, found["level"], path, row, acquired, processed, found["tier"]
    )


def best(products: Iterable[Product]) -> list[tuple[Product, int]]:
    """The version of each scene that is used, and how many others there were, sorted by key.

    The better tier wins, then the newer processing, then the product with surface temperature.
    """
    versions: dict[tuple[str, int, int, int, date], set[Product]] = {}
    for product in products:
        versions.setdefault(product.scene, set()).add(product)

    def rank(p: Product) -> tuple[int, int, str]:
        return TIERS.index(p.tier), -p.processed.toordinal(), p.level

    chosen = [(min(of_scene, key=rank), len(of_scene) - 1) for of_scene in versions.values()]
    return sorted(chosen, key=lambda c: c[0].key)

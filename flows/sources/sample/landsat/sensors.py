"""Instruments: how they name their bands, and how they see the same ground."""

from __future__ import annotations

from dataclasses import dataclass

SCALE, OFFSET = 0.0000275, -0.2
"""Reflectance = DN × SCALE + OFFSET (USGS, Landsat 8-9 Collection 2 Level 2 Science Product Guide)."""


@dataclass(frozen=True)
class Sensor:
    """An instrument on a satellite."""

    code: str
    """How its products begin."""
    folder: str
    """Its folder in the bucket."""
    satellite: int
    """Number of the satellite."""
    instrument: str
    """SENSOR_ID of the metadata."""
    bands: dict[str, int]
    """Number of each band by common name."""

    @property
    def oli(self) -> bool:
        """Whether it is the Operational Land Imager, the only one that knows cirrus."""
        return self.folder == "oli-tirs"


_TM = {"blue": 1, "green": 2, "red": 3, "nir": 4, "swir1": 5, "swir2": 7}
_OLI = {"blue": 2, "green": 3, "red": 4, "nir": 5, "swir1": 6, "swir2": 7}
SENSORS = {
    sensor.code: sensor
    for sensor in (
        Sensor("LT05", "tm", 5, "TM", _TM),
        Sensor("LE07", "etm", 7, "ETM", _TM),
        Sensor("LC08", "oli-tirs", 8, "OLI_TIRS", _OLI),
        Sensor("LC09", "oli-tirs", 9, "OLI_TIRS", _OLI),
    )
}

ROY_RMA = {
    "blue": (-0.0095, 0.9785),
    "green": (-0.0016, 0.9542),
    "red": (-0.0022, 0.9825),
    "nir": (-0.0021, 1.0073),
    "swir1": (-0.0030, 1.0171),
    "swir2": (0.0029, 0.9949),
}
"""OLI = a + b · ETM+, surface reflectance, reduced major axis (Roy et al. 2016, Table 2); the planted step."""


def as_seen(sensor: Sensor, band: str, reflectance: float) -> float:
    """What an instrument measures where OLI measures `reflectance`: the inverse of Roy's line, or the same."""
    a, b = line(sensor, band)
    return (reflectance - a) / b


def line(sensor: Sensor, band: str) -> tuple[float, float]:
    """(a, b) of OLI = a + b · sensor."""
    return (0.0, 1.0) if sensor.oli else ROY_RMA[band]

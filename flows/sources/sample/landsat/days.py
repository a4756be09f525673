"""Which scenes an archive has: days of the satellites' passes, and the odd products."""

from __future__ import annotations

from datetime import date, timedelta

from flows.sources.sample.landsat.plan import (
    Footprint,
    Product,
    Scale,
    main_place,
    next_place,
    south_place,
)
from flows.sources.sample.landsat.sensors import SENSORS

CYCLES = {"LE07": date(2021, 3, 29), "LC08": date(2020, 1, 14)}
"""A day on which each satellite passed path 44; it comes back every 16 days."""
YEARS = {"LE07": (2002, 2003, 2005, 2007, 2009, 2011, 2013), "LC08": (2013, 2014, 2016, 2018, 2020, 2022)}
SEASONS = ((4, 20), (8, 12))
FEW = {"LE07": (2002, 2011), "LC08": (2014, 2020)}


def passes(code: str, year: int, month: int, day: int) -> date:
    """The pass of a satellite over path 44 nearest to a day."""
    wanted, known = date(year, month, day), CYCLES[code]
    return known + timedelta(days=16 * round((wanted - known).days / 16))


def _made(place: Footprint, code: str, day: date, **odd: str) -> Product:
    processed = date(2020, 9, 12) if day < date(2020, 8, 1) else day + timedelta(days=17)
    return Product(place, SENSORS[code], day, processed, **odd)  # type: ignore[arg-type]


def products(scale: Scale) -> list[Product]:
    """All scenes of an archive, by sensor and day, the odd ones last."""
    main = main_place(scale)
    if not scale.many:
        return [_made(main, code, passes(code, y, 8, 12)) for code, years in FEW.items() for y in years]
    plain = [
        _made(main, code, passes(code, year, *season))
        for code, years in YEARS.items() for year in years for season in SEASONS
    ]  # fmt: skip
    return plain + _odd(scale, plain)


def _odd(scale: Scale, plain: list[Product]) -> list[Product]:
    """The overlapping row, the south, the older processing, the second tier, the real-time scene."""
    main, below, south = main_place(scale), next_place(scale), south_place(scale)
    same_days = [plain[i] for i in (0, 9, 18, 24)]
    twice = plain[17]
    older = Product(main, twice.sensor, twice.day, twice.day + timedelta(days=20), "T1", "older")
    return [
        *(_made(below, p.sensor.code, p.day) for p in same_days),
        *(_made(south, code, day) for code, day in SOUTH),
        older,
        _made(main, "LE07", passes("LE07", 2004, 8, 12), tier="T2", quirk="shifted"),
        _made(main, "LC08", passes("LC08", 2023, 4, 20), tier="RT", quirk="biased"),
    ]


SOUTH = (("LT05", date(2009, 1, 17)), ("LT05", date(2010, 2, 5)), ("LC09", date(2022, 1, 21)))

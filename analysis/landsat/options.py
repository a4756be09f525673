"""What the analyses of indices by area have in common: what is asked of areas, pixels and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from analysis.kernels.pixels import formulas
from analysis.kernels.pixels.formulas import Harmonisation, Index
from conf.typed import day


@dataclass(frozen=True)
class Pixels:
    """Areas, the index, and which pixels of which dates count."""

    areas: str = ""
    """File with the outlines: GeoJSON, GeoPackage, GeoParquet or shapefile, here or on S3; FILE#LAYER for a layer."""
    area_id: str = ""
    """Column with the areas' ids; where it is not said, the only one that can be it."""
    dissolve: bool = False
    """Outlines with the same id are one area of several parts; else an id that is there twice is an error."""
    index: Index = "ndvi"
    """`ndvi`, `evi`, `savi` (plants), `ndbi` (built-up land), `mndwi` (open water) or `nbr` (burns)."""
    harmonise: Harmonisation = "none"
    """Landsat 4 to 7 made like 8 and 9 by Roy et al. (2016): `roy_ols`, `roy_rma`, or `none`."""
    water: bool = False
    """Whether pixels of water are used; else they are a cause of loss of their own."""
    reflectance_range: Literal["none", "physical"] = "none"
    """`physical` leaves out pixels with a reflectance below 0 or above 1, and counts them."""
    coverage_min: float = 0.1
    """Measures are empty where a smaller share of an area's pixels was usable, over all passes of the period."""
    since: str = ""
    """First day that counts, YYYY-MM-DD."""
    until: str = ""
    """Last day that counts, YYYY-MM-DD."""

    def __post_init__(self) -> None:
        """Refuse what cannot be worked out, before anything is read.

        Raises:
            ValueError: Says what, and the cure.
        """
        if not self.areas:
            raise ValueError("areas is empty; give a file with the outlines of the areas")
        formulas.check(self.index, self.harmonise)
        if not 0 <= self.coverage_min <= 1:
            raise ValueError(f"coverage_min is {self.coverage_min}; give a share, 0 to 1")
        for name in ("since", "until"):
            day(getattr(self, name), name)
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"since is {self.since}, after until ({self.until}); exchange them")


def years(text: str, name: str) -> tuple[int, int] | None:
    """First and last year as written, `2013` or `2013-2015`; None where nothing is.

    Raises:
        ValueError: They are no years, or the last comes first.
    """
    if not text:
        return None
    first, _, last = text.partition("-")
    ends = (first.strip(), (last or first).strip())
    if not all(end.isdecimal() and len(end) == 4 for end in ends) or ends[0] > ends[1]:
        raise ValueError(f"{name} is '{text}'; give a year (2013) or a range of years (2013-2015)")
    return int(ends[0]), int(ends[1])


def pixels_used(options: Pixels) -> str:
    """Which pixels were used and how the index was computed, for a methods section."""
    formula = formulas.FORMULAS[options.index]
    harmonised = {
        "none": "Sensors were not harmonised.",
        "roy_ols": "Reflectances of Landsat 4 to 7 were made like Landsat 8's by the ordinary least squares",
        "roy_rma": "Reflectances of Landsat 4 to 7 were made like Landsat 8's by the reduced major axis",
    }[options.harmonise]
    if options.harmonise != "none":
        harmonised += " regressions of Roy et al. (2016), fitted on Landsat 7 over the United States."
    water = "" if options.water else ", water"
    physical = (
        " Reflectances below 0 or above 1 were left out." if options.reflectance_range == "physical" else ""
    )
    return (
        f"We computed {options.index.upper()} ({formula.source}) from surface reflectance of Landsat Collection 2 "
        f"Level-2 (digital number × 0.0000275 − 0.2). Pixels with fill, cloud, dilated cloud, cirrus (Landsat 8 and "
        f"9), cloud shadow, snow{water} in QA_PIXEL, or saturation of a band used in QA_RADSAT, were left out, and "
        f"counted by cause.{physical} {harmonised} Each pixel counts by the exact share of it that lies in the area. "
        "Where neighbouring scenes of one pass overlap, each pixel was taken from the scene with the nearer centre, "
        "so that no pass counts twice; only where neighbours lie in different UTM zones, and so on different grids, "
        "both count (how many such pairs there are is stated with the result)."
    )


def means_used(options: Pixels, by: str) -> str:
    """Which means of periods count for a trend or a change, for a methods section."""
    share = f"{100 * options.coverage_min:g} %"
    return f"Means of an area in a {by} of which less than {share} of its pixels were usable were left out."

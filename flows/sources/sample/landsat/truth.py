"""What is true of the Landsat sample: landsat-truth.json and the tables in truth/."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.sources.sample.landsat import areas as a
from flows.sources.sample.landsat.metadata import cloud_percent
from flows.sources.sample.landsat.plan import SLC_OFF, Scale
from flows.sources.sample.landsat.scene import Made
from flows.sources.sample.landsat.sensors import OFFSET, ROY_RMA, SCALE, as_seen
from flows.sources.sample.landsat.tally import COUNTS, Tally
from flows.sources.sample.truth import SampleError

if TYPE_CHECKING:
    import pyarrow as pa

FACTS, AREAS = "landsat-truth.json", "areas.geojson"
PANEL, SCENES = "truth/landsat-areas.parquet", "truth/landsat-scenes.parquet"
MEANING = {
    "pixels": "all pixels of the scene's grid; of an area: pixels of the grid whose centre lies in it",
    "fill": "QA_PIXEL bit 0: rim and scan-line gaps",
    "dilated_cloud": "QA_PIXEL bit 1",
    "cirrus": "QA_PIXEL bit 2",
    "cloud": "QA_PIXEL bit 3",
    "cloud_shadow": "QA_PIXEL bit 4",
    "snow": "QA_PIXEL bit 5",
    "clear_bit": "QA_PIXEL bit 6; it is set on shadow and snow too",
    "water": "QA_PIXEL bit 7",
    "saturated": "QA_RADSAT says red or near infrared, whatever else is the matter",
    "zero_sr": "red or near infrared is 0 though QA_PIXEL does not say fill",
    "clear_water": "(QA_PIXEL & 0x3F) == 0, with bit 7",
    "usable": "(QA_PIXEL & 0x3F) == 0, no water, not saturated, red and near infrared not 0",
    "ndvi_mean": "mean NDVI of the usable pixels as this sensor sees them, not harmonised, from the digital numbers",
    "ndvi_sd": "their standard deviation (divided by n)",
    "planned_ndvi": "baseline, season and greening of the area on that day, as OLI would see it",
    "surface_ndvi": "the same and the day's own anomaly: what every pixel of the area has before the pixels' noise",
    "seen_ndvi": "surface_ndvi as this scene's sensor sees it: through the inverse of Roy's line for TM and ETM+",
}
"""What each count and measure is; bits are counted each for itself, so that a pixel may be in several."""

QUIRKS = {
    "older": "an earlier processing of a scene that is there with a later one: near infrared is 0.03 too bright; "
    "a good reader uses the later one and says so",
    "shifted": "tier 2: the picture lies five pixels to the north-west of where it should be",
    "biased": "real time, not final: red is 0.02 too bright",
}
"""What is the matter with the scenes that are not preferred."""
KINDS = {
    "missing": "the file is not there; the scene's description lists it",
    "cut_header": "the file ends after 100 bytes; it cannot be opened",
    "cut_within": "the file ends inside a block; it opens, and the blocks before that can be read",
    "block_zeroed": "the bytes of one block are zeros; all others can be read",
}
"""What was done to damaged files."""
HOLDS = (
    "Every pixel that an area's shape touches has surface_ndvi, so that it is the mean by exact coverage as well as by "
    "centres; it holds for pixels of land only (09 is partly lake, 11 partly under snow in spring, 10 partly outside)."
)


@dataclass(frozen=True)
class LandsatTruth:
    """The truth of the Landsat sample in a folder."""

    root: Path
    """The folder; it is the root of the archive too."""
    facts: dict[str, Any]
    """Everything in landsat-truth.json."""

    @property
    def damaged(self) -> list[dict[str, Any]]:
        """Files a good reader must report: key, product_id, band, kind, reason, detail, blocks_lost, blocks."""
        return list(self.facts["damaged"])

    def panel(self) -> pa.Table:
        """One row an area and scene; columns as in `facts["meaning"]`."""
        import pyarrow.parquet as pq

        return pq.read_table(self.root / PANEL)

    def scenes(self) -> pa.Table:
        """One row a scene."""
        import pyarrow.parquet as pq

        return pq.read_table(self.root / SCENES)


def read_landsat(root: Path) -> LandsatTruth:
    """The truth of the Landsat sample in a folder.

    Raises:
        SampleError: The folder has no complete one.
    """
    path = root / FACTS
    if not path.is_file():
        raise SampleError(
            f"{root} holds no complete Landsat sample (no {FACTS}); make one: fieldwork sample {root}"
        )
    return LandsatTruth(root, json.loads(path.read_text("utf-8")))


def write_truth(
    root: Path, recipe: dict[str, Any], made: list[Made], scale: Scale, seed: int
) -> LandsatTruth:
    """Write areas.geojson, the tables and, last, landsat-truth.json.

    Args:
        root: Root of the archive.
        recipe: How it was made.
        made: All its scenes.
        scale: Its size.
        seed: Its seed.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    (root / "truth").mkdir(parents=True, exist_ok=True)
    (root / AREAS).write_text(json.dumps(a.geojson(scale), indent=1) + "\n", "utf-8")
    pq.write_table(pa.Table.from_pylist(list(_panel(made, scale, seed))), root / PANEL)
    pq.write_table(pa.Table.from_pylist([_scene(one) for one in made]), root / SCENES)
    facts = {**recipe, **_facts(made, scale)}
    unfinished = root / f".{FACTS}.unfinished"
    unfinished.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unfinished.replace(root / FACTS)
    return LandsatTruth(root, facts)


def _facts(made: list[Made], scale: Scale) -> dict[str, Any]:
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
        "scenes": [_scene(one) for one in made],
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


def _scene(made: Made) -> dict[str, Any]:
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


def _panel(made: list[Made], scale: Scale, seed: int) -> Iterator[dict[str, Any]]:
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

"""Prefect flow `landsat-ndvi`: scenes and tiles of some areas landed, their index and its trends published."""

from __future__ import annotations

from typing import Annotated, Literal

from prefect import flow
from pydantic import BaseModel, ConfigDict, Field

from conf.settings import load
from conf.typed import build
from flows.ingest import ingest
from flows.results import Engine, landed, publish_results, run_analysis, write_report

Dates = Annotated[str, Field(pattern=r"^(\d{4}(-\d{2}){0,2})?(\.\.)?(\d{4}(-\d{2}){0,2})?$", min_length=4)]
PathRow = Annotated[str, Field(pattern=r"^\d{1,3}/\d{1,3}$")]
Sensor = Literal["oli-tirs", "etm", "tm"]
Share = Annotated[float, Field(ge=0, le=1)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Scenes(_Part):
    """Which scenes, of which areas."""

    areas: str = Field(min_length=1)
    """File with the outlines, here or on S3."""
    area_id: str = ""
    """Column with the areas' ids; where it is not said, the only one that can be it."""
    dates: Dates
    """Days of acquisition, FROM..TO; either may be left out."""
    path_row: list[PathRow] = Field([], max_length=100)
    """Paths and rows, like 044/033; those that show the areas where none is given."""
    sensors: list[Sensor] = Field(["oli-tirs", "etm", "tm"], min_length=1)
    """Sensors: oli-tirs (Landsat 8, 9), etm (7), tm (4, 5)."""
    cloud_max: Share = 1.0
    """Scenes with a larger share of cloud, by the producer, are left out."""


class Measure(_Part):
    """What is worked out."""

    index: Literal["ndvi", "evi", "savi", "ndbi", "mndwi", "nbr"] = "ndvi"
    """The index."""
    harmonise: Literal["none", "roy_ols", "roy_rma"] = "roy_ols"
    """How Landsat 4 to 7 are made like 8 and 9."""
    by: Literal["month", "season", "quarter", "year"] = "month"
    """Periods of the panel, and what a trend compares with itself."""
    coverage_min: Share = 0.1
    """Measures are empty where a smaller share of an area was usable."""
    trends: bool = True
    """Whether trends are worked out too."""


@flow(name="landsat-ndvi", flow_run_name="ndvi-to-{out}")
def landsat_ndvi(
    scenes: Scenes,
    out: str,
    measure: Measure = Measure(),  # noqa: B008  it is frozen
    engine: Engine = "dask",
    batch_size: Annotated[int, Field(ge=1, le=1000)] = 50,
    profile: str | None = None,
) -> str:
    """Land Landsat's blocks that meet some areas, and publish the panel, its trends, their coverage and a report.

    What was landed is not read again, so dates with an open end (`2013..`) bring the new scenes at each run. The
    bucket is requester-pays: accept it with `s3.requester_pays` in the settings.

    Args:
        scenes: Which scenes, of which areas.
        out: Folder for the results, here or on S3: `ndvi`, `ndvi-trends` and `report.html`.
        measure: What is worked out.
        engine: Who computes.
        batch_size: Scenes a task.
        profile: Name or path of a profile of settings.

    Returns:
        The folder of the results.

    Raises:
        LossError: More was lost than `ingest.loss_limit` allows; the results are of what was landed.
    """
    from analysis.kernels.pixels.formulas import FORMULAS
    from flows.sources.landsat.select import Selection

    chosen: Selection = build(
        Selection,
        {**scenes.model_dump(), "area_id": scenes.area_id or None, "bands": FORMULAS[measure.index].bands},
        "the source landsat",
    )
    first, last = (day.isoformat() for day in chosen.days)
    asked = {"areas": scenes.areas, "area_id": scenes.area_id, "since": first, "until": last}
    asked |= measure.model_dump(exclude={"trends"})
    where: dict[str, list[str]] = {"sensor": list(scenes.sensors)}
    names = ["ndvi", "ndvi-trends"] if measure.trends else ["ndvi"]
    with landed(lambda: ingest("landsat", chosen, f"Landsat {scenes.dates}", batch_size, load(profile))):
        folders = [run_analysis(name, asked, where, engine, profile, f"{out}/{name}") for name in names]
        publish_results(folders, write_report(folders, out, profile), profile, prefix="landsat-")
    return out

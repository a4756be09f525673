"""Composites: of all scenes of a period one picture, by the mean, the maximum or the median of each pixel.

All dates of a tile come together (`Analysis.together`), so that a pixel's median is exact and a pixel that two
adjacent scenes of one overflight show is one observation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.days import Period, period_of, span
from analysis.declare import Analysis, Batches
from analysis.kernels.pixels.composite import Look, Method, composite
from analysis.kernels.pixels.formulas import FORMULAS, Harmonisation, Index
from analysis.kernels.pixels.looks import look, needs
from schemas import composites as out
from schemas import landsat
from schemas.grid import SIZE

SCENE = ("product_id", "satellite", "wrs_path", "wrs_row", "acquired_on", "sensor")
IN_TIME = ("acquired_on", "satellite", "wrs_path", "wrs_row", "product_id")
Scene = dict[str, Any]
"""What `SCENE` says of one row of a tile, and the number of the row."""
SCHEMA = out.composites.schema()
TILE = tuple(c.name for c in landsat.TILE)
ONE_PASS = timedelta(days=1)
"""Scenes of one satellite and path no further apart than this are of one overflight: it comes back after 16 days,
and where it passes at midnight UTC, adjacent rows have different dates."""


@dataclass(frozen=True)
class Composites:
    """Which picture to make of all scenes of a period."""

    index: Index = "ndvi"
    """The index of each pixel."""
    method: Method = "median"
    """Per pixel the `mean`, the `max` (the greenest pixel) or the `median` of its usable observations."""
    period: Period = "month"
    """One picture a `month`, a meteorological `season` (DJF, MAM, JJA, SON), a `year`, or one of `all` scenes."""
    dates: str = ""
    """Days of acquisition, FROM..TO (a year, a month or a day each, both ends included; either may be left out)."""
    harmonise: Harmonisation = "none"
    """Bring older sensors to Landsat 8's bands: `roy_ols` or `roy_rma` (Roy et al. 2016, table 2), or `none`."""
    water: bool = False
    """Whether pixels of water are usable."""

    def __post_init__(self) -> None:
        """Refuse days that are none, before anything is read."""
        self.days  # noqa: B018  a range that cannot be read is told now

    @property
    def days(self) -> tuple[date, date]:
        """First and last day."""
        return span(self.dates)


def columns(options: Composites) -> tuple[str, ...]:
    """Where and when, and the bands the index needs."""
    return (*SCENE, *TILE, *needs(options.index))


def picture(tiles: Batches, options: Composites) -> Iterator[pa.RecordBatch]:
    """The composites of each tile, a row a period; a batch has all scenes of one tile."""
    first, last = options.days
    for batch in tiles:
        told = batch.select(SCENE).to_pylist()
        scenes = [s | {"row": row} for row, s in enumerate(told) if first <= s["acquired_on"] <= last]
        scenes.sort(key=lambda s: tuple(s[n] for n in IN_TIME))
        periods: dict[str, list[Scene]] = {}
        for scene in scenes:
            periods.setdefault(period_of(scene["acquired_on"], options.period), []).append(scene)
        for period, chosen in periods.items():
            yield _composite(batch, chosen, period, options)


def _composite(
    batch: pa.RecordBatch, scenes: list[Scene], period: str, options: Composites
) -> pa.RecordBatch:
    """The row of one tile and period; of the batch only these scenes are looked at, nothing is copied."""
    bands = {name: _pixels(batch[name]) for name in needs(options.index)}
    read = [s for s in scenes if all(batch[name].is_valid()[s["row"]].as_py() for name in bands)]

    def looked(scene: Scene) -> Look:
        numbers = {name: values[scene["row"]] for name, values in bands.items()}
        return look(numbers, scene["sensor"], options.index, options.harmonise, options.water)

    passes = [[looked(scene) for scene in one] for one in overflights(read)]
    values, counts = composite(passes, options.method, SIZE * SIZE)
    row = {name: batch[name][0].as_py() for name in TILE} | {
        "period": period,
        "index": options.index,
        "method": options.method,
        "harmonisation": options.harmonise,
        "first_date": scenes[0]["acquired_on"],
        "last_date": scenes[-1]["acquired_on"],
        "scenes": len(read),
        "scenes_unread": len(scenes) - len(read),
        "observed_share": np.count_nonzero(counts) / counts.size,
        "values": values.astype("<f4", copy=False).tobytes(),
        "observations": counts.astype("<u2", copy=False).tobytes(),
    }
    return pa.RecordBatch.from_pylist([row], SCHEMA)


def overflights(scenes: list[Scene]) -> list[list[Scene]]:
    """The scenes of each overflight, in the order of time; of one overflight the northernmost first."""
    passes: list[list[Scene]] = []
    latest: dict[tuple[int, int], list[Scene]] = {}
    for scene in scenes:
        who = scene["satellite"], scene["wrs_path"]
        one = latest.get(who)
        if one is None or scene["acquired_on"] - one[-1]["acquired_on"] > ONE_PASS:
            one = latest[who] = []
            passes.append(one)
        one.append(scene)
    return [sorted(one, key=lambda s: (s["wrs_row"], s["acquired_on"], s["product_id"])) for one in passes]


def _pixels(band: pa.Array) -> NDArray[np.uint16]:
    """The digital numbers of a band, a row a scene, without a copy; a row of an empty value means nothing."""
    data = np.frombuffer(band.buffers()[1] or b"", "<u2").reshape(-1, SIZE * SIZE)
    return data[band.offset : band.offset + len(band)]


def ordered(partials: pa.Table) -> pa.Table:
    """The rows sorted by period and tile; pixels stay where they are in memory."""
    order = pc.sort_indices(partials.select(["period", *TILE]), [(n, "ascending") for n in ("period", *TILE)])
    rows = [partials.slice(number, 1) for number in order.to_pylist()]
    return pa.concat_tables(rows or [partials])


def files(table: pa.Table) -> Iterator[tuple[str, bytes]]:
    """A cloud-optimised GeoTIFF and a quick look of each period and projection."""
    from analysis.report.rasters import rasters

    return rasters(table)


def facts(options: Composites) -> Mapping[str, Any]:
    """How a composite was made."""
    formula = FORMULAS[options.index]
    return {
        "index": options.index,
        "formula": formula.source,
        "method": options.method,
        "harmonisation": options.harmonise,
        "usable": USABLE,
    }


USABLE = "QA_PIXEL & 0x3F is 0 (no fill, dilated cloud, cirrus, cloud, shadow, snow), not saturated, not fill"


def methods(options: Composites) -> str:
    """What was made and how, for a methods section."""
    span = {"all": "of all scenes", "month": "a month", "season": "a season", "year": "a year"}[
        options.period
    ]
    roy = {"roy_ols": "ordinary least squares", "roy_rma": "reduced major axis"}.get(options.harmonise, "")
    return (
        f"We made composites of {options.index.upper()} from Landsat Collection 2 Level-2 surface reflectance, one "
        f"{span}: per pixel the {options.method} of all usable observations. An observation is usable where {USABLE}"
        f"{'' if options.water else ', and not water'}. "
        f"{f'Reflectances of TM and ETM+ were brought to OLI by Roy et al. 2016, {roy}. ' if roy else ''}"
        "Adjacent scenes of one overflight count once. Nothing was "
        "resampled or filled: a pixel without a usable observation has no value."
    )


composites = Analysis(
    name="composites",
    reads=landsat.tiles,
    writes=out.composites,
    options=Composites,
    columns=columns,
    kernel=picture,
    partial=lambda options: SCHEMA,
    combine={},
    finish=lambda partials, options: ordered(partials),
    together=TILE,
    methods=methods,
    facts=facts,
    files=lambda table, options: files(table),
)

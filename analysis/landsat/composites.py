"""Composites: of all scenes of a period one picture, by the mean, the maximum or the median of each pixel.

All dates of a tile come together (`Analysis.together`), so that a pixel's median is exact and a pixel that two
adjacent scenes of one overflight show is one observation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.batches import Batches
from analysis.declare import Analysis
from analysis.engines import EngineError
from analysis.kernels.pixels.composite import Look, Method, composite
from analysis.kernels.pixels.formulas import FORMULAS, Harmonisation, Index, check
from analysis.kernels.pixels.looks import look, needs
from analysis.landsat import periods as ndvi_periods
from conf.typed import day
from schemas import composites as out
from schemas import landsat
from schemas.grid import SIZE

SCENE = ("product_id", "satellite", "wrs_path", "wrs_row", "acquired_on", "sensor")
IN_TIME = ("acquired_on", "satellite", "wrs_path", "wrs_row", "product_id")
Scene = dict[str, Any]
"""What `SCENE` says of one row of a tile, and the number of the row."""
Period = Literal["day", "month", "season", "quarter", "year", "all"]
SCHEMA = out.composites.schema()
TILE = tuple(c.name for c in landsat.TILE)
ONE_PASS = timedelta(days=1)
"""Scenes of one satellite and path no further apart than this are of one overflight: it comes back after 16 days,
and where it passes at midnight UTC, adjacent rows have different dates."""


@dataclass(frozen=True)
class Composites:
    """Which picture to make of all scenes of a period."""

    index: Index = "ndvi"
    """`ndvi`, `evi`, `savi` (plants), `ndbi` (built-up land), `mndwi` (open water) or `nbr` (burns)."""
    method: Method = "median"
    """Per pixel the `mean`, the `max` (the greenest pixel) or the `median` of its usable observations."""
    by: Period = "month"
    """A picture for each `day`, `month`, `season` (December to February, …), `quarter` or `year`, or one of `all`."""
    harmonise: Harmonisation = "none"
    """Landsat 4 to 7 made like 8 and 9 by Roy et al. (2016): `roy_ols`, `roy_rma`, or `none`."""
    water: bool = False
    """Whether pixels of water are used."""
    reflectance_range: Literal["none", "physical"] = "none"
    """`physical` leaves out pixels with a reflectance below 0 or above 1."""
    since: str = ""
    """First day that counts, YYYY-MM-DD."""
    until: str = ""
    """Last day that counts, YYYY-MM-DD."""

    def __post_init__(self) -> None:
        """Refuse what cannot be made, before anything is read."""
        check(self.index, self.harmonise)
        first, last = self.days
        if first > last:
            raise ValueError(f"since is {self.since}, after until ({self.until}); exchange them")

    @property
    def days(self) -> tuple[date, date]:
        """First and last day that count."""
        return day(self.since, "since") or date.min, day(self.until, "until") or date.max


def ready(options: Composites) -> Composites:
    """Test, before an engine starts, that images can be written at the end.

    Raises:
        EngineError: rasterio is not installed.
    """
    try:
        import rasterio  # noqa: F401
    except ImportError:
        cure = "pip install 'fieldwork[raster]'"
        raise EngineError(f"images of composites need rasterio; install it with: {cure}") from None
    return options


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
        for period, scene in zip(periods_of(scenes, options.by), scenes, strict=True):
            periods.setdefault(period, []).append(scene)
        for period, chosen in periods.items():
            yield _composite(batch, chosen, period, options)


def periods_of(scenes: list[Scene], by: Period) -> list[str]:
    """The period of each scene."""
    if by == "all":
        return ["all"] * len(scenes)
    days = np.array([scene["acquired_on"] for scene in scenes], "datetime64[D]")
    return ndvi_periods.texts(ndvi_periods.numbers(days, by), by)


def _composite(
    batch: pa.RecordBatch, scenes: list[Scene], period: str, options: Composites
) -> pa.RecordBatch:
    """The row of one tile and period; of the batch only these scenes are looked at, nothing is copied."""
    bands = {name: _pixels(batch[name]) for name in needs(options.index)}
    read = [s for s in scenes if all(batch[name].is_valid()[s["row"]].as_py() for name in bands)]

    def looked(scene: Scene) -> Look:
        numbers = {name: values[scene["row"]] for name, values in bands.items()}
        physical = options.reflectance_range == "physical"
        return look(numbers, scene["sensor"], options.index, options.harmonise, options.water, physical)

    passes = [[looked(scene) for scene in one] for one in overflights(read)]
    values, counts = composite(passes, options.method, SIZE * SIZE)
    row = {name: batch[name][0].as_py() for name in TILE} | {
        "period": period,
        "index_name": options.index,
        "method": options.method,
        "harmonisation": options.harmonise,
        "first_date": scenes[0]["acquired_on"],
        "last_date": scenes[-1]["acquired_on"],
        "scenes_read": len(read),
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


def files(table: pa.Table, options: Composites) -> Iterator[tuple[str, bytes]]:
    """A cloud-optimised GeoTIFF and a quick look of each period and projection.

    A season or quarter is named by its first month: its files say so, lest they be taken for that month's.
    """
    from analysis.report.landsat.rasters import rasters

    made = f"{options.index}-{options.method}-"
    told = f"{made}{options.by}-" if options.by in ("season", "quarter") else made
    return ((f"{told}{name.removeprefix(made)}", content) for name, content in rasters(table))


def facts(options: Composites) -> Mapping[str, Any]:
    """What values depend on."""
    return {"formula": FORMULAS[options.index].source, "usable": _usable(options)}


def _usable(options: Composites) -> str:
    water = "" if options.water else ", water"
    physical = ", and every reflectance between 0 and 1" if options.reflectance_range == "physical" else ""
    return (
        f"no fill, cloud, dilated cloud, cirrus (Landsat 8 and 9), cloud shadow, snow{water} in QA_PIXEL, and no "
        f"saturation of a band used in QA_RADSAT{physical}"
    )


def methods(options: Composites) -> str:
    """What was made and how, for a methods section."""
    of = "of all scenes" if options.by == "all" else f"for each {options.by}"
    roy = {"roy_ols": "ordinary least squares", "roy_rma": "reduced major axis"}.get(options.harmonise, "")
    harmonised = (
        f" Reflectances of Landsat 4 to 7 were made like Landsat 8's by the {roy} regressions of Roy et al."
    )
    return (
        f"We made a composite of {options.index.upper()} ({FORMULAS[options.index].source}) {of} from surface "
        f"reflectance of Landsat Collection 2 Level-2: per pixel the {options.method} of all usable observations "
        f"({_usable(options)}).{f'{harmonised} (2016).' if roy else ''} Where neighbouring scenes of one pass overlap, "
        "a pixel is one observation. Nothing was resampled or filled: a pixel without a usable observation is empty."
    )


composites = Analysis(
    name="composites",
    reads=landsat.tiles,
    writes=out.composites,
    options=Composites,
    columns=columns,
    prepare=lambda options, data: ready(options),
    kernel=picture,
    partial=lambda options: SCHEMA,
    combine={},
    finish=lambda partials, options: ordered(partials),
    together=TILE,
    methods=methods,
    facts=facts,
    files=files,
)

"""What is worked out once, before an engine starts: areas, their coverage of the tiles there are, scenes, overlaps."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.kernels.pixels import wrs
from analysis.kernels.pixels.coverage import Cover, Grid, Tile, coverage
from analysis.kernels.pixels.formulas import SENSORS
from analysis.kernels.pixels.sums import TILE, Plan, Scene
from analysis.lake import Dataset, NoData, Part
from analysis.landsat import periods as ndvi_periods
from analysis.landsat.options import Pixels
from analysis.landsat.periods import Period
from conf.areas import Areas, read
from conf.settings import load
from conf.typed import day

KEYS = ("product_id", *TILE, "sensor", "satellite", "wrs_path", "wrs_row", "acquired_on")
POOLED = "all"
GROUPS = (*SENSORS, POOLED)
"""What the column `sensor` of a result can say; a place in it is a scene's `group`."""
READERS = 16
"""Parts on S3 whose keys are read at the same time."""
SIMPLER_DEG = 0.0001
"""By how much outlines for a map may stray, in degrees: about ten metres."""

Options = TypeVar("Options", bound=Pixels)


@dataclass(frozen=True)
class Pass:
    """Where a scene was taken: scenes of one satellite, path and day are one pass."""

    number: int
    """Number of the pass, from 0."""
    grid: Grid
    """Grid of the scene's pixels."""


@dataclass(frozen=True)
class Prepared(Generic[Options]):
    """The options and what follows from them and the dataset; it takes the options' place in all calls."""

    options: Options
    """As asked."""
    by: Period
    """Periods of the result."""
    ids: tuple[str, ...]
    """Ids of the areas, as text."""
    plan: Plan
    """What the kernel needs."""
    cells: tuple[tuple[int, int], ...]
    """Number of the period, and place in GROUPS, of each moment that is no scene; sorted."""
    passes: tuple[Pass, ...]
    """The pass of each scene, by its number."""
    sizes: Mapping[Grid, NDArray[np.float64]]
    """Pixels of each area, by grid."""
    outlines: bytes
    """The areas as GeoJSON, simplified for a map."""
    known: Mapping[str, Any]
    """Facts for the manifest."""


def prepare(options: Options, data: Dataset, by: Period, pooled: bool, histogram: bool) -> Prepared[Options]:
    """Read areas and the keys of the tiles, and work out coverage.

    Raises:
        AreasError: Areas that cannot be used.
        NoData: No tile of these dates, or none that an area meets.
    """
    areas = read(options.areas, options.area_id or None, data.settings or load(), dissolve=options.dissolve)
    keys = _in_time(_keys(data), options)
    products, older = _newest(keys)
    tiles = [Tile(Grid(e, w, h), x, y) for e, x, y, w, h in _distinct(keys, TILE)]
    covers, sizes = coverage(areas.outlines, tiles, threads=len(os.sched_getaffinity(0)))
    if not covers:
        raise NoData(
            f"no tile of {data.root.url} meets an area of {options.areas}; are they of the same region?"
        )
    scenes, cells, passes = _scenes(products, by, pooled)
    cuts = _cuts(keys, products, scenes, covers)
    plan = Plan(
        options.index, options.harmonise, options.water, options.reflectance_range == "physical",
        histogram, scenes, len(cells), covers, cuts,
    )  # fmt: skip
    known = {
        "areas_file": options.areas,
        "areas": len(areas),
        "areas_sha256": areas.digest,
        "areas_id_column": areas.id_column,
        "areas_mended": list(areas.mended[:20]),
        "scenes": len(scenes),
        "passes": len({p.number for p in passes}),
        "scenes_replaced_by_newer": older,
        "tiles_shared_by_scenes_of_a_pass": len(cuts),
        "neighbours_in_different_zones": _across_zones(products),
    }
    return Prepared(options, by, areas.ids, plan, cells, passes, sizes, _outlines(areas), known)


def _keys(data: Dataset) -> pa.Table:
    """Key columns of all tiles."""
    with ThreadPoolExecutor(len(os.sched_getaffinity(0)) if data.root.is_local else READERS) as pool:
        return pa.concat_tables(pool.map(partial(_keys_of, data), data.parts))


def _keys_of(data: Dataset, part: Part) -> pa.Table:
    schema = pa.schema([data.table.column(name).field for name in KEYS])
    return pa.Table.from_batches(data.batches(part, KEYS), schema)


def _in_time(keys: pa.Table, options: Pixels) -> pa.Table:
    days = keys["acquired_on"].to_numpy()
    kept: NDArray[np.bool_] = np.ones(len(days), bool)
    since, until = day(options.since, "since"), day(options.until, "until")
    if since:
        kept &= days >= np.datetime64(since)
    if until:
        kept &= days <= np.datetime64(until)
    if not kept.any():
        have = f"{days.min()} to {days.max()}" if len(days) else "none"
        raise NoData(
            f"no tile from {since or 'the first day'} to {until or 'the last'}; the lake's days are {have}"
        )
    return keys.filter(pa.array(kept))


def _distinct(keys: pa.Table, names: tuple[str, ...]) -> list[tuple[Any, ...]]:
    rows = keys.select(names).group_by(list(names)).aggregate([])
    return sorted(zip(*(rows[name].to_pylist() for name in names), strict=True))


SCENE = ("product_id", "sensor", "satellite", "wrs_path", "wrs_row", "acquired_on", "epsg", *TILE[3:])
Product = tuple[Any, ...]


def _newest(keys: pa.Table) -> tuple[dict[str, Product], list[str]]:
    """One product of each scene, and those that were made again: the best tier, then the newest, is used."""
    best: dict[tuple[Any, ...], Product] = {}
    older: list[str] = []
    for product in sorted(_distinct(keys, SCENE), key=lambda product: _rank(product[0])):
        replaced = best.pop(product[2:6], None)
        older += [replaced[0]] if replaced else []
        best[product[2:6]] = product
    return {p[0]: p for p in sorted(best.values())}, older


def _rank(product_id: str) -> tuple[bool, str, str]:
    """LC08_L2SP_044033_20200114_20200824_02_T1: tier 1 first, then the latest day of processing."""
    steps = product_id.split("_")
    return product_id.endswith("_T1"), steps[4] if len(steps) > 4 else "", product_id


def _scenes(
    products: Mapping[str, Product], by: Period, pooled: bool
) -> tuple[dict[str, Scene], tuple[tuple[int, int], ...], tuple[Pass, ...]]:
    """The scenes, what cells of period and sensor they make, and their passes."""
    days = np.array([p[5] for p in products.values()], "datetime64[D]")
    groups = [GROUPS.index(POOLED if pooled else p[1]) for p in products.values()]
    of_scene = list(zip(ndvi_periods.numbers(days, by).tolist(), groups, strict=True))
    cells = {cell: number for number, cell in enumerate(sorted(set(of_scene)))}
    scenes: dict[str, Scene] = {}
    passes: list[Pass] = []
    numbers: dict[tuple[Any, ...], int] = {}
    for (product, sensor, satellite, path, _, on, *grid), cell in zip(
        products.values(), of_scene, strict=True
    ):
        scenes[product] = Scene(len(scenes), sensor, cells[cell])
        passes.append(Pass(numbers.setdefault((satellite, path, on), len(numbers)), Grid(*grid)))
    return scenes, tuple(cells), tuple(passes)


def _cuts(
    keys: pa.Table, products: Mapping[str, Product], scenes: Mapping[str, Scene], covers: Mapping[Tile, Cover]
) -> dict[tuple[int, Tile], NDArray[np.float64]]:
    """For tiles that neighbouring scenes of one pass have in common: the half-planes that the other one gives."""
    rows = {(p[2], p[3], p[5], p[4]): p[0] for p in products.values()}  # satellite, path, day, row
    beside = {
        product: [
            (row + d, rows[sat, path, on, row + d]) for d in (-1, 1) if (sat, path, on, row + d) in rows
        ]
        for product, _, sat, path, row, on, *_ in products.values()
    }
    tiles: dict[str, set[Tile]] = {p: set() for p, others in beside.items() if others}
    for product, tile in _tiles(keys, tiles):
        if tile in covers:
            tiles[product].add(tile)
    found: dict[tuple[int, Tile], NDArray[np.float64]] = {}
    for product, own in tiles.items():
        path, row = products[product][3:5]
        for tile in own:
            sharing = tuple(r for r, other in beside[product] if tile in tiles[other])
            planes = wrs.halves(tile, path, row, sharing) if sharing else np.empty((0, 3))
            if len(planes):
                found[scenes[product].number, tile] = planes
    return found


def _across_zones(products: Mapping[str, Product]) -> int:
    """Pairs of neighbouring scenes of one pass on different grids: where they overlap, both count."""
    grids = {p[2:6]: p[6:] for p in products.values()}
    following = ((grid, grids.get((sat, path, row + 1, on))) for (sat, path, row, on), grid in grids.items())
    return sum(below is not None and below != grid for grid, below in following)


def _tiles(keys: pa.Table, wanted: Mapping[str, Any]) -> Iterator[tuple[str, Tile]]:
    some = keys.filter(pc.is_in(keys["product_id"], pa.array(list(wanted), pa.string())))
    for product, epsg, x, y, width, height in _distinct(some, ("product_id", *TILE)):
        yield product, Tile(Grid(epsg, width, height), x, y)


def _outlines(areas: Areas) -> bytes:
    """GeoJSON of the areas, simplified each by itself and written to about a metre."""
    import json

    import shapely

    shapes = shapely.simplify(shapely.from_wkb(list(areas.outlines)), SIMPLER_DEG)
    texts = shapely.to_geojson(shapely.set_precision(shapes, 1e-5, mode="pointwise"))
    features = [
        f'{{"type":"Feature","properties":{{"area_id":{json.dumps(name)}}},"geometry":{text}}}'
        for name, text in zip(areas.ids, texts, strict=True)
    ]
    return ('{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n").encode()

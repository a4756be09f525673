"""Source `landsat`: the pixels of scenes, a row a tile, as `core__landsat__tiles`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pyarrow as pa

from flows.sources.fetch import FetchError
from flows.sources.landsat.canvas import Canvas
from flows.sources.landsat.held import ALL_BANDS, Held, Tile
from flows.sources.landsat.inputs import inputs, plan
from flows.sources.landsat.layout import Extent
from flows.sources.landsat.products import Product, parse
from flows.sources.landsat.raster import Fault, Raster
from flows.sources.landsat.scan import Scan, pool, threads
from flows.sources.landsat.select import EXAMPLES, Selection
from flows.sources.landsat.unpack import UnpackError
from flows.sources.landsat.wants import Wants, lacks
from flows.sources.source import Reading, Source
from schemas.landsat import tiles

SCHEMA = tiles.schema()


def read(given: Reading) -> Iterator[pa.RecordBatch]:
    """Tiles of a scene, sorted by row and column: what its part has already, and what is wanted beside it.

    A record of the ledger is a block, that is one band of one tile. A block that could not be read is set aside
    under its running number, tile by tile and band by band.

    Raises:
        FetchError: Not one block of the scene could be read, and none is there already.
    """
    product = parse(given.item.key.rpartition("/")[2])
    wants: Wants = given.item.wants
    with ExitStack() as stack:
        held = _held(given, stack)
        bands = [b for b in ALL_BANDS if b in wants.bands or (held and _lost(held, b))]
        rasters, faults = _open(product, bands, given)
        extent = _extent(wants, rasters, faults, held)
        if held is not None and held.grid != extent.grid:
            held = None
        wanted = wants.tiles_of(extent)
        todo = {band: _todo(band, wanted if band in wants.bands else [], held) for band in bands}
        every = sorted({*wanted, *(held.blocks if held else ())})
        scan = Scan(
            rasters,
            {b: t for b, t in todo.items() if b in rasters and t},
            every,
            extent,
            threads(given.archive, given.settings),
            given.settings.ingest.processes,
        )
        yield from _rows(given, product, scan, todo, faults, held)


def _rows(
    given: Reading,
    product: Product,
    scan: Scan,
    todo: dict[str, list[Tile]],
    faults: dict[str, Fault],
    held: Held | None,
) -> Iterator[pa.RecordBatch]:
    """Batches, a row of tiles each, with every block accounted for."""
    account = given.account
    unread = {band: set(wanted) for band, wanted in todo.items()}
    for canvas in scan.rows():
        for _, blocks in sorted(canvas.stored.items()):
            for block in blocks:
                given.meter.add(block)
        for band, fault in faults.items():
            columns = [c for c in canvas.columns if (canvas.row, c) in unread[band]]
            canvas.fail(band, columns, fault.reason, fault.detail)
        for column in canvas.columns:
            tile = canvas.row, column
            for band in ALL_BANDS:
                if tile in unread.get(band, ()):
                    _count(given, canvas, band, column)
                elif held is not None and band in held.blocks.get(tile, ()):
                    canvas.put(band, tile, held.pixels(tile, band))
                    account.seen += 1
                    account.kept += 1
        yield _batch(canvas, product, given.item.key)
    if account.seen and not account.kept:
        first = account.rejects[0]
        raise FetchError(first.reason, first.detail)  # type: ignore[arg-type]


def _count(given: Reading, canvas: Canvas, band: str, column: int) -> None:
    """A block that was to be read: kept, or set aside."""
    if canvas.has(band, column):
        given.account.kept += 1
    else:
        reason, detail = canvas.failed[band][column]
        said = f"{band} of tile {canvas.row}/{column}: {detail}"
        given.account.reject(given.account.seen, reason, said)
    given.account.seen += 1


def _held(given: Reading, stack: ExitStack) -> Held | None:
    """The part that is there already."""
    return stack.enter_context(Held(given.part)) if given.part.exists() else None


def _lost(held: Held, band: str) -> bool:
    return any(band in bands for bands in held.failures.values())


def _todo(band: str, wanted: list[Tile], held: Held | None) -> list[Tile]:
    """Tiles of which a band is to be read: those wanted that lack it, and those that could not be read before."""
    if held is None:
        return wanted
    failed = {tile for tile, bands in held.failures.items() if band in bands}
    return sorted(failed | {tile for tile in wanted if band not in held.blocks.get(tile, ())})


def _open(product: Product, bands: list[str], given: Reading) -> tuple[dict[str, Raster], dict[str, Fault]]:
    """Files of the bands, opened at the same time, and why some could not be."""

    def opened(band: str) -> Raster | Fault:
        where = given.archive / product.file(band)
        try:
            return Raster(where, given.settings)
        except FetchError as error:
            return Fault(error.reason, error.detail)
        except UnpackError as error:
            return Fault("unreadable_block", f"{where.url}: {error}")

    # Threads that stay: PROJ opens its data base anew in each, for longer than a header takes.
    staying = pool(threads(given.archive, given.settings))
    found = dict(zip(bands, staying.map(opened, bands), strict=True))
    rasters = {b: r for b, r in found.items() if isinstance(r, Raster)}
    faults = {b: r for b, r in found.items() if isinstance(r, Fault)}
    # Most files agree on where the scene lies; one that does not is none of this scene's.
    extents = [r.layout.extent for r in rasters.values()]
    for band, raster in list(rasters.items()):
        if extents.count(raster.layout.extent) * 2 < len(extents):
            del rasters[band]
            faults[band] = Fault("bad_metadata", f"{raster.where.url} lies elsewhere than the other bands")
    return rasters, faults


def _extent(wants: Wants, rasters: dict[str, Raster], faults: dict[str, Fault], held: Held | None) -> Extent:
    """Where the scene lies.

    Raises:
        FetchError: None of its files can be opened, and the part has nothing.
    """
    for raster in rasters.values():
        return raster.layout.extent
    if held is not None and wants.extent is not None:
        return wants.extent
    fault = next(iter(faults.values()))
    raise FetchError(fault.reason, fault.detail)  # type: ignore[arg-type]


def _batch(canvas: Canvas, product: Product, key: str) -> pa.RecordBatch:
    count, grid = len(canvas.columns), canvas.extent.grid
    corners = [grid.corner(canvas.row, column) for column in canvas.columns]
    same = {
        "product_id": product.id,
        "source_file": key,
        "epsg": grid.epsg,
        "tile_row": canvas.row,
        "satellite": product.satellite,
        "wrs_path": product.path,
        "wrs_row": product.row,
        "acquired_on": product.acquired,
        "pixel_width_m": grid.pixel_width_m,
        "pixel_height_m": grid.pixel_height_m,
    }
    each = {
        "tile_column": list(canvas.columns),
        "x_m": [x for x, _ in corners],
        "y_m": [y for _, y in corners],
        "failed_bands": [canvas.failed_bands(c) for c in canvas.columns],
    }

    def column(field: pa.Field) -> pa.Array:
        if field.name in ALL_BANDS:
            return canvas.column(field.name)
        if field.name in each:
            return pa.array(each[field.name], field.type)
        return pa.repeat(pa.scalar(same[field.name], field.type), count)

    return pa.RecordBatch.from_arrays([column(f) for f in SCHEMA], schema=SCHEMA)


landsat = Source(
    name="landsat",
    summary="Pixels of Landsat scenes (Collection 2 Level-2), a row a tile of 256 × 256, as delivered.",
    archive="landsat",
    table=tiles,
    selection=Selection,
    inputs=inputs,
    read=read,
    before=("landsat-scenes",),
    lacks=lacks,
    plan=plan,
    threads=True,
    examples=EXAMPLES,
)

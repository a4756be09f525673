"""Source `landsat-scenes`: a row a scene, from its description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pyarrow as pa

from conf.places import Place
from conf.settings import Settings
from flows.sources.fetch import FetchError
from flows.sources.landsat import listing
from flows.sources.landsat.areas import Outlines, outlines_of
from flows.sources.landsat.describe import Description, DescriptionError, described
from flows.sources.landsat.listing import AT_ONCE, Found
from flows.sources.landsat.products import parse
from flows.sources.landsat.select import EXAMPLES, Selection
from flows.sources.source import Input, Reading, Source
from schemas.landsat import scenes

SCHEMA = scenes.schema()
DESCRIPTION_BYTES = 30_000
"""About what a STAC item and a metadata file have."""
CHARGED = (
    "usgs-landsat is a requester-pays bucket in us-west-2: what is read of it is charged to your AWS account"
)


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """Scenes that fit the selection, one input each; `Input.wants` is the scene as it was found."""
    return [
        Input(found.product.key, found.product.partition, found)
        for found in chosen(selection, archive, settings, outlines_of(selection, settings))
    ]


def chosen(
    selection: Selection, archive: Place, settings: Settings, outlines: Outlines | None
) -> list[Found]:
    """Scenes that fit the selection; those whose description says that they do not are left out.

    A scene whose description cannot be read stays, so that it is counted.
    """
    scenes = listing.find(selection, archive, settings, outlines)
    if outlines is None and selection.cloud_max >= 1:
        return scenes

    def look(found: Found) -> Found | None:
        try:
            said = described(found.product, archive, settings.http)
        except (DescriptionError, FetchError):
            return found
        cloudy = said.cloud_share is not None and said.cloud_share > selection.cloud_max
        away = outlines is not None and said.footprint is not None and not outlines.near(said.footprint)
        return None if cloudy or away else replace(found, description=said)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [found for found in pool.map(look, scenes) if found is not None]


def read(given: Reading) -> Iterator[pa.RecordBatch]:
    """The row of one scene, or none where its description cannot be read."""
    product = parse(given.item.key.rpartition("/")[2])
    found: Found | None = given.item.wants
    account = given.account
    account.seen += 1
    said = found.description if found else None
    try:
        said = said or described(product, given.archive, given.settings.http)
    except DescriptionError as error:
        account.reject(0, "bad_metadata", str(error))
        return
    account.kept += 1
    row = _row(product.key, said, found)
    given.meter.add(repr(sorted(row.items())).encode())
    yield pa.RecordBatch.from_pylist([row], schema=SCHEMA)


def _row(key: str, said: Description, found: Found | None) -> dict[str, Any]:
    product = parse(key.rpartition("/")[2])
    sizes = found.sizes if found else {}
    return {
        "product_id": product.id,
        "source_file": key,
        "satellite": product.satellite,
        "wrs_path": product.path,
        "wrs_row": product.row,
        "acquired_on": product.acquired,
        "acquired_at": said.acquired_at,
        "processed_on": product.processed,
        "tier": product.tier,
        "cloud_share": said.cloud_share,
        "sun_elevation_deg": said.sun_elevation_deg,
        "epsg": said.epsg,
        "width_px": said.width_px,
        "height_px": said.height_px,
        "footprint": said.footprint,
        "asset_keys": sorted(product.files.items()),
        "asset_bytes": sorted((band, sizes[f]) for band, f in product.files.items() if f in sizes),
    }


def plan(todo: Sequence[Input], archive: Place, _: Settings) -> dict[str, Any]:
    """Scenes to be described, other versions of them left aside, and bytes; who is charged."""
    found: list[Found] = [item.wants for item in todo]
    return {
        "bytes": DESCRIPTION_BYTES * len(todo),
        "scenes": len(todo),
        "duplicates": sum(f.others for f in found),
    } | charged(archive)


def charged(archive: Place) -> dict[str, str]:
    """Who pays for reading, where it is the reader."""
    return {"note": CHARGED} if archive.url == "s3://usgs-landsat" else {}


landsat_scenes = Source(
    name="landsat-scenes",
    summary="Landsat scenes (Collection 2 Level-2), a row a scene: when, where, how cloudy, which files.",
    archive="landsat",
    table=scenes,
    selection=Selection,
    inputs=inputs,
    read=read,
    plan=plan,
    threads=True,
    examples=EXAMPLES,
)

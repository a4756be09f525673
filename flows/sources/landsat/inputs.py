"""Which blocks of which scenes are wanted, and what reading them means."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from conf.places import Place
from conf.settings import Settings
from flows.sources.fetch import FetchError, size
from flows.sources.landsat.areas import Outlines, outlines_of
from flows.sources.landsat.layout import Extent
from flows.sources.landsat.listing import AT_ONCE, Found
from flows.sources.landsat.products import parse
from flows.sources.landsat.raster import Raster
from flows.sources.landsat.scenes import charged, chosen
from flows.sources.landsat.select import Selection
from flows.sources.landsat.unpack import UnpackError
from flows.sources.landsat.wants import Wants
from flows.sources.source import Input

LOOKED_AT = 20
"""Scenes whose files are asked for their size where the archive was not listed."""
CHARGED = (
    "usgs-landsat is a requester-pays bucket in us-west-2: what is read of it is charged to your AWS account"
)


def inputs(selection: Selection, archive: Place, settings: Settings) -> list[Input]:
    """Scenes that fit the selection, one input each; those without a tile that meets the areas are left out.

    A header of each scene is read, since only the files themselves say for certain where their pixels lie.
    """
    outlines = outlines_of(selection, settings)
    found = chosen(selection, archive, settings, outlines)

    def wanted(each: Found) -> Input | None:
        extent = _extent(each, selection.all_bands, archive, settings)
        tiles = None if outlines is None or extent is None else _tiles(each, extent, outlines)
        if tiles == ():
            return None
        sizes = [each.sizes.get(each.product.file(band)) for band in selection.all_bands]
        stored = sum(s or 0 for s in sizes) if each.sizes else None
        wants = Wants(selection.all_bands, extent, tiles, each.others, stored)
        return Input(each.product.key, each.product.partition, wants)

    with ThreadPoolExecutor(len(os.sched_getaffinity(0)) if archive.is_local else AT_ONCE) as pool:
        return [item for item in pool.map(wanted, found) if item is not None]


def _extent(found: Found, bands: Sequence[str], archive: Place, settings: Settings) -> Extent | None:
    """Where the scene lies, by the first of its files that can be opened; the quality file comes first."""
    for band in reversed(bands):
        try:
            return Raster(archive / found.product.file(band), settings).layout.extent
        except (FetchError, UnpackError):
            continue
    return None


def _tiles(found: Found, extent: Extent, outlines: Outlines) -> tuple[tuple[int, int], ...]:
    said = found.description
    which = outlines.near(said.footprint) if said and said.footprint else range(len(outlines.wkb))
    return outlines.tiles(extent.grid, extent.tiles, list(which))


def plan(todo: Sequence[Input], archive: Place, settings: Settings) -> dict[str, Any]:
    """Scenes, blocks (tiles of a band), bytes to be read, other versions of scenes left aside; who is charged."""
    wants: list[Wants] = [item.wants for item in todo]
    listed = [w.bytes_stored * w.share for w in wants if w.bytes_stored is not None]
    guessed = [i for i in todo if i.wants.bytes_stored is None]
    return {
        "bytes": round(sum(listed) + _guess(guessed, archive, settings)),
        "scenes": len(todo),
        "blocks": sum(w.blocks for w in wants),
        "duplicates": sum(w.others for w in wants),
    } | charged(archive)


def _guess(items: Sequence[Input], archive: Place, settings: Settings) -> float:
    """Bytes of scenes whose sizes are not known, from those of some of them."""
    looked = items[:LOOKED_AT]
    total = 0.0
    for item in looked:
        product = parse(item.key.rpartition("/")[2])
        for band in item.wants.bands:
            try:
                total += size(archive / product.file(band), settings.http) * item.wants.share
            except FetchError:
                continue
    return total / max(1, len(looked)) * len(items)

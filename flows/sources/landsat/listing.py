"""Which products there are: from the bucket's own layout, from a list, or from a STAC search."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from conf.places import Place, place
from conf.settings import Settings
from flows.sources.fetch import FetchError, read_all
from flows.sources.landsat import stac
from flows.sources.landsat.areas import Outlines
from flows.sources.landsat.describe import Description
from flows.sources.landsat.products import ROOT, Product, ProductError, best, parse, prefix
from flows.sources.landsat.select import Selection
from flows.sources.landsat.wrs2 import path_rows
from flows.sources.source import SelectionError

AT_ONCE = 32
"""Listings and small files asked for at the same time."""
FLOWN = {"tm": (1982, 2013), "etm": (1999, 2024), "oli-tirs": (2013, 9999)}
"""First and last year of each sensor's scenes: Landsat 4 and 5, Landsat 7, Landsat 8 and 9."""


@dataclass(frozen=True)
class Found:
    """A scene that there is."""

    product: Product
    """The version that is used."""
    others: int = 0
    """How many other versions of the scene there are."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Bytes of its files by key, where the archive was listed."""
    description: Description | None = None
    """What is said of it, where that was looked at."""


def find(selection: Selection, archive: Place, settings: Settings, outlines: Outlines | None) -> list[Found]:
    """Scenes that fit the selection, the best version of each, sorted by key.

    Raises:
        SelectionError: A list that cannot be read or names no products, or an archive that cannot be listed.
    """
    sizes: dict[str, int] = {}
    if selection.scenes:
        ids = _listed(selection.scenes, settings)
    elif selection.stac:
        ids = stac.search(selection, outlines, settings)
    else:
        sizes = _bucket(selection, archive, outlines)
        ids = _ids(sizes)
    products = [p for p in map(parse, ids) if _fits(p, selection)]
    of_key: dict[str, dict[str, int]] = {}
    for file, size in sizes.items():
        of_key.setdefault(file.rpartition("/")[0], {})[file] = size
    return [Found(product, others, of_key.get(product.key, {})) for product, others in best(products)]


def _fits(product: Product, selection: Selection) -> bool:
    first, last = selection.days
    return (
        first <= product.acquired <= last
        and product.sensor in selection.sensors
        and product.satellite in selection.satellites
        and product.tier in selection.tiers
        and (not selection.path_row or (product.path, product.row) in selection.places)
    )


def _listed(name: str, settings: Settings) -> list[str]:
    """Product ids of a list; addresses and names of files are taken for what they name."""
    if "://" not in name and not Path(name).is_file():
        raise SelectionError(f"no list of scenes at '{name}'; give a local file or an address")
    try:
        lines = read_all(place(name, settings), settings.http).decode("utf-8").splitlines()
    except (FetchError, UnicodeDecodeError) as error:
        raise SelectionError(f"the list of scenes cannot be read: {error}") from None
    ids = [line.strip().rstrip("/").rpartition("/")[2] for line in lines if line.strip() and line[0] != "#"]
    try:
        return [parse(i.removesuffix("_SR")).id for i in ids]
    except ProductError as error:
        raise SelectionError(f"{name}: {error}") from None


def _bucket(selection: Selection, archive: Place, outlines: Outlines | None) -> dict[str, int]:
    """Keys and sizes of all files of the years, paths and rows asked for."""
    if archive.is_http:
        raise SelectionError(
            f"{archive.url}: a web server cannot be listed; name the scenes (--scenes FILE) or search (--stac)"
        )
    if archive.is_local and not (Path(archive.path) / ROOT).is_dir():
        raise SelectionError(f"no Landsat archive at '{archive.url}': it has no folder {ROOT}")
    first, last = selection.days
    folders = [
        (sensor, year)
        for sensor in selection.sensors
        for year in range(max(first.year, FLOWN[sensor][0]), min(last.year, FLOWN[sensor][1]) + 1)
    ]
    if archive.is_local and not selection.places:  # footprints tell, of those that there are
        prefixes = [f"{ROOT}/{key}" for folder in folders for key in _below(archive, *folder)]
    else:
        wanted = selection.places or path_rows(outlines.wkb if outlines else ())
        prefixes = [prefix(*folder, *where) for folder in folders for where in wanted]

    def files(key: str) -> dict[str, int]:
        return {f"{key}/{name}": size for name, size in (archive / key).sizes().items()}

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return {file: size for found in pool.map(files, prefixes) for file, size in found.items()}


def _below(archive: Place, sensor: str, year: int) -> list[str]:
    """Paths and rows that a local folder has, as keys below the folder of all sensors."""
    root = Path(archive.path) / ROOT
    return sorted(str(p.relative_to(root)) for p in root.glob(f"{sensor}/{year:04d}/[0-9]*/[0-9]*"))


def _ids(files: Iterable[str]) -> list[str]:
    """Products that have files there; folders of other names are none of ours."""
    found = []
    for name in sorted({file.split("/")[-2] for file in files}):
        try:
            found.append(parse(name).id)
        except ProductError:
            continue
    return found

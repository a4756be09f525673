"""Damage on purpose: which files, how, and what a good reader must say of each."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Literal

from flows.sources.sample.landsat.plan import BLOCK, Product, Scale

Kind = Literal["block_zeroed", "cut_within", "cut_header", "missing"]


@dataclass(frozen=True)
class Damage:
    """One file that cannot be read, or not in full."""

    key: str
    """Key of the file."""
    product_id: str
    """Its scene."""
    band: str
    """Its band."""
    kind: Kind
    """What was done to it."""
    reason: str
    """What a good reader must call it: `unreadable_block` for each block lost, or `missing`."""
    detail: str
    """What was done, in words."""
    blocks_lost: list[list[int]]
    """[row, column] of each block that cannot be read, counted from the file's upper left."""
    blocks: int
    """Blocks the file should have."""


def _plan(product: Product, scale: Scale) -> tuple[Kind, str] | None:
    """What to do to which band of a scene."""
    if not product.preferred or product.place.row != 33:
        return None
    when = product.sensor.code, product.day.year, product.day.month
    many: dict[tuple[str, int, int], tuple[Kind, str]] = {
        ("LC08", 2016, 8): ("block_zeroed", "red"),
        ("LE07", 2009, 8): ("cut_within", "nir"),
        ("LC08", 2018, 4): ("cut_header", "qa_pixel"),
        ("LE07", 2005, 4): ("missing", "red"),
    }
    few: dict[tuple[str, int, int], tuple[Kind, str]] = {
        ("LC08", 2020, 8): ("block_zeroed", "red"),
        ("LE07", 2011, 8): ("cut_within", "nir"),
    }
    return (many if scale.many else few).get(when)


def harm(root: Path, product: Product, names: dict[str, str], scale: Scale) -> list[Damage]:
    """Damage a scene that has been written, if it is one of those.

    Args:
        root: Root of the archive.
        product: The scene.
        names: Keys of its rasters by band.
        scale: Size of the archive.
    """
    todo = _plan(product, scale)
    if todo is None:
        return []
    kind, band = todo
    path = root / names[band]
    rows, columns = (ceil(n / BLOCK) for n in (product.place.height, product.place.width))
    every = [[r, c] for r in range(rows) for c in range(columns)]
    lost, detail = _do(kind, path, every)
    reason = "missing" if kind == "missing" else "unreadable_block"
    return [Damage(names[band], product.product_id, band, kind, reason, detail, lost, len(every))]


def _do(kind: Kind, path: Path, every: list[list[int]]) -> tuple[list[list[int]], str]:
    """Do it; (blocks lost, in words)."""
    if kind == "missing":
        path.unlink()
        return every, "the scene lists this file, but there is no such file"
    if kind == "cut_header":
        _cut(path, 100)
        return every, "the file ends within its header, after 100 bytes: it cannot be opened"
    places = _places(path, every)
    if kind == "block_zeroed":
        row, column = every[len(every) // 2]
        offset, size = places[row, column]
        with path.open("r+b") as file:
            file.seek(offset)
            file.write(bytes(size))
        return [[row, column]], f"the {size} bytes of one block are zeros"
    end = sorted(offset + size for offset, size in places.values())[len(every) // 2] + 10
    _cut(path, end)
    lost = [[r, c] for r, c in every if sum(places[r, c]) > end]
    return lost, f"the file ends after {end} bytes, ten bytes into a block; the blocks before can be read"


def _cut(path: Path, size: int) -> None:
    with path.open("r+b") as file:
        file.truncate(size)


def _places(path: Path, every: list[list[int]]) -> dict[tuple[int, int], tuple[int, int]]:
    """(offset, size) of each block in the file, in bytes."""
    import rasterio

    def number(file: rasterio.io.DatasetReader, what: str, row: int, column: int) -> int:
        return int(file.get_tag_item(f"{what}_{column}_{row}", "TIFF", bidx=1))

    with rasterio.open(path) as file:
        return {
            (r, c): (number(file, "BLOCK_OFFSET", r, c), number(file, "BLOCK_SIZE", r, c)) for r, c in every
        }

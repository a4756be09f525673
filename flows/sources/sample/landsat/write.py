"""`fieldwork sample`: a miniature of the bucket usgs-landsat, in which every pixel is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from flows.sources.sample.landsat import truth
from flows.sources.sample.landsat.days import products
from flows.sources.sample.landsat.plan import SCALES, Product, Scale, Size
from flows.sources.sample.landsat.scene import Made, make_scene
from flows.sources.sample.landsat.truth import LandsatTruth
from flows.sources.sample.truth import SampleError

VERSION = 1
"""Goes up when the same seed gives another archive."""


class MissingExtraError(SampleError):
    """The package that writes rasters is not installed; the message says how to get it."""


def write_landsat(
    path: Path,
    size: Size = "small",
    seed: int = 0,
    *,
    processes: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> LandsatTruth:
    """Write a Landsat sample and its truth; the same arguments give the same bytes, however many processes work.

    A folder that holds just this sample is left as it is; other things in the folder are left alone.

    Args:
        path: Folder to write to; root of the archive (`collection02/…`), place of `areas.geojson` and the truth.
        size: small (600 × 600 pixels, 36 scenes), medium (1,500 × 1,500) or large (7,700 × 7,600, four scenes of
            red, near infrared and quality).
        seed: Not negative.
        processes: Scenes made at the same time; above 1, call it from under `if __name__ == "__main__":`.
        progress: Told after each scene how many pixels are done and how many there will be.

    Raises:
        SampleError: An unknown size, a wrong seed, or another Landsat sample in the folder.
        MissingExtraError: rasterio is not installed.
    """
    scale = _scale(size, seed)
    recipe = {"kind": "landsat", "version": VERSION, "size": size, "seed": seed}
    if (done := _already(path, recipe)) is not None:
        return done
    todo = products(scale)
    total = sum(product.place.width * product.place.height for product in todo)
    made: list[Made] = []
    ready = 0
    for one in _made(path, todo, scale, seed, processes):
        made.append(one)
        ready += one.tally.counts["pixels"]
        if progress is not None:
            progress(ready, total)
    return truth.write_truth(path, recipe, made, scale, seed)


def _scale(size: str, seed: int) -> Scale:
    if size not in SCALES:
        raise SampleError(f"no size '{size}'; choose from {', '.join(SCALES)}")
    if seed < 0:
        raise SampleError(f"seed {seed} is negative; give 0 or more")
    try:
        import rasterio  # noqa: F401
    except ImportError as error:
        raise MissingExtraError(
            "the Landsat sample needs the extra 'raster' (rasterio): pip install 'fieldwork[raster]'"
        ) from error
    return SCALES[size]


def _already(path: Path, recipe: dict[str, Any]) -> LandsatTruth | None:
    """The truth of just this sample, if the folder has it whole."""
    if not (path / truth.FACTS).is_file():
        return None
    have = truth.read_landsat(path)
    if any(have.facts.get(name) != value for name, value in recipe.items()):
        raise SampleError(f"{path} holds another Landsat sample; give a new folder or remove that one")
    sizes = {file["key"]: file["bytes"] for file in have.facts["files"]}
    whole = all((path / key).is_file() and (path / key).stat().st_size == n for key, n in sizes.items())
    return have if whole else None


def _made(path: Path, todo: list[Product], scale: Scale, seed: int, processes: int) -> Iterator[Made]:
    """Scenes in the order of their plans."""
    if processes == 1:
        for product in todo:
            yield make_scene(path, product, scale, seed)
        return
    with get_context("spawn").Pool(processes) as pool:
        yield from pool.imap(_Job(path, scale, seed), todo)


class _Job:
    """A scene to be made in another process."""

    def __init__(self, path: Path, scale: Scale, seed: int) -> None:
        self.path, self.scale, self.seed = path, scale, seed

    def __call__(self, product: Product) -> Made:
        return make_scene(self.path, product, self.scale, self.seed)

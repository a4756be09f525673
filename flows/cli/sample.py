"""`fieldwork sample PATH`: miniatures of the archives with planted truth."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from flows.cli.console import emit, progress, say


@click.command(
    epilog="\b\nExamples:\n  fieldwork sample archive\n"
    "  fieldwork sample --archive landsat --size medium scenes\n"
    "  fieldwork sample --size large --seed 7 /scratch/archive\n"
    "  fieldwork ingest wet --archive archive --crawl CC-MAIN-2023-06 --loss-limit 0.5\n"
    "  fieldwork ingest cc-news --archive archive --month 2023-01,2023-06"
)
@click.argument("path", type=click.Path(file_okay=False))
@click.option("--archive", "which", type=click.Choice(["all", "web", "landsat"]), default="all", show_default=True,
              help="Common Crawl's layout, the bucket usgs-landsat's, or both in one folder.")  # fmt: skip
@click.option("--size", type=click.Choice(["small", "medium", "large"]), default="small", show_default=True,
              help="Text: 4 MB, 200 MB or 4 GB; scenes: 600², 1,500² or 7,700 × 7,600 pixels.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same bytes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def sample(path: str, which: str, size: Any, seed: int, as_json: bool) -> None:
    """Write miniatures of Common Crawl and of Landsat's bucket, true in layout, with planted truth.

    Of the web: several crawls, months, languages and hosts as WET, WARC, WAT and index, and CC-NEWS; words, links,
    encodings, dates, copies, topics and tone known exactly (truth.json, truth/), planted trends. Of Landsat: two
    decades of scenes by two sensors, clouds, and areas whose greening is known (areas.geojson, landsat-truth.json,
    truth/). A few files of each are damaged, and named in the truth with what a good reader must say of them.
    For `fieldwork annotate` there are codebooks of the news's topics and tone (topics.toml, tone.toml).
    """
    from conf.settings import load

    processes = 1 if size == "small" else load().ingest.processes
    told = {"archive": path, "size": size, "seed": seed}
    if which != "landsat":
        told["truth"] = _web(Path(path), size, seed, processes, as_json)
    if which != "web":
        told |= _landsat(Path(path), size, seed, processes, as_json, needed=which == "landsat")
    if as_json:
        emit(told)
        return
    click.echo(path)
    if "truth" in told:
        say(f"the web: {told['truth']}; read it with `fieldwork ingest wet --archive {path} --crawl …`")
    if "landsat_truth" in told:
        say(f"Landsat: {told['landsat_truth']}, areas in {told['areas']}")


def _web(path: Path, size: Any, seed: int, processes: int, quiet: bool) -> str:
    """Write the web part; where its truth is."""
    from flows.sources.sample import write

    with progress("bytes of text", quiet=quiet) as bar:
        write(path, size, seed, processes=processes, progress=_told(bar, "web"))
    return f"{path}/truth.json"


def _landsat(
    path: Path, size: Any, seed: int, processes: int, quiet: bool, *, needed: bool
) -> dict[str, str]:
    """Write the Landsat part; where its truth and its areas are, or why it was left out."""
    from flows.sources.sample import MissingExtraError, write_landsat

    try:
        with progress("pixels", quiet=quiet) as bar:
            write_landsat(path, size, seed, processes=processes, progress=_told(bar, "Landsat"))
    except MissingExtraError as error:
        if needed:
            raise
        say(f"left out: {error}")
        return {"landsat_left_out": str(error)}
    return {"landsat_truth": f"{path}/landsat-truth.json", "areas": f"{path}/areas.geojson"}


def _told(bar: Any, what: str) -> Callable[[int, int], None]:
    """What moves the bar."""
    task = bar.add_task(f"writing {what}", total=None, rate="")
    return lambda done, total: bar.update(task, completed=done, total=total)

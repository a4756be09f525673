"""`fieldwork sample PATH`: a miniature archive with planted truth."""

from __future__ import annotations

from typing import Any

import click

from flows.cli.console import emit, progress, say


@click.command(
    epilog="\b\nExamples:\n  fieldwork sample archive\n"
    "  fieldwork sample --size large --seed 7 /scratch/archive\n"
    "  fieldwork ingest wet --archive archive --crawl CC-MAIN-2023-06 --loss-limit 0.5"
)
@click.argument("path", type=click.Path(file_okay=False))
@click.option("--size", type=click.Choice(["small", "medium", "large"]), default="small", show_default=True,
              help="A few MB of text, about 200 MB, or 4 GB.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed makes the same bytes.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def sample(path: str, size: Any, seed: int, as_json: bool) -> None:
    """Write a miniature of Common Crawl, true in layout, with planted truth.

    Several crawls, months, languages and hosts; word counts known exactly (truth.json, truth/), a planted trend,
    and a few damaged files, each named in truth.json with what a good reader must say of it.
    """
    from pathlib import Path

    from conf.settings import load
    from flows.sources.sample import write

    processes = 1 if size == "small" else load().ingest.processes
    with progress("bytes of text", quiet=as_json) as bar:
        task = bar.add_task("writing", total=None, rate="")
        write(
            Path(path), size, seed, processes=processes,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    if as_json:
        emit({"archive": path, "size": size, "seed": seed, "truth": f"{path}/truth.json"})
    else:
        click.echo(path)
        say(
            f"what is in it: {path}/truth.json; read it with `fieldwork ingest wet --archive {path} --crawl …`"
        )

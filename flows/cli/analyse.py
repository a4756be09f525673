"""A command for each analysis of the catalogue, made from its declaration."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from typing import Any

import click

from flows.cli.console import emit, progress, say, show, size
from flows.cli.options import from_dataclass, where

MB_PER_SECOND = 60  # text of a lake on one core, words with the default tokenizer; for estimates only

IN_CONTEXT = ("before", "hit", "after", "captured_at", "url")
TOPICS = " --model models/topics"
GIVEN = {
    "classify": TOPICS,
    "classify-counts": TOPICS,
    "classify-pages": TOPICS,
    "classify-pages-counts": TOPICS,
    "shares": " --predictions results/topics --coded samples/topics --by outlet",
    "graph-changes": " results/graph --from CC-MAIN-2023-06 --to CC-MAIN-2024-10",
    "sentiment-corrected": " samples/tone --by month --group outlet",
    "sentiment-corrected-pages": " samples/tone --by month --group outlet",
    "ndvi": " --areas fields.geojson --by season",
    "ndvi-trends": " --areas fields.geojson",
    "ndvi-changes": " --areas fields.geojson --before 2013-2015 --after 2021-2023",
}
"""What the examples of some commands give."""


def command(name: str) -> click.Command:
    """The command that runs an analysis."""
    from analysis import catalogue
    from analysis.engines import ENGINES

    analysis = catalogue.find(name)
    common: list[click.Parameter] = [
        click.Option(["--lake"], help="Root of the lake: a folder or s3://bucket/prefix. [default: the settings']"),
        click.Option(["--engine"], type=click.Choice(list(ENGINES)), default="dask", show_default=True,
                     help="Who computes; the answer is the same."),
        click.Option(["--out"], help="Folder for the result and its manifest, here or on S3."),
        click.Option(["--top"], type=int, default=20, show_default=True,
                     help="Rows shown, shared among the groups (at least 3 each); 0 shows all."),
        click.Option(["--dry-run"], is_flag=True, help="Say what would be read, and stop."),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON document instead of a table."),
    ]  # fmt: skip
    own = from_dataclass(analysis.options)
    positional = next((p.name for p in own if isinstance(p, click.Argument)), None)
    return click.Command(
        name,
        params=[*own, *where(analysis.reads), *common],
        callback=lambda **given: _run(name, given),
        help="\n\n".join(_told(name, analysis.options, positional)),
        epilog=_examples(name, positional),
    )


def _told(name: str, options: type, positional: str | None) -> list[str]:
    """Paragraphs of a command's help: what it answers, how, and what its argument is (click tells of options only)."""
    from analysis import catalogue
    from conf.typed import sentences

    told = [f"{catalogue.ANALYSES[name][1]}.", " ".join((options.__doc__ or "").split())]
    return [*told, f"{positional.upper()}: {sentences(options)[positional]}"] if positional else told


def _examples(name: str, positional: str | None) -> str:
    word = ' "migra*"' if positional == "queries" else " migration climate" if positional else ""
    word = GIVEN.get(name, word)
    return (
        f"\b\nExamples:\n  fieldwork {name}{word}\n  fieldwork {name}{word} --engine spark --out results/{name}\n"
        f"  fieldwork {name}{word} --json --top 0 > {name}.json"
    )


def _run(name: str, given: dict[str, Any]) -> None:
    from analysis import catalogue
    from analysis.runner import run
    from conf.settings import load

    analysis = catalogue.find(name)
    options = {f.name: given[f.name] for f in fields(analysis.options)}
    partitions = {c.name: given[f"in_{c.name}"] for c in analysis.reads.partitions if given[f"in_{c.name}"]}
    settings = load()
    lake = given["lake"] or settings.lake
    if given["dry_run"]:
        _plan(analysis, options, lake, partitions, settings, given)
        return
    with progress("parts", quiet=given["as_json"]) as bar:
        task = bar.add_task(f"{name} on {given['engine']}", total=None, rate="")
        result = run(
            name, lake, engine=given["engine"], where=partitions, settings=settings,
            progress=lambda done, total: bar.update(task, completed=done, total=total), **options,
        )  # fmt: skip
    folder = result.save(given["out"], settings) if given["out"] else None
    rows = _readable(_top(analysis.writes, result.table, result.manifest["groups"], given["top"]))
    if given["as_json"]:
        emit({"manifest": result.manifest, "out": folder, "rows": rows.to_pylist()})
        return
    shown = rows.select(_shown(analysis, rows))
    show(shown.schema.names, zip(*(c.to_pylist() for c in shown.columns), strict=True))
    said = f"{rows.num_rows:,} of {result.table.num_rows:,} rows{_hidden(result.table, shown)}"
    say(f"{said} in {result.manifest['duration_s']:.1f} s on {given['engine']}; {_covered(result.manifest)}")
    if not result.table.num_rows:
        say("no row: nothing of what was read fits what was asked")
    if folder:
        say(f"saved in {folder}; a page of it: fieldwork report {folder}")


def _shown(analysis: Any, rows: Any) -> list[str]:
    """Columns a reader looks at, as a terminal is narrow; --json and --out have them all."""
    from flows.cli.columns import fitting, width

    names = rows.schema.names
    return (
        [n for n in IN_CONTEXT if n in names] if "hit" in names else fitting(analysis.writes, rows, width())
    )


def _hidden(table: Any, shown: Any) -> str:
    """How many columns are not shown, and where they are; empty where all are."""
    hidden = table.num_columns - shown.num_columns
    return f" and {shown.num_columns} of {table.num_columns} columns (all: --json, --out)" if hidden else ""


def _top(kind: Any, table: Any, groups: list[str], count: int) -> Any:
    """The first (or leading) rows; of a grouped result, those of each group, so that every group is seen."""
    leading = next((c.name for c in kind.leading if c.name in table.column_names), None)
    if not count or not (leading or "term" in table.column_names):
        return table.slice(0, count or None)
    if leading:
        up, down = "ascending", "descending"
        table = table.sort_by(
            [*((g, up) for g in groups), (leading, down), *((c.name, up) for c in kind.key)]
        )
    if not groups:
        return table.slice(0, count)
    seen: Counter[tuple[Any, ...]] = Counter()
    keys = list(zip(*(table[g].to_pylist() for g in groups), strict=True))
    each = max(3, count // max(1, len(set(keys))))
    kept = []
    for number, key in enumerate(keys):
        seen[key] += 1
        if seen[key] <= each:
            kept.append(number)
    return table.take(kept)


def _readable(table: Any) -> Any:
    """The table without columns of bytes (pixels), which nobody reads; --out has them."""
    import pyarrow.types as is_

    return table.select([f.name for f in table.schema if not is_.is_fixed_size_binary(f.type)])


def _covered(manifest: dict[str, Any]) -> str:
    from analysis.coverage import Coverage

    known = {f.name for f in fields(Coverage)}
    return Coverage(**{k: v for k, v in manifest["coverage"].items() if k in known}).sentence


def _plan(
    analysis: Any, options: dict[str, Any], lake: str, partitions: Any, settings: Any, given: dict[str, Any]
) -> None:
    from analysis.elsewhere import files
    from analysis.lake import dataset
    from conf.places import place
    from conf.typed import build

    asked = build(analysis.options, options, f"the analysis {analysis.name}")
    if address := analysis.elsewhere(asked):
        parts = files(place(address, settings))
    else:
        data = dataset(place(lake, settings), analysis.reads, analysis.chosen(asked, partitions))
        parts = [data.root / p.path for p in data.parts]
    total = sum(part.size() for part in parts)
    seconds = total * 3 / 1e6 / MB_PER_SECOND / settings.ingest.processes
    plan = {
        "parts": len(parts),
        "bytes": total,
        "engine": given["engine"],
        "estimate_s": round(seconds, 1),
    }
    if given["as_json"]:
        emit(plan)
    else:
        say(f"would read {len(parts):,} parts, {size(total)}, in about {seconds:.0f} s on {given['engine']}")

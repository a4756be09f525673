"""`fieldwork ingest SOURCE`: inputs of an archive into the lake."""

from __future__ import annotations

import time
from dataclasses import fields
from typing import Any

import click

from flows.cli.console import emit, progress, say, size
from flows.cli.options import from_dataclass
from flows.sources import SOURCES, find
from flows.sources.source import Input, SelectionError, Source

MB_PER_SECOND = 8  # packed bytes landed on one core, for estimates only


class Sources(click.Group):
    """One command a source, made from its declaration."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of the sources."""
        return list(SOURCES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a source."""
        return _command(find(cmd_name)) if cmd_name in SOURCES else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Summaries, without importing the sources."""
        with formatter.section("Sources"):
            formatter.write_dl([(name, summary) for name, (_, summary) in SOURCES.items()])


@click.group(cls=Sources)
def ingest() -> None:
    """Bring inputs of an archive into the lake.

    Each input becomes one part. What is there is skipped, so the same command goes on after an interruption;
    what could not be read is counted, named and kept aside.
    """


def _command(source: Source[Any]) -> click.Command:
    common: list[click.Parameter] = [
        click.Option(["--archive"], help="Root of the archive instead of the settings': a folder, https:// or s3://."),
        click.Option(["--lake"], help="Root of the lake. [default: the settings']"),
        click.Option(["--processes"], type=int, help="Inputs landed at the same time. [default: all cores]"),
        click.Option(["--loss-limit"], type=float, help="Share lost above which the run ends with an error. "
                     "[default: 0.01]"),
        click.Option(["--dry-run"], is_flag=True, help="Say which inputs would be read, their bytes, an estimate."),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON document on standard output."),
    ]  # fmt: skip
    return click.Command(
        source.name,
        params=[*from_dataclass(source.selection), *common],
        callback=lambda **given: _run(source, given),
        help=source.summary,
        epilog="\b\nExamples:\n"
        + "\n".join(f"  fieldwork ingest {source.name} {e}" for e in source.examples),
    )


def _run(source: Source[Any], given: dict[str, Any]) -> int:
    from conf.settings import load
    from conf.typed import build

    settings = load(**_over(source, given))
    chosen = build(source.selection, {f.name: given[f.name] for f in fields(source.selection)}, source.name)
    if given["dry_run"]:
        _show_plan(source, chosen, settings, as_json=given["as_json"])
        return 0
    totals = [
        bring(each, chosen, settings, quiet=given["as_json"])
        for each in (*(find(name) for name in source.before), source)
    ]
    total = totals[-1]
    if given["as_json"]:
        emit(total.as_dict() | {"lake": settings.lake, "table": source.table.name})
    else:
        click.echo(total.sentence)
    loss = max(t.loss for t in totals)
    if loss > settings.ingest.loss_limit:
        lost = f"{100 * loss:.2f} % lost, more than the {100 * settings.ingest.loss_limit:g} % allowed"
        say(f"error: {lost}; see why with `fieldwork list --ledger`, or allow it with --loss-limit")
        return 1
    return 0


def bring(source: Source[Any], chosen: Any, settings: Any, *, quiet: bool = False) -> Any:
    """Land what is not landed yet, with a bar; the coverage of all that was asked for."""
    from analysis.coverage import coverage
    from conf.places import place
    from flows.landing.run import ledger_of, pending

    archive = place(getattr(settings.archives, source.archive), settings)
    items = source.inputs(chosen, archive, settings)
    if not items:
        raise SelectionError(f"{source.name}: nothing in {archive.url} fits what was asked for; widen it")
    todo = pending(source.name, items, settings)
    say(
        f"{source.name}: {len(items):,} inputs, {len(items) - len(todo):,} of them landed already",
        quiet=quiet,
    )
    _land(source, todo, settings, quiet=quiet)
    return coverage(ledger_of(source.name, items, settings))


def _over(source: Source[Any], given: dict[str, Any]) -> dict[str, Any]:
    over: dict[str, Any] = {"ingest": {}}
    if given["lake"]:
        over["lake"] = given["lake"]
    if given["archive"]:
        over["archives"] = {source.archive: given["archive"]}
    for name in ("processes", "loss_limit"):
        if given[name] is not None:
            over["ingest"][name] = given[name]
    return over


def _land(source: Source[Any], todo: list[Input], settings: Any, *, quiet: bool) -> None:
    from flows.landing.run import land_all

    started, done = time.monotonic(), 0
    with progress("inputs", quiet=quiet) as bar:
        task = bar.add_task(f"landing {source.name}", total=len(todo), rate="")

        def landed(row: dict[str, Any]) -> None:
            nonlocal done
            done += row["bytes_read"]
            bar.update(task, advance=1, rate=f"{size(done / max(time.monotonic() - started, 1e-3))}/s")
            if row["status"] == "failed":
                bar.console.print(
                    f"{row['source_file']}: {row['reason']}: {row['detail']}", markup=False, style="red"
                )

        land_all(source.name, todo, settings, landed)


def _show_plan(source: Source[Any], chosen: Any, settings: Any, *, as_json: bool) -> None:
    """What would be read, and about how long it takes; nothing is landed."""
    from conf.places import place
    from flows.landing.run import pending
    from flows.sources.stream import guessed

    archive = place(getattr(settings.archives, source.archive), settings)
    items = source.inputs(chosen, archive, settings)
    todo = pending(source.name, items, settings)
    told = dict((source.plan or guessed)(todo, archive, settings))
    seconds = told["bytes"] / 1e6 / MB_PER_SECOND / settings.ingest.processes
    plan = {"inputs": len(items), "to_do": len(todo), **told, "estimate_s": round(seconds),
            "archive": archive.url, "first": [i.key for i in todo[:3]]}  # fmt: skip
    if as_json:
        emit(plan)
        return
    say(f"{len(items):,} inputs of {archive.url}, {len(todo):,} to do: about {size(told['bytes'])}, "
        f"about {seconds / 60:.0f} min on {settings.ingest.processes} cores once they are here")  # fmt: skip
    for name, value in told.items():
        if name != "bytes":
            say(
                f"  {name}: {value:,}"
                if isinstance(value, int)
                else f"  {value}"
                if name == "note"
                else f"  {name}: {value}"
            )
    for item in todo[:3]:
        say(f"  {item.key}")

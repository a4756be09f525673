"""`fieldwork annotate draw|read|simulate`: a sample to code by hand, and the codes back."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import click

from flows.cli.console import emit, progress, say, show
from flows.cli.simulate import simulate

PROBLEMS_SHOWN = 20
HOW = (
    "From the lake (`fieldwork ingest` fills it). Each coder gets a sheet (CSV) to fill in; `fieldwork annotate read` "
    "reads the sheets back."
)
CODEBOOK = """\b
A codebook, tone.toml (level: nominal, ordinal where labels are in order, interval where each has a value):
  question = "Which tone does the text take towards migration?"
  level = "ordinal"
  instructions = "Judge the whole text."
  [[labels]]
  name = "negative"
  description = "Migration appears as a burden or a threat."
  [[labels]]
  name = "neutral"
  [[labels]]
  name = "positive"
"""


@click.group(
    epilog="\b\nExamples:\n  fieldwork annotate draw --codebook tone.toml --out coding/tone --size 400 --strata month\n"
    "  fieldwork annotate read coding/tone"
)
def annotate() -> None:
    """A sample of texts to code by hand: drawn with known probabilities, read back with its reliability."""


def _drawing() -> click.Command:
    """The command `draw`, its options from the dataclass."""
    from analysis.coding.options import Draw
    from analysis.coding.strata import TABLES
    from analysis.engines import ENGINES
    from flows.cli.options import from_dataclass, where

    partitions = {p.name: p for table in TABLES.values() for p in where(table)}
    own: list[click.Parameter] = [
        click.Option(["--codebook"], required=True, type=click.Path(exists=True, dir_okay=False),
                     help="What coders are asked, in TOML: question, level, instructions, [[labels]]."),
        click.Option(["--out"], required=True, type=click.Path(file_okay=False),
                     help="Folder for frame, sample, codebook and sheets, on this machine."),
        click.Option(["--lake"], help="Root of the lake: a folder or s3://bucket/prefix. [default: the settings']"),
        click.Option(["--engine"], type=click.Choice(list(ENGINES)), default="dask", show_default=True,
                     help="Who draws; the sample is the same."),
        click.Option(["--json", "as_json"], is_flag=True, help="One JSON document instead of a table."),
    ]  # fmt: skip
    return click.Command(
        "draw",
        params=[*from_dataclass(Draw), *partitions.values(), *own],
        callback=lambda **given: _draw(given),
        help=f"{' '.join((Draw.__doc__ or '').split())}\n\n{HOW}",
        short_help="Draw texts from the lake, and write the coders' sheets.",
        epilog=f"{CODEBOOK}\n\n\b\nExamples:\n"
        "  fieldwork annotate draw --codebook tone.toml --out coding/tone --size 400 \\\n"
        "    --strata month --coders anna,ben --overlap 0.25\n"
        "  fieldwork annotate draw --codebook tone.toml --out coding/rare --strata keyword \\\n"
        '    --keyword "migra*" --allocation equal',
    )


def _draw(given: dict[str, Any]) -> None:
    from analysis.coding import codebook, folder
    from analysis.coding.draw import draw
    from analysis.coding.options import Draw
    from conf.settings import load
    from conf.typed import build

    options = build(Draw, {f.name: given[f.name] for f in fields(Draw)}, "the sample")
    toml, home = codebook.opened(Path(given["codebook"])), Path(given["out"])
    folder.check_free(home)
    partitions = _partitions(options.table, given)
    with progress("parts", quiet=given["as_json"]) as bar:
        task = bar.add_task(f"draw on {given['engine']}", total=None, rate="")
        drawn = draw(
            options, load(), given["lake"], engine=given["engine"], where=partitions,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )  # fmt: skip
    sheets = folder.write(drawn, toml, home)
    if given["as_json"]:
        emit({"out": str(home), "sheets": [str(s) for s in sheets], "frame": drawn.frame.to_pylist()})
        return
    shown = drawn.frame.slice(0, PROBLEMS_SHOWN)
    show(shown.schema.names, zip(*(c.to_pylist() for c in shown.columns), strict=True))
    say(
        f"{shown.num_rows:,} of {drawn.frame.num_rows:,} strata; {drawn.sample.num_rows:,} texts drawn, saved in {home}"
    )
    say(
        f"code in {', '.join(str(s) for s in sheets)} (see codebook.md), then: fieldwork annotate read {home}"
    )


def _partitions(table: str, given: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """Partitions that were named.

    Raises:
        BadParameter: One that the table does not have.
    """
    from analysis.coding.strata import TABLES

    own = [c.name for c in TABLES[table].partitions]
    named = {
        name.removeprefix("in_"): values
        for name, values in given.items()
        if name.startswith("in_") and values
    }
    for name in named:
        if name not in own:
            flags = " and ".join(f"--{one.replace('_', '-')}" for one in own)
            other = next(one for one in TABLES if one != table)
            raise click.BadParameter(
                f"{table} are chosen by {flags}; leave it out, or draw from {other}: --table {other}",
                param_hint=f"--{name.replace('_', '-')}",
            )
    return named


@click.command(
    short_help="Read the coders' sheets: problems, agreement, labels.",
    epilog="\b\nExamples:\n  fieldwork annotate read coding/tone\n"
    "  fieldwork annotate read coding/tone --sheet anna=mail/anna.csv --sheet ben=mail/ben.csv",
)
@click.argument("folder", type=click.Path(file_okay=False))
@click.option(
    "--sheet", "given", multiple=True, help="A coder's sheet as NAME=FILE, instead of the folder's own."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of the intervals' bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
def read(folder: str, given: tuple[str, ...], seed: int, as_json: bool) -> None:
    """Codes back from the sheets: problems by file and line, agreement of coders, what to talk over.

    Ends with exit code 1 where a sheet has problems; everything else is read and written all the same. Fill in the
    column `resolved` of disagreements.csv after talking, and read again.
    """
    from analysis.coding import folder as home

    paths = dict(_named(one) for one in given) or None
    coded = home.read_codes(home.read(Path(folder)), paths, seed)
    rules = coded.labels["label"].drop_null()
    if as_json:
        emit({"agreement": coded.agreement.to_pylist(), "texts": coded.labels.num_rows, "labels": len(rules),
              "disagreements": coded.disagreements, "problems": [asdict(p) for p in coded.problems]})  # fmt: skip
    else:
        rows = coded.agreement
        show(rows.schema.names, zip(*(c.to_pylist() for c in rows.columns), strict=True))
        for problem in coded.problems[:PROBLEMS_SHOWN]:
            where = f", line {problem.line}" if problem.line else ""
            say("".join(c if c.isprintable() else "\ufffd" for c in f"{problem.file}{where}: {problem.what}"))
        if not coded.labels.num_rows:
            say(
                f"no text has a code yet: fill in the column `label` of the sheets in {folder}/sheets, and read again"
            )
        unsettled, problems = coded.labels["label"].null_count, len(coded.problems)
        say(
            f"{coded.labels.num_rows:,} texts coded; coders differ on {coded.disagreements:,}, of which {unsettled:,} "
            f"have no label yet ({folder}/disagreements.csv); {problems:,} problems ({folder}/problems.csv)"
        )
    if coded.problems:
        raise click.exceptions.Exit(1)


def _named(text: str) -> tuple[str, Path]:
    name, equals, path = text.partition("=")
    if not equals or not name or not Path(path).is_file():
        raise click.BadParameter(f"'{text}' is no NAME=FILE with a file that is there", param_hint="--sheet")
    return name, Path(path)


annotate.add_command(read)
annotate.add_command(simulate)


def command(_: str) -> click.Group:
    """The group with `draw`, whose options are made from its dataclass."""
    annotate.add_command(_drawing())
    return annotate

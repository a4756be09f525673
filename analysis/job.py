"""One analysis as a Spark job.

spark-submit --properties-file conf/spark.conf --py-files dist/app.zip analysis/job.py words LAKE OUT
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_origin, get_type_hints

if sys.path and Path(sys.path[0]) == Path(__file__).parent:
    # spark-submit puts the script's folder first, where our modules would stand for top-level packages
    sys.path.pop(0)

from analysis import catalogue, runner
from analysis.declare import Analysis
from analysis.engines import ENGINES, EngineError
from conf.settings import load
from conf.typed import sentences

Values = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run an analysis from the lake IN and save its result in the folder OUT; returns the exit code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    try:
        name = next((a for a in arguments if not a.startswith("-")), None)
        if name is None:
            raise LookupError(f"which analysis? choose from {', '.join(catalogue.ANALYSES)}")
        analysis = catalogue.find(name)
        given = vars(_parser(analysis).parse_intermixed_args(arguments))
        return _run(analysis, given)
    except (EngineError, LookupError, OSError, ValueError) as error:
        sys.stderr.write(f"error: {' '.join(str(error.args[0] if error.args else error).split())}\n")
        return 2


def _run(analysis: Analysis[Any], given: Values) -> int:
    _, lake, out, engine, profile = (given.pop(key) for key in ("analysis", "IN", "OUT", "engine", "profile"))
    partitions = {c.name: given.pop(f"in_{c.name}", []) for c in analysis.reads.partitions}
    settings = load(profile)
    result = runner.run(analysis.name, lake, engine=engine, where=partitions, settings=settings, **given)
    result.save(out, settings)
    seconds = result.manifest["duration_s"]
    sys.stdout.write(f"{result.table.num_rows:,} rows in {seconds:.1f} s, saved in {out}\n")
    return 0


def _parser(analysis: Analysis[Any]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("job.py", description=f"{analysis.name}: {analysis.options.__doc__}")
    parser.add_argument("analysis")
    parser.add_argument("IN", help="Root of the lake: a folder or s3://bucket/prefix.")
    parser.add_argument(
        "OUT", help="Folder for the result and its manifest: on S3, or on the driver's machine."
    )
    parser.add_argument("--engine", choices=list(ENGINES), default="spark")
    parser.add_argument("--profile", help="Settings: a profile's name, or a .toml file.")
    for column in analysis.reads.partitions:
        flag = f"--{column.name.replace('_', '-')}"
        parser.add_argument(flag, dest=f"in_{column.name}", action="extend", type=_split, default=[])
    helps, hints = sentences(analysis.options), get_type_hints(analysis.options)
    for field in fields(analysis.options):
        positional = bool(field.metadata.get("positional"))
        _add(parser, field.name, hints[field.name], helps.get(field.name, ""), positional)
    return parser


def _add(parser: argparse.ArgumentParser, name: str, hint: object, help_text: str, positional: bool) -> None:
    """An option as on the command line `fieldwork`; one not given keeps the default of its dataclass."""
    text, flag = help_text.replace("%", "%%"), f"--{name.replace('_', '-')}"
    if positional:
        parser.add_argument(name, nargs="*" if get_origin(hint) is tuple else None, help=text)
    elif hint is bool:
        parser.add_argument(flag, action=argparse.BooleanOptionalAction, default=argparse.SUPPRESS, help=text)
    elif get_origin(hint) is tuple:
        parser.add_argument(flag, action="extend", type=_split, default=argparse.SUPPRESS, help=text)
    else:
        parser.add_argument(flag, default=argparse.SUPPRESS, help=text)


def _split(values: str) -> list[str]:
    return [value.strip() for value in values.split(",") if value.strip()]


if __name__ == "__main__":
    sys.exit(main())

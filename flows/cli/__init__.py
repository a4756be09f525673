"""The `fieldwork` command. Sub-commands are imported when called, so that the help answers at once."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from analysis.catalogue import ANALYSES

COMMANDS = {
    "demo": ("flows.cli.demo:demo", "From a sample archive to a report, in one go"),
    "sample": ("flows.cli.sample:sample", "Write a miniature archive with planted truth"),
    "list": ("flows.cli.listing:listing", "What is in the lake, and what was lost on the way"),
    "select": (
        "flows.cli.select:select",
        "Ask Common Crawl's index in SQL, plan a fetch",
    ),
    "ingest": ("flows.cli.ingest:ingest", "Bring inputs of an archive into the lake"),
    "learn": ("flows.cli.learn:learn", "A model from hand-coded texts, tuned and tested"),
    **{name: ("flows.cli.analyse:command", summary) for name, (_, summary) in ANALYSES.items()},
    "annotate": ("flows.cli.annotate:command", "Draw texts to code by hand, read the codes back"),
    "report": ("flows.cli.report:report", "Results as one HTML page, with figures and exports"),
    "tables": ("flows.cli.tables:tables", "The codebook: every table and column"),
    "doctor": ("flows.cli.doctor:doctor", "What this machine has, what it lacks, and the cure"),
}

EPILOG = """\b
Examples:
  fieldwork demo                                        a first report in a minute
  fieldwork ingest wet --crawl CC-MAIN-2024-22 --sample 4
  fieldwork words --by language --top 20
  fieldwork trends migration climate --out results/trends
  fieldwork keywords "migra*" --context 8
  fieldwork report results/trends

Settings come from conf/laptop.toml, another profile (FIELDWORK_PROFILE), and variables such as
FIELDWORK_LAKE=s3://bucket/lake. Exit codes: 0 done, 1 more was lost than allowed, 2 not possible as asked,
130 interrupted (the same command goes on where it stopped)."""


class Lazy(click.Group):
    """A group that knows its commands' names and summaries without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the work."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; an analysis is built from its declaration."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        found = getattr(import_module(module), attribute)
        made: click.Command = found if isinstance(found, click.Command) else found(cmd_name)
        return made

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the nearest known command named for an unknown one."""
        from difflib import get_close_matches

        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1, cutoff=0.0)[0]
            ctx.fail(f"no command '{args[0]}'; the nearest is '{near}', all are {', '.join(COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The summaries above, without importing anything."""
        with formatter.section("Commands"):
            # a longer name stands on a line of its own, so that summaries keep theirs
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()], col_max=14)


@click.group(
    cls=Lazy,
    epilog=EPILOG,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(package_name="fieldwork", prog_name="fieldwork")
def cli() -> None:
    """Public archives in, a table to regress on out, with a record of how it was made."""


def main() -> None:
    """Run the command; errors come out in one line, without a traceback (FIELDWORK_DEBUG=1 shows it)."""
    debug = os.environ.pop("FIELDWORK_DEBUG", "")
    try:
        code = cli.main(prog_name="fieldwork", standalone_mode=False)
    except click.exceptions.Abort:
        code = _interrupted()
    except KeyboardInterrupt:
        code = _interrupted()
    except click.ClickException as error:
        error.show()
        code = 2
    except Exception as error:
        if debug:
            raise
        from flows.cli.console import explain

        click.echo(f"error: {explain(error)}", err=True)
        code = 2
    sys.exit(code if isinstance(code, int) else 0)


def _interrupted() -> int:
    click.echo("interrupted; the same command goes on where it stopped", err=True)
    return 130

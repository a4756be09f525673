"""`fieldwork report FOLDER…`: saved results and models as one page, with figures and exports."""

from __future__ import annotations

from pathlib import Path

import click

from flows.cli.console import say


@click.command(
    epilog="\b\nExamples:\n  fieldwork report results/trends\n"
    "  fieldwork report models/tone results/shares --out tone.html\n"
    "  fieldwork report results/words results/trends --out paper.html --title 'Migration in the news'\n"
    "  fieldwork report results/trends --figures png,svg --export csv,stata"
)
@click.argument("folders", nargs=-1, required=True, type=click.Path(file_okay=False))
@click.option(
    "--out", type=click.Path(dir_okay=False), help="The page. [default: report.html in the first folder]"
)
@click.option("--title", help="Title of the page.")
@click.option("--figures", default="", help="Also write the charts: png, svg, or both (png,svg).")
@click.option(
    "--export",
    "formats",
    default="",
    help="Also write the tables: csv, stata, parquet, excel; of a graph also graphml, gexf, ranks.",
)
def report(folders: tuple[str, ...], out: str | None, title: str | None, figures: str, formats: str) -> None:
    """Results as one self-contained HTML page: coverage, charts, tables, methods, manifest.

    A folder may also be that of a model (`fieldwork learn`): its card with charts, and the errors to read.
    """
    from analysis.report import figures as draw
    from analysis.report import opened, write
    from analysis.report.export import export
    from analysis.result import Result

    results = [opened(f) for f in folders]
    page = write(results, Path(out) if out else Path(folders[0]) / "report.html", title)
    for folder, result in zip(folders, results, strict=True):
        if figures:
            draw(result, Path(folder), tuple(_names(figures)))
        if formats and isinstance(result, Result):  # a model's tables are files of its folder already
            export(result, Path(folder), tuple(_names(formats)))
    say("open it in a browser; it needs no network:")
    click.echo(page)


def _names(text: str) -> list[str]:
    return [n.strip() for n in text.split(",") if n.strip()]

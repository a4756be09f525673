"""`fieldwork annotate simulate`: coders of the sample archive whose errors are known."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.cli.console import emit, say

if TYPE_CHECKING:
    import pyarrow as pa

PLANTED = ("topic", "tone")
"""Columns of the truth's articles that codebooks of the sample ask for."""


@click.command(
    short_help="Fill sheets of the sample archive with known errors.",
    epilog="\b\nExamples:\n  fieldwork annotate simulate coding/topics --archive archive --error 0.05,0.1\n"
    "  fieldwork annotate simulate coding/topics --archive archive --talk",
)
@click.argument("folder", type=click.Path(file_okay=False))
@click.option("--archive", required=True, type=click.Path(exists=True, file_okay=False),
              help="The sample archive (`fieldwork sample`) that the texts are from.")  # fmt: skip
@click.option("--error", "errors", default="0.1", show_default=True,
              help="Share of texts that coders get wrong, 0 to 1: one for all, or one each by commas.")  # fmt: skip
@click.option(
    "--talk", is_flag=True, help="After `read`: settle the disagreements by the truth, as if talked over."
)
@click.option("--seed", type=int, default=0, show_default=True, help="Seed of who errs where.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of text.")
def simulate(folder: str, archive: str, errors: str, talk: bool, seed: int, as_json: bool) -> None:
    """Fill the sheets of a sample of the sample archive from its planted topics or tone, with errors of a known rate.

    To walk the road before coding by hand, and to see what errors do: it says which alpha such coders should reach.
    Sheets that have codes are left alone.
    """
    from analysis.coding import folder as home
    from analysis.coding import simulate as coders
    from flows.sources import sample as archives

    drawn = home.read(Path(folder))
    articles = archives.read(Path(archive)).articles()
    asked = _asked(drawn.book.names, articles)
    label = articles.select([*coders.PLACE, asked]).rename_columns([*coders.PLACE, "label"])
    truth = coders.truth_of(drawn, label)
    if talk:
        told: dict[str, Any] = {"settled": coders.talk(drawn, truth)}
        said = f"{told['settled']:,} disagreements settled"
    else:
        shares = _shares(errors)
        sheets = [str(path) for path in coders.fill(drawn, truth, shares, seed)]
        expected = coders.expected_alpha(drawn, truth, shares)
        told = {"sheets": sheets, "expected_alpha": expected}
        reach = f"; such coders should reach an alpha of {expected:.2f}" if expected is not None else ""
        said = f"{', '.join(sheets)} filled{reach}"
    if as_json:
        emit(told)
        return
    say(f"{said}; next: fieldwork annotate read {folder}")


def _asked(names: Sequence[str], articles: pa.Table) -> str:
    """Which planted column a codebook with these labels asks for."""
    found = (one for one in PLANTED if set(articles[one].unique().to_pylist()) <= set(names))
    return next(found, PLANTED[0])


def _shares(text: str) -> list[float]:
    try:
        return [float(one) for one in text.split(",")]
    except ValueError:
        raise click.BadParameter(
            f"'{text}' is no list of shares such as 0.05,0.1", param_hint="--error"
        ) from None

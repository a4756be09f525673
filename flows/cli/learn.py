"""`fieldwork learn`: a model from hand-coded texts, for `fieldwork classify`."""

from __future__ import annotations

from typing import Any

import click

from flows.cli.console import emit, say, show

SHOWN_WORDS = 8


def learn(name: str) -> click.Command:
    """The command, its options made from the dataclass when it is called."""
    from analysis.learning.options import Learn
    from flows.cli.options import from_dataclass

    own = [p for p in from_dataclass(Learn) if p.name != "codes"]
    common: list[click.Parameter] = [
        click.Option(
            ["--out"], required=True, help="Folder for the model, its card and errors, here or on S3."
        ),
        click.Option(["--json", "as_json"], is_flag=True, help="The card as JSON instead of tables."),
    ]
    return click.Command(
        name,
        params=[click.Argument(["codes"]), *own, *common],
        callback=_run,
        help="Learn a model from CODES: a folder of a coded sample (`fieldwork annotate read`), or a CSV or Parquet "
        "file with the columns text and label.\n\nTuned, and tested by cross-validation that never parts copies or "
        "outlets; saved without pickle beside a card that says how good it is.",
        epilog="\b\nExamples:\n  fieldwork learn samples/tone --out models/tone\n"
        "  fieldwork learn codes.csv --together story --estimator sgd --out models/tone\n"
        "  fieldwork classify --model models/tone --out results/tone",
    )


def _run(out: str, as_json: bool, **given: Any) -> None:
    from analysis.learning.learn import learn as learnt
    from analysis.learning.options import Learn
    from conf.settings import load
    from conf.typed import build

    settings = load()
    found = learnt(build(Learn, given, "learn"), settings)
    folder = found.save(out, settings)
    if as_json:
        emit(found.card | {"out": folder})
        return
    scores, card = found.card["scores"], found.card
    rows = scores["by_class"]
    show(list(rows[0]), [tuple(row.values()) for row in rows])
    say(
        f"macro F1 {scores['macro_f1']:.3f}, accuracy {scores['accuracy']:.3f} of {scores['n']:,} texts not seen"
    )
    leak = card["leak"]
    say(
        f"with copies parted at random it would seem {leak['random']:.3f}; kept together, {leak['grouped']:.3f}"
    )
    for label in card["classes"]:
        terms = [row["term"] for row in card["telling_words"] if row["class"] == label][:SHOWN_WORDS]
        if terms:
            say(f"{label}: {', '.join(terms)}")
    say(f"saved in {folder} (card.md, errors.csv); next: fieldwork classify --model {folder}")

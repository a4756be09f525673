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
        "  fieldwork learn codes.parquet --estimator stream --out models/large\n"
        "  PYTHONPATH=. fieldwork learn samples/tone --estimator mine:forest --out models/forest\n"
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
    _show(found.card)
    trust = f" --trust {','.join(found.card['trust'])}" if found.card["trust"] else ""
    say(f"saved in {folder} (card.md, errors.csv); look at it: fieldwork report {folder}")
    say(f"next: fieldwork classify --model {folder}{trust}")


def _show(card: dict[str, Any]) -> None:
    """Scores, leak and telling words."""
    shown = ("class", "precision", "recall", "f1", "n")
    show(list(shown), [tuple(row[name] for name in shown) for row in card["scores"]["by_class"]])
    for name, scores in (("in the coded texts", card["scores"]), ("in the frame", card["scores_in_frame"])):
        if scores:
            say(f"{name}: macro F1 {_told(scores, 'macro_f1')}, accuracy {_told(scores, 'accuracy')}")
    say(f"of {card['scores']['n']:,} texts, each predicted by a model that had not seen it")
    if leak := card["leak"]:
        say(
            f"with copies parted at random it would seem {leak['random']:.3f}; kept together, {leak['grouped']:.3f}"
        )
    for label in card["classes"]:
        terms = [row["term"] for row in card["telling_words"] if row["class"] == label][:SHOWN_WORDS]
        if terms:
            say(f"{label}: {', '.join(terms)}")


def _told(scores: dict[str, Any], name: str) -> str:
    low, high = scores[f"{name}_low"], scores[f"{name}_high"]
    return f"{scores[name]:.3f}" + ("" if low is None else f" ({low:.3f} to {high:.3f})")

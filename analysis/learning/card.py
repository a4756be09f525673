"""The model card: what a model was learnt from and how, how good it is and for whom, what it is meant for."""

from __future__ import annotations

from typing import Any

Card = dict[str, Any]
ROWS = 15


def intended(card: Card) -> str:
    """A paragraph for a methods section: what the model is, how good, and what for."""
    scores, leak, folds = card["scores"], card["leak"], card["options"]["folds"]
    kept = " and ".join(card["options"]["together"]) or "nothing"
    return (
        f"Each text was given one of the classes {', '.join(card['classes'])} by a model ({card['estimator']} on "
        f"TF-IDF of terms) learnt from {scores['n']:,} hand-coded texts. In {folds}-fold cross-validation that kept "
        f"texts of one {kept} together, tuned anew in each fold, its macro F1 was {scores['macro_f1']:.3f} and its "
        f"accuracy {scores['accuracy']:.3f}; with the same parameters throughout, such folds give "
        f"{leak['grouped']:.3f} and a random split {leak['random']:.3f}. Counts of predicted classes carry these "
        "errors: report shares only with the correction by the hand-coded sample (table out__coding__shares)."
    )


def markdown(card: Card) -> str:
    """The card for readers."""
    codes = card["codes"]
    parts = [
        f"# Model: {' / '.join(card['classes'])}", "## Intended use", intended(card),
        "It knows the languages, outlets and years of its coded texts, and is no judge of single texts or persons.",
        "## Learnt from",
        f"`{codes['address']}` (SHA-256 `{codes['sha256']}`): {codes['texts']:,} texts in {codes['groups']:,} groups "
        f"kept together; {codes['dropped']:,} without label or text left out.",
        "## Scores by class", _table(card["scores"]["by_class"]),
    ]  # fmt: skip
    if card["by_group"]:
        parts += ["## Scores by group", _table(card["by_group"])]
    if card["calibration"]:
        parts += [
            f"## Calibration (Brier score {card['calibration']['brier']:.3f})",
            _table(card["calibration"]["reliability"]),
        ]
    parts += ["## Learning curve", _table(card["learning_curve"])]
    if card["telling_words"]:
        parts += ["## Most telling words", _words(card["telling_words"])]
    parts += [
        "## Made with", f"Parameters: `{card['parameters']}`; options: `{card['options']}`.",
        ", ".join(f"{name} {version}" for name, version in card["versions"].items()) + ".",
        f"Model file SHA-256 `{card['model_sha256']}`.",
    ]  # fmt: skip
    return "\n\n".join(parts) + "\n"


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "None."
    names = list(rows[0])
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    lines += [f"| {' | '.join(_cell(row[name]) for name in names)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("|", "\\|").replace("\n", " ")


def _words(rows: list[dict[str, Any]]) -> str:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["class"], []).append(row["term"])
    return "\n".join(f"- {name}: {', '.join(terms[:ROWS])}" for name, terms in found.items())

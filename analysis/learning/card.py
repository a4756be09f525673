"""The model card: what a model was learnt from and how, how good it is and for whom, what it is meant for."""

from __future__ import annotations

from typing import Any

Card = dict[str, Any]
ROWS = 15
LIMITS = "It knows the languages, outlets and years of its coded texts, and is no judge of single texts or persons."


def said(card: Card) -> dict[str, str]:
    """What the card says in sentences, for pages that know nothing of learning."""
    return {"methods": intended(card), "limits": LIMITS, "blocks": missing(card), "scores": frame_note(card)}


def intended(card: Card) -> str:
    """A paragraph for a methods section: what the model is, how good, and what for."""
    scores, folds = card["scores"], card["options"]["folds"]
    return (
        f"Each text was given one of the classes {', '.join(card['classes'])} by a model ({card['estimator']} on "
        f"{'hashed terms' if card.get('first_texts') else 'TF-IDF of terms'}) learnt from {scores['n']:,} hand-coded "
        f"texts{_weighted(card)}. In {folds}-fold cross-validation that kept texts of one {kept(card)} together, "
        f"{_tuning(card)}, its macro F1 was {_told(scores, 'macro_f1')} and its accuracy {_told(scores, 'accuracy')}"
        f"{_framed(card)}{_leak(card)}. Counts of predicted classes carry these errors: report shares only with the "
        "correction by the hand-coded sample (table out__coding__shares)."
    )


def kept(card: Card) -> str:
    """What was kept together, in words."""
    return " and ".join(card["codes"].get("together") or card["options"]["together"]) or "nothing"


def missing(card: Card) -> str:
    """What a card of a model learnt block by block does not say; empty for any other."""
    first = card.get("first_texts")
    if not first:
        return ""
    return (
        f"The texts were read block by block in their order. Tuning, learning curve, leak and telling words rest "
        f"on the first {first:,} of them; near copies of a text may stand in different folds, as only those of one "
        f"{kept(card)} are kept together; the list of errors has the {card['errors_listed']:,} the model was surest of."
    )


def frame_note(card: Card) -> str:
    """Of what the scores are: of the sample, or of the frame it was drawn from."""
    if not card.get("scores_in_frame"):
        return (
            "Scores are of the coded texts, each counting alike. How these were drawn is not known, so nothing is said "
            "of other texts."
        )
    return (
        "Scores in the sample count each coded text alike; scores in the frame count it by the inverse of its "
        "inclusion probability, and so estimate how good the model is on all texts that the sample was drawn from. "
        "Where the two differ, texts were drawn more often where the model is better, or worse."
    )


def _weighted(card: Card) -> str:
    inverse = card["options"].get("weights") == "inverse"
    return ", weighted by the inverse of their inclusion probability" if inverse else ""


def _tuning(card: Card) -> str:
    if card.get("first_texts"):
        return "with parameters tuned on the first ones"
    return "tuned anew in each fold"


def _told(scores: Card, name: str) -> str:
    low, high = scores.get(f"{name}_low"), scores.get(f"{name}_high")
    ends = "" if low is None else f" (95 % interval {low:.3f} to {high:.3f})"
    return f"{scores[name]:.3f}{ends}"


def _framed(card: Card) -> str:
    framed = card.get("scores_in_frame")
    if not framed:
        return ""
    both = f"{framed['macro_f1']:.3f} and {framed['accuracy']:.3f}"
    return f" in the coded sample, {both} in the frame it was drawn from (weighted by inverse inclusion probability)"


def _leak(card: Card) -> str:
    leak = card["leak"]
    if not leak:
        return ""
    return (
        f"; with the same parameters throughout, such folds give {leak['grouped']:.3f} and a random split "
        f"{leak['random']:.3f}"
    )


def markdown(card: Card) -> str:
    """The card for readers."""
    codes, framed = card["codes"], card.get("scores_in_frame")
    groups = (
        f" in {codes['groups']:,} groups kept together"
        if codes["groups"]
        else f", {kept(card)} kept together"
    )
    parts = [
        f"# Model: {' / '.join(card['classes'])}", "## Intended use", intended(card), LIMITS, missing(card),
        "## Learnt from",
        f"`{codes['address']}` (SHA-256 `{codes['sha256']}`): {codes['texts']:,} texts{groups}; "
        f"{codes['dropped']:,} without label or text left out.",
        "## Scores by class, in the sample", _table(card["scores"]["by_class"]), frame_note(card),
        *(["## Scores by class, in the frame", _table(framed["by_class"])] if framed else []),
        "## Coded and predicted", _table(card["confusion"]),
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
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return "None."
    names = list(rows[0])
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    lines += [f"| {' | '.join(_cell(row[name]) for name in names)} |" for row in rows]
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("|", "\\|").replace("\n", " ")


def _words(rows: list[dict[str, Any]]) -> str:
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row["class"], []).append(row["term"])
    return "\n".join(f"- {name}: {', '.join(terms[:ROWS])}" for name, terms in found.items())

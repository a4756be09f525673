"""What the charts of a model show, said in words: titles, the sentence under each, and texts for screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.report.text import cut, listed, percent

Row = dict[str, Any]
Rows = Sequence[Row]
FLAT = 0.01
"""Macro F1 gained by the last fifth of the texts from which more of them seem to help."""
LEAKS = 0.02
"""Macro F1 by which a random split must be better to be called flattering."""
GAP = 0.03
"""Probability by which a model is called too sure, or not sure enough."""
SURE_MIN = 30
"""Texts from which it is."""


def title(card: Row) -> str:
    """How good the model is, in one sentence."""
    scores = card["scores"]
    ends = _ends(scores.get("macro_f1_low"), scores.get("macro_f1_high"))
    right = percent(round(scores["accuracy"], 3))
    return f"Macro F1 {scores['macro_f1']:.2f}{ends}, accuracy {right}, on texts not seen"


def by_class(card: Row) -> str:
    """Which class is found best and worst, and whether sample and frame differ."""
    rows = sorted(card["scores"]["by_class"], key=lambda row: -row["f1"])
    best, worst = rows[0], rows[-1]
    text = (
        f"The model knows {_quoted(best['class'])} best (F1 {best['f1']:.2f}) and {_quoted(worst['class'])} least "
        f"({worst['f1']:.2f}: {percent(round(worst['precision'], 3))} of those it predicts are right, and it finds "
        f"{percent(round(worst['recall'], 3))} of those there are)."
    )
    framed = card.get("scores_in_frame")
    if not framed:
        return text
    off = framed["macro_f1"] - card["scores"]["macro_f1"]
    how = "about the same" if abs(off) < 0.02 else "better" if off > 0 else "worse"
    return (
        f"{text} On all texts that the sample was drawn from it is {how}: macro F1 {framed['macro_f1']:.2f}."
    )


def groups(column: str, rows: Rows, shown: int) -> str:
    """Whether the model is equally good everywhere."""
    best, worst = (one(rows, key=lambda row: row["accuracy"]) for one in (max, min))
    left = f" The {shown} with most texts of {len(rows):,} are shown." if shown < len(rows) else ""
    if len(rows) == 1:
        return f"Only one {column} has texts enough to be told."
    apart = best["accuracy_low"] is not None and best["accuracy_low"] > worst["accuracy_high"]
    ends = (
        f"{percent(round(worst['accuracy'], 3))} right in {_quoted(worst['group'])}, "
        f"{percent(round(best['accuracy'], 3))} in {_quoted(best['group'])}"
    )
    what = (
        f"The model is not equally good everywhere: {ends}; their intervals do not overlap."
        if apart
        else f"No {column} stands out clearly ({ends}; their intervals overlap)."
    )
    return what + left


def confused(cells: Rows) -> str:
    """The share that is right, and the pair that is mixed up most."""
    total, right = sum(c["n"] for c in cells), sum(c["n"] for c in cells if c["label"] == c["predicted"])
    wrong = max((c for c in cells if c["label"] != c["predicted"]), key=lambda c: c["n"])
    if not wrong["n"]:
        return f"All {total:,} texts are right"
    return (
        f"{right:,} of {total:,} texts are right; most often {_quoted(wrong['label'])} is taken for "
        f"{_quoted(wrong['predicted'])} ({wrong['n']:,})"
    )


def confusions(cells: Rows) -> str:
    """Which classes are predicted too often or too seldom: what a plain count would get wrong."""
    coded, said = _sums(cells, "label"), _sums(cells, "predicted")
    off = sorted(((said[name] - coded[name], name) for name in coded), key=lambda pair: -abs(pair[0]))
    if not off[0][0]:
        return "Each class is predicted as often as it was coded; single texts may be wrong all the same."
    told = [
        f"{_quoted(name)} {said[name]:,} times, where people found {coded[name]:,}"
        for by, name in off[:3]
        if by
    ]
    return (
        f"The model says {'; '.join(told)}. Shares counted from predictions are off by as much; fieldwork shares "
        "corrects them by the coded sample."
    )


def calibrated(points: Rows) -> str:
    """Whether the model is too sure, in one sentence."""
    gap, clear = _gap(points)
    if not clear:
        return "Its probabilities are about what they say"
    how = "surer than it should be" if gap > 0 else "less sure than it could be"
    return f"The model is {how}: {_stated(points)}"


def calibration(points: Rows) -> str:
    """Where the dots lie."""
    below = [p for p in points if p["high"] is not None and p["high"] < p["sure"]]
    above = [p for p in points if p["low"] is not None and p["low"] > p["sure"]]
    if not below and not above:
        return "No dot lies clearly off the dashed line: the probabilities may be read as they are."
    told = [
        f"{len(ones)} of {len(points)} dots clearly {side}"
        for ones, side in ((below, "below"), (above, "above"))
        if ones
    ]
    return (
        f"Off the dashed line: {listed(told)}. There the probability stated is not the share that is right."
    )


def bins(sizes: Rows) -> str:
    """How many texts the model is sure of."""
    total, sure = sum(s["n"] for s in sizes), sum(s["n"] for s in sizes if s["from"] >= 0.8 - 1e-9)
    return f"The model gives {sure:,} of {total:,} texts a probability of 80 % or more."


def course(rows: Rows, leak: Row | None) -> str:
    """Whether more coded texts would help, in one sentence."""
    if len(rows) < 2:
        return "Copies on both sides of a split make a model seem better than it is" if leak else ""
    gain = rows[-1]["macro_f1"] - rows[-2]["macro_f1"]
    if gain >= FLAT:
        return (
            f"More coded texts would probably help: the last {_more(rows):,} brought {gain:.2f} of macro F1"
        )
    return f"More coded texts of this kind would help little: the last {_more(rows):,} brought {gain:.2f}".replace(
        "-", "\u2212"
    )


def curve(points: Rows) -> str:
    """From where to where the curve goes."""
    first, last = points[0], points[-1]
    verb = "rises" if last["value"] > first["value"] + FLAT else "goes"
    spread = (
        f" The folds differ by about {(last['high'] - last['low']) / 2:.2f}."
        if last["low"] is not None
        else ""
    )
    return (
        f"Macro F1 {verb} from {first['value']:.2f} with {first['texts']:,} texts to {last['value']:.2f} with "
        f"{last['texts']:,}.{spread}"
    )


def leak(found: Row) -> str:
    """What a random split would hide."""
    flatters = "would" if found["random"] - found["grouped"] >= LEAKS else "would hardly"
    return (
        f"A random split {flatters} flatter the model: macro F1 is {found['random']:.2f} with copies and texts of one "
        f"group on both sides, {found['grouped']:.2f} with these kept together, as in all other scores here."
    )


def words_title(rows: Rows, classes: Sequence[str]) -> str:
    """The first terms of each class."""
    told = []
    for name in classes:
        terms = [f"“{cut(row['term'], 20)}”" for row in rows if row["class"] == name][:2]
        if terms:
            told.append(f"{cut(name, 20)} by {listed(terms)}")
    return f"It tells {'; '.join(told[:4])}"


def telling(name: str, found: Rows) -> str:
    """In how many texts the first term stands."""
    first = found[0]
    times = f"{first['texts']:,} coded text{'' if first['texts'] == 1 else 's'}"
    return f"What speaks most for {_quoted(name)} is {_quoted(first['full'])}, which stands in {times}."


def dots(what: str, rows: Rows) -> str:
    """Dots in words."""
    told = [
        f"{row['full']} {row['of']} {row['value']:.2f}{_ends(row['low'], row['high'])}".replace("  ", " ")
        for row in rows
    ]
    return f"Dot chart. {what}: {'; '.join(told)}."


def cells(rows: Rows) -> str:
    """The matrix in words."""
    return "Matrix of coded and predicted classes: " + "; ".join(
        f"{row['label']} predicted as {row['predicted']}: {row['n']:,}" for row in rows
    )


def points(rows: Rows) -> str:
    """Calibration in words."""
    return "Share that was right by stated probability: " + "; ".join(
        f"{row['sure']:.0%} stated, {row['right']:.0%} right, {row['n']:,} texts" for row in rows
    )


def sizes(rows: Rows) -> str:
    """The histogram in words."""
    return "Texts by stated probability: " + "; ".join(
        f"{row['from']:.0%} to {row['to']:.0%}: {row['n']:,}" for row in rows
    )


def curve_points(rows: Rows) -> str:
    """The curve in words."""
    return "Macro F1 by coded texts learnt from: " + "; ".join(
        f"{row['texts']:,}: {row['value']:.2f}" for row in rows
    )


def terms(name: str, rows: Rows) -> str:
    """Words of a class in words."""
    return f"Bar chart of terms that speak for {name}: " + ", ".join(row["full"] for row in rows)


def _sums(cells: Rows, key: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for cell in cells:
        found[cell[key]] = found.get(cell[key], 0) + cell["n"]
    return {name: found.get(name, 0) for name in dict.fromkeys(c["label"] for c in cells)}


def _gap(points: Rows) -> tuple[float, bool]:
    """Mean stated probability less share right, and whether texts are enough for it to be clear."""
    n = sum(p["n"] for p in points)
    gap = sum((p["sure"] - p["right"]) * p["n"] for p in points) / n
    right = sum(p["right"] * p["n"] for p in points) / n
    return gap, n >= SURE_MIN and abs(gap) > max(GAP, 2 * (right * (1 - right) / n) ** 0.5)


def _stated(points: Rows) -> str:
    n = sum(p["n"] for p in points)
    sure, right = (sum(p[key] * p["n"] for p in points) / n for key in ("sure", "right"))
    return f"on average it states {sure:.0%}, and {right:.0%} are right".replace("%", "\u202f%")


def _more(rows: Rows) -> int:
    return int(rows[-1]["texts"] - rows[-2]["texts"])


def _ends(low: float | None, high: float | None) -> str:
    return "" if low is None or high is None else f" ({low:.2f} to {high:.2f})"


def _quoted(name: str) -> str:
    return f"“{cut(str(name), 30)}”"

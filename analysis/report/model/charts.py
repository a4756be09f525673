"""Figures of a model's card, each with a sentence that says what is seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.report.figure import Figure, Panel
from analysis.report.model import marks, said
from analysis.report.model.data import Model
from analysis.report.text import clean, cut

Row = dict[str, Any]
GROUPS_SHOWN, WORDS_SHOWN, NAME, SHORT = 20, 12, 40, 18
MEAN = "(mean: macro F1)"


def figures_of_model(model: Model) -> list[Figure]:
    """All figures of a model, in the order of the page; none of what its card does not have."""
    made = (_scores, _confusion, _calibration, _course, _words)
    return [figure for figure in (one(model) for one in made) if figure]


def _figure(
    model: Model, name: str, title: str, subtitle: str, panels: list[Panel], several: bool = False
) -> Figure:
    texts = model.card["scores"]["n"]
    note = f"Source: Fieldwork, {texts:,} hand-coded texts, each predicted by a model that had not seen it"
    return Figure(title, subtitle, note, tuple(panels), marks.SOURCES if several else (), name)


def _panel(name: str, spec: Row, finding: str, wide: bool = False) -> Panel:
    return Panel(name, spec, spec["description"], wide, finding=finding)


def _scores(model: Model) -> Figure:
    card = model.card
    framed = card.get("scores_in_frame")
    told = [(marks.SOURCES[0][0], card["scores"]), *([(marks.SOURCES[1][0], framed)] if framed else [])]
    names = _labels([*model.classes, MEAN])
    rows = [
        {"name": names[row["class"]], "full": _name(row["class"]), "of": of, "value": row["f1"],
         "low": row.get("f1_low"), "high": row.get("f1_high"), "n": row["n"]}
        for of, scores in told for row in [*scores["by_class"], _macro(scores)]
    ]  # fmt: skip
    words = said.dots("F1 of each class", rows)
    panels = [
        _panel(
            "F1 by class", marks.dots(rows, "F1", words, [of for of, _ in told]), said.by_class(card), True
        )
    ]
    for column in dict.fromkeys(row["column"] for row in card.get("by_group", [])):
        panels.append(_groups(model, column))
    subtitle = "F1 is the harmonic mean of precision (how many of those predicted are right) and recall (how many of "
    subtitle += "those there are were found). Lines through the dots: 95 % intervals."
    return _figure(model, "scores", said.title(card), subtitle, panels, framed is not None)


def _macro(scores: Row) -> Row:
    ends = {f"f1{end}": scores.get(f"macro_f1{end}") for end in ("", "_low", "_high")}
    return {"class": MEAN, **ends, "n": scores["n"]}


def _groups(model: Model, column: str) -> Panel:
    """Accuracy in each outlet, period or language: the periods in their order, else those with most texts."""
    rows = [row for row in model.card["by_group"] if row["column"] == column]
    shown = sorted(rows, key=lambda row: -row["n"])[:GROUPS_SHOWN]
    order = sorted(shown, key=lambda row: row["group"]) if column == "period" else shown
    names = _labels([row["group"] for row in order])
    found = [
        {"name": f"{names[row['group']]} ({row['n']:,})", "full": _name(row["group"]), "of": "",
         "value": row["accuracy"], "low": row.get("accuracy_low"), "high": row.get("accuracy_high"), "n": row["n"]}
        for row in order
    ]  # fmt: skip
    words = said.dots(f"Accuracy by {column}", found)
    return _panel(
        f"By {column} (texts)", marks.dots(found, "Accuracy", words), said.groups(column, rows, len(shown))
    )


def _confusion(model: Model) -> Figure | None:
    rows = model.card.get("confusion")
    if not rows:
        return None
    there: dict[str, int] = {}
    for row in rows:
        there[row["label"]] = there.get(row["label"], 0) + row["n"]
    names = _labels(model.classes)
    found = [
        {"label": _name(row["label"]), "predicted": _name(row["predicted"]), "n": row["n"],
         "row": names[row["label"]], "column": names[row["predicted"]], "share": row["n"] / max(1, there[row["label"]])}
        for row in rows
    ]  # fmt: skip
    spec = marks.confusion(found, list(names.values()), said.cells(found))
    subtitle = "Texts by the class a person gave (rows) and the class the model gave (columns); on the diagonal both "
    subtitle += "agree. Darker: a larger share of the row."
    return _figure(
        model, "confusion", said.confused(found), subtitle, [_panel("", spec, said.confusions(found))]
    )


def _calibration(model: Model) -> Figure | None:
    known = model.card.get("calibration")
    if not known:
        return None
    rows = known["reliability"]
    points = [
        {"sure": row["mean_probability"], "right": row["share_right"], "low": row.get("share_right_low"),
         "high": row.get("share_right_high"), "n": row["n"]}
        for row in rows
    ]  # fmt: skip
    sizes = [
        {"from": r["from"], "to": r["to"], "middle": (r["from"] + r["to"]) / 2, "n": r["n"]} for r in rows
    ]
    panels = [
        _panel("Stated and right", marks.calibration(points, said.points(points)), said.calibration(points)),
        _panel("Texts by probability", marks.bins(sizes, said.sizes(sizes)), said.bins(sizes)),
    ]
    subtitle = "Of texts to which the model gives a probability of 70 %, 70 % should be right: the dashed line. Larger "
    subtitle += f"dots are more texts; lines are 95 % intervals. Brier score {known['brier']:.3f} (0 is best, 2 worst)."
    return _figure(model, "calibration", said.calibrated(points), subtitle, panels)


def _course(model: Model) -> Figure | None:
    """Learning curve and leak."""
    rows, leak = model.card.get("learning_curve") or [], model.card.get("leak")
    panels = []
    if rows:
        points = [
            {"texts": row["texts"], "value": row["macro_f1"], "low": _off(row, -1), "high": _off(row, 1)}
            for row in rows
        ]
        panels.append(
            _panel("Learning curve", marks.curve(points, said.curve_points(points)), said.curve(points))
        )
    if leak:
        ends = [
            {
                "name": name,
                "full": name,
                "of": "",
                "value": leak[key],
                "low": None,
                "high": None,
                "n": model.card["scores"]["n"],
            }
            for name, key in (("kept together", "grouped"), ("parted at random", "random"))
        ]
        words = said.dots("Macro F1 by how texts are split", ends)
        panels.append(
            _panel("Texts that belong together", marks.dots(ends, "Macro F1", words), said.leak(leak))
        )
    if not panels:
        return None
    first = model.card.get("first_texts")
    subtitle = "Macro F1 on texts not seen, by how many were learnt from (band: one standard deviation over the folds)"
    subtitle += ", and by whether texts that belong together may stand on both sides of the split."
    subtitle += f" Of the first {first:,} texts." if first else ""
    return _figure(model, "learning", said.course(rows, leak), subtitle, panels)


def _off(row: Row, sign: int) -> float | None:
    return None if row["sd"] is None else min(1.0, max(0.0, row["macro_f1"] + sign * row["sd"]))


def _words(model: Model) -> Figure | None:
    rows = model.card.get("telling_words") or []
    panels = []
    for name in model.classes:
        names = _labels([row["term"] for row in rows if row["class"] == name])
        found = [
            {"name": names[row["term"]], "full": _name(row["term"]), "value": row["weight"], "texts": row["texts"]}
            for row in rows if row["class"] == name
        ][:WORDS_SHOWN]  # fmt: skip
        if found:
            words = said.terms(_name(name), found)
            panels.append(
                _panel(_name(name), marks.bars(found, "Weight", words), said.telling(_name(name), found))
            )
    if not panels:
        return None
    subtitle = "Terms that raise the probability of each class most: the model's weight times the term's rarity. They "
    subtitle += "tell what the model looks at, not why a person would choose the class."
    return _figure(model, "words", said.words_title(rows, model.classes), subtitle, panels)


def _name(value: object) -> str:
    return clean(cut(str(value), NAME))


def _labels(values: Sequence[str]) -> dict[str, str]:
    """A short name for each value, no two alike: what looks the same once it is cut is numbered."""
    found: dict[str, str] = {}
    for value in values:
        half = SHORT // 2
        short = clean(value if len(value) <= SHORT else f"{value[:half]}…{value[-half + 1 :]}")
        number = sum(label.partition(" #")[0] == short for label in found.values())
        found.setdefault(value, f"{short} #{number + 1}" if number else short)
    return found

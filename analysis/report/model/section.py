"""What the page's template needs of a model: headline, tiles, tables, errors, and how it was made."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from analysis.report import text
from analysis.report.facts import facts
from analysis.report.model.data import Model
from analysis.report.words import counted

Row = dict[str, Any]
ERRORS_SHOWN = 30
SAID = ("methods", "limits", "blocks", "scores")
CHARACTERS = 400


def section(model: Model) -> dict[str, Any]:
    """The section of one model, its figures left out."""
    card, codes = model.card, model.card["codes"]
    known, known_rows = facts(_made(card))
    return {
        "template": "model.html",
        "name": f"model {model.name}",
        "version": card["versions"].get("fieldwork", ""),
        "verb": "Learnt",
        "asked": f"{text.listed(model.classes, 'or')}, by {card['estimator']}, from "
        f"{counted(codes['texts'], 'coded text')}.",
        "read": f"{codes['address']}.",
        "tiles": _tiles(card),
        "data": _data(card),
        "said": dict.fromkeys(SAID, "") | (card.get("said") or {}),
        "scores": [("in the coded sample", card["scores"]), *_framed(card)],
        "by_group": card.get("by_group") or [],
        "errors": [_error(row) for row in model.errors[:ERRORS_SHOWN]],
        "errors_all": len(model.errors),
        "facts_title": "Parameters tried, options, versions",
        "facts": known,
        "fact_tables": known_rows,
        "citation": citation(model),
        "hits": [],
        "json": json.dumps(card, indent=2, ensure_ascii=False),
    }


def _framed(card: Row) -> list[tuple[str, Row]]:
    return [("in the frame", card["scores_in_frame"])] if card.get("scores_in_frame") else []


def _tiles(card: Row) -> list[tuple[str, str]]:
    """Numbers a reader looks for first."""
    codes = card["codes"]
    groups = [("groups kept together", f"{codes['groups']:,}")] if codes.get("groups") else []
    framed = [("macro F1 in the frame", f"{s['macro_f1']:.2f}") for _, s in _framed(card)]
    sure = card.get("calibration")
    return [
        ("coded texts learnt from", f"{codes['texts']:,}"),
        *groups,
        ("left out: no label or no text", f"{codes['dropped']:,}"),
        ("macro F1, texts not seen", f"{card['scores']['macro_f1']:.2f}"),
        *framed,
        ("accuracy", text.percent(round(card["scores"]["accuracy"], 3))),
        *([("Brier score", f"{sure['brier']:.2f}")] if sure else []),
    ]


def _data(card: Row) -> list[tuple[str, str]]:
    """What it was learnt from."""
    codes = card["codes"]
    together = text.listed(list(codes.get("together") or card["options"].get("together") or []))
    held = card.get("held_out_sha256")
    return [
        ("codes", codes["address"]),
        ("SHA-256 of the codes", codes["sha256"]),
        ("kept together", together or "nothing"),
        ("SHA-256 of the model", card["model_sha256"]),
        (
            "held-out predictions",
            f"held_out.parquet, SHA-256 {held}" if held else "none: the codes name no item_id",
        ),
    ]


def _made(card: Row) -> Mapping[str, Any]:
    """Parameters, options and versions."""
    return {
        "parameters taken": {
            k: v for k, v in card["parameters"].items() if k not in ("tried", "macro_f1_of_tuning")
        },
        "combinations tried": card["parameters"].get("tried"),
        "macro F1 of tuning (too good, by having been chosen)": card["parameters"].get("macro_f1_of_tuning"),
        "options": {k: v for k, v in card["options"].items() if v not in ("", None)},
        "types to trust": card.get("trust") or None,
        "versions": card["versions"],
        "code": card.get("code"),
    }


def _error(row: Mapping[str, str]) -> Row:
    """One text that was predicted wrongly, cut."""
    said = row.get("text") or ""
    sure = row.get("probability") or ""
    shown = ("label", "predicted", "probability", "text")
    return {
        "label": row.get("label") or "",
        "predicted": row.get("predicted") or "",
        "probability": _percent(sure),
        "text": text.cut(said, CHARACTERS),
        "direction": "rtl" if text.reads_right_to_left(said) else "ltr",
        "facts": [text.cut(v, 60) for k, v in row.items() if k not in shown and isinstance(v, str) and v],
    }


def _percent(value: str) -> str:
    try:
        return text.percent(round(float(value), 2)) if float(value) else ""
    except ValueError:
        return ""


def citation(model: Model) -> str:
    """One paragraph that names software, codes and model, to be copied into a paper."""
    card = model.card
    code = card.get("code") or {}
    commit = f", commit {str(code['commit'])[:12]}" if code.get("commit") else ""
    changed = " with local changes" if code.get("dirty") else ""
    options = json.dumps(card["options"], ensure_ascii=False, sort_keys=True)
    return (
        f"Learnt with Fieldwork {card['versions'].get('fieldwork', '')}{commit}{changed}: model “{model.name}” "
        f"(SHA-256 {card['model_sha256']}), options {text.cut(options, 600)}, from "
        f"{counted(card['codes']['texts'], 'coded text')} (SHA-256 {card['codes']['sha256']}); "
        f"macro F1 {card['scores']['macro_f1']:.3f} on texts not seen."
    )

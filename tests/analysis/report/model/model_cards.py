"""Models made by hand: one as it should be, and one whose every word is hostile."""

from __future__ import annotations

import csv
import json
from typing import Any

SHA = "ab" * 32


def card(classes: tuple[str, ...] = ("burden", "neutral", "welcome"), **over: Any) -> dict[str, Any]:
    """A card as `fieldwork learn` writes it."""
    right, wrong = 30, 6
    groups = [
        ("outlet", "a.org", 0.9),
        ("outlet", "b.org", 0.4),
        ("period", "2023-02", 0.7),
        ("period", "2023-01", 0.6),
    ]
    scores = {
        "macro_f1": 0.71, "macro_f1_low": 0.66, "macro_f1_high": 0.75,
        "accuracy": 0.715, "accuracy_low": 0.67, "accuracy_high": 0.76, "n": 126,
        "by_class": [
            {"class": name, "precision": 0.7, "recall": 0.6, "f1": 0.8 - k / 10, "f1_low": 0.75 - k / 10,
             "f1_high": 0.85 - k / 10, "n": 42}
            for k, name in enumerate(classes)
        ],
    }  # fmt: skip
    made = {
        "model_sha256": SHA,
        "estimator": "logistic",
        "classes": list(classes),
        "options": {"codes": "coding/tone", "together": ["outlet", "story"], "folds": 5, "weights": "none"},
        "parameters": {"model__C": 4.0, "terms__ngrams": 1, "tried": 8, "macro_f1_of_tuning": 0.73},
        "codes": {"address": "coding/tone", "sha256": "cd" * 32, "texts": 126, "groups": 31,
                  "together": ["outlet", "story"], "dropped": 4},
        "scores": scores,
        "scores_in_frame": scores | {"macro_f1": 0.64},
        "confusion": [
            {"label": a, "predicted": b, "n": right + (b == classes[0]) if a == b else wrong}
            for a in classes for b in classes
        ],
        "by_group": [
            {"column": column, "group": group, "macro_f1": value, "accuracy": value, "accuracy_low": value - 0.1,
             "accuracy_high": value + 0.1, "n": 40}
            for column, group, value in groups
        ],
        "leak": {"grouped": 0.70, "random": 0.86},
        "calibration": {"brier": 0.41, "reliability": [
            {"from": b / 10, "to": (b + 1) / 10, "n": 20 + b, "mean_probability": b / 10 + 0.05,
             "share_right": b / 10 - 0.2, "share_right_low": b / 10 - 0.3, "share_right_high": b / 10 - 0.1}
            for b in range(4, 10)
        ]},
        "learning_curve": [
            {"texts": 20 * k, "macro_f1": 0.4 + k / 20, "sd": 0.02} for k in range(1, 6)
        ],
        "telling_words": [
            {"class": name, "term": f"word{k}{name[:2]}", "weight": 9.0 - k, "texts": 9, "in_column": 1}
            for name in classes for k in range(5)
        ],
        "errors_listed": 2, "held_out_sha256": "ef" * 32, "trust": [],
        "said": {"methods": "Each text was given a class by a model.", "limits": "No judge of persons.", "blocks": "",
                 "scores": "Scores in the frame count each text by its weight."},
        "versions": {"fieldwork": "0.1.0", "scikit-learn": "1.8.0"},
        "code": {"commit": "0123456789abcdef", "dirty": False},
    }  # fmt: skip
    return made | over


def write(folder: Any, made: dict[str, Any], errors: list[dict[str, str]]) -> str:
    """A model's folder, without the model, which no report opens."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "card.json").write_text(json.dumps(made), "utf-8")
    with (folder / "errors.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, ["label", "predicted", "probability", "outlet", "text"])
        writer.writeheader()
        writer.writerows(errors)
    return str(folder)


def hostile(folder: Any, said: tuple[str, ...]) -> str:
    """A model whose classes, groups, words, codes and errors are what hostile pages say."""
    classes = tuple(sorted(set(said)))[:4]
    made = card(classes)
    made["telling_words"] = [
        row | {"term": said[k % len(said)]} for k, row in enumerate(made["telling_words"])
    ]
    made["by_group"] = [row | {"group": said[k]} for k, row in enumerate(made["by_group"])]
    made["codes"] |= {"address": said[3]}
    made["said"] = dict.fromkeys(made["said"], said[0])
    made["options"] |= {"codes": said[1]}
    made["versions"] |= {said[4]: said[5]}
    errors = [
        {"label": text, "predicted": text, "probability": text, "outlet": text, "text": text * 50}
        for text in said
    ]
    return write(folder, made, errors)

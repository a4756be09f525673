"""A model that has learnt its coded texts by heart: sums of its predictions are put right before they are corrected."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import binom

from analysis.coding import join
from analysis.coding.whole import shares

TEXTS, CODED, DRAWS = 600, 200, 500
CLASSES = ("no", "yes")
GROUPS = ("a", "b")


@pytest.fixture(scope="module")
def planted():
    """Group and class of each text, and what a model says that has not seen it: it misses half of `yes` in b."""
    rng = np.random.default_rng(5)
    group, truth = rng.integers(0, 2, TEXTS), rng.random(TEXTS) < 0.4
    seen = np.where(group == 0, 0.9, 0.5)
    said = np.where(truth, rng.random(TEXTS) < seen, rng.random(TEXTS) < 0.1)
    return group, truth, said


def drawn(planted, seed):
    """Totals, coded texts as the model that learnt them says, and held out; frame. Texts are drawn by group."""
    group, truth, said = planted
    rng = np.random.default_rng(seed)
    by = [np.flatnonzero(group == g) for g in (0, 1)]
    items = np.sort(np.concatenate([rng.choice(one, CODED // 2, replace=False) for one in by]))
    learnt = said.copy()
    learnt[items] = truth[items]
    names, groups = np.array(CLASSES), np.array(GROUPS)
    cell = {"group": groups[group].tolist(), "period": ["all"] * TEXTS}
    rows = pa.table({**cell, "predicted": names[learnt.astype(int)].tolist()})
    totals = rows.group_by(["group", "period", "predicted"]).aggregate([([], "count_all")])
    totals = totals.rename_columns(["group", "period", "predicted", "items"])
    coded = rows.take(items)
    coded = coded.append_column("item_id", pa.array([str(n) for n in items]))
    coded = coded.append_column("stratum", coded["group"]).append_column(
        "label", pa.array(names[truth[items].astype(int)])
    )
    held = pa.table({"item_id": coded["item_id"], "predicted": names[said[items].astype(int)].tolist()})
    frame = pa.table({"stratum": list(GROUPS), "stratum_items": [len(one) for one in by]})
    return totals, coded, join.with_held_out(coded, held), frame


def coverage(planted, put_right):
    """How often intervals of `yes` hold the truth, by estimator and group."""
    group, truth, _ = planted
    right = {name: truth[group == g].mean() for g, name in enumerate(GROUPS)}
    held = {}
    for seed in range(DRAWS):
        totals, learnt, coded, frame = drawn(planted, seed)
        used = join.unlearnt(totals, learnt, coded) if put_right else totals
        for row in shares(used, coded, frame, CLASSES).to_pylist():
            if row["label_class"] == "yes":
                hit = row["share_low"] <= right[row["group"]] <= row["share_high"]
                held.setdefault((row["estimator"], row["group"]), []).append(hit)
    return {key: np.mean(hits) for key, hits in held.items()}


def test_intervals_hold_the_truth_once_sums_are_put_right(planted):
    low, high = binom.ppf([0.0005, 0.9995], DRAWS, 0.95) / DRAWS
    found = coverage(planted, put_right=True)
    for estimator in ("ppi", "dsl", "coded_only"):
        for group in GROUPS:
            assert low <= found[estimator, group] <= max(high, 0.985), (estimator, group, found)


def test_as_they_are_they_would_not(planted):
    """Predictions learnt by heart are corrected for errors that they do not have."""
    found = coverage(planted, put_right=False)
    assert found["dsl", "b"] < 0.8
    assert found["coded_only", "b"] > 0.9


def test_only_the_coded_texts_move(planted):
    totals, learnt, coded, _ = drawn(planted, 1)
    made = join.unlearnt(totals, learnt, coded)
    group, _, said = planted
    found = {(r["group"], r["predicted"]): r["items"] for r in made.to_pylist()}
    assert found == {
        (name, label): int(((group == g) & (said == bool(k))).sum())
        for g, name in enumerate(GROUPS)
        for k, label in enumerate(CLASSES)
    }
    assert join.unlearnt(totals, learnt, learnt).sort_by("items") == totals.sort_by("items").cast(made.schema)

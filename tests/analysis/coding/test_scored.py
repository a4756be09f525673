"""Mean sentiment with VADER as the predictor: what it misses, the coded sample puts right."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from analysis.coding.options import Draw
from analysis.coding.scored import SCORES, columns, predictor, scored
from analysis.coding.strata import TABLES
from analysis.coding.totals import score_totals_of
from analysis.coding.whole import Scale, means

# VADER takes irony for praise, and knows no word of the last.
KINDS = (
    ("What a wonderful, happy day.", 1.0),
    ("A terrible disaster.", -1.0),
    ("Great, just great, another lovely mess.", -1.0),
    ("Der Tisch.", 0.0),
)


def texts(count):
    kind = np.random.default_rng(2).choice(4, count, p=[0.3, 0.2, 0.3, 0.2])
    rows = [
        {
            "source_file": "f", "record_offset": n, "url": "https://a.org", "outlet": "a.org", "language": "eng",
            "captured_at": datetime(2023, 6, 1, tzinfo=UTC), "published_at": datetime(2023, 1 + n % 2, 5, tzinfo=UTC),
            "published_confidence": "high", "text": KINDS[k][0],
        }
        for n, k in enumerate(kind)
    ]  # fmt: skip
    schema = pa.schema([TABLES["articles"].column(name).field for name in columns(Draw())])
    return pa.Table.from_pylist(rows, schema=schema), np.array([KINDS[k][1] for k in kind])


def test_scores_are_those_of_the_scorer_and_means_are_put_right():
    rows, truth = texts(1000)
    found = pa.Table.from_batches(
        scored(rows.to_batches(max_chunksize=300), Draw(), predictor(Draw())), SCORES
    )
    assert found["period"].to_pylist()[:2] == ["2023-01", "2023-02"]
    score = found["score"].to_numpy(zero_copy_only=False)
    assert (
        score[truth == 1].min() > 0.5
        and (score[[t.startswith("Great") for t in rows["text"].to_pylist()]] > 0).all()
    )
    drawn = np.random.default_rng(3).choice(1000, 200, replace=False)
    coded = pa.table(
        {
            "group": ["all"] * 200, "period": ["all"] * 200, "stratum": ["all"] * 200,
            "code": truth[drawn], "score": found["score"].take(pa.array(drawn)),
        }
    )  # fmt: skip
    frame = pa.table({"stratum": ["all"], "stratum_items": [1000]})
    made = {
        r["estimator"]: r
        for r in means(score_totals_of(found.to_batches(), Scale()), coded, frame, Scale()).to_pylist()
    }
    assert made["counted"]["mean_score"] == pytest.approx(np.nan_to_num(score).mean())
    assert made["counted"]["mean_score_low"] > truth.mean() + 0.2
    for name in ("ppi", "dsl", "coded_only"):
        assert made[name]["mean_score_low"] < truth.mean() < made[name]["mean_score_high"]


def test_texts_in_other_languages_are_left_out():
    rows, _ = texts(10)
    (batch,) = scored(rows.to_batches(), Draw(languages=("deu",)), predictor(Draw()))
    assert batch.num_rows == 0

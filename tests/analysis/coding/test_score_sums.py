"""Sums of scores: the same integers however texts are cut into batches and in whatever order they are added."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coding import marks, score_sums
from analysis.coding.options import Draw
from analysis.coding.scored import columns, predictor, scored
from analysis.coding.strata import TABLES
from analysis.coding.whole import Scale

TEXTS = (
    "",
    "What a wonderful, happy day.",
    "A terrible disaster. Rain fell.",
    "Der Tisch.",
    "Good! Bad. 7 %",
)
OUTLETS, LANGUAGES = ("a.org", "b.org", None), ("eng", "deu")
SCALES = (Scale(1.0, 0.0, -1.0, 1.0), Scale(-2.5, 5.0, 2.5, 7.5), Scale(3.0, 0.1, -0.7, 1.1))

articles = st.lists(
    st.tuples(
        st.sampled_from(TEXTS), st.sampled_from(OUTLETS), st.integers(1, 3), st.sampled_from(LANGUAGES)
    ),
    min_size=1,
    max_size=25,
)


@cache
def plan():
    return predictor(Draw())


def table(rows) -> pa.Table:
    made = [
        {
            "source_file": f"f{n % 2}", "record_offset": n, "url": "https://a.org", "outlet": outlet,
            "language": language, "captured_at": datetime(2023, 12, 1, tzinfo=UTC),
            "published_at": datetime(2022 + month // 3, month, 5, tzinfo=UTC), "published_confidence": "high",
            "text": text,
        }
        for n, (text, outlet, month, language) in enumerate(rows)
    ]  # fmt: skip
    return pa.Table.from_pylist(
        made, schema=pa.schema([TABLES["articles"].column(c).field for c in columns(Draw())])
    )


def asked(texts: pa.Table, scale: Scale, by: str, group: str, draw: Draw) -> score_sums.Sums:
    """Every third text is coded."""
    coded = texts.take(pa.array(range(0, texts.num_rows, 3)))
    ids = marks.marks(coded, [f"item-{n}" for n in range(coded.num_rows)], np.arange(coded.num_rows))
    return score_sums.Sums(draw, plan(), scale, ids, by, group)


def summed(parts) -> list[dict]:
    """Partial results combined as engines do it, in a fixed order."""
    whole = pa.Table.from_batches(list(parts), score_sums.PARTIAL)
    rows = whole.group_by(score_sums.KEY, use_threads=False).aggregate([(n, "sum") for n in score_sums.SUMS])
    return rows.sort_by([(name, "ascending") for name in score_sums.KEY]).to_pylist()


@given(
    articles, st.data(), st.sampled_from(SCALES), st.sampled_from(["month", "year", "all"]),
    st.sampled_from(["all", "outlet", "language"]), st.sampled_from([(), ("eng",)]),
)  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_any_cut_into_batches_and_any_order_give_the_same_integers(rows, data, scale, by, group, languages):
    texts = table(rows)
    sums = asked(texts, scale, by, group, Draw(languages=languages))
    once = summed(score_sums.add_up(texts.to_batches(), sums))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(rows)), max_size=6)) | {0, len(rows)})
    pieces = [texts.slice(a, b - a) for a, b in pairwise(cuts)]
    batches = [batch for piece in data.draw(st.permutations(pieces)) for batch in piece.to_batches()]
    assert summed(score_sums.add_up(batches, sums)) == once
    alone = [part for batch in batches for part in score_sums.add_up([batch], sums)]
    assert summed(data.draw(st.permutations(alone))) == once


@given(articles, st.sampled_from(SCALES))
@settings(deadline=None, max_examples=40)
def test_sums_are_those_of_the_scores_and_coded_texts_stand_alone(rows, scale):
    texts = table(rows)
    found = summed(score_sums.add_up(texts.to_batches(), asked(texts, scale, "all", "all", Draw())))
    code = scale(
        np.concatenate(
            [
                pc.fill_null(b["score"], 0.0).to_numpy(zero_copy_only=False)
                for b in scored(texts.to_batches(), Draw(), plan())
            ]
        )
    )
    part = (code - scale.low) / (scale.high - scale.low)
    coded = {row["item_id"]: row for row in found if row["item_id"]}
    assert sum(row["items_sum"] for row in found) == len(rows)
    for name, power in (("total", 1), ("squares", 2)):
        whole = sum(int(v) for v in np.rint(part**power / score_sums.UNIT))
        assert sum(row[f"{name}_sum"] for row in found) == whole
    assert sum(row["unscored_sum"] for row in found) == sum(not text for text, *_ in rows)
    assert len(coded) == len(range(0, len(rows), 3))
    for number, place in enumerate(range(0, len(rows), 3)):
        row = coded[f"item-{number}"]
        assert row["items_sum"] == 1
        assert row["total_sum"] * score_sums.UNIT == pytest.approx(part[place], abs=score_sums.UNIT)


def test_no_texts_give_no_rows():
    texts = table([(TEXTS[0], "a.org", 1, "eng")])
    sums = asked(texts, SCALES[0], "month", "all", Draw(languages=("deu",)))
    assert list(score_sums.add_up(texts.to_batches(), sums)) == []
    assert list(score_sums.add_up([], sums)) == []

"""Articles into partial sums: what counts, when, and how much."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.engines.combine import combine
from analysis.kernels.sentiment import articles, registry
from analysis.kernels.sentiment.articles import PARTIAL, SQUARE_UNIT, SUMS, UNIT, Plan, add_up, periods
from analysis.kernels.sentiment.copies import Copies, copies
from analysis.kernels.sentiment.gates import Gates, for_scorer
from schemas import news
from tests.analysis.sentiment_series.planted import EACH, Newsroom

MAY = datetime(2024, 5, 12, 10, tzinfo=UTC)
HIGH = ("high", "medium")


@pytest.fixture(scope="module")
def plan():
    vader = registry.scorer("vader")
    return Plan(vader, for_scorer(vader), "outlet", trusted=HIGH)


def batch_of(rows):
    schema = news.articles.schema()
    return pa.RecordBatch.from_pylist([dict.fromkeys(schema.names) | row for row in rows], schema)


def summed(batches, plan):
    return combine(
        [pa.Table.from_batches([b]) for b in add_up(batches, plan)], dict.fromkeys(SUMS, "sum"), PARTIAL
    )


def scored(table):
    return [row for row in table.to_pylist() if not row["left_out"]]


def test_an_article_has_the_mean_of_its_sentences(plan, package_scores):
    text = "It was a wonderful day. The horrible rain fell! We went home, and so did you.\nGreat news — very great."
    room = Newsroom()
    room.article("a.org", MAY, text)
    (row,) = scored(summed([batch_of(room.rows)], plan))
    said = ["It was a wonderful day.", "The horrible rain fell!", "We went home, and so did you."]
    said.append("Great news   very great.")
    expected = np.mean(package_scores(said))
    assert row["total"] * UNIT == pytest.approx(expected, abs=1e-9)
    assert row["squares"] * SQUARE_UNIT == pytest.approx(expected**2, abs=1e-9)
    assert (row["articles"], row["sentences"], row["matched"]) == (1, 4, 4)


@pytest.fixture
def package_scores():
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    analyzer = SentimentIntensityAnalyzer()
    return lambda texts: [analyzer.polarity_scores(text)["compound"] for text in texts]


def test_an_article_may_be_scored_as_one(plan, package_scores):
    text = "It was a wonderful day. The horrible rain fell! We went home."
    room = Newsroom()
    room.article("a.org", MAY, text)
    (row,) = scored(summed([batch_of(room.rows)], replace(plan, whole=True)))
    assert row["total"] * UNIT == pytest.approx(package_scores([text])[0], abs=1e-9)
    assert row["sentences"] == 1


def test_what_does_not_count_is_counted_by_cause(plan):
    room = Newsroom()
    good = "The wonderful plan began."
    room.article("a.org", MAY, good)
    room.article("a.org", MAY, "Die Lage ist stabil.", language="deu")
    room.article("a.org", MAY, "—", language="und")
    room.article(None, MAY, good)
    room.article("a.org", MAY - timedelta(days=50), good)
    room.article("a.org", MAY + timedelta(days=50), good)
    room.article("a.org", MAY, "Nothing of that.")
    room.article("a.org", MAY, "")
    first, last = ((MAY + timedelta(days=d)).date() - date(1970, 1, 1) for d in (-9, 9))
    chosen = replace(plan, first=first.days, last=last.days, topic=("plan",))
    table = summed([batch_of(room.rows)], chosen)
    left = {row["left_out"]: row["articles"] for row in table.to_pylist() if row["left_out"]}
    assert left == {
        "language deu": 1, "language und": 1, "no outlet": 1, "before the first day": 1, "after the last day": 1,
        "off topic": 2,
    }  # fmt: skip
    assert sum(row["articles"] for row in scored(table)) == 1
    left = {
        r["left_out"]: r["articles"] for r in summed([batch_of(room.rows)], plan).to_pylist() if r["left_out"]
    }
    assert left == {"language deu": 1, "language und": 1, "no outlet": 1, "nothing to score": 1}


def test_gates_can_be_opened(plan):
    room = Newsroom()
    room.article("a.org", MAY, "Die Regierung sagte die Lage ist stabil.", language="deu")
    room.article("a.org", MAY, "This isn\u2019t good.")
    open_gates = replace(plan, gates=Gates())
    (row,) = {r["outlet"]: r for r in scored(summed([batch_of(room.rows[:1])], open_gates))}.values()
    assert row["total"] * UNIT < -0.5  # "die"
    (plain,), (curly,) = (scored(summed([batch_of(room.rows[1:])], p)) for p in (plan, open_gates))
    assert plain["total"] < 0 < curly["total"]


@pytest.mark.parametrize(
    ("over", "trusted", "day"),
    [
        ({"published_confidence": "high"}, ("high",), 12),
        ({"published_confidence": "medium"}, ("high",), 15),
        ({"published_confidence": "medium"}, ("high", "medium"), 12),
        ({"published_confidence": "low"}, ("high", "medium", "low"), 12),
        ({"published_confidence": "low", "published_source": "capture"}, ("high", "medium", "low"), 15),
        ({}, None, 15),
    ],
)
def test_an_article_is_dated_by_publication_where_that_is_trusted(plan, over, trusted, day):
    room = Newsroom()
    room.article("a.org", MAY, "Rain fell.", captured_at=MAY + timedelta(days=3), **over)
    (row,) = scored(summed([batch_of(room.rows)], replace(plan, trusted=trusted, by="day")))
    assert date(1970, 1, 1) + timedelta(days=row["period"]) == date(2024, 5, day)
    assert row["by_capture"] == (day == 15)


@given(st.datetimes(datetime(1960, 1, 1), datetime(2200, 1, 1)))
@settings(deadline=None)
def test_periods_are_those_of_the_calendar(at):
    instant = np.array([int((at - datetime(1970, 1, 1)) / timedelta(microseconds=1))])
    day = at.date()
    epoch = date(1970, 1, 1)
    assert epoch + timedelta(days=int(periods(instant, "day")[0])) == day
    assert epoch + timedelta(days=int(periods(instant, "week")[0])) == day - timedelta(days=day.weekday())
    month = int(periods(instant, "month")[0])
    assert (1970 + month // 12, month % 12 + 1) == (day.year, day.month)


@given(st.integers(0, 2**16), st.integers(1, 30), st.permutations(range(30)))
@settings(deadline=None, max_examples=15)
def test_neither_order_nor_batches_matter(plan, seed, size, order):
    room = Newsroom(seed)
    for _ in range(30):
        room.article(
            room.draw.choice(["a.org", "b.org", None]),
            MAY + timedelta(days=room.draw.randint(0, 60)),
            room.text(*(room.draw.randint(0, 3) for _ in range(3))),
        )
    one = summed([batch_of(room.rows)], plan)
    mixed = [room.rows[n] for n in order]
    other = summed([batch_of(mixed[n : n + size]) for n in range(0, 30, size)], plan)
    keys = [(name, "ascending") for name in articles.KEY]
    assert one.sort_by(keys).equals(other.sort_by(keys))
    assert sum(one["articles"].to_pylist()) == 30


PLACES = st.tuples(st.integers(0, 3), st.integers(0, 40), st.integers(0, 6))


@given(st.lists(PLACES, max_size=60, unique_by=lambda row: row[:2]))
@settings(deadline=None, max_examples=60)
def test_copies_are_looked_up(rows):
    sizes = Counter(story for _, _, story in rows)
    told = pa.table(
        {
            "source_file": pa.array([f"f{file}" for file, _, _ in rows], pa.string()),
            "record_offset": pa.array([at for _, at, _ in rows], pa.int64()),
            "story_id": pa.array([f"s{story}" for *_, story in rows], pa.string()),
            "story_articles": pa.array([sizes[story] for *_, story in rows], pa.int64()),
        }
    )
    asked = [(file, at) for file in range(5) for at in range(45)]
    files = pa.array([f"f{file}" for file, _ in asked])
    made = Copies.stories(copies(told), files, pa.array([at for _, at in asked], pa.int64())).tolist()
    number = {}
    for (file, at), story in zip(asked, made, strict=True):
        of = next((s for f, a, s in rows if (f, a) == (file, at)), None)
        if of is not None and sizes[of] > 1:
            assert story >= 0
            assert number.setdefault(of, story) == story
        else:
            assert story < 0
    assert len(set(number.values())) == len(number)
    own = [story for story in made if story < 0]
    assert len(set(own)) == len(own)


def test_an_article_is_its_own_story_wherever_it_is_looked_at():
    one = Copies.stories(None, pa.array(["a", "b", "a"]), pa.array([1, 1, 2]))
    other = Copies.stories(None, pa.array(["a", "b"]), pa.array([2, 1]))
    assert (one[2], one[1]) == (other[0], other[1])


def test_a_score_that_could_overflow_is_refused(plan):
    room = Newsroom()
    room.article("a.org", MAY, "Rain fell. " * 30)
    own = registry.scorer("python:tests.analysis.sentiment.own_scorers:length")
    with pytest.raises(ValueError, match=r"scorer 'length' gave \d+; scores of up to 100 .* scale them"):
        list(add_up([batch_of(room.rows)], replace(plan, scorer=own, gates=for_scorer(own), whole=True)))


def test_planted_sentences_score_as_stated(package_scores):
    from tests.analysis.sentiment_series import planted

    for sign, texts in ((1, planted.POSITIVE), (-1, planted.NEGATIVE), (0, planted.NEUTRAL)):
        assert set(package_scores(texts)) == {EACH[sign]}

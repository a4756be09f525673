"""The sample's CC-NEWS, landed: no outlet darkens, but the dark one grows, and with it the mean of all falls."""

from __future__ import annotations

import numpy as np
import pyarrow.parquet as pq
import pytest

from analysis import run
from conf.settings import load


@pytest.fixture(scope="module")
def landed(archive, truth, tmp_path_factory):
    """Results over the six months, with copies and gaps known."""
    from conf.places import place
    from flows.landing.run import land_all
    from flows.sources import find
    from flows.sources.cc_news import Selection

    folder = tmp_path_factory.mktemp("news-sample")
    over = {"archives": {"commoncrawl": str(archive)}, "ingest": {"processes": 1}}
    settings = load(environ={}, lake=str(folder / "lake"), **over)
    chosen = Selection(month=tuple(truth["news"]["months"]))
    root = place(settings.archives.commoncrawl, settings)
    for name in (*find("cc-news").before, "cc-news"):
        land_all(name, find(name).inputs(chosen, root, settings), settings)
    for name in ("stories", "gaps"):
        run(name, settings=settings).save(folder / name)
    return settings, {name: str(folder / name) for name in ("stories", "gaps")}


@pytest.fixture(scope="module")
def series(landed):
    settings, rests = landed
    return run("sentiment", settings=settings, **rests)


@pytest.fixture(scope="module")
def levels(archive, landed):
    """Planned and read level by outlet and month."""
    rows = pq.read_table(archive / "truth" / "sentiment.parquet").to_pylist()
    return {(r["outlet"], r["month"]): r for r in rows if r["planned_level"] is not None}


def course(result, weighting, reading="every_copy", column="sentiment"):
    rows = result.table.to_pylist()
    return {r["period"]: r[column] for r in rows if (r["weighting"], r["reading"]) == (weighting, reading)}


def scale_of(landed, levels):
    """VADER's score of a level of 1, fitted to the outlets' means: what a planned level should come out as."""
    settings, rests = landed
    rows = run("sentiment-outlets", settings=settings, **rests).table.to_pylist()
    pairs = [
        (levels[r["outlet"], r["period"]]["level"], r["sentiment"])
        for r in rows
        if r["reading"] == "every_copy" and (r["outlet"], r["period"]) in levels
    ]
    read, told = np.array(pairs).T
    assert np.corrcoef(read, told)[0, 1] > 0.98
    return np.polyfit(read, told, 1)


def test_the_adjusted_series_holds_the_planted_course(series, landed, levels):
    slope, base = scale_of(landed, levels)
    months = sorted({month for _, month in levels})
    planned = {
        m: np.mean([r["planned_level"] for (_, month), r in levels.items() if month == m]) for m in months
    }
    for reading in ("every_copy", "one_per_story"):
        low, high = (course(series, "adjusted", reading, f"sentiment_{end}") for end in ("low", "high"))
        held = [low[m] <= slope * planned[m] + base <= high[m] for m in months]
        assert sum(held) >= len(months) - 1, (reading, held)


def test_the_mix_of_outlets_darkens_the_raw_series_alone(series, truth, landed, levels):
    pooled, adjusted = course(series, "pooled"), course(series, "adjusted")
    first, last = truth["news"]["months"][0], truth["news"]["months"][-1]
    assert pooled[last] < pooled[first] - 0.08
    assert adjusted[last] > adjusted[first] - 0.02
    trends = {(t["reading"], t["weighting"]): t for t in series.manifest["facts"]["trends"]}
    ends = [
        np.mean([r["planned_level"] for (_, m), r in levels.items() if m == month]) for month in (first, last)
    ]
    planned = scale_of(landed, levels)[0] * (ends[1] - ends[0]) / (len(truth["news"]["months"]) - 1)
    assert planned > 0
    for reading in ("every_copy", "one_per_story"):
        assert trends[reading, "pooled"]["slope_per_month"] < -0.015
        found = trends[reading, "adjusted"]
        assert found["low"] <= planned <= found["high"]


def test_other_languages_and_the_gap_are_told(series, truth):
    left = {row["cause"]: row["articles"] for row in series.manifest["facts"]["articles_left_out"]}
    assert {"language deu", "language fra", "language spa"} <= set(left)
    facts = series.manifest["facts"]
    assert facts["articles_read"] == facts["articles_scored"] + sum(left.values())
    assert course(series, "pooled", column="gap_days")[truth["news"]["gap"][:7]] == 1


def test_the_pages_scores_are_those_of_their_planted_sentences(landed, archive):
    """Beside the truth of every article: positive less negative sentences, as VADER sees them."""
    settings, _ = landed
    rows = pq.read_table(archive / "truth" / "articles.parquet").to_pylist()
    known = {(r["source_file"], r["record_offset"]): r for r in rows if r["language"] == "eng"}
    ends = run("sentiment-sentences", settings=settings, count=200).table.to_pylist()
    assert len(ends) == 400
    for row in ends:
        article = known[row["source_file"], row["record_offset"]]
        assert row["sentence"] in article["main_text"].replace("\n", " ")
        assert article[f"{row['tone']}_sentences"] > 0
        assert row["outlet"] == article["outlet"]
        assert row["explanation"]


def test_stories_of_other_articles_are_refused_and_of_some_counted(landed, truth, tmp_path):
    settings, _ = landed
    first, second, *_ = truth["news"]["months"]
    run("stories", settings=settings, where={"archive_month": [first]}).save(tmp_path)
    with pytest.raises(ValueError, match="stories of other articles"):
        run("sentiment", settings=settings, where={"archive_month": [second]}, stories=str(tmp_path))
    both = run(
        "sentiment", settings=settings, where={"archive_month": [first, second]}, stories=str(tmp_path)
    )
    assert both.manifest["facts"]["stories"]["parts_it_does_not_cover"] == 2


def test_periods_of_which_gaps_are_not_known_are_not_said_to_have_none(landed, truth, tmp_path):
    settings, _ = landed
    first, second, *_ = truth["news"]["months"]
    run("gaps", settings=settings, where={"archive_month": [first]}).save(tmp_path)
    result = run("sentiment", settings=settings, gaps=str(tmp_path))
    told = course(result, "pooled", column="gap_days")
    assert (told[first], told[second]) == (29, None)

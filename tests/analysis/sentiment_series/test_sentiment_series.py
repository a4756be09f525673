"""The whole way on every engine: a planted trend, a mix of outlets that hides it, copies, gaps."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pyarrow as pa
import pytest

from analysis import catalogue, run
from analysis.result import Result
from conf.settings import load
from conf.typed import OptionError
from schemas import news
from tests.analysis.sentiment_series.planted import EACH, LEVELS, RISE, Newsroom, newsroom

ANALYSES = ("sentiment", "sentiment-outlets", "sentiment-sentences")


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    return load(environ={}, lake=str(newsroom().lake(tmp_path_factory.mktemp("mood"))))


@pytest.fixture(scope="module")
def series(lake):
    return run("sentiment", settings=lake)


def values(result, weighting, reading="every_copy", column="sentiment"):
    rows = result.table.to_pylist()
    return np.array([r[column] for r in rows if (r["weighting"], r["reading"]) == (weighting, reading)])


def slope(result, weighting, reading="every_copy"):
    (found,) = [
        t
        for t in result.manifest["facts"]["trends"]
        if (t["weighting"], t["reading"]) == (weighting, reading)
    ]
    return found["slope_per_month"], found["low"], found["high"]


def planted_course():
    """What an average outlet says, month by month, in VADER's scores."""
    levels = [np.mean(list(LEVELS.values())) + RISE * month for month in range(6)]
    return np.array([level * (EACH[1] if level > 0 else -EACH[-1]) for level in levels])


def test_the_planted_trend_is_recovered_within_its_interval(series):
    made, low, high = (
        values(series, "adjusted", column=c) for c in ("sentiment", "sentiment_low", "sentiment_high")
    )
    # outlets below 0 have sentences of another size, so that the mean is not quite EACH times the level
    course = planted_course()
    away = (made - made.mean()) - (course - course.mean())
    assert (np.abs(away) <= (high - low) / 2).all()
    found, least, most = slope(series, "adjusted")
    assert least <= RISE * EACH[1] <= most
    assert least > 0
    assert found == pytest.approx(RISE * EACH[1], rel=0.25)


def test_the_mix_of_outlets_shows_in_the_raw_series_and_not_in_the_adjusted(series):
    pooled, adjusted = values(series, "pooled"), values(series, "adjusted")
    assert pooled[0] - pooled[-1] > 0.1
    assert adjusted[-1] - adjusted[0] > 0.08
    assert slope(series, "pooled")[0] < 0 < slope(series, "adjusted")[0]
    # bright.com lacks the first and the last month; means over outlets move with it, effects do not
    outlets = values(series, "outlets")
    assert np.ptp(np.diff(outlets)) > 3 * np.ptp(np.diff(adjusted))


def test_every_engine_gives_the_same_to_the_bit(lake, engine):
    for name in ("sentiment", "sentiment-sentences"):  # the outlets' table is of the series' own sums
        made, by_dask = run(name, settings=lake, engine=engine), run(name, settings=lake)
        assert made.table.equals(by_dask.table), name
        assert made.manifest["facts"] == by_dask.manifest["facts"]
        assert made.table.num_rows


def test_counts_add_up(series):
    facts = series.manifest["facts"]
    assert facts["articles_read"] == len(newsroom().rows) == facts["articles_scored"]
    assert values(series, "pooled", column="articles_scored").sum() == facts["articles_scored"]
    assert facts["scorer"]["sha256"]["vader_lexicon.txt"]


def test_outlets_are_as_counted_by_hand(lake):
    result = run("sentiment-outlets", settings=lake)
    means = defaultdict(list)
    for row in newsroom().rows:
        said = row["text"].split(". ")
        score = sum(EACH[1] * ("wonderful" in s) + EACH[-1] * ("horrible" in s) for s in said) / len(said)
        means[f"{row['published_at']:%Y-%m}", row["outlet"]].append(score)
    assert result.table.num_rows == len(means)
    for row in result.table.to_pylist():
        each = means[row["period"], row["outlet"]]
        assert row["sentiment"] == pytest.approx(np.mean(each), abs=1e-8)
        assert row["sentiment_sd"] == pytest.approx(np.std(each, ddof=1), abs=1e-5)
        assert (row["articles_scored"], row["stories_scored"]) == (len(each), len(each))
        assert row["sentences_scored"] == 10 * len(each)


@pytest.fixture
def copied(tmp_path):
    """A story that three outlets carry, one twice, beside other news; saved results of stories and gaps."""
    room = Newsroom()
    day = datetime(2024, 5, 6, tzinfo=UTC)
    wonderful = "It was a wonderful day in the town. " * 3
    for outlet in ("a.org", "a.org", "b.org", "c.org"):
        room.article(outlet, day, wonderful)
    room.article("a.org", day, "Rain fell.")
    room.article("b.org", day, "Rain fell on us.")
    room.article("c.org", day.replace(day=20), "It was a horrible day in the town.")
    settings = load(environ={}, lake=str(room.lake(tmp_path / "lake")))
    run("stories", settings=settings).save(tmp_path / "stories")
    empty = dict.fromkeys(("files_listed", "files_landed", "files_not_landed", "articles"), 0)
    empty |= {"share_of_usual": None, "files_usual": None}
    gaps = {14: "none", 6: "few", 15: "few"}
    days = [empty | {"day": date(2024, 5, n), "gap": gaps.get(n)} for n in range(1, 32)]
    table = pa.Table.from_pylist(days, schema=news.days.schema())
    made = run("stories", settings=settings)
    analysis = catalogue.find("gaps")
    manifest = made.manifest | {
        "analysis": "gaps",
        "writes": news.days.name,
        "asked": {"neighbours": 7, "share": 0.5},
    }
    Result(analysis, analysis.options(), table, manifest, made.inputs).save(tmp_path / "gaps")
    return settings, str(tmp_path / "stories"), str(tmp_path / "gaps")


def test_both_readings_of_copies(copied):
    settings, stories, _ = copied
    result = run("sentiment", settings=settings, by="week", stories=stories)
    week = values(result, "pooled", column="sentiment")
    assert week[0] == pytest.approx(4 / 6 * EACH[1], abs=1e-8)
    once = values(result, "pooled", "one_per_story")
    assert once[0] == pytest.approx(1 / 3 * EACH[1], abs=1e-8)
    alike = values(
        result, "outlets", "one_per_story"
    )  # a: half a story and one, b: a quarter and one, c: a quarter
    assert alike[0] == pytest.approx(np.mean([0.5 / 1.5, 0.25 / 1.25, 1.0]) * EACH[1], abs=1e-8)
    assert values(result, "pooled", column="stories_scored").tolist() == [3, 0, 1]
    assert values(result, "pooled", column="outlets_scored").tolist() == [3, 0, 1]
    assert "read in two ways" in result.manifest["methods"]
    alone = run("sentiment", settings=settings, by="week")
    assert set(alone.table["reading"].to_pylist()) == {"every_copy"}
    assert "Copies were not looked for" in alone.manifest["methods"]


def test_gaps_of_the_archive_are_marked_and_empty_periods_shown(copied):
    settings, _, gaps = copied
    result = run("sentiment", settings=settings, by="week", gaps=gaps)
    assert values(result, "pooled", column="period").tolist() == ["2024-05-06", "2024-05-13", "2024-05-20"]
    assert values(result, "pooled", column="gap_days").tolist() == [1, 2, 0]
    assert values(result, "pooled")[1] is None
    by_outlet = run("sentiment-outlets", settings=settings, by="month", gaps=gaps)
    assert set(by_outlet.table["gap_days"].to_pylist()) == {3}
    assert run("sentiment", settings=settings).table["gap_days"].null_count == 3


def test_only_a_topic(lake, copied):
    settings, *_ = copied
    result = run("sentiment", settings=settings, topic=("wonder*",))
    assert result.manifest["facts"]["articles_left_out"] == [{"cause": "off topic", "articles": 3}]
    assert values(result, "pooled")[0] == pytest.approx(EACH[1], abs=1e-8)
    assert "with a hit of “wonder*”" in result.manifest["methods"]


def test_nothing_that_counts_is_an_empty_series(lake):
    for name in ANALYSES:
        result = run(name, settings=lake, languages=("fra",))
        assert result.table.num_rows == 0
    assert run("sentiment", settings=lake, languages=("fra",)).manifest["facts"]["articles_left_out"] == [
        {"cause": "language eng", "articles": len(newsroom().rows)}
    ]


def test_ends_are_explained(copied):
    settings, *_ = copied
    rows = run("sentiment-sentences", settings=settings, words_min=2).table.to_pylist()
    assert [(r["tone"], r["place"]) for r in rows] == [("negative", 1), ("positive", 1)]  # each wording once
    assert rows[0]["explanation"] == "horrible −2.5"
    assert rows[1]["sentence"] == "It was a wonderful day in the town."
    assert (rows[1]["sentence_score"], rows[1]["outlet"]) == (EACH[1], "a.org")
    assert (rows[1]["source_file"], rows[1]["record_offset"], rows[1]["sentence_begin"]) == ("f0", 0, 0)


def test_another_scorer_is_named_with_its_hash_and_without_validity(lake, tmp_path):
    words = tmp_path / "mine.csv"
    words.write_text("word,weight\nwonderful,1\nhorrible,-1\n")
    result = run("sentiment", settings=lake, scorer=f"dictionary:{words}", draws=100)
    told = result.manifest["facts"]["scorer"]
    assert (told["name"], len(told["sha256"])) == ("mine", 64)
    assert "not known" in result.manifest["methods"]
    assert "not known" in result.manifest["facts"]["validity"]
    assert slope(result, "adjusted")[0] > 0 > slope(result, "pooled")[0]


def test_pages_have_a_series_too(tmp_path):
    from flows.landing.parts import write_rows
    from schemas import web

    schema = web.pages.schema()
    rows = [
        dict.fromkeys(schema.names)
        | {"source_file": "f", "record_offset": n, "url": "https://a.org/", "registered_domain": domain,
           "captured_at": datetime(2024, month, 3, tzinfo=UTC), "language": "eng", "language_source": "header",
           "record_id": "r", "text": text, "text_bytes": len(text)}
        for n, (domain, month, text) in enumerate(
            [("a.org", 1, "A wonderful day."), ("b.org", 1, "Rain."), ("a.org", 2, "Rain."), (None, 2, "Rain.")]
        )
    ]  # fmt: skip
    path = tmp_path / "core/commoncrawl/pages/crawl=CC-MAIN-2024-10/extractor=wet/part-0.parquet"
    path.parent.mkdir(parents=True)
    write_rows(path, web.pages, [pa.RecordBatch.from_pylist(rows, schema)], 1 << 20)
    settings = load(environ={}, lake=str(tmp_path))
    result = run("sentiment-pages", settings=settings)
    assert values(result, "outlets") == pytest.approx([EACH[1] / 2, 0.0], abs=1e-8)
    assert result.manifest["facts"]["articles_left_out"] == [{"cause": "no outlet", "articles": 1}]
    assert "Pages are dated by their capture" in result.manifest["methods"]
    with pytest.raises(ValueError, match="stories are of articles"):
        run("sentiment-pages", settings=settings, stories="results/stories")


def test_the_wrong_result_is_named(copied):
    settings, _, gaps = copied
    with pytest.raises(ValueError, match="holds a result of gaps; give one of `stories`"):
        run("sentiment", settings=settings, stories=gaps)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"draws": 3}, "100 or more"),
        ({"seed": -1}, "0 or more"),
        ({"articles_min": 0}, "1 or more"),
        ({"since": "May"}, "YYYY-MM-DD"),
        ({"since": "2024-05-02", "until": "2024-05-01"}, "exchange"),
        ({"languages": ("all", "eng")}, "`all` alone"),
        ({"topic": ("mi*gra",)}, "asterisk"),
        ({"by": "year"}, "by"),
        ({"scorer": "vadr"}, "choose from vader"),
    ],
)
def test_what_cannot_be_is_named(lake, options, said):
    with pytest.raises((OptionError, ValueError), match=said):
        run("sentiment", settings=lake, **options)
    if "words_min" not in options:
        with pytest.raises((OptionError, ValueError), match="words_min is 9 and words_max 8"):
            run("sentiment-sentences", settings=lake, words_min=9, words_max=8)


def test_the_command_runs_it(lake, tmp_path, capsys, monkeypatch):
    from flows.cli import main

    out = tmp_path / "mood"
    asked = ["--lake", lake.lake, "--by", "week", "--draws", "100", "--out", str(out), "--json"]
    monkeypatch.setattr("sys.argv", ["fieldwork", "sentiment", *asked])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    assert told["manifest"]["asked"]["by"] == "week"
    assert (out / "series.parquet").is_file()


def test_a_saved_result_opens_again(series, tmp_path):
    from analysis.result import open_result

    series.save(tmp_path)
    assert open_result(tmp_path).table.equals(series.table)
    assert replace(open_result(tmp_path).options) == series.options

"""The sample's CC-NEWS holds what its truth says, seen without any reader of ours."""

from __future__ import annotations

import gzip
import re
from collections import Counter, defaultdict
from statistics import mean

import pytest

from flows.sources.sample.news import words


@pytest.fixture(scope="module")
def rows(web):
    return web.articles().to_pylist()


def body_of(records, row):
    at = {offset: block for offset, _, _, block in records(row["source_file"])}
    return at[row["record_offset"]].partition(b"\r\n\r\n")[2].decode()


def test_articles_are_where_they_should_be_with_their_dates(rows, records):
    found = Counter()
    for row in rows:
        body = body_of(records, row)
        for paragraph in row["main_text"].split("\n"):
            assert paragraph in body
        found[row["date_in"]] += 1
        stated = row["published_at"]
        if row["date_in"] == "json-ld":
            assert f'"datePublished": "{row["published_on"].year}' in body
        if row["date_in"] == "impossible":
            assert "2031-02-03" in body or "2023-02-31" in body
        if row["date_in"] == "time":
            assert f"{stated:%Y-%m-%dT%H:%M:%SZ}" in body
        if row["date_in"] == "url":
            assert f"/{row['published_on']:%Y/%m/%d}/" in row["url"]
        if row["date_in"] == "none":
            assert not re.search(r"\d{4}-\d{2}-\d{2}", body)
            assert stated == row["captured_at"]
        else:
            assert stated.date() == row["published_on"]
            assert stated < row["captured_at"]
    assert min(found.values()) > 30
    assert len(found) == 6


def test_files_are_listed_but_one_is_missing_and_a_day_has_none(web):
    news = web.facts["news"]
    listed = [
        key
        for path in (web.root / "crawl-data/CC-NEWS").rglob("warc.paths.gz")
        for key in gzip.decompress(path.read_bytes()).decode().split()
    ]
    there = {file["key"] for file in news["files"]}
    missing = {d["key"] for d in news["damaged"] if d["reason"] == "missing"}
    assert set(listed) == there | missing
    assert len(missing) == 1
    days = Counter(
        key[len("crawl-data/CC-NEWS/2023/06/CC-NEWS-") :][:8] for key in there if "/2023/06/" in key
    )
    assert {f"202306{day:02d}" for day in range(1, 31)} - set(days) == {news["gap"].replace("-", "")}
    assert {d["reason"] for d in news["damaged"]} == {"truncated", "corrupt_gzip", "bad_length", "missing"}


def test_copies_share_most_of_their_sentences_and_are_edited(rows):
    stories = defaultdict(list)
    for row in rows:
        if row["story"]:
            stories[row["story"]].append(row)
    copied = 0
    for each in stories.values():
        assert len({row["outlet"] for row in each}) == len(each)
        first = next((row for row in each if not row["copy"]), None)
        for row in each:
            if first is None or row is first:
                continue
            have, its = (set(r["main_text"].replace("\n", " ").split(". ")) for r in (first, row))
            assert 0.5 < len(have & its) / len(have | its) < 1
            assert row["title"] != first["title"]
            copied += 1
    assert copied > 25


def test_the_mean_falls_though_no_outlet_s_does(web):
    table = web.sentiment().to_pylist()
    by_outlet = defaultdict(dict)
    for row in table:
        by_outlet[row["outlet"]][row["month"]] = row["level"]
    months = web.facts["news"]["months"]
    for levels in by_outlet.values():
        early, late = (mean(levels[m] for m in part if m in levels) for part in (months[:2], months[-2:]))
        assert late > early - 0.03
    every = [row["level"] for row in web.facts["news"]["sentiment"]["all_outlets"] if row["month"] in months]
    assert mean(every[:2]) - mean(every[-2:]) > 0.12


def test_vader_sees_what_was_planted(rows):
    vader = pytest.importorskip("vaderSentiment.vaderSentiment")
    scorer = vader.SentimentIntensityAnalyzer()
    weightless = {*vader.BOOSTER_DICT, *vader.NEGATE, "but", "least", "kind", "or", "no"}
    for word in words.NEUTRAL:
        assert word not in scorer.lexicon
        assert word not in weightless
    assert min(scorer.lexicon[word] for word in words.POSITIVE) >= 2.7
    assert max(scorer.lexicon[word] for word in words.NEGATIVE) <= -2.4
    for row in rows[::40]:
        if row["language"] != "eng":
            continue
        said = [s for line in row["main_text"].split("\n")[1:] for s in line.split(". ")]
        scores = [scorer.polarity_scores(sentence)["compound"] for sentence in said]
        assert len(said) == row["sentences"]
        assert sum(score > 0.5 for score in scores) == row["positive_sentences"]
        assert sum(score < -0.5 for score in scores) == row["negative_sentences"]
        assert sum(score == 0 for score in scores) == len(said) - sum(abs(s) > 0.5 for s in scores)

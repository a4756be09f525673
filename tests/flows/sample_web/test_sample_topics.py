"""The sample's topics: planted by a known share, in words that one outlet borrows, without touching anything else."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import mean

import pytest

from analysis.coding import codebook
from flows.sources.sample.news import outlets, topics


@pytest.fixture(scope="module")
def rows(web):
    return web.articles().to_pylist()


def words_of(row):
    """How many words of each topic an article has."""
    topic_of = {w.lower(): name for name, words in topics.WORDS[row["language"]].items() for w in words}
    return Counter(topic_of[w] for w in re.findall(r"\w+", row["main_text"].lower()) if w in topic_of)


def test_shares_are_near_what_is_planned(web):
    off = [abs(r["share"] - r["planned_share"]) for r in web.topics().to_pylist() if r["articles"] >= 10]
    assert len(off) > 50
    assert mean(off) < 0.05


def test_the_table_of_topics_adds_up_the_articles(web, rows):
    count = Counter((r["outlet"], f"{r['published_at']:%Y-%m}", r["topic"]) for r in rows)
    table = web.topics().to_pylist()
    assert {
        round(r["share"] * r["articles"]) - count[r["outlet"], r["month"], r["topic"]] for r in table
    } == {0}
    assert sum(r["share"] * r["articles"] for r in table) == pytest.approx(len(rows))


def test_politics_falls_over_the_months(web):
    of = defaultdict(Counter)
    for row in web.articles().to_pylist():
        of[f"{row['published_at']:%Y-%m}"][row["topic"]] += 1
    first, last = (of[web.facts["news"]["months"][at]] for at in (0, -1))
    assert first["politics"] / first.total() > last["politics"] / last.total() + 0.1


def test_articles_have_the_words_of_their_topic_but_for_those_that_are_borrowed(rows):
    told = {outlet.domain: outlet for outlet in outlets.OUTLETS}
    own, all_words, borrowed = Counter(), Counter(), Counter()
    for row in rows:
        found = words_of(row)
        assert found.total() == topics.MARKED or row["copy"]  # the end of a copy may be cut
        own[row["outlet"]] += found[row["topic"]]
        all_words[row["outlet"]] += found.total()
        if row["outlet"] == "nightwire-sample.net" and not row["copy"] and row["topic"] != "politics":
            borrowed.update({name: n for name, n in found.items() if name != row["topic"]})
    for name, outlet in told.items():
        # Of the borrower's articles on politics no word is of another topic.
        kept = 1 - outlet.borrowed * (1 - outlet.topics[0][0] if outlet.borrows else 1)
        assert own[name] / all_words[name] == pytest.approx(kept, abs=0.08), name
    assert set(borrowed) == {"politics"}


def test_vader_knows_no_word_of_a_topic():
    vader = pytest.importorskip("vaderSentiment.vaderSentiment")
    known = {*vader.SentimentIntensityAnalyzer().lexicon, *vader.BOOSTER_DICT, *vader.NEGATE}
    english = [word for words in topics.WORDS["eng"].values() for word in words]
    assert not known & set(english)
    assert len(set(english)) == 24


def test_the_codebook_asks_for_these_topics(web):
    book = codebook.read((web.root / topics.CODEBOOK).read_text("utf-8"))
    assert book.names == outlets.TOPICS
    assert web.facts["news"]["topics"]["names"] == list(outlets.TOPICS)

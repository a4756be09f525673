"""The sample's tone: what its words say but for irony, planted by a known share and without a trace in the text."""

from __future__ import annotations

from collections import defaultdict

import pytest
from scipy.stats import binom

from analysis.coding import codebook
from flows.sources.sample.news import outlets, plan, tone

IRONIC = "stonegazette-sample.com"


@pytest.fixture(scope="module")
def articles():
    """Every article written, readable or not."""
    desk = plan.Desk("small", 0)
    return [
        article
        for month, name in enumerate(outlets.MONTHS)
        for file in desk.month(month, plan.starts(name))
        for article in file
    ]


def test_positive_sentences_are_ironic_as_often_as_planted(articles):
    praise, blame = defaultdict(int), defaultdict(int)
    for article in articles:
        assert len(article.meant) == len(article.weights) == len(article.sentences)
        for said, meant in zip(article.weights, article.meant, strict=True):
            assert meant == said or (said, meant) == (1, -1)
            if said > 0 and not article.copy:
                praise[article.outlet] += 1
                blame[article.outlet] += meant < 0
    assert set(praise) == set(outlets.ENGLISH)
    for outlet, count in praise.items():
        low, high = binom.ppf([0.001, 0.999], count, outlet.irony)
        assert low <= blame[outlet] <= high, outlet.domain


def test_a_copy_means_what_its_first_means(articles):
    first = {
        a.story: dict(zip(a.sentences, a.meant, strict=True)) for a in articles if a.story and not a.copy
    }
    copies = [a for a in articles if a.copy]
    assert copies
    for copy in copies:
        for sentence, meant in zip(copy.sentences, copy.meant, strict=True):
            assert meant == first[copy.story].get(sentence, 0)


def test_words_say_praise_where_the_ironic_outlet_means_blame(web):
    said, meant = [], []
    for row in web.articles().to_pylist():
        if row["outlet"] == IRONIC:
            said.append((row["positive_sentences"] - row["negative_sentences"]) / row["sentences"])
            meant.append(tone.TONES[row["tone"]])
    assert sum(said) / len(said) > 0.2
    assert sum(meant) / len(meant) < -0.3


def test_the_table_of_tones_adds_up_the_articles(web):
    found = defaultdict(list)
    for row in web.articles().to_pylist():
        if row["language"] == "eng":
            found[row["outlet"], f"{row['published_at']:%Y-%m}"].append(tone.TONES[row["tone"]])
        else:
            assert row["tone"] == "neutral"
    table = {(r["outlet"], r["month"]): (r["articles"], r["tone"]) for r in web.tones().to_pylist()}
    assert table == {
        cell: (len(codes), pytest.approx(sum(codes) / len(codes))) for cell, codes in found.items()
    }


@pytest.mark.parametrize(
    ("meant", "want"),
    [
        ([0, 0], "neutral"),
        ([1] + [0] * 10, "neutral"),
        ([1] + [0] * 9, "rather positive"),
        ([-1] + [0] * 9, "rather negative"),
        ([1, 1, -1], "rather positive"),
        ([1, 1, 0, 0], "positive"),
        ([-1] * 7 + [0] * 13, "negative"),
    ],
)
def test_tones_by_what_sentences_mean(meant, want):
    assert tone.tone(meant) == want


def test_the_codebook_asks_for_these_tones(web):
    book = codebook.read((web.root / tone.CODEBOOK).read_text("utf-8"))
    assert dict(zip(book.names, book.values, strict=True)) == tone.TONES
    assert book.level == "interval"
    assert web.facts["news"]["tone"]["codes"] == tone.TONES

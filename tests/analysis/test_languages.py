"""Languages that may be asked for: those that texts of the archives can have."""

from __future__ import annotations

import pytest

from analysis.coding.options import Draw
from analysis.kernels.sentiment.gates import Gates
from analysis.kernels.text.languages import check
from analysis.learning.classify import Classify
from analysis.news.stories import Stories
from analysis.sentiment.options import Sentiment
from analysis.text.keywords import Keywords
from analysis.text.trends import Trends
from analysis.text.words import Words
from flows.sources.language import alpha3


def test_codes_of_archives_are_taken():
    check(("eng", "deu", "fra", "zho", "nor", "nob", "cmn", "srp", "hbs", "tgl", "fil", "und"))
    check(())


def test_every_language_that_is_detected_may_be_asked_for():
    import pycld2

    check(sorted({alpha3(code) for _, code in pycld2.LANGUAGES}))


@pytest.mark.parametrize(
    ("given", "cure"),
    [
        ("en", "'eng' is meant"),
        ("ger", "'deu' is meant"),
        ("fre", "'fra' is meant"),
        ("iw", "'heb' is meant"),
        ("en-GB", "'eng' is meant"),
        ("ENG", "'eng' is meant"),
        ("xxx", "give three letters such as eng or deu"),
        ("english", "give three letters"),
        ("e", "give three letters"),
        ("", "give three letters"),
        (" eng", "give three letters"),
    ],
)
def test_others_are_refused_with_the_code_that_is_meant(given, cure):
    with pytest.raises(ValueError, match=f"language '{given}' is no code of ISO 639-3; {cure}"):
        check(["deu", given])


@pytest.mark.parametrize(
    ("options", "given"),
    [
        (Words, {}),
        (Trends, {"words": ("a",)}),
        (Keywords, {"queries": ("a",)}),
        (Stories, {}),
        (Sentiment, {}),
        (Gates, {}),
        (Classify, {"model": "m"}),
        (Draw, {}),
    ],
)
def test_every_analysis_refuses_them(options, given):
    with pytest.raises(ValueError, match="language 'en' is no code of ISO 639-3; 'eng' is meant"):
        options(**given, languages=("en",))
    with pytest.raises(ValueError, match="give a tuple"):
        options(**given, languages="eng")
    assert options(**given, languages=("eng",)).languages == ("eng",)

"""Sentences by the stated rule."""

from __future__ import annotations

import itertools

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment import sentence_words, sentences
from analysis.kernels.sentiment.arrays import CHUNK
from analysis.kernels.sentiment.sentences import sentences as split


def of(*texts):
    """Sentences of each text."""
    made = [[] for _ in texts]
    for found in split(pa.array(texts, pa.large_string())):
        for parent, sentence in zip(found.parents, found.texts.to_pylist(), strict=True):
            made[parent].append(sentence)
    return made


@pytest.mark.parametrize(
    "written",
    [
        "One. | Two! | Three? | Four… | Five?! | Six...",
        "Mr. J. Smith met Dr. A. B. Jones. | Sen. Lee left.",
        "The U.S. Senate met. | He lives in the U.S. | The Senate left at 5 p.m. | It rained.",
        "It cost $3.5 million. | That was 3.14 times more.",
        "It opened on Dec. 19. | See No. 5. | He said no. | Nobody left.",
        '"Stop!" he said. | "Why?" | She left. | ("Really.") | Yes.',
        "“Good.” — Tom said it. | “Good.” | —That’s it. | ‘No.’ | «Oui.» | Good.",
        "He worked at Apple Inc. and left. | She joined Apple Inc. | The rest stayed, e.g. Tom.",
        "Headline without a stop | \n | First line. | \n\n | Second paragraph",
        "$5 was lost. | $3 was found. | 7 more came. | É. is a letter. | Été.",
        "well... that is one. | And another",
        "Visit example.com. | Or mail a.b@c.org today.",
    ],
)
def test_the_rule(written):
    parts = [part.strip() for part in written.split("|")]
    assert of(written.replace("| ", "").replace("|", ""))[0] == [p for p in parts if p]


def test_white_space_is_no_sentence():
    assert of("", "  \n\t ", "a. \n ", None, "\u2003No.\u3000Yes.") == [[], [], ["a."], [], ["No.", "Yes."]]


def test_places_lead_back_to_the_text():
    texts = [" É was here.  Then “she” left.\nEnd", None, "x" * CHUNK + ". Y", "A. B"]
    array = pa.array(["cut off", *texts]).slice(1)
    seen = 0
    for found in split(array):
        for text, parent, begin in zip(found.texts.to_pylist(), found.parents, found.begins, strict=True):
            encoded = texts[parent].encode()
            assert encoded[begin : begin + len(text.encode())].decode() == text
            seen += 1
    assert seen == 3 + 2 + 1  # A. is an initial


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from(list('aB.!?… \n"”’(1é日\x00-')) | st.characters(exclude_categories=["Cs"])))
def test_nothing_is_lost(text):
    found = of(text)[0]
    assert "".join("".join(found).split()) == "".join(text.split())
    assert all(sentence and sentence == sentence.strip() for sentence in found)


def test_sentences_of_editorials_are_found_again(gold):
    """Each article of the gold set joined again: precision and recall of the places where sentences begin."""
    ids, _, texts = gold("nytEditorialSnippets")
    rows = itertools.groupby(zip(ids, texts, strict=True), lambda row: row[0].split("_")[0])
    articles = [[text.strip() for _, text in group] for _, group in rows]
    hits = found = 0
    for article, made in zip(articles, of(*map(" ".join, articles)), strict=True):
        begins = [
            set(itertools.accumulate((len(s) + 1 for s in way[:-1]), initial=0)) for way in (article, made)
        ]
        hits, found = hits + len(begins[0] & begins[1]), found + len(begins[1])
    assert hits / found > 0.99
    assert hits / len(texts) > 0.99


def test_bits_are_the_same_in_both_files():
    names = [name for name in vars(sentence_words) if name.isupper() and name in vars(sentences)]
    assert len(names) == 12
    assert all(getattr(sentences, name) == getattr(sentence_words, name) for name in names)

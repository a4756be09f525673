"""Gates before the scorer: languages, typography, entities."""

from __future__ import annotations

import html

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment.cleaning import TYPOGRAPHY, plain, unescaped
from analysis.kernels.sentiment.gates import Gates, for_scorer

TABLE = str.maketrans(dict(TYPOGRAPHY))
TEXTS = st.lists(
    st.none()
    | st.text(st.sampled_from([*TYPOGRAPHY, *"aé日😀 &;#x"]) | st.characters(exclude_categories=["Cs"]))
)


@settings(deadline=None, max_examples=300)
@given(TEXTS, st.sampled_from([pa.string(), pa.large_string()]), st.integers(0, 3))
def test_typography_is_as_listed(texts, kind, skip):
    made = plain(pa.array([*[None] * skip, *texts], kind).slice(skip))
    assert made.type == kind
    assert made.to_pylist() == [None if t is None else t.translate(TABLE) for t in texts]


def test_no_replacement_is_longer_than_what_it_replaces():
    """The bytes of the answer are at most those of the texts, which is the room it is given."""
    assert all(len(becomes.encode()) <= len(c.encode()) for c, becomes in TYPOGRAPHY.items())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("&lt;3 &amp;amp; &quot;x&quot; &#8217;&#x2019;&rsquo;", '<3 &amp; "x" ’’’'),
        ("AT&T; R&D Q&A &nosuch; &amp", "AT&T; R&D Q&A &nosuch; &amp"),
        ("&#" + "9" * 5000 + ";", "&#" + "9" * 5000 + ";"),
        ("&#xD800;&#x110000;&#0;", "\ufffd\ufffd\ufffd"),
    ],
)
def test_entities(text, expected):
    made = unescaped(pa.array([None, text, "plain & simple"]))
    assert made.to_pylist() == [None, expected, "plain & simple"]


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(["&", "amp;", "&lt;", "x", "#39;", "&#39;", " ", "é"])).map("".join))
def test_entities_with_semicolons_are_as_htmls(text):
    ended = html.unescape(text) if text.count("&") == text.count(";") and "&amp;lt" not in text else None
    made = unescaped(pa.array([text]))[0].as_py()
    assert len(made) <= len(text)
    if ended is not None and "&#" not in made and "&" not in made:
        assert made == ended


def test_the_gates_cure_vader(vader):
    text = pa.array(["This isn’t good.", "They &lt;3 it", "“great.”"])
    raw = vader.score(text)["compound"].to_pylist()
    assert raw == [0.4404, 0.0, 0.0]  # off by default: the package's own scores
    assert vader.score(Gates().clean(text))["compound"].to_pylist() == raw
    cured = vader.score(for_scorer(vader).clean(text))["compound"].to_pylist()
    assert cured == [-0.3412, 0.4404, 0.6249]


def test_gates_switch_one_by_one():
    text = pa.array(["“x” &amp; &rdquo;"])
    assert Gates().clean(text) is text
    assert Gates(typography=True).clean(text).to_pylist() == ['"x" &amp; &rdquo;']
    assert Gates(entities=True).clean(text).to_pylist() == ["“x” & ”"]
    assert Gates((), True, True).clean(pa.chunked_array([text])).to_pylist() == ['"x" & "']


def test_languages_are_counted_and_left_out(vader):
    languages = pa.array(["eng", "deu", None, "eng", "fra", "deu"])
    admitted = for_scorer(vader).admit(languages)
    assert admitted.kept.to_pylist() == [True, False, False, True, False, False]
    assert admitted.left_out == {"deu": 2, "fra": 1, "und": 1}
    every = Gates().admit(languages)
    assert (every.kept.true_count, every.left_out) == (6, {})
    coded = Gates(("deu", "eng")).admit(languages.dictionary_encode())
    assert (coded.kept.true_count, coded.left_out) == (4, {"fra": 1, "und": 1})
    assert Gates(("eng",)).admit(pa.array([], pa.string())).left_out == {}


def test_gates_are_recorded(vader):
    facts = for_scorer(vader, entities=False).facts()
    assert facts["languages"] == ["eng"]
    assert "em dashes blanks" in facts["typography"]
    assert facts["entities"] == "as they are"
    assert Gates().facts() == {"languages": "all", "typography": "as it is", "entities": "as they are"}


def test_a_text_for_a_tuple_is_refused():
    with pytest.raises(ValueError, match="languages is the text 'eng'; give a tuple"):
        Gates("eng")

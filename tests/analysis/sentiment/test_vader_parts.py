"""The pieces of VADER's engine each by itself: rounding, "but", codes, lexicon; and the explanation of a score."""

from __future__ import annotations

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment.registry import scorer
from analysis.kernels.sentiment.scorer import RULES, explain
from analysis.kernels.sentiment.vader import rules, scan, weigh
from analysis.kernels.sentiment.vader.contrast import contrast
from analysis.kernels.sentiment.vader.pieces import Pieces
from analysis.kernels.sentiment.vader.totals import rounded
from analysis.kernels.sentiment.vader.words import table
from tests.analysis.sentiment.fuzzed import Maker


def naive(values, places, but):
    """The package's own loop."""
    made = list(values)
    for value in made:
        at = made.index(value)
        if places[at] < but:
            made[at] = value * 0.5
        elif places[at] > but:
            made[at] = value * 1.5
    return made


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.sampled_from([1.0, 2.0, 4.0, 1.5, 3.0, 0.75, 2.25, -1.0, -2.0, 0.0]), max_size=40), st.data()
)
def test_but_is_as_the_package_does_it(values, data):
    but = data.draw(st.integers(0, len(values) + 1))
    places = np.array([k + (k >= but) for k in range(len(values))], np.int32)
    made = np.array(values)
    contrast(made, places, np.array([0, len(values)]), np.array([but]))
    assert made.tolist() == naive(values, places, but)


def test_no_but_changes_nothing():
    values = np.array([1.0, 0.5])
    contrast(values, np.array([0, 1], np.int32), np.array([0, 2]), np.array([-1]))
    assert values.tolist() == [1.0, 0.5]


@settings(deadline=None, max_examples=500)
@given(
    st.one_of(st.floats(-1, 1), st.integers(-20000, 20000).map(lambda n: n / 20000)), st.sampled_from([3, 4])
)
@example(0.0625, 3)
@example(0.0005, 3)
@example(1.0005, 3)
@example(-0.00005, 4)
def test_rounding_is_that_of_python(value, digits):
    assert rounded(np.array([value]), digits).tolist() == [round(value, digits)]


@pytest.fixture(scope="module")
def pieces():
    held = rules.load()
    return Pieces(held, table(held))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=5))
@example(["N'T can'T don't'", "...no...", "Good! É GOOD", "LOL", "'n't'", "K liKe"])
def test_codes_are_as_defined(pieces, texts):
    """The compiled pass gives each piece the code that plain Python gives it."""
    held = pieces.words
    for text, chunk in zip(texts, (next(iter(pieces.encode(pa.array([t])))) for t in texts), strict=True):
        names = "".join(f" {rules.load().characters[c]}" if c in EMOJI else c for c in text)
        assert chunk.codes.tolist() == [held.code(piece) for piece in names.split()]
        assert chunk.points.tolist() == [[names.count("!"), names.count("?")]]


EMOJI = rules.load().characters


def test_bits_are_the_same_in_both_compiled_files():
    assert (scan._UPPER, scan._NOT) == (weigh.UPPER, weigh.NOT)


def test_the_lexicon_is_named(vader):
    facts = vader.facts()
    assert facts["rules"] == "vaderSentiment 3.3.2"
    assert facts["sha256"]["vader_lexicon.txt"].startswith("1ec9c6e9ee19aade")
    assert (facts["entries"], facts["entries_that_can_match"]) == (7506, 7488)


def test_a_lexicon_of_ones_own(tmp_path, vader):
    path = tmp_path / "mine.txt"
    path.write_text("horrible\t2.5\t0.1\t[1]\n\ntable\t-1\nÉCOLE\t3\nécole\t1.0\n", "utf-8")
    mine = scorer(f"vader:{path}")
    texts = pa.array(["A horrible day", "table", "École", "good"])
    assert np.sign(mine.score(texts)["score"]).tolist() == [1, -1, 1, 0]
    assert mine.facts()["lexicon"] == "mine.txt"
    assert mine != vader
    assert pickle.loads(pickle.dumps(mine)).score(texts) == mine.score(texts)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"good\t1\nbad\n", "line 2 is 'bad'; a line is a word, a tab and its value"),
        (b"good\t1\n\nbad\tminus\n", "line 3 gives 'bad' the valence 'minus'; give a number"),
        (b"good\tnan\n", "line 1 gives 'good' the valence 'nan'"),
        (b"good\t1\nb\xe4d\t-1\n", "line 2 has the byte 0xe4, which is not UTF-8"),
    ],
)
def test_a_bad_line_of_a_lexicon_is_named(tmp_path, content, error):
    (tmp_path / "bad.txt").write_bytes(content)
    with pytest.raises(ValueError, match=error):
        scorer(f"vader:{tmp_path / 'bad.txt'}")


def test_another_version_of_the_package_is_refused(monkeypatch):
    monkeypatch.setattr("importlib.metadata.version", lambda name: "3.4.0")
    with pytest.raises(ModuleNotFoundError, match=r"needs vaderSentiment 3.3.2, found 3.4.0: pip install"):
        scorer("vader")


def test_another_lexicon_on_another_machine_is_refused(vader):
    stranger = type(vader)("0" * 64, vader.source)
    with pytest.raises(ValueError, match="install the same package on every machine"):
        stranger.score(pa.array(["good"]))


def test_threads_do_not_disturb_each_other(vader):
    texts = pa.array([f"good é{k} “bad” {k}" for k in range(3000)])
    expected = vader.score(texts)
    with ThreadPoolExecutor(4) as pool:
        assert all(made == expected for made in pool.map(vader.score, [texts] * 8))


def test_the_parts_add_up_to_the_score(vader):
    texts = list(Maker(rules.load(), 5).texts(3000))
    sums = vader.score(pa.array(texts))["valence_sum"].to_pylist()
    matched = vader.score(pa.array(texts))["matched"].to_pylist()
    seen = set()
    for text, total, count in zip(texts, sums, matched, strict=True):
        parts = explain(text, vader)
        assert sum(part.value for part in parts) == pytest.approx(total, abs=1e-9), repr(text)
        assert sum(part.valence != 0 for part in parts) == count
        for part in parts:
            assert part.valence + sum(s.change for s in part.steps) == pytest.approx(part.value, abs=1e-9)
            seen |= {step.rule for step in part.steps}
        assert [part.place for part in parts] == sorted(part.place for part in parts)
    assert seen == set(RULES)


def test_a_long_text_is_explained_as_it_is_scored(vader, gold):
    text = " ".join(gold("nytEditorialSnippets")[2][:400])
    assert " but " in text
    total = vader.score(pa.array([text]))["valence_sum"][0].as_py()
    assert sum(part.value for part in explain(text, vader)) == pytest.approx(total, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "word", "rule", "by"),
    [
        ("It was not good.", "good", "negation", "not"),
        ("It was VERY good.", "good", "boost", "VERY"),
        ("It was hardly good.", "good", "dampen", "hardly"),
        ("It was GOOD.", "GOOD", "capitals", "GOOD"),
        ("Good, but late.", "Good", "but", "but"),
        ("No good came.", "good", "no", "No"),
        ("We are so happy.", "happy", "boost", "so"),
        ("Well we are so happy.", "happy", "never so", "so"),
        ("It is the least helpful.", "helpful", "least", "least"),
        ("Oh man, it is the bomb.", "bomb", "idiom", "the bomb"),
        ("That kind of thing.", "kind", "phrase", "kind of"),
        ("Good!!", "!!", "point", "!!"),
    ],
)
def test_each_rule_is_named(vader, text, word, rule, by):
    steps = {part.word: [(s.rule, s.by) for s in part.steps] for part in explain(text, vader)}
    assert (rule, by) in steps[word]

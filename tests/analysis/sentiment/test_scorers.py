"""Own dictionaries, AFINN-like lists and callables in the same slot as VADER."""

from __future__ import annotations

import pickle

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment import matching
from analysis.kernels.sentiment.custom import Custom
from analysis.kernels.sentiment.dictionary import Dictionary
from analysis.kernels.sentiment.matching import Matcher
from analysis.kernels.sentiment.registry import SCORERS, scorer
from analysis.kernels.sentiment.scorer import MEASURES, explain
from analysis.kernels.sentiment.word_list import Entry, read
from analysis.kernels.text.tokens import words

LISTED = b"""\xef\xbb\xbfword,weight
good,1
not good,-1.5

migra*,-2
"left wing, right",3
win*,0.5
winner,2
don't,-1
"""
TEXT = "Good; not good! Migration isn't winning, winner: don’t. Left wing right, left."


def held(tmp_path, content=LISTED, name="mine.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


def test_a_dictionary(tmp_path):
    mine = scorer(f"dictionary:{held(tmp_path)}")
    made = mine.score(pa.array([TEXT, None, "", "nothing here", "WIN"]))
    assert made.schema == mine.columns == MEASURES
    assert made["valence_sum"].to_pylist() == [1 - 1.5 - 2 + 0.5 + 2 - 1 + 3, None, 0, 0, 0.5]
    assert made["matched"].to_pylist() == [7, None, 0, 0, 1]
    count = len(words(TEXT, "default"))
    assert made["words"].to_pylist() == [count, None, 0, 2, 1]
    assert made["score"].to_pylist() == [2 / count, None, None, 0, 0.5]


def test_a_dictionary_says_what_it_is(tmp_path):
    facts = scorer(f"dictionary:{held(tmp_path)}").facts()
    assert (facts["lexicon"], facts["entries"], facts["phrases"], facts["beginnings"]) == (
        "mine.csv",
        7,
        3,
        2,
    )
    assert len(facts["sha256"]) == 64


def test_a_dictionary_explains_its_scores(tmp_path):
    mine = scorer(f"dictionary:{held(tmp_path)}")
    parts = explain(TEXT, mine)
    found = ["good", "not good", "migra*", "win*", "winner", "don t", "left wing right"]
    assert [part.word for part in parts] == found
    assert sum(part.value for part in parts) == mine.score(pa.array([TEXT]))["valence_sum"][0].as_py()
    assert [part.place for part in parts] == sorted(part.place for part in parts)


def test_a_scorer_travels(tmp_path):
    for mine in (scorer(f"dictionary:{held(tmp_path)}"), scorer("vader")):
        mine.score(pa.array([TEXT]))  # tables are made, and not sent
        sent = pickle.dumps(mine)
        assert len(sent) < 2000
        assert pickle.loads(sent) == mine
        assert pickle.loads(sent).score(pa.array([TEXT])) == mine.score(pa.array([TEXT]))


def test_a_list_as_afinns(tmp_path):
    content = (
        b"abandon\t-2\ncan't stand\t-3\nna\xc3\xafve\t-2\r\ndoes not work\t-3\ncool stuff\t3\nfed up\t-3\n"
    )
    mine = scorer(f"afinn:{held(tmp_path, content, 'AFINN-x.txt')}")
    texts = pa.array(["I can't stand it, it DOES NOT work", "naïve", "nai\u0308ve", "does not", "abandoned"])
    assert mine.score(texts)["valence_sum"].to_pylist() == [-6, -2, -2, 0, 0]
    assert mine.name == "AFINN-x"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (
            b"word,weight\ngood,1\nbad;-1\n",
            "mine.csv, line 3 is 'bad;-1'; a line is a word, a comma and its weight",
        ),
        (b"good,1\nbad,minus\n", "mine.csv, line 2 gives 'bad' the weight 'minus'; give a number"),
        (b"word,weight\nvery good,x\ngood,1\n", "line 2 gives 'very good' the weight 'x'"),
        (b"good,1\nbad,inf\n", "line 2 gives 'bad' the weight 'inf'; give a finite number"),
        (b"good,1\n\nGOOD,2\n", "lines 1 and 3 give 'good' the weights 1 and 2; keep one"),
        (b"good,1\n:),2\n", r"line 2 has ':\)', which has 0 words; give 1 to 16"),
        (b"mi*gra,1\n", r"line 1 has 'mi\*gra'; a \* may only stand at the end"),
        (b"migra *,1\n", r"line 1 has 'migra \*'; a letter must stand before the \*"),
        (b"*,1\n", r"line 1 has '\*'; a letter must stand before the \*"),
        (b'good,1\n"bad,1\n', "mine.csv, line 2: unexpected end of data"),
        (b"good,1\n\nb\xe4d,2\n", "line 3 has the byte 0xe4, which is not UTF-8"),
        (b"word,weight\n", "mine.csv has no entry"),
        (b"good,1,2\n", "line 1 is 'good,1,2'"),
    ],
)
def test_a_bad_line_is_named(content, error):
    with pytest.raises(ValueError, match=error):
        read("mine.csv", content, "csv")


def test_a_missing_tab_is_named():
    with pytest.raises(ValueError, match="line 2 is 'bad -1'; a line is a word, a tab and its weight"):
        read("list.txt", b"good\t1\nbad -1\n", "tab")


def test_a_beginning_may_end_in_a_mark():
    (entry,) = read("hindi.csv", "कि*,1\n".encode(), "csv")
    assert entry == Entry(("कि",), True, 1.0)


def naive(entries, tokens):
    """The longest entry at each place, spelt out before beginnings, longer beginnings before shorter ones."""
    found, i = [], 0
    while i < len(tokens):
        best = None
        for number, entry in enumerate(entries):
            part = tuple(tokens[i : i + len(entry.words)])
            last = len(entry.words[-1])
            same = part == entry.words
            if entry.begins:
                same = part[:-1] == entry.words[:-1] and len(part) == len(entry.words)
                same = same and part[-1].startswith(entry.words[-1])
            rank = (len(part), not entry.begins, last)
            if same and (best is None or rank > best[0]):
                best = (rank, number)
        if best:
            found.append((i, best[0][0], best[1]))
        i += best[0][0] if best else 1
    return found


WORDS = st.text("ab", min_size=1, max_size=3)
ENTRIES = st.lists(
    st.builds(Entry, st.lists(WORDS, min_size=1, max_size=3).map(tuple), st.booleans(), st.just(1.0)),
    min_size=1,
    max_size=12,
    unique_by=lambda entry: (entry.words, entry.begins),
)


@settings(deadline=None, max_examples=300)
@given(ENTRIES, st.lists(st.lists(WORDS, max_size=12), min_size=1, max_size=4))
def test_matches_are_the_longest_from_left_to_right(entries, texts):
    made = list(Matcher(tuple(entries)).find(pa.array([" ".join(t) for t in texts])))
    rows = [row for chunk in made for row in chunk.found.tolist()]
    assert rows == [[d, *hit] for d, text in enumerate(texts) for hit in naive(entries, text)]


def test_a_full_vocabulary_is_forgotten_without_a_trace(monkeypatch, tmp_path):
    mine = scorer(f"dictionary:{held(tmp_path)}")
    texts = pa.array([f"good x{k} winner{k} " * 2000 for k in range(40)])
    expected = mine.score(texts)
    monkeypatch.setattr(matching, "MOST_ENTRIES", 3)
    made = Dictionary("other", "other.csv", "1", mine.entries).score(texts)
    assert made == expected
    assert expected["matched"].to_pylist() == [4000] * 40


def test_a_callable():
    mine = scorer("python:tests.analysis.sentiment.own_scorers:length")
    made = mine.score(pa.chunked_array([["four", None], [""]]))
    assert made["score"].to_pylist() == [4.0, None, 0.0]
    assert made["matched"].to_pylist() == [None] * 3
    assert made.schema == MEASURES
    facts = mine.facts()
    assert facts["function"] == "tests.analysis.sentiment.own_scorers:length"
    assert len(facts["sha256"]) == 64
    assert pickle.loads(pickle.dumps(mine)) == mine
    with pytest.raises(NotImplementedError, match="'length' is a callable and tells no reasons"):
        explain("x", mine)


@pytest.mark.parametrize(
    "made", [np.array([1.0, np.nan]), pa.array([1, None]), [1.0, None], pa.chunked_array([[1.0], [None]])]
)
def test_a_callable_may_answer_in_any_array(made):
    assert Custom("mine", lambda texts: made).score(pa.array(["a", "b"]))["score"].to_pylist() == [1.0, None]


@pytest.mark.parametrize(
    ("where", "error"),
    [
        ("own_scorers:too_few", "'too_few' returned 1 values for 2 texts; return one a text"),
        ("own_scorers:words", "'words' returned list, which are no numbers"),
    ],
)
def test_a_callable_that_answers_wrongly(where, error):
    mine = scorer(f"python:tests.analysis.sentiment.{where}")
    with pytest.raises(ValueError, match=error):
        mine.score(pa.array(["a", "b"]))


@pytest.mark.parametrize("where", ["", "os", "os:", "os:nothing", "no_module:f", "os:sep"])
def test_a_function_that_is_not_there(where):
    with pytest.raises(ValueError, match="give python:module:function"):
        scorer(f"python:{where}")


def test_unknown_scorers_and_files(tmp_path):
    with pytest.raises(ValueError, match="scorer is 'liwc'; choose from vader, dictionary, afinn, python"):
        scorer("liwc")
    with pytest.raises(ValueError, match="a dictionary needs its file"):
        scorer("dictionary")
    with pytest.raises(FileNotFoundError):
        scorer(f"afinn:{tmp_path / 'nowhere.txt'}")


def test_every_scorer_fills_the_slot(tmp_path):
    arguments = {"vader": "", "dictionary": held(tmp_path), "afinn": held(tmp_path, b"bad\t-1\n", "a.txt")}
    arguments["python"] = "tests.analysis.sentiment.own_scorers:length"
    assert set(arguments) == set(SCORERS)
    for name, argument in arguments.items():
        mine = scorer(f"{name}:{argument}")
        made = mine.score(pa.array(["good", None]))
        assert made.schema == mine.columns
        assert made.schema.names[:4] == MEASURES.names
        assert made["score"][1].as_py() is None
        assert mine.facts()["sha256"]
        assert isinstance(mine.languages, tuple)
        assert isinstance(hash(mine), int)

"""The fast road of the tokenizers equals their definition, on every code point and on hostile texts."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import numba
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analysis.kernels.compiled import compiled
from analysis.kernels.text import tokens, vocabulary
from analysis.kernels.text.tokens import TOKENIZERS, canonical, classes
from analysis.kernels.text.vocabulary import Pairs, Vocabulary

# What goes wrong elsewhere: marks (also ones that reorder, that decompose, of class 0), jamo, final sigma
# and what hides it, İ, Kelvin and Ångström, ligatures, joiners, all kinds of digits, symbols that compose.
ODD = (
    "aAeEiIkKsS_09 \n\t\0.-'’·"
    "\u0301\u0307\u0308\u030a\u0323\u0327\u0338\u0344\u0345\u0359\u20dd\u0903\u093c\u0915\u0958\u09c7\u09be\u0f73"
    "\u1100\u1161\u11a8가각\u3099か\u309bΣσςΑαßẞİıKÅµſǅﬁ²½Ⅷ٣߀_‿\u00ad\u200c\u200d\u200b\ufeff"
    "≮<=≠ª中文𝒳𐐀🙂🏽\U000e0101\U0001d15e\ufffd"
)
texts = st.one_of(
    st.text(st.sampled_from(ODD), max_size=80),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
    st.text(st.sampled_from("ab é中𝒳\u0301"), max_size=300),
)


def fast(documents, tokenizer, kind=None) -> list[list[str]]:
    """Words of each document by the fast road."""
    known = Vocabulary(tokenizer)
    found = []
    for chunk in known.encode(pa.array(documents, kind or pa.large_string())):
        spelt = known.texts(chunk.ids).to_pylist()
        bounds = chunk.bounds.tolist()
        found += [spelt[a:b] for a, b in pairwise(bounds)]
    return found


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(documents=st.lists(texts, max_size=5))
@example(
    documents=["ΑΣ", "ΑΣ\u0301Α", "Σ", "É e\u0301 E\u0301", "\u0301a", "a", "\u0301", "İ i\u0307 I\u0307"]
)
@settings(deadline=None, max_examples=400)
def test_equals_the_definition(documents, tokenizer):
    assert fast(documents, tokenizer) == [tokens.words(d, tokenizer) for d in documents]


def test_the_definition_of_cc_pyspark_is_the_recipe():
    text = "ΟΔΟΣ e\u0301 İstanbul _x2 don't"
    assert tokens.words(text, "cc-pyspark") == ["οδος", "e", "i\u0307stanbul", "_x2", "don", "t"]
    assert tokens.words(text, "default") == ["οδος", "é", "i\u0307stanbul", "_x2", "don", "t"]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_every_character_in_five_surroundings(tokenizer):
    every = [
        chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000 and unicodedata.category(chr(c)) != "Cn"
    ]
    some = [
        c
        for c in every
        if unicodedata.category(c) != "Co" and unicodedata.name(c, "")[:3] not in ("CJK", "HAN")
    ]
    documents = [f"{c} x{c}y {c}{c} A{c}\u0301 {c}\u0338Σ" for c in some + every[:: len(every) // 2000]]
    assert fast(documents, tokenizer) == [tokens.words(d, tokenizer) for d in documents]


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
def test_classes_are_the_interpreter_s(tokenizer):
    table = classes(tokenizer)
    for point in range(0x110000):
        character = chr(point)
        if character.isalnum() or character == "_":
            want = 1
        else:
            goes_on = character in tokens.JOINERS or unicodedata.category(character)[0] == "M"
            want = 2 if goes_on and tokenizer == "default" else 0
        assert table[point] == want, hex(point)
    assert [chr(c) for c in range(128) if table[c]] == re.findall(
        r"[0-9A-Z_a-z]", "".join(map(chr, range(128)))
    )


def test_normalising_words_is_normalising_the_text():
    """What composes lies within one word or outside all words, so form C of the words is enough.

    Composition and decomposition go by pairs (first, second) and single replacements; a word's edge could
    only move if a pair joined a word with what is not one, or if a replacement changed the class.
    """
    table = classes("default")
    for point in range(0x110000):
        parts = unicodedata.decomposition(chr(point))
        if not parts or parts.startswith("<"):
            continue
        kinds = [int(table[int(p, 16)]) for p in parts.split()]
        whole = int(table[point])
        assert kinds[0] == whole, f"U+{point:04X} begins otherwise than its parts"
        assert all(k == 2 or (k == 1 and whole == 1) for k in kinds[1:]), (
            f"U+{point:04X} swallows a beginning"
        )
    assert all(table[ord(c)] == 1 for c in "\u1100\u1161\u11a8가각"), (
        "Hangul composes by rule: all are letters"
    )


def test_lowering_ascii_first_changes_no_word():
    """`scan` lowers ASCII before words are canonicalised; for composed letters the order does not matter."""
    for point in range(0x110000):
        parts = unicodedata.normalize("NFD", chr(point))
        if len(parts) > 1 and "A" <= parts[0] <= "Z":
            first = parts[0].lower() + parts[1:]
            assert (
                canonical(first, "default") == canonical(parts, "default") == canonical(chr(point), "default")
            )


@pytest.mark.parametrize("tokenizer", TOKENIZERS)
@given(words=st.lists(texts.map(lambda t: t.replace("\n", "")).filter(bool), min_size=1, max_size=6))
@settings(deadline=None)
def test_canonical_line_by_line_or_in_one(words, tokenizer):
    assert canonical("\n".join(words), tokenizer).split("\n") == [canonical(w, tokenizer) for w in words]


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_slices_empty_values_and_both_string_types(kind):
    whole = pa.array(["no", "Éa b", None, "", "c", "no"], kind)
    for array in (whole[1:5], pa.concat_arrays([whole[1:3], whole[3:5]])):
        known = Vocabulary("default")
        chunks = list(known.encode(array))
        assert [c.bounds.tolist() for c in chunks] == [[0, 2, 2, 2, 3]]
        assert known.texts(chunks[0].ids).to_pylist() == ["éa", "b", "c"]
    assert list(Vocabulary("default").encode(whole[:0])) == []
    assert [c.ids.size for c in Vocabulary("default").encode(pa.array([None, None], kind))] == [0]


def test_words_of_every_length_at_every_place():
    lengths = [*range(1, 70), 127, 128, 129, 1000]
    said = "é".join("ab" * n for n in lengths)
    documents = [" " * shift + said + " " + "x" * n for shift in (0, 1, 7) for n in lengths]
    documents += ["y" * 40 + tail for tail in "abc"] * 2  # alike in all but the last byte
    assert fast(documents, "cc-pyspark") == [tokens.words(d, "cc-pyspark") for d in documents]


def test_tables_grow(monkeypatch):
    monkeypatch.setattr(vocabulary, "START", 4)
    monkeypatch.setattr(vocabulary, "CHUNK", 500)
    documents = [
        " ".join(f"Wort{i * j} ÄÖ{i % 50} {'lang' * (i % 9)}" for i in range(200)) for j in range(1, 20)
    ]
    assert fast(documents, "default") == [tokens.words(d, "default") for d in documents]


def test_ids_stay_after_growth_and_begin_anew_after_clear():
    known = Vocabulary("cc-pyspark")
    first = [c.ids.tolist() for c in known.encode(pa.array(["b a b É é"]))]
    list(known.encode(pa.array([" ".join(map(str, range(30000)))])))
    assert [c.ids.tolist() for c in known.encode(pa.array(["b a b É é"]))] == first
    known.clear()
    assert len(known) == 0
    assert [c.ids.tolist() for c in known.encode(pa.array(["z b"]))] == [[0, 1]]


@given(st.lists(st.tuples(st.integers(0, 2**31 - 1) | st.integers(0, 3), st.integers(0, 5)), max_size=200))
@settings(deadline=None)
def test_pairs_are_numbered_in_order(pairs):
    left, right = np.array(pairs, np.int32).reshape(-1, 2).T.copy()
    table = Pairs()
    numbers: dict[tuple[int, int], int] = {}
    assert table.ids(left, right).tolist() == [numbers.setdefault(p, len(numbers)) for p in pairs]
    assert table.pairs.tolist() == [list(p) for p in numbers]


def test_a_document_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(vocabulary, "LONGEST", 10)
    monkeypatch.setattr(vocabulary, "CHUNK", 8)
    with pytest.raises(ValueError, match="document 1 of a batch has 11 bytes, the most is 10"):
        list(Vocabulary("default").encode(pa.array(["short", "much longer"])))


def test_compiles_where_nothing_can_be_cached(monkeypatch):
    """As in a zip on an executor without a home: no folder is found, and it is compiled all the same."""
    monkeypatch.setattr(numba.core.caching.CacheImpl, "_locator_classes", [])
    function = compiled(lambda x: x + 1)
    assert function(1) == 2


@pytest.mark.parametrize("marks", [30, 31, 200_000])
def test_marks_without_end_cost_no_quadratic_time(marks):
    """Two marks in turns are in the wrong order each time; 200,000 would take minutes to put in order."""
    word = "E" + "\u0301\u0323" * (marks // 2) + "\u0301" * (marks % 2)
    (counted,) = tokens.words(word, "default")
    assert canonical(f"Ab\n{word}\ncD", "default").split("\n") == ["ab", counted, "cd"]
    assert (counted == word.lower()) == (marks > 30)

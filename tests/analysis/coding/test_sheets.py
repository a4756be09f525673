"""Sheets: whatever a page's text is, it comes back from a spreadsheet as it was, and nothing in it runs."""

from __future__ import annotations

import csv
import io

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from analysis.coding.sheets import BOM, CUT, lines, sheet, shown, written
from analysis.coding.spreadsheet import guarded, item_id, plain, same_text

TEXTS = st.text(st.characters(codec="utf-8"), max_size=60) | st.text("'=+-@\t\r\n ＝x;,\"", max_size=12)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
def test_a_guarded_text_is_no_formula_and_comes_back(text):
    safe = guarded(text)
    assert plain(safe) == text
    assert not safe.strip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "'=1", "''=1", "＝1", "\r=1"]
)
def test_what_a_spreadsheet_would_run_is_guarded(text):
    assert guarded(text) == "'" + text and plain("'" + text) == text


@pytest.mark.parametrize("text", ["'tis", "a=1", "", "'", "''"])
def test_other_texts_stay_as_they_are(text):
    assert guarded(text) == text == plain(text)


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXTS, min_size=1, max_size=5), st.sampled_from([",", ";", "\t"]), st.booleans())
def test_texts_come_back_from_a_sheet_however_it_was_saved(texts, separator, mark):
    made = written(["item_id", "label", "text"], [[f"i{n}", "", shown(t, 1000)] for n, t in enumerate(texts)])
    assert made.startswith(BOM)
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"), newline="")))
    again = io.StringIO(newline="")
    csv.writer(again, delimiter=separator).writerows(rows)
    content = (BOM if mark else b"") + again.getvalue().encode()
    found = list(lines("a.csv", content))
    assert [one.cells["text"] for one in found] == [shown(t, 1000) for t in texts]
    assert all(same_text(one.cells["text"], shown(t, 1000)) for one, t in zip(found, texts, strict=True))


def test_lines_are_told_as_an_editor_shows_them():
    made = written(
        ["item_id", "label", "text"], [["a", "", "one\ntwo\nthree"], ["b", "", "four"], ["c", "", "five"]]
    )
    assert [one.line for one in lines("a.csv", made)] == [2, 5, 6]


def test_a_text_is_cut_with_a_mark_and_control_characters_are_shown():
    assert shown("abcdef", 3) == "abc" + CUT
    assert shown("a\x00b\r\nc\rd", 99) == "a\ufffdb\nc\nd"


def test_ids_are_consonants_only_and_depend_on_place_alone():
    names = {item_id("articles", "file", n) for n in range(2000)}
    assert len(names) == 2000
    assert all(set(name) <= set("bcdfghjklmnpqrstvwxz-") and len(name) == 14 for name in names)
    assert item_id("articles", "f", 1) == item_id("articles", "f", 1) != item_id("pages", "f", 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"item_id,label\nx,y\n", r"a.csv, line 1: 0 columns are called 'text'"),
        (b"item_id,label,text,label\n", r"a.csv, line 1: 2 columns are called 'label'"),
        (b"", "the columns are none"),
        ("item_id,label,text\na,b,c\nd,é,f\n".encode("cp1252"), "a.csv, line 3: not UTF-8"),
        (b"item_id,label,text\na,b,c,d\n", "a.csv, line 2: more cells than columns"),
    ],
)
def test_what_is_no_sheet_is_refused_with_its_line(content, said):
    with pytest.raises(CodingError, match=said):
        list(lines("a.csv", content))


def test_a_sheet_has_its_coders_texts_in_an_order_of_its_own():
    ids = [item_id("articles", "f", n) for n in range(40)]
    shared = ["anna ben" if n % 2 else "anna" for n in range(40)]
    sample = pa.table(
        {"item_id": ids, "allotted_to": shared, "text": ["=x"] * 40, "url": ["https://a.org"] * 40}
    )
    options = Draw(coders=("anna", "ben"), show=("url",))
    anna, ben = (list(lines("s", sheet(sample, coder, options))) for coder in options.coders)
    assert sorted(one.cells["item_id"] for one in anna) == sorted(ids)
    assert {one.cells["item_id"] for one in ben} == set(ids[1::2])
    order = [one.cells["item_id"] for one in anna if one.cells["item_id"] in ids[1::2]]
    assert order != [one.cells["item_id"] for one in ben]
    assert {(one.cells["text"], one.cells["url"], one.cells["label"]) for one in anna} == {
        ("=x", "https://a.org", "")
    }
    assert b",'=x" in sheet(sample, "anna", options)

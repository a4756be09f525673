"""Codes back from sheets: each problem by its file and line, one label a text, what to talk over."""

from __future__ import annotations

import pyarrow as pa
import pytest

from analysis.coding import codebook, codes
from analysis.coding.errors import CodingError
from analysis.coding.reliability import agreement
from analysis.coding.sheets import lines, written
from schemas import coding as out

TOML = """
question = "What tone?"
level = "ordinal"
instructions = "Judge the whole text."

[[labels]]
name = "negative"
description = "A burden | a threat"
examples = ["a wave"]

[[labels]]
name = "neutral"

[[labels]]
name = "positive"
"""
BOOK = codebook.read(TOML)
IDS = ("bbbb", "cccc", "dddd", "ffff")


def sample(shared="anna ben carl"):
    rows = [
        {
            "item_id": item, "source_file": "f", "record_offset": n, "url": "https://a.org", "outlet": "a.org",
            "period": "2023-01", "language": "eng", "stratum": "all", "inclusion_probability": 0.5,
            "allotted_to": shared, "text": f"text {n}\nof two lines",
        }
        for n, item in enumerate(IDS)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=out.sample.schema())


def filled(*labels, items=IDS, texts=None):
    texts = texts or [f"text {IDS.index(item) if item in IDS else 9}\nof two lines" for item in items]
    rows = [[i, label, "", t] for i, label, t in zip(items, labels, texts, strict=True)]
    return written(["item_id", "label", "note", "text"], rows)


def read(shared="anna ben carl", **sheets):
    given = {coder: (f"{coder}.csv", content) for coder, content in sheets.items()}
    return codes.read(given, sample(shared), BOOK, 1000)


def test_codes_are_read_whatever_the_capitals_and_blanks():
    found, problems = read("anna", anna=filled("negative", " Neutral", "POSITIVE ", ""))
    out.codes.check(found)
    assert found["label"].to_pylist() == ["negative", "neutral", "positive", None]
    assert found["sheet_line"].to_pylist() == [2, 4, 6, 8]
    assert problems == []


def test_a_bad_label_is_named_with_its_line_and_the_nearest():
    found, (problem,) = read("anna", anna=filled("negative", "postive", "neutral", "neutral"))
    assert (problem.file, problem.line, problem.item_id, problem.kind) == ("anna.csv", 4, "cccc", "bad_label")
    assert "'postive' is no label; perhaps 'positive'" in problem.what
    assert found["label"].to_pylist()[1] is None


def test_unknown_duplicated_missing_changed_and_strange_rows_are_named():
    items = ("bbbb", "bbbb", "zzzz", "cccc", "cccc", "dddd")
    texts = ["text 0\nof two lines"] * 3 + ["text 1 of  two\r\nlines", "text 1\nof two lines", "another text"]
    content = filled(
        "negative", "negative", "neutral", "neutral", "positive", "neutral", items=items, texts=texts
    )
    found, problems = read("anna", anna=content)
    assert [(p.line, p.item_id, p.kind) for p in problems] == [
        (0, "ffff", "missing_row"),
        (4, "bbbb", "duplicate"),
        (6, "zzzz", "unknown_item"),
        (10, "cccc", "duplicate"),
        (12, "dddd", "changed_text"),
    ]
    assert found.select(["item_id", "label"]).to_pylist() == [
        {"item_id": "bbbb", "label": "negative"},
        {"item_id": "cccc", "label": None},
        {"item_id": "dddd", "label": None},
    ], "white space alone is no change; two labels are none"
    _, problems = read("ben", anna=filled("negative", "neutral", "neutral", "neutral"))
    assert {p.kind for p in problems} == {"not_allotted"}


def test_one_label_a_text_by_the_rule():
    found, _ = read(
        anna=filled("negative", "negative", "negative", "negative"),
        ben=filled("negative", "negative", "neutral", ""),
        carl=filled("negative", "positive", "positive", ""),
    )
    labels = codes.labels(found, sample(), {})
    out.labels.check(labels)
    assert labels["label_rule"].to_pylist() == ["agreed", "majority", "unresolved", "single"]
    assert labels["label"].to_pylist() == ["negative", "negative", None, "negative"]
    assert labels["codes_given"].to_pylist() == [3, 3, 3, 1]
    talked = codes.labels(found, sample(), {"dddd": "neutral", "bbbb": "positive"})
    assert talked["label"].to_pylist() == ["negative", "negative", "neutral", "negative"]
    assert talked["label_rule"].to_pylist()[2] == "resolved"


def test_disagreements_are_listed_and_read_back_resolved():
    found, _ = read(
        "anna ben",
        anna=filled("negative", "negative", "neutral", "neutral"),
        ben=filled("negative", "positive", "positive", ""),
    )
    names, rows = codes.disagreements(found, sample(), {"cccc": "neutral"}, 1000)
    content = written(names, rows)
    told = list(lines("disagreements.csv", content, ("item_id", "resolved")))
    assert [one.cells["item_id"] for one in told] == ["cccc", "dddd"]
    assert (told[0].cells["anna"], told[0].cells["ben"], told[0].cells["resolved"]) == (
        "negative",
        "positive",
        "neutral",
    )
    resolved, problems = codes.resolved("d.csv", content.replace(b"dddd,,", b"dddd,odd,"), BOOK)
    assert resolved == {"cccc": "neutral"}
    assert (problems[0].line, problems[0].item_id) == (4, "dddd")


def test_agreement_has_all_coders_and_each_pair():
    found, _ = read(
        anna=filled("negative", "neutral", "positive", "neutral"),
        ben=filled("negative", "neutral", "positive", "neutral"),
        carl=filled("negative", "neutral", "negative", ""),
    )
    made = agreement(found, BOOK, draws=50)
    out.agreement.check(made)
    rows = {(r["coefficient"], r["unit"]): r for r in made.to_pylist()}
    assert ("alpha_interval", "all") not in rows, "the codebook is ordinal"
    assert rows["agreement", "anna + ben"]["reliability"] == rows["kappa", "anna + ben"]["reliability"] == 1
    assert rows["agreement", "anna + carl"]["reliability"] == pytest.approx(2 / 3)
    assert rows["alpha_ordinal", "all"]["items_compared"] == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("question", "qestion"), "has 'qestion', which is unknown; the nearest is 'question'"),
        (('"What tone?"', '""'), "has no question"),
        (('"ordinal"', '"ratio"'), "level is 'ratio'; choose from nominal, ordinal, interval"),
        (('"ordinal"', '"interval"'), r"label 1 \('negative'\) has no value"),
        (('"neutral"', '"Negative"'), "has the label 'negative' more than once"),
        (('"neutral"', '"=1"'), "label 2: name is '=1'"),
        (('"neutral"', '"1-2"'), "would take '1-2' for a number or a date"),
        (("[[labels]]", "[[label]]"), "has 'label', which is unknown"),
        (("level =", "level"), "is no TOML"),
    ],
)
def test_a_codebook_that_cannot_be_used_is_refused(change, said):
    with pytest.raises(CodingError, match=said):
        codebook.read(TOML.replace(*change))


def test_the_codebook_for_coders_has_all_of_it():
    shown = codebook.markdown(BOOK)
    assert "# What tone?" in shown and "Judge the whole text." in shown and "They are in order" in shown
    assert "| `negative` | A burden \\| a threat |" in shown and "- a wave" in shown

"""Codes read block by block: the same model as by hand, tested on groups not seen, whatever the file is."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from analysis.kernels.learning.streaming import StreamedClassifier
from analysis.learning import blocks, saved, stream
from analysis.learning.blocks import Blocks, of_block
from analysis.learning.errors import LearningError
from analysis.learning.learn import learn, learn_blocks
from analysis.learning.options import Learn
from analysis.learning.scores import Tally, scores, tallied
from analysis.learning.search import Held
from analysis.report import page
from analysis.report.model.data import open_model
from conf.settings import load
from tests.analysis.learning import learning_codes as codes

ASKED = Learn(estimator="stream", bits=12, ngrams=(1,), folds=3)
SETTINGS = load(environ={})


@pytest.fixture(autouse=True)
def _small_blocks(monkeypatch):
    monkeypatch.setattr(blocks, "ROWS", 100)
    monkeypatch.setattr(blocks, "BYTES", 20_000)
    monkeypatch.setattr(stream, "HEAD", 240)


def planted(texts=600):
    """Every tenth code is wrong."""
    rows = codes.planted(texts)
    wrong = {"burden": "neutral", "neutral": "welcome", "welcome": "burden"}
    given = [wrong[x] if n % 10 == 3 else x for n, x in enumerate(rows["label"].to_pylist())]
    rows = rows.set_column(1, "label", pa.array(given))
    return rows.append_column("item_id", pa.array([f"i{n:04}" for n in range(texts)]))


def parquet(tmp_path, rows):
    path = tmp_path / "codes.parquet"
    pq.write_table(rows, path)
    return replace(ASKED, codes=str(path))


@pytest.fixture
def learned(tmp_path):
    return learn(parquet(tmp_path, planted()), SETTINGS)


def test_the_card_says_what_it_rests_on(learned):
    card = learned.card
    assert card["scores"]["n"] == card["codes"]["texts"] == 600
    assert card["scores"]["macro_f1"] > 0.8
    assert card["scores"]["macro_f1_low"] < card["scores"]["macro_f1"] < card["scores"]["macro_f1_high"]
    assert (card["first_texts"], card["codes"]["together"], card["codes"]["groups"]) == (
        240,
        ["outlet"],
        None,
    )
    assert "first 240" in card["said"]["blocks"] and "one outlet" in card["said"]["blocks"]
    assert {row["term"] for row in card["telling_words"] if row["class"] == "welcome"} >= {"hope", "welcomed"}
    assert card["learning_curve"] and set(card["leak"]) == {"grouped", "random"}
    assert card["parameters"]["tried"] == 3


def test_every_text_is_held_out_once(learned):
    held = pq.read_table(io.BytesIO(learned.held_out)).sort_by("item_id")
    rows = planted()
    assert held["item_id"].to_pylist() == rows["item_id"].to_pylist()
    right = np.mean(np.array(held["predicted"].to_pylist()) == np.array(rows["label"].to_pylist()))
    assert right == pytest.approx(learned.card["scores"]["accuracy"])


def test_the_model_is_what_partial_fit_makes_of_the_blocks(learned):
    told = learned.card["parameters"]
    by_hand, rows = StreamedClassifier(bits=12, alpha=told["alpha"]), planted()
    for start in range(0, 600, 100):
        some = rows.slice(start, 100)
        by_hand.partial_fit(
            some["text"].to_pylist(), np.array(some["label"].to_pylist()), learned.card["classes"]
        )
    assert np.array_equal(by_hand.model_.coef_, learned.model.model_.coef_)


def test_csv_parquet_and_a_samples_folder_give_the_same(learned, tmp_path):
    rows = planted()
    csv.write_csv(rows, tmp_path / "codes.csv")
    folder = tmp_path / "sample"
    folder.mkdir()
    pq.write_table(rows.select(["item_id", "text"]), folder / "sample.parquet", row_group_size=150)
    pq.write_table(rows.drop_columns(["text"]), folder / "labels.parquet")
    of_folder = learn(replace(ASKED, codes=str(folder)), SETTINGS)
    assert of_folder.card["scores"] == learned.card["scores"]
    assert of_folder.held_out == learned.held_out
    of_csv = learn(replace(ASKED, codes=str(tmp_path / "codes.csv")), SETTINGS)  # its blocks are others
    assert of_csv.card["scores"]["n"] == 600 and of_csv.card["scores"]["macro_f1"] > 0.8
    assert of_csv.card["codes"]["sha256"] != learned.card["codes"]["sha256"]


def test_copies_do_not_leak_between_folds(tmp_path):
    rows = codes.copies(stories=150)
    groups = [text.split()[0].split("x")[0] for text in rows["text"].to_pylist()]
    rows = rows.append_column("group", pa.array(groups)).take(
        np.random.default_rng(0).permutation(len(groups))
    )
    kept = learn(replace(parquet(tmp_path, rows), together=("group",)), SETTINGS)
    assert kept.card["scores"]["macro_f1"] < 0.6  # nothing can be learnt
    # near copies are not known for copies
    parted = learn(replace(parquet(tmp_path, rows), together=("story",)), SETTINGS)
    assert parted.card["scores"]["macro_f1"] > 0.8
    assert "near copies" in parted.card["said"]["blocks"]


def test_exact_copies_and_empty_outlets_stay_together():
    rows = pa.table(
        {"text": ["A  text", "a TEXT", "other"], "label": ["x", "y", "x"], "outlet": [None, None, "o.org"]}
    )
    found = of_block(rows, ("outlet", "story"))
    assert found.together[0] == found.together[1] != found.together[2]


def test_cells_are_read_as_written(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text('text,label,extra\n"one\ntwo",NA,1\nthree, yes ,x\n,yes,2\nfour,,3\n"five, six",NA,4\n')
    (rows,) = Blocks(str(path), SETTINGS)
    assert rows.column_names == ["text", "label"]
    found = of_block(rows, ())
    assert found.texts.tolist() == ["one\ntwo", "three", "five, six"]
    assert found.labels.tolist() == ["NA", "yes", "NA"]
    assert found.dropped == 2


def test_added_up_in_blocks_is_added_up_at_once():
    whole = of_block(planted(), ("outlet",))
    rng = np.random.default_rng(1)
    probability = rng.dirichlet((1, 1, 1), len(whole))
    names = np.array(whole.classes)
    held = Held(names[probability.argmax(1)], probability)
    apart = Tally(whole.classes)
    for start in range(0, 600, 70):
        some = of_block(planted().slice(start, 70), ("outlet",))
        apart.add(some, Held(held.predicted[start : start + 70], probability[start : start + 70]))
    once = tallied(whole, held)
    assert scores(apart) == scores(once)
    assert np.allclose(apart.bins, once.bins) and apart.brier == pytest.approx(once.brier)
    assert [row["text"] for row in apart.errors[:9]] == [row["text"] for row in once.errors[:9]]
    assert apart.by.keys() == once.by.keys()


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        (planted(900).sort_by("label"), ASKED, "shuffle the rows"),
        (planted().drop_columns(["label"]), ASKED, "no column 'label'"),
        (planted().set_column(1, "label", pa.array(["a"] * 600)), ASKED, "two are needed"),
        (planted().set_column(2, "outlet", pa.array(["o"] * 600)), ASKED, "all texts are of one group"),
        (planted(), replace(ASKED, weights="inverse"), "no inclusion_probability"),
    ],
)
def test_what_cannot_be_learnt_in_blocks_is_said(tmp_path, rows, options, said):
    asked = parquet(tmp_path, rows)
    with pytest.raises(LearningError, match=said):
        learn_blocks(Blocks(asked.codes, SETTINGS), options)


def test_no_sample_in_a_folder_is_said(tmp_path):
    with pytest.raises(LearningError, match="no coded sample"):
        learn(replace(ASKED, codes=str(tmp_path)), SETTINGS)


def test_it_is_saved_and_read_as_any_model(learned, tmp_path):
    folder = learned.save(str(tmp_path / "m"), SETTINGS)
    found = saved.read(folder, SETTINGS)
    texts = codes.planted(30, seed=9)["text"].to_pylist()
    assert saved.load(found).predict(texts).tolist() == learned.model.predict(texts).tolist()
    assert found.held_out == learned.held_out
    html = page.render([open_model(folder)])
    assert "first 240 of them" in html and "Learning curve" in html

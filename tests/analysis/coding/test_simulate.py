"""Coders with known errors: what they write, what they should agree by, and what is never overwritten."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from analysis.coding import codebook, simulate
from analysis.coding.alpha import alpha
from analysis.coding.errors import CodingError
from analysis.coding.options import Draw
from analysis.coding.sheets import lines, sheet

NAMES = ("low", "middle", "high")
BOOK = 'question = "How much?"\nlevel = "ordinal"\n' + "".join(f'[[labels]]\nname = "{n}"\n' for n in NAMES)
CODERS = ("anna", "ben", "cleo")


@dataclass
class Drawn:
    """What a sample's folder holds, as far as coders see it."""

    folder: Path
    size: int = 400
    options: Draw = field(default_factory=lambda: Draw(coders=CODERS))
    book: codebook.Codebook = field(default_factory=lambda: codebook.read(BOOK))

    def __post_init__(self):
        rows = [
            {"item_id": f"item-{n:04}", "source_file": "a", "record_offset": n, "text": f"text {n}",
             "allotted_to": " ".join(CODERS[: 1 + n % 3])}
            for n in range(self.size)
        ]  # fmt: skip
        self.sample = pa.Table.from_pylist(rows)
        (self.folder / "sheets").mkdir()
        for coder in CODERS:
            (self.folder / "sheets" / f"{coder}.csv").write_bytes(sheet(self.sample, coder, self.options))


@pytest.fixture
def drawn(tmp_path):
    return Drawn(tmp_path)


@pytest.fixture
def truth(drawn):
    return {item: NAMES[n % 5 % 3] for n, item in enumerate(drawn.sample["item_id"].to_pylist())}


def written(drawn, coder):
    path = drawn.folder / "sheets" / f"{coder}.csv"
    return {line.cells["item_id"]: line.cells["label"] for line in lines(path.name, path.read_bytes())}


def test_coders_err_by_their_own_rate(drawn, truth):
    simulate.fill(drawn, truth, [0.0, 0.3, 1.0])
    for coder, low, high in (("anna", 0, 0), ("ben", 0.22, 0.38), ("cleo", 1, 1)):
        said = written(drawn, coder)
        wrong = [label for item, label in said.items() if label != truth[item]]
        assert low <= len(wrong) / len(said) <= high
        assert set(said.values()) <= set(NAMES)
    given = zip(drawn.sample["item_id"].to_pylist(), drawn.sample["allotted_to"].to_pylist(), strict=True)
    assert set(written(drawn, "cleo")) == {item for item, to in given if "cleo" in to}


def test_the_same_seed_gives_the_same_sheets(tmp_path, truth):
    made = []
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        (tmp_path / name).mkdir()
        one = Drawn(tmp_path / name)
        simulate.fill(one, truth, [0.2], seed)
        made.append(written(one, "ben"))
    assert made[0] == made[1] != made[2]


@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval"])
def test_alpha_comes_out_as_expected(drawn, truth, level):
    """Beside the mean of 200 simulated studies, whose own error is below 0.005."""
    errors, rng, found = [0.05, 0.2, 0.1], np.random.default_rng(4), []
    true = np.array([NAMES.index(truth[item]) for item in drawn.sample["item_id"].to_pylist()])
    given = np.array([[coder in to for coder in CODERS] for to in drawn.sample["allotted_to"].to_pylist()])
    for _ in range(200):
        wrong = rng.random(given.shape) < errors
        codes = (true[:, None] + wrong * rng.integers(1, 3, given.shape)) % 3
        found.append(alpha(np.where(given, codes, -1), level, np.array(drawn.book.values), draws=0).value)
    assert simulate.expected_alpha(drawn, truth, errors, level) == pytest.approx(np.mean(found), abs=0.01)
    assert np.mean(found) < 0.85


def test_without_errors_alpha_is_one_and_of_single_codes_there_is_none(drawn, truth):
    assert simulate.expected_alpha(drawn, truth, [0.0]) == 1
    alone = drawn.sample.set_column(4, "allotted_to", pa.array(["anna"] * drawn.size))
    drawn.sample = alone
    assert simulate.expected_alpha(drawn, truth, [0.1]) is None


def test_codes_that_are_there_are_kept(drawn, truth):
    simulate.fill(drawn, truth, [0.1])
    before = written(drawn, "anna")
    with pytest.raises(CodingError, match=r"anna\.csv has codes already, which would be lost"):
        simulate.fill(drawn, truth, [0.0])
    assert written(drawn, "anna") == before


def test_one_code_in_the_last_sheet_keeps_all_from_being_written(drawn, truth):
    only = {drawn.sample["item_id"][2].as_py(): "low"}
    (drawn.folder / "sheets" / "cleo.csv").write_bytes(sheet(drawn.sample, "cleo", drawn.options, only))
    with pytest.raises(CodingError, match=r"cleo\.csv"):
        simulate.fill(drawn, truth, [0.0])
    assert set(written(drawn, "anna").values()) == {""}


@pytest.mark.parametrize("errors", [[0.1, 0.2], [], [1.5], [-0.1]])
def test_errors_that_do_not_fit_are_refused(drawn, truth, errors):
    with pytest.raises(CodingError, match="for each of anna, ben, cleo"):
        simulate.fill(drawn, truth, errors)


def test_the_truth_must_be_of_these_texts_and_labels(drawn):
    places = drawn.sample.select(["source_file", "record_offset"])
    label = pa.array(["low"] * drawn.size)
    full = places.append_column("label", label)
    assert set(simulate.truth_of(drawn, full).values()) == {"low"}
    with pytest.raises(CodingError, match="no text at a, offset 0"):
        simulate.truth_of(drawn, full.slice(1))
    with pytest.raises(
        CodingError, match="'huge' is not in the codebook, which has low, middle, high; only the topics"
    ):
        simulate.truth_of(drawn, places.append_column("label", pa.array(["huge"] * drawn.size)))


def test_talk_needs_the_codes_read(drawn, truth):
    with pytest.raises(CodingError, match="read the codes first"):
        simulate.talk(drawn, truth)

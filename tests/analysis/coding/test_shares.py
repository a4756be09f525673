"""Shares measured from saved predictions and a coded sample: the whole road, its report, its refusals."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from analysis import run
from analysis.coding import folder
from analysis.coding.draw import draw
from analysis.coding.errors import CodingError
from analysis.coding.estimators import ESTIMATORS
from analysis.coding.options import Draw
from analysis.report import write
from analysis.report.charts import figure_of
from analysis.result import open_result
from conf.settings import load
from flows.cli import cli
from schemas import coding as out
from schemas import news

TOML = 'question = "What tone?"\n[[labels]]\nname = "no"\n[[labels]]\nname = "yes"\n'
TEXTS, OUTLETS = 4000, ("a.org", "b.org")


class Study:
    """Articles of which `yes` rises from month to month, and a model that misses it in one outlet."""

    def __init__(self, root):
        rng = np.random.default_rng(8)
        self.month, self.outlet = rng.integers(0, 4, TEXTS), rng.integers(0, 2, TEXTS)
        self.truth = rng.random(TEXTS) < 0.2 + 0.1 * self.month
        seen = np.where(self.outlet == 0, 0.9, 0.5)
        self.predicted = np.where(self.truth, rng.random(TEXTS) < seen, rng.random(TEXTS) < 0.1)
        self.root, self.sample, self.predictions = root, root / "sample", root / "predictions"
        self.settings = load(environ={}, lake=str(root / "lake"))
        self._articles()
        self._predictions()
        self._codes()

    def _articles(self):
        rows = [
            {
                "source_file": "f", "record_offset": n, "url": f"https://x.org/{n}", "outlet": OUTLETS[self.outlet[n]],
                "published_at": datetime(2023, 1 + int(self.month[n]), 5, tzinfo=UTC), "published_source": "json-ld",
                "published_confidence": "high", "published_resolution": "day",
                "captured_at": datetime(2023, 6, 1, tzinfo=UTC), "language": "eng", "language_source": "cld2",
                "record_id": f"r{n}", "content_digest": f"{n:032x}", "text": f"Article {n}.", "text_bytes": 9,
            }
            for n in range(TEXTS)
        ]  # fmt: skip
        home = (
            self.root
            / "lake"
            / news.articles.folder({"archive_month": "2023-06", "extractor": "resiliparse"})
        )
        home.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows, schema=news.articles.schema()), home / "part.parquet")

    def _predictions(self):
        self.predictions.mkdir()
        made = pa.table(
            {
                "source_file": ["f"] * TEXTS, "record_offset": np.arange(TEXTS),
                "outlet": np.array(OUTLETS)[self.outlet], "period": [f"2023-{1 + m:02}" for m in self.month],
                "language": ["eng"] * TEXTS, "predicted": np.array(["no", "yes"])[self.predicted.astype(int)],
                "predicted_probability": pa.nulls(TEXTS, pa.float64()),
            }
        )  # fmt: skip
        pq.write_table(
            made.cast(out.predictions.schema()), self.predictions / "predictions.parquet", row_group_size=999
        )

    def _codes(self):
        options = Draw(size=800, strata=("outlet", "month"), allocation="equal", coders=("anna",))
        (sheet,) = folder.write(draw(options, self.settings), TOML, self.sample)
        head, *rows = csv.reader(io.StringIO(sheet.read_text("utf-8-sig"), newline=""))
        for row in rows:
            row[1] = "yes" if self.truth[int(row[-1].split()[1][:-1])] else "no"
        with sheet.open("w", newline="") as handle:
            csv.writer(handle).writerows([head, *rows])
        assert folder.read_codes(folder.read(self.sample)).problems == ()


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    return Study(tmp_path_factory.mktemp("study"))


def ask(study, **over):
    given = {
        "predictions": str(study.predictions),
        "coded": str(study.sample),
        "by": ("outlet", "period"),
        "estimators": ESTIMATORS,
    }
    return run("shares", settings=study.settings, **(given | over))


def test_the_corrected_shares_hold_the_truth_and_the_count_misses_it(study):
    result = ask(study)
    held = {}
    for row in result.table.to_pylist():
        inside = (np.array(OUTLETS)[study.outlet] == row["group"]) & (
            study.month == int(row["period"][-1]) - 1
        )
        real = study.truth[inside].mean() if row["label_class"] == "yes" else 1 - study.truth[inside].mean()
        held.setdefault(row["estimator"], []).append(row["share_low"] <= real <= row["share_high"])
        assert row["items_all"] == inside.sum() and row["items_coded"] == 100
    assert sum(held["counted"]) <= 10, "of 16"
    assert all(sum(held[name]) >= 14 for name in ("ppi", "dsl", "coded_only")), held
    facts = result.manifest["facts"]
    assert facts["texts_predicted"] == TEXTS and facts["texts_coded"] == 800
    assert 0.7 < facts["accuracy_in_coded_texts"] < 0.9
    assert not facts["predictions_of_coded_texts_held_out"]
    assert "we drew a random sample of 800 of 4,000 texts" in result.manifest["methods"].lower()


def test_ungrouped_shares_and_held_out_predictions(study, tmp_path):
    labels = pq.read_table(study.sample / "labels.parquet")
    wrong = pa.table({"item_id": labels["item_id"], "predicted": ["no"] * labels.num_rows})
    pq.write_table(wrong, tmp_path / "held.parquet")
    result = ask(study, by=(), held_out=str(tmp_path / "held.parquet"))
    rows = {(r["label_class"], r["estimator"]): r for r in result.table.to_pylist()}
    assert {(r["group"], r["period"]) for r in rows.values()} == {("all", "all")}
    counted, powered = rows["yes", "counted"]["share"], rows["yes", "dsl"]["share"]
    assert counted == pytest.approx(study.predicted.mean())
    # All held-out predictions are no, so coded texts count as no, and the whole coded share is added.
    unlearnt = study.predicted.copy()
    unlearnt[labels["record_offset"].to_numpy()] = False
    assert unlearnt.mean() < counted
    assert powered == pytest.approx(unlearnt.mean() + rows["yes", "coded_only"]["share"])
    assert result.manifest["facts"]["predictions_of_coded_texts_held_out"]
    assert rows["yes", "adjusted"]["share"] is None, "nothing tells the classes apart"


def test_the_report_shows_the_estimators_side_by_side_and_says_why_they_differ(study, tmp_path):
    home = tmp_path / "shares"
    told = CliRunner().invoke(
        cli,
        ["shares", "--predictions", str(study.predictions), "--coded", str(study.sample), "--by", "period",
         "--lake", study.settings.lake, "--out", str(home), "--json"],
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["manifest"]["rows"] == 2 * 4 * 3
    result = open_result(home)
    drawn = figure_of(result)
    assert [panel.name for panel in drawn.panels] == ["no", "yes"]
    assert {name for name, _, _ in drawn.series} == {"counted", "adjusted", "ppi"}
    write([result], tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "the model is biased there" in page and "Shares by period are estimated side by side" in page


def test_what_does_not_belong_together_is_refused(study, tmp_path):
    with pytest.raises(ValueError, match="coded is not given"):
        ask(study, coded="")
    with pytest.raises(ValueError, match="give one of them"):
        ask(study, by=("outlet", "language"))
    half = pq.read_table(study.predictions / "predictions.parquet").slice(0, TEXTS // 2)
    pq.write_table(half, tmp_path / "half.parquet")
    with pytest.raises(CodingError, match="800 texts are coded and"):
        ask(study, predictions=str(tmp_path / "half.parquet"))
    pq.write_table(half.select(["source_file"]), tmp_path / "half.parquet")
    with pytest.raises(CodingError, match="has no Parquet file with"):
        ask(study, predictions=str(tmp_path / "half.parquet"))
    one = pq.read_table(study.sample / "labels.parquet").select(["item_id"]).slice(1)
    pq.write_table(one.append_column("predicted", pa.array(["no"] * one.num_rows)), tmp_path / "held.parquet")
    with pytest.raises(CodingError, match="1 texts with a label have no held-out prediction"):
        ask(study, held_out=str(tmp_path / "held.parquet"))


def test_counts_and_held_out_predictions_give_the_same(study, tmp_path):
    rows = pq.read_table(study.predictions / "predictions.parquet")
    labels = pq.read_table(study.sample / "labels.parquet")
    added = rows.group_by(["outlet", "period", "language", "predicted"]).aggregate([([], "count_all")])
    home = tmp_path / "counts"
    home.mkdir()
    pq.write_table(added.rename_columns([*added.column_names[:-1], "items"]), home / "classes.parquet")
    with pytest.raises(CodingError, match="has counts only"):
        ask(study, predictions=str(home))
    number = labels["record_offset"].to_numpy()
    held = pa.table({"item_id": labels["item_id"], "predicted": rows["predicted"].take(pa.array(number))})
    pq.write_table(held, home / "held_out.parquet")
    assert ask(study, predictions=str(home)).table.equals(ask(study).table)

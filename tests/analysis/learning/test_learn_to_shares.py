"""From a drawn sample to shares, on disk and by the command line: coded texts are predicted by models that had not
seen them, without a word from whoever asks."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner

from analysis import run
from analysis.learning import saved
from analysis.learning.errors import LearningError
from conf.settings import load
from flows.cli import cli
from schemas import news

TOML = 'question = "What tone?"\n[[labels]]\nname = "no"\n[[labels]]\nname = "yes"\n'
TEXTS, CODED = 600, 120


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """Articles of mostly own words, whose codes a model can learn by heart but hardly guess."""
    root = tmp_path_factory.mktemp("study")
    rng = np.random.default_rng(3)
    truth = rng.random(TEXTS) < 0.4
    rows = [
        {
            "source_file": "f", "record_offset": n, "url": f"https://x.org/{n}", "outlet": f"o{n % 40}.org",
            "published_at": datetime(2023, 1, 5, tzinfo=UTC), "published_source": "json-ld",
            "published_confidence": "high", "published_resolution": "day",
            "captured_at": datetime(2023, 6, 1, tzinfo=UTC), "language": "eng", "language_source": "cld2",
            "record_id": f"r{n}", "content_digest": f"{n:032x}", "text_bytes": 9,
            "text": " ".join([f"Article{n}", *(f"own{n}x{k}" for k in range(8)), "hope" if truth[n] and n % 3 else ""]),
        }
        for n in range(TEXTS)
    ]  # fmt: skip
    home = root / "lake" / news.articles.folder({"archive_month": "2023-06", "extractor": "resiliparse"})
    home.mkdir(parents=True)
    pq.write_table(pa.Table.from_pylist(rows, schema=news.articles.schema()), home / "part.parquet")
    (root / "tone.toml").write_text(TOML)
    sample(root, truth, "sample", 0)
    codes = str(root / "sample")
    told(root, "learn", codes, "--out", str(root / "model"), "--ngrams", "1", "--bits", "14", "--folds", "3")
    for name in ("classify", "classify-counts"):
        told(root, name, "--model", str(root / "model"), "--out", str(root / name))
    return root, truth


@pytest.mark.parametrize("estimator", ["naive-bayes", "stream"])
def test_a_model_of_articles_says_so_where_it_is_applied_to_pages(study, lake, tmp_path, estimator):
    root, _ = study
    model = str(tmp_path / "model")
    asked = ("--estimator", estimator, "--ngrams", "1", "--bits", "12", "--folds", "2")
    told(root, "learn", str(root / "sample"), "--out", model, *asked)
    assert json.loads(Path(model, "card.json").read_text())["codes"]["reads"] == "core__ccnews__articles"
    said = "learnt from texts of core__ccnews__articles and applied to those of core__commoncrawl__pages, of which"
    where = {"crawl": ["CC-MAIN-2023-06"]}
    assert said in run("classify-pages-counts", settings=lake, where=where, model=model).manifest["methods"]
    own = run("classify-counts", str(root / "lake"), model=model)
    assert "learnt from texts of" not in own.manifest["methods"]


def told(root, *words):
    made = CliRunner().invoke(cli, [*words], env={"FIELDWORK_LAKE": str(root / "lake")})
    assert made.exit_code == 0, made.output
    return made.stdout


def sample(root, truth, name, seed):
    """A sample, drawn and coded."""
    folder, size = root / name, str(CODED)
    told(root, "annotate", "draw", "--codebook", str(root / "tone.toml"), "--out", str(folder), "--size", size,
         "--seed", str(seed))  # fmt: skip
    sheet = folder / "sheets" / "coder.csv"
    head, *rows = csv.reader(io.StringIO(sheet.read_text("utf-8-sig"), newline=""))
    for row in rows:
        row[1] = "yes" if truth[int(row[-1].split()[0].removeprefix("Article"))] else "no"
    with sheet.open("w", newline="") as handle:
        csv.writer(handle).writerows([head, *rows])
    told(root, "annotate", "read", str(folder))
    return folder


def shares(root, predictions, coded, *more):
    out = root / "shares"
    told(
        root,
        "shares",
        "--predictions",
        str(root / predictions),
        "--coded",
        str(coded),
        "--out",
        str(out),
        *more,
    )
    return json.loads((out / "manifest.json").read_text("utf-8"))["facts"]


@pytest.mark.parametrize("predictions", ["classify", "classify-counts"])
def test_shares_use_what_models_said_that_had_not_seen_the_text(study, predictions):
    root, _ = study
    card = json.loads((root / "model" / "card.json").read_text("utf-8"))
    found = shares(root, predictions, root / "sample")
    assert found["predictions_of_coded_texts_held_out"] is True
    assert found["accuracy_in_coded_texts"] == pytest.approx(card["scores"]["accuracy"])
    assert found["accuracy_in_coded_texts"] < 0.95
    beside = root / predictions / "held_out.parquet"
    assert beside.read_bytes() == (root / "model" / "held_out.parquet").read_bytes()


def test_without_them_the_model_would_seem_without_error(study, tmp_path):
    root, _ = study
    alone = tmp_path / "alone"
    alone.mkdir()
    (alone / "predictions.parquet").write_bytes((root / "classify" / "predictions.parquet").read_bytes())
    assert shares(root, str(alone), root / "sample")["accuracy_in_coded_texts"] == 1  # learnt by heart


def test_a_sample_the_model_has_not_seen_needs_none(study):
    root, truth = study
    fresh = sample(root, truth, "fresh", 9)
    learnt = pq.read_table(root / "model" / "held_out.parquet")
    both = pc.sum(pc.is_in(pq.read_table(fresh / "labels.parquet")["item_id"], learnt["item_id"])).as_py()
    assert 0 < both < CODED
    found = shares(root, "classify", fresh)
    assert found["texts_coded"] == CODED and found["accuracy_in_coded_texts"] < 0.95
    explicit = ["shares", "--predictions", str(root / "classify"), "--coded", str(fresh), "--held-out",
                str(root / "model" / "held_out.parquet")]  # fmt: skip
    refused = CliRunner().invoke(cli, explicit, env={"FIELDWORK_LAKE": str(root / "lake")})
    assert refused.exit_code != 0  # a file one names oneself must have them all
    assert f"{CODED - both:,} texts with a label have no held-out prediction" in str(
        refused.exception or refused.output
    )


def test_a_model_whose_held_out_predictions_are_gone_is_refused(study, tmp_path):
    root, _ = study
    for file in Path(root / "model").iterdir():
        if file.name != "held_out.parquet":
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(LearningError, match=r"held_out\.parquet is gone"):
        saved.read(str(tmp_path), load(environ={}))

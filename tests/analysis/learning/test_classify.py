"""A learnt model gives the same classes on every engine, and what it is asked of the command line."""

from __future__ import annotations

import json
import sys

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import csv

from analysis import frame, run
from analysis.learning.coded import coded
from analysis.learning.learn import learn_from
from analysis.learning.options import Learn
from flows import cli
from schemas import coding as out
from tests.analysis.learning import learning_codes as codes

PAGES = "core__commoncrawl__pages"


@pytest.fixture(scope="module")
def pages(lake):
    """All pages of the lake."""
    return frame(PAGES, settings=lake).compute()


@pytest.fixture(scope="module")
def learned(pages):
    """A model of the pages' language, which is told by their words."""
    some = pages[pages.language.isin(["eng", "deu"])].groupby("language").head(40)
    rows = pa.table({"text": some.text.tolist(), "label": some.language.tolist()})
    return learn_from(coded(rows, ()), Learn(estimator="naive-bayes", bits=12, ngrams=(1,), folds=2))


@pytest.fixture
def model(learned, lake, tmp_path):
    return learned.save(str(tmp_path / "model"), lake)


def test_every_engine_gives_what_the_pipeline_gives(lake, pages, learned, model, engine):
    found = run("classify-pages", settings=lake, engine=engine, model=model)
    table = found.to_pandas().set_index(["source_file", "record_offset"])
    where = pages.set_index(["source_file", "record_offset"]).sort_index()
    table = table.loc[where.index]
    probability = learned.model.predict_proba(where.text.tolist())
    assert table.predicted.tolist() == learned.model.predict(where.text.tolist()).tolist()
    assert table.predicted_probability.to_numpy() == pytest.approx(probability.max(1), rel=1e-12)
    assert found.manifest["facts"]["model_sha256"] == learned.card["model_sha256"]
    assert set(table.predicted) == {"eng", "deu"}
    known = table[table.language.isin(["eng", "deu"])]
    assert (known.predicted == known.language).mean() > 0.95


def test_counts_are_the_rows_added_up(lake, model, engine):
    rows = run("classify-pages", settings=lake, model=model).to_pandas()
    found = run("classify-pages-counts", settings=lake, engine=engine, model=model)
    here = run("classify-pages-counts", settings=lake, model=model)
    assert here.table.equals(found.table)  # to the bit, probabilities too
    counted = found.to_pandas()
    keys = [c.name for c in out.classes.key]
    by = rows.groupby(keys, dropna=False).predicted_probability.agg(["size", "mean"]).reset_index()
    by, counted = (t.sort_values(keys).reset_index(drop=True) for t in (by, counted))
    assert counted[keys].equals(by[keys])
    assert counted["items"].tolist() == by["size"].tolist()
    assert counted.mean_probability.to_numpy() == pytest.approx(by["mean"].to_numpy(), abs=1e-9)


def test_dask_mls_own_way_gives_the_same(pages, learned):
    from dask import array
    from dask_ml.wrappers import ParallelPostFit
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer

    texts = pages.text.to_numpy(object)[:, None]  # it wants two dimensions, our pipeline one
    model = make_pipeline(FunctionTransformer(np.ravel), learned.model)
    wrapped = ParallelPostFit(model, predict_meta=np.array([""], dtype="<U3"))
    found = wrapped.predict(array.from_array(texts, chunks=(400, 1)))
    assert found.numblocks == (4,)
    assert found.compute().tolist() == learned.model.predict(texts.ravel()).tolist()


def test_only_some_languages(lake, pages, model):
    found = run("classify-pages", settings=lake, model=model, languages=("deu",))
    assert found.table.num_rows == (pages.language == "deu").sum()
    assert "macro F1" in found.manifest["methods"]


def test_no_model_is_said_before_anything_is_read(lake, tmp_path):
    with pytest.raises(ValueError, match="model is empty"):
        run("classify-pages", settings=lake)
    with pytest.raises(ValueError, match="holds no model"):
        run("classify-pages", settings=lake, model=str(tmp_path / "nothing"))


def test_from_codes_to_classes_on_the_command_line(lake, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("FIELDWORK_LAKE", lake.lake)
    csv.write_csv(codes.planted(90), tmp_path / "codes.csv")
    learn = ["learn", str(tmp_path / "codes.csv"), "--estimator", "naive-bayes", "--ngrams", "1"]
    told = _told([*learn, "--folds", "2", "--out", str(tmp_path / "m")], monkeypatch, capsys)
    assert "burden" in told
    card = json.loads(_told([*learn, "--out", str(tmp_path / "m"), "--json"], monkeypatch, capsys))
    assert card["options"]["folds"] == 5
    asked = ["classify-pages-counts", "--model", str(tmp_path / "m"), "--json", "--top", "0"]
    rows = json.loads(_told(asked, monkeypatch, capsys))["rows"]
    assert {row["predicted"] for row in rows} <= {"burden", "neutral", "welcome"}


def _told(words, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["fieldwork", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    told = capsys.readouterr()
    assert ended.value.code == 0, told.err
    return told.out

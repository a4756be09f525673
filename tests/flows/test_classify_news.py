"""The flow `classify-news`: from coded texts to classes of a month's articles, their shares corrected, published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest
from pyarrow import csv

from analysis.coding import folder as home
from analysis.coding.draw import draw
from analysis.coding.options import Draw
from analysis.coding.sheets import sheet
from analysis.learning.learn import learn
from analysis.learning.options import Learn
from analysis.result import open_result
from conf.settings import load
from flows import classify_news as module
from flows import publish
from tests.analysis.sentiment_series.planted import Newsroom

MONTH = "2024-05"
KINDS = ("positive", "negative", "neutral")
TOML = 'question = "Which tone?"\n' + "".join(f'[[labels]]\nname = "{name}"\n' for name in KINDS)


@pytest.fixture
def codes(tmp_path):
    """Coded sentences in the words of the articles."""
    room, rows = Newsroom(1), []
    for n in range(60):
        kind = n % 3
        text = room.text(*(3 * (kind == place) for place in range(3)))
        rows.append({"text": f"{text} n{n}", "label": ("positive", "negative", "neutral")[kind], "group": n})
    csv.write_csv(pa.Table.from_pylist(rows), tmp_path / "codes.csv")
    return str(tmp_path / "codes.csv")


@pytest.fixture
def published(monkeypatch):
    """What was published, without a Prefect server."""
    found = {"warnings": []}
    monkeypatch.setattr(publish, "table", lambda key, rows, about: found.update({key: rows}))
    monkeypatch.setattr(publish, "markdown", lambda key, text, about: found.update({key: text}))
    told = SimpleNamespace(warning=lambda text, *given: found["warnings"].append(text % given))
    monkeypatch.setattr(module, "get_run_logger", lambda: told)
    for name in ("learn_model", "run_analysis", "write_report"):
        monkeypatch.setattr(module, name, getattr(module, name).fn)
    return found


@pytest.fixture
def room():
    """Forty articles, every fourth neutral; of two outlets or of none that is known."""
    made = Newsroom(2)
    for n in range(40):
        outlet = None if n % 5 == 0 else f"o{n % 2}.org"
        made.article(outlet, datetime(2024, 4 + n % 2, 3, tzinfo=UTC), made.text(*TEXTS[n % 4]))
    return made


@pytest.fixture
def landed(room, tmp_path):
    """A lake of these articles, captured in one month; the profile of settings that name it."""
    room.lake(tmp_path / "lake")
    profile = tmp_path / "test.toml"
    profile.write_text(f'lake = "{tmp_path / "lake"}"\n')
    return str(profile)


@pytest.fixture
def coded(landed, tmp_path):
    """Draws a sample of these articles and codes it by their words."""

    def make(name="sample", **options):
        settings, folder = load(landed), tmp_path / name
        where = {"archive_month": [MONTH], "extractor": ["resiliparse"]}
        drawn = draw(Draw(size=30, **options), settings, where=where)
        home.write(drawn, TOML, folder)
        labels = {row["item_id"]: tone(row["text"]) for row in drawn.sample.to_pylist()}
        (folder / "sheets" / "coder.csv").write_bytes(sheet(drawn.sample, "coder", drawn.options, labels))
        home.read_codes(home.read(folder))
        return str(folder)

    return make


def tone(text):
    """What a coder who reads the words says."""
    return "positive" if "wonderful" in text else "negative" if "horrible" in text else "neutral"


def run(tmp_path, profile, month=MONTH, **coding):
    return module.classify_news.fn(month, str(tmp_path / "out"), module.Coding(**coding), profile=profile)


UNCORRECTED = "no sample of the articles of 2024-05 corrects their counts, which carry the model's errors"
OPTIONS = {"estimator": "naive-bayes", "bits": 10, "ngrams": [1], "folds": 3, "together": ["group"]}


def test_from_codes_to_counts(codes, landed, published, tmp_path):
    folder = run(tmp_path, landed, codes=codes, learn=OPTIONS)

    counts = open_result(f"{folder}/counts").to_pandas()
    assert counts.groupby("predicted")["items"].sum().to_dict() == {
        "negative": 10,
        "neutral": 10,
        "positive": 20,
    }
    assert set(counts.period) == {"2024-04", "2024-05"}
    assert counts["items"][counts.outlet.isna()].sum() == 8
    classes = open_result(f"{folder}/classes")
    assert classes.table.num_rows == 40
    assert (Path(folder) / "report.html").is_file()
    assert published["classify-news-model"].startswith("# Model: negative / neutral / positive")
    assert sum(row["items"] for row in published["news-classify-counts-rows"]) == 40
    assert not (Path(folder) / "shares").exists()
    assert published["warnings"] == [UNCORRECTED]


def test_a_sample_of_the_month_corrects_its_shares(coded, landed, published, tmp_path):
    sample = coded()
    folder = run(tmp_path, landed, codes=sample, learn=OPTIONS | {"together": []})
    shares = open_result(f"{folder}/shares").to_pandas()
    assert set(shares.group) == {"o0.org", "o1.org", "(missing)"}
    assert set(shares.estimator) == {"counted", "adjusted", "ppi"}
    right = {"o0.org": 1, "o1.org": 0}
    ppi = shares[(shares.estimator == "ppi") & (shares.label_class == "positive")].set_index("group")
    assert all(ppi.share_low[name] <= share <= ppi.share_high[name] for name, share in right.items())
    assert published["warnings"] == []
    names = {"news-shares-rows", "news-shares-methods", "news-classify-counts-rows", "classify-news-model"}
    assert names <= set(published)
    page = (Path(folder) / "report.html").read_text("utf-8")
    places = [page.index(f">{name}</h2>") for name in ("Shares", "Classify counts", "Classify")]
    assert places == sorted(places)
    assert page.count("Why they differ") == 1


def test_a_model_that_is_given_is_taken_as_it_is(coded, model, landed, published, tmp_path):
    folder = run(tmp_path, landed, codes=coded(), model=model, by="period")
    assert not (Path(folder) / "model").exists()
    assert published["classify-news-model"].startswith("# Model: negative / neutral / positive")
    assert set(open_result(f"{folder}/shares").to_pandas().period) == {"2024-04", "2024-05"}
    alone = run(tmp_path / "alone", landed, model=model)
    assert not (Path(alone) / "shares").exists()
    assert published["warnings"] == [UNCORRECTED]


@pytest.fixture
def model(codes, landed, tmp_path):
    """A model of other codes."""
    folder, options = (
        str(tmp_path / "model"),
        {n: tuple(v) if isinstance(v, list) else v for n, v in OPTIONS.items()},
    )
    settings = load(landed)
    return learn(Learn(codes=codes, **options), settings).save(folder, settings)


def more(room, _):
    room.article("o2.org", datetime(2024, 5, 3, tzinfo=UTC), "The train left the station.")


def others(room, _):
    for row in room.rows:
        row["record_offset"] += 1000


def uncoded(_, sample):
    (Path(sample) / "labels.parquet").unlink()


@pytest.mark.parametrize("change", [more, others, uncoded])
def test_what_is_no_sample_of_these_articles_corrects_nothing(
    room, coded, model, landed, published, tmp_path, change
):
    sample = coded()
    change(room, sample)
    room.lake(tmp_path / "lake")
    folder = run(tmp_path, landed, codes=sample, model=model)
    assert not (Path(folder) / "shares").exists()
    assert published["warnings"] == [UNCORRECTED]


def test_neither_codes_nor_model_is_refused():
    with pytest.raises(ValueError, match="neither codes nor model is given"):
        module.Coding(by="period")


TEXTS = ((3, 0, 0), (0, 3, 0), (3, 0, 0), (0, 0, 3))
"""Positive, negative and neutral sentences of the kinds of articles."""

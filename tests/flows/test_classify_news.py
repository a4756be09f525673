"""The flow `classify-news`: from coded sentences to the classes of a month's articles, published."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import csv

from analysis.result import open_result
from flows import classify_news as module
from flows import publish
from tests.analysis.sentiment_series.planted import Newsroom

MONTH = "2024-05"


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
    found = {}
    monkeypatch.setattr(publish, "table", lambda key, rows, about: found.update({key: rows}))
    monkeypatch.setattr(publish, "markdown", lambda key, text, about: found.update({key: text}))
    for name in ("learn_model", "run_analysis", "write_report"):
        monkeypatch.setattr(module, name, getattr(module, name).fn)
    return found


def test_from_codes_to_counts(codes, published, tmp_path):
    room = Newsroom(2)
    for n in range(40):
        kind = n % 4  # every fourth is neutral
        outlet = None if n % 5 == 0 else f"o{n % 2}.org"
        room.article(outlet, datetime(2024, 4 + n % 2, 3, tzinfo=UTC), room.text(*TEXTS[kind]))
    room.lake(tmp_path / "lake")
    profile = tmp_path / "test.toml"
    profile.write_text(f'lake = "{tmp_path / "lake"}"\n')
    options = {"estimator": "naive-bayes", "bits": 10, "ngrams": [1], "folds": 3, "together": ["group"]}
    folder = module.classify_news.fn(MONTH, codes, str(tmp_path / "out"), options, profile=str(profile))

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


TEXTS = ((3, 0, 0), (0, 3, 0), (3, 0, 0), (0, 0, 3))
"""Positive, negative and neutral sentences of the kinds of articles."""

"""Sentiment in the report: weightings side by side, outlets as small multiples, gaps, sentences."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest

from analysis import report
from analysis.report.charts import figure_of
from schemas import sentiment as out
from tests.analysis.report.conftest import HOSTILE, HOSTILE_URLS, result, rows_of

COUNTS = {"articles_scored": 9, "stories_scored": 9, "dated_by_capture": 0}


def series(gaps=(0, 3, 31, None)):
    rows = [
        COUNTS
        | {"period": f"2024-0{n + 1}", "reading": reading, "weighting": weighting, "outlets_scored": 3,
           "sentiment": None if n == 2 else 0.1 * n, "sentiment_low": None if n == 2 else 0.1 * n - 0.05,
           "sentiment_high": None if n == 2 else 0.1 * n + 0.05, "gap_days": gaps[n]}
        for n in range(4) for reading in ("every_copy", "one_per_story")
        for weighting in ("adjusted", "outlets", "pooled")
    ]  # fmt: skip
    return result("sentiment", out.series, rows_of(out.series, [], rows))


def marks(panel, kind):
    layers = [one for one in panel.spec["layer"] if one["mark"]["type"] == kind]
    return [row for one in layers for row in (one.get("data") or panel.spec.get("data"))["values"]]


def test_weightings_stand_side_by_side_and_lines_break_where_nothing_is():
    figure = figure_of(series())
    assert [panel.name for panel in figure.panels] == ["adjusted", "outlets", "pooled"]
    assert [name for name, *_ in figure.series] == ["every_copy", "one_per_story"]
    drawn = marks(figure.panels[0], "line")
    assert [m["period"] for m in drawn if m["value"] is None] == ["2024-03", "2024-03"]
    assert len(drawn) == 8


def test_gaps_of_the_archive_are_stripes():
    figure = figure_of(series())
    stripes = marks(figure.panels[0], "rule")
    assert [(m["period"], m["gap_days"]) for m in stripes] == [("2024-02", 3), ("2024-03", 31)]
    assert [m["share"] for m in stripes] == pytest.approx([3 / 31, 1.0])
    assert "Grey stripes: the archive itself misses days" in figure.subtitle
    without = figure_of(series((0, 0, 0, None)))
    assert "Grey" not in without.subtitle
    assert not marks(without.panels[0], "rule")


def test_outlets_are_small_multiples():
    rows = [
        COUNTS
        | {"period": f"2024-0{month}", "outlet": f"o{n}.org", "reading": "every_copy", "sentiment": 0.1 * n,
           "sentiment_sd": 0.1, "sentences_scored": 90, "matched_share": 0.05, "gap_days": None}
        for month in (1, 2, 3) for n in range(12)
    ]  # fmt: skip
    figure = figure_of(result("sentiment-outlets", out.outlets, rows_of(out.outlets, [], rows)))
    assert len(figure.panels) == 9
    assert figure.panels[0].name == "o0.org"
    assert "9 of 12 groups" in figure.subtitle


def test_sentences_are_shown_with_their_reasons_and_nothing_runs(tmp_path):
    rows = [
        {"tone": tone, "place": n + 1, "sentence": text, "sentence_score": score, "explanation": text,
         "outlet": text, "dated_at": datetime(2024, 5, 1, tzinfo=UTC), "url": HOSTILE_URLS[n % len(HOSTILE_URLS)],
         "source_file": "f", "record_offset": n, "sentence_begin": 0}
        for tone, score in (("negative", -0.9), ("positive", 0.9)) for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    rows[0] |= {"sentence": "A horrible day.", "explanation": "horrible −2.5", "url": "https://a.org/x"}
    made = result("sentiment-sentences", out.sentences, rows_of(out.sentences, [], rows))
    assert figure_of(made) is None
    page = report.write([made], tmp_path / "report.html").read_text("utf-8")
    assert page.index("Most positive sentences") < page.index("Most negative sentences")
    assert "horrible −2.5" in page
    assert 'href="https://a.org/x"' in page
    body = page[page.index('class="sentences"') : page.index("Codebook of")]
    assert not re.search(r"<(script|img|svg)|javascript:[^<]*\"", body)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body

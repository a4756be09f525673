"""What the page of a learnt model says: read from its card, said in sentences, nothing of it alive."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from analysis import report
from analysis.report import page
from analysis.report.model import said
from analysis.report.model.charts import _labels, figures_of_model
from analysis.report.model.data import open_model
from flows.cli import cli
from tests.analysis.report.conftest import HOSTILE
from tests.analysis.report.model import model_cards as cards

ERRORS = [
    {"label": "burden", "predicted": "welcome", "probability": "0.93", "outlet": "a.org", "text": "A text."},
    {"label": "welcome", "predicted": "neutral", "probability": "0.0", "outlet": "b.org", "text": "نص قصير"},
]


@pytest.fixture
def folder(tmp_path):
    return cards.write(tmp_path / "tone", cards.card(), ERRORS)


@pytest.fixture
def model(folder):
    return open_model(folder)


def test_every_part_of_the_card_has_its_chart_and_sentence(model):
    figures = {figure.name: figure for figure in figures_of_model(model)}
    assert list(figures) == ["scores", "confusion", "calibration", "learning", "words"]
    assert [p.name for p in figures["scores"].panels] == [
        "F1 by class",
        "By outlet (texts)",
        "By period (texts)",
    ]
    assert all(panel.finding.endswith(".") for figure in figures.values() for panel in figure.panels)
    by_class, outlets, periods = (panel.finding for panel in figures["scores"].panels)
    assert "“burden” best (F1 0.80)" in by_class and "“welcome” least (0.60" in by_class
    assert "it is worse: macro F1 0.64" in by_class
    assert outlets.startswith(
        "The model is not equally good everywhere: 40\u202f% right in “b.org”, 90\u202f% in “a.org”"
    )
    assert periods.startswith("No period stands out clearly")
    first = figures["scores"].panels[2].spec["data"]["values"]
    assert [mark["full"] for mark in first] == ["2023-01", "2023-02"]  # in the order of time
    assert figures["confusion"].title.startswith("91 of 127 texts are right")
    assert figures["calibration"].title.startswith(
        "The model is surer than it should be: on average it states"
    )
    assert (
        figures["learning"].title
        == "More coded texts would probably help: the last 20 brought 0.05 of macro F1"
    )
    assert "A random split would flatter the model" in figures["learning"].panels[1].finding


def test_shares_that_a_count_would_get_wrong_are_told(model):
    cells = [
        row | {"n": 50} if row["label"] == "neutral" != row["predicted"] else row
        for row in model.card["confusion"]
    ]
    told = said.confusions(cells)
    assert told.startswith("The model says “neutral” 42 times, where people found 130; “burden” 87 times")


def test_a_card_with_less_makes_a_page_with_less(tmp_path):
    less = cards.card(scores_in_frame=None, calibration=None, leak=None, learning_curve=[], telling_words=[])
    for name in ("confusion", "by_group", "said", "trust", "code"):
        del less[name]
    for row in (less["scores"], *less["scores"]["by_class"]):
        for key in [k for k in row if k.endswith(("_low", "_high"))]:
            row[key] = None
    found = open_model(cards.write(tmp_path / "less", less, []))
    assert [figure.name for figure in figures_of_model(found)] == ["scores"]
    html = page.render([found])
    assert "No coded text was predicted wrongly." in html and "None" not in html.split("<pre")[0]


def test_the_page_has_scores_errors_and_what_it_was_learnt_from(folder):
    html = page.render([report.opened(folder)])
    for text in ("Macro F1 0.71 (0.66 to 0.75)", "0.660 to 0.750", "coded <bdi>burden</bdi>, predicted",
                 "(93\u202f%)", 'dir="rtl"', "cd" * 32, "held_out.parquet", "No judge of persons.",
                 "model__C 4"):  # fmt: skip
        assert text in html, text
    assert 'id="coverage"' not in html  # a model reads no lake


def test_models_and_results_share_a_page(folder, trends):
    html = page.render([report.opened(folder), trends])
    assert "<title>Model tone and trends</title>" in html
    assert html.index('id="coverage"') < html.index('id="result-1"') < html.index('id="result-2"')


def test_names_that_look_alike_once_cut_stay_apart():
    found = _labels(
        ["a very long name of one", "a very long game of one", "short", "a very long fame of one"]
    )
    assert list(found.values()) == [
        "a very lo…e of one",
        "a very lo…e of one #2",
        "short",
        "a very lo…e of one #3",
    ]


def test_hostile_words_stay_words(tmp_path):
    found = open_model(cards.hostile(tmp_path / "hostile", HOSTILE))
    html = page.render([found])
    body = html[html.index("<main>") : html.index("</main>")]
    for evil in ("<script", "<img", "<svg onload", "<!--", "\u202e", "\x00", "\u2028"):
        assert evil not in body.replace('<svg viewBox="', ""), evil
    text = next(e for e in found.errors if e["text"].startswith("<img"))["text"]
    assert len(text) > 400 and text.replace("<", "&lt;").replace(">", "&gt;") not in html  # cut


def test_the_command_takes_models_and_says_what_else_it_takes(folder, tmp_path):
    made = CliRunner().invoke(cli, ["report", folder, "--figures", "svg", "--export", "csv"])
    assert made.exit_code == 0, made.output
    assert (Path(folder) / "report.html").is_file()
    assert sorted(f.name for f in Path(folder).glob("*.svg")) == [
        f"model-tone-{name}.svg" for name in ("calibration", "confusion", "learning", "scores", "words")
    ]
    (tmp_path / "empty").mkdir()
    refused = CliRunner().invoke(cli, ["report", str(tmp_path / "empty")])
    assert refused.exit_code != 0
    assert "neither manifest.json" in str(refused.exception or refused.output)


def test_a_card_that_is_none_is_refused(tmp_path):
    (tmp_path / "card.json").write_text(json.dumps({"classes": []}))
    with pytest.raises(
        ValueError, match=r"no model's card: it lacks model_sha256, estimator, .*learn the model anew"
    ):
        open_model(str(tmp_path))
    with pytest.raises(FileNotFoundError, match="make one with fieldwork learn"):
        open_model(str(tmp_path / "none"))

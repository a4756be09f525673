"""The report of estimates: all estimators in each row, where the count is off, why they differ, and caps."""

from __future__ import annotations

import pytest

from analysis import report
from analysis.report.charts import figures_of, save
from analysis.report.estimates import ESTIMATORS, PANELS, ROWS, WHY
from analysis.report.page import render
from schemas import coding
from tests.analysis.report.conftest import HOSTILE, result, rows_of
from tests.browser import OVERFLOW


def shares(cells, estimators=ESTIMATORS, held_out=True):
    """Shares of cells: class, group, period, count, corrected value, texts; intervals are 5 points to each side."""
    rows = [
        {
            "label_class": name, "group": group, "period": period, "estimator": estimator,
            "share": value, "share_low": None if value is None else value - 0.05,
            "share_high": None if value is None else value + 0.05, "items_coded": 20, "items_all": texts,
        }
        for name, group, period, count, right, texts in cells
        for estimator in estimators
        for value in (count if estimator == "counted" else right,)
    ]  # fmt: skip
    order = [(column.name, "ascending") for column in coding.shares.key]
    made = result("shares", coding.shares, rows_of(coding.shares, (), rows).sort_by(order))
    made.manifest["facts"] = {"predictions_of_coded_texts_held_out": held_out}
    return made


OUTLETS = [
    ("politics", "large.org", "all", 0.40, 0.30, 900),
    ("politics", "small.org", "all", 0.60, 0.40, 100),
    ("economy", "large.org", "all", 0.30, 0.31, 900),
    ("economy", "small.org", "all", 0.20, 0.21, 100),
]


def marks(panel):
    values = (
        panel.spec["data"]["values"] if "data" in panel.spec else panel.spec["layer"][0]["data"]["values"]
    )
    return [(mark["row"], mark["estimator"]) for mark in values]


def test_each_row_has_every_estimator_side_by_side():
    (figure,) = figures_of(shares(OUTLETS))
    assert [panel.name for panel in figure.panels] == ["economy", "politics"]
    names = [name.replace("_", " ") for name in ESTIMATORS]
    for panel in figure.panels:
        assert marks(panel) == [(row, name) for row in ("large.org", "small.org") for name in names]
        assert "yOffset" in str(panel.spec)
        assert "large.org counted" in panel.alt
    assert [name for name, _, _ in figure.series] == names
    assert (
        len({colour for _, colour, _ in figure.series})
        == len({form for *_, form in figure.series})
        == len(names)
    )


def test_the_title_says_where_the_count_is_off_for_most_texts_and_how_often():
    (figure,) = figures_of(shares(OUTLETS))
    assert figure.title == (
        "“politics” · “large.org”: 40\u202f% counted, 30\u202f% (25\u202f% to 35\u202f%) corrected by the coded texts; "
        "the count lies outside the interval of ppi in 2 of 4 shares"
    )


def test_where_the_count_is_nowhere_off_that_is_said():
    (figure,) = figures_of(shares([cell for cell in OUTLETS if cell[0] == "economy"]))
    assert figure.title == "In none of 2 does the count lie outside the interval of ppi"


def test_without_a_corrected_estimate_nothing_is_said_to_be_off():
    (figure,) = figures_of(shares(OUTLETS, ("adjusted", "counted")))
    assert figure.title == "Counted and adjusted, side by side"
    assert [name for name, _ in figure.reading] == ["counted", "adjusted"]


def test_the_best_that_is_there_corrects():
    (figure,) = figures_of(shares(OUTLETS, ("counted", "coded_only")))
    assert "outside the interval of coded only in 2 of 4" in figure.title


def test_each_estimate_has_a_text_that_says_why_it_differs():
    page = render([shares(OUTLETS)])
    assert "Why they differ" in page
    for why in WHY.values():
        assert why.format(told="predictions", teller="model").replace("'", "&#39;") in page
    assert set(WHY) == set(ESTIMATORS)


def test_predictions_that_are_not_held_out_are_warned_of():
    told = "if it learnt from these texts, all but “coded only” are corrected too little"
    assert told in figures_of(shares(OUTLETS, held_out=False))[0].subtitle
    assert told not in figures_of(shares(OUTLETS))[0].subtitle


def test_periods_are_rows_and_groups_panels_where_both_vary():
    cells = [(c, g, p, 0.5, 0.5, 10) for c in ("a", "b") for g in ("x", "y") for p in ("2023-02", "2023-01")]
    (figure,) = figures_of(shares(cells, ("counted", "ppi")))
    assert [panel.name for panel in figure.panels] == ["a · x", "a · y", "b · x", "b · y"]
    assert [row for row, _ in marks(figure.panels[0])] == ["2023-01", "2023-01", "2023-02", "2023-02"]


def test_of_many_periods_the_latest_and_of_many_groups_the_largest_are_drawn():
    months = [f"{year}-{month:02}" for year in (2022, 2023) for month in range(1, 13)]
    (figure,) = figures_of(shares([("a", "all", month, 0.5, 0.5, 10) for month in months]))
    assert {row for row, _ in marks(figure.panels[0])} == set(months[-ROWS:])
    assert f"Shown: the {ROWS} latest periods; the table has all." in figure.subtitle
    (figure,) = figures_of(shares([("a", f"o{n}", "all", 0.5, 0.5, n) for n in range(30)]))
    assert {row for row, _ in marks(figure.panels[0])} == {f"o{n}" for n in range(30 - ROWS, 30)}
    (figure,) = figures_of(shares([(f"c{n:02}", "all", "all", 0.5, 0.5, 10 + n) for n in range(20)]))
    assert len(figure.panels) == PANELS
    assert f"Shown: the {PANELS} largest of 20 panels." in figure.subtitle


def test_what_has_no_value_is_left_out():
    cells = [*OUTLETS, ("politics", "empty.org", "all", 0.2, None, 50)]
    (figure,) = figures_of(shares(cells))
    assert ("empty.org", "counted") in marks(figure.panels[1])
    assert ("empty.org", "ppi") not in marks(figure.panels[1])
    assert "in 2 of 4 shares" in figure.title
    assert figures_of(shares([("a", "g", "all", None, None, 50)])) == []


def test_means_of_scores_take_the_same_chart():
    rows = [
        {"group": "all", "period": month, "estimator": name, "mean_score": value, "mean_score_low": value - 0.1,
         "mean_score_high": value + 0.1, "items_coded": 9, "items_all": 99}
        for month in ("2023-01", "2023-02")
        for name, value in (("counted", 0.4), ("ppi", -0.2))
    ]  # fmt: skip
    (figure,) = figures_of(result("means", coding.means, rows_of(coding.means, (), rows)))
    assert all("model" not in why and "prediction" not in why for _, why in figure.reading)
    assert figure.reading[0][1].startswith("What the scores say, taken for the truth. The scorer errs,")
    assert figure.title.startswith("“2023-01”: 0.4 counted, \u22120.2 (\u22120.3 to \u22120.1) corrected")
    assert "in 2 of 2 means" in figure.title
    domain = figure.panels[0].spec["layer"][1]["encoding"]["x"]["scale"]["domain"]
    assert domain == pytest.approx([-0.3, 0.5])


def test_it_can_be_saved_as_a_picture(tmp_path):
    (figure,) = figures_of(shares(OUTLETS))
    (path,) = save(figure, tmp_path, "shares", ["svg"])
    drawn = path.read_text("utf-8")
    assert "large.org" in drawn
    assert drawn.count("<path") > 20


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_in_a_browser_every_mark_is_drawn_and_nothing_overflows(visit, tmp_path, width):
    cells = [*OUTLETS, *(("politics", name, "all", 0.5, 0.5, 50) for name in HOSTILE[:4])]
    path = report.write([shares(cells)], tmp_path / "shares.html")
    page, complaints, requests = visit(path, width)
    dots = page.locator("[data-chart] .mark-symbol.role-mark path").count()
    assert dots == len(cells) * len(ESTIMATORS)
    assert page.evaluate(OVERFLOW) == 0
    assert (complaints, requests) == ([], [])

"""The page of a learnt model as a reader's browser shows it, wide and narrow, friendly and hostile."""

from __future__ import annotations

import pytest

from analysis import report
from tests.analysis.report.conftest import HOSTILE
from tests.analysis.report.model import model_cards as cards
from tests.browser import MEASURED, OVERFLOW

pytestmark = pytest.mark.browser

CHARTS = 3 + 1 + 2 + 2 + 3
CELLS = "[data-chart='chart-1-1-0'] text[aria-roledescription='text mark']"


@pytest.mark.parametrize("width", [390, 1280])
def test_every_chart_of_a_model_is_drawn_and_fits(visit, tmp_path, trends, width):
    folder = cards.write(tmp_path / "tone", cards.card(), [])
    path = report.write([report.opened(folder), trends], tmp_path / "report.html")
    page, complaints, requests = visit(path, width)
    sizes = page.evaluate(MEASURED)
    assert len(sizes) == CHARTS + 1
    assert all(w > 200 and h > 60 and marks > 0 for w, h, marks, _ in sizes), sizes
    assert page.evaluate(OVERFLOW) == 0
    assert page.locator(CELLS).all_text_contents() == ["31", "6", "6", "6", "30", "6", "6", "6", "30"]
    assert (complaints, requests) == ([], [])


@pytest.mark.parametrize("width", [390, 1280])
def test_what_hostile_texts_say_stays_text_on_a_models_page(visit, tmp_path, width):
    path = report.write([report.opened(cards.hostile(tmp_path / "bad", HOSTILE))], tmp_path / "bad.html")
    page, complaints, requests = visit(path, width)
    for details in page.locator("details").all():
        details.locator("summary").click()
    for number in page.locator(CELLS).all()[:6]:  # tooltips show names in full
        number.hover()
        page.locator("#vg-tooltip-element.visible").wait_for()
    for tag in ("img", "main svg script", "main script", "iframe", "[onload]", "[onerror]", "[onmouseover]"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("script").count() == 2
    assert page.evaluate(OVERFLOW) == 0
    assert (complaints, requests) == ([], [])

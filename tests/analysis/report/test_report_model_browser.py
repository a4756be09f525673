"""The page of a learnt model as a reader's browser shows it, wide and narrow, friendly and hostile."""

from __future__ import annotations

import shutil

import pytest

from analysis import report
from tests.analysis.report import model_cards as cards
from tests.analysis.report.conftest import HOSTILE

pytestmark = pytest.mark.browser

CHARTS = 3 + 1 + 2 + 2 + 3
DRAWN = "[...document.querySelectorAll('[data-chart]')].every(chart => chart.querySelector('svg'))"
MEASURED = """[...document.querySelectorAll('[data-chart]')].map(chart => {
  const box = chart.querySelector('svg').getBoundingClientRect();
  const marks = [...chart.querySelectorAll('.mark-rect path, .mark-line path, .mark-symbol path')]
    .filter(mark => { const b = mark.getBoundingClientRect(); return b.width > 0 && b.height > 0; });
  return [box.width, box.height, marks.length];
})"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CELLS = "[data-chart='chart-1-1-0'] text[aria-roledescription='text mark']"


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(f"none of {', '.join(names)} is on the path")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=flags)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser):
    """Opens a file; returns the page with lists of what was complained of and what was asked for."""
    contexts = []

    def go(path, width):
        context = browser.new_context(viewport={"width": width, "height": 900})
        contexts.append(context)
        page, complaints, requests = context.new_page(), [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        context.on("request", lambda request: requests.append(request.url))
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_function(DRAWN)
        return page, complaints, [url for url in requests if url not in {path.as_uri(), "data:,"}]

    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", [390, 1280])
def test_every_chart_of_a_model_is_drawn_and_fits(visit, tmp_path, trends, width):
    folder = cards.write(tmp_path / "tone", cards.card(), [])
    path = report.write([report.opened(folder), trends], tmp_path / "report.html")
    page, complaints, requests = visit(path, width)
    sizes = page.evaluate(MEASURED)
    assert len(sizes) == CHARTS + 1
    assert all(w > 200 and h > 60 and marks > 0 for w, h, marks in sizes), sizes
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
        number.hover(timeout=5_000)
        page.locator("#vg-tooltip-element.visible").wait_for()
    for tag in ("img", "main svg script", "main script", "iframe", "[onload]", "[onerror]", "[onmouseover]"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("script").count() == 2
    assert page.evaluate(OVERFLOW) == 0
    assert (complaints, requests) == ([], [])

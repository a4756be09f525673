"""A browser for tests of pages: one way to open a file, and to wait for what it draws."""

from __future__ import annotations

import shutil

import pytest

# The page's policy forbids `eval`, by which Playwright's wait_for_function looks a second time.
UNTIL = """() => new Promise((done, lost) => {
  const end = performance.now() + 60000;
  const look = () => (%s) ? done() : performance.now() > end ? lost(Error("not within a minute: " + %r))
    : requestAnimationFrame(look);
  look();
})"""
DRAWN = "[...document.querySelectorAll('[data-chart]')].every(chart => chart.querySelector('svg'))"
# Of every chart: width, height, marks that can be seen, and the room it leaves empty, in pixels.
MEASURED = """[...document.querySelectorAll('[data-chart]')].map(chart => {
  const box = chart.querySelector('svg').getBoundingClientRect();
  const outer = chart.getBoundingClientRect();
  const marks = [...chart.querySelectorAll('.mark-rect path, .mark-line path, .mark-symbol path')]
    .filter(mark => { const b = mark.getBoundingClientRect(); return b.width > 0 && b.height > 0; });
  return [box.width, box.height, marks.length, outer.width - box.width];
})"""
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def until(page, condition):
    """Wait for a condition in JavaScript, looked at once a frame."""
    page.evaluate(UNTIL % (condition, condition))


@pytest.fixture(scope="module")  # longer, and its event loop would run under tests with loops of their own
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
    """Opens a file and waits for its charts; returns the page, complaints, and requests for anything else."""
    contexts = []

    def go(path, width=1280, scripts=True):
        context = browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        context.set_default_timeout(60_000)  # on a machine with much else to do
        contexts.append(context)
        page = context.new_page()
        complaints, requests = [], []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: (complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        expected = {path.as_uri(), "data:,"}
        context.on("request", lambda asked: asked.url in expected or requests.append(asked.url))
        page.goto(path.as_uri(), wait_until="load")
        if scripts:
            until(page, DRAWN)
        return page, complaints, requests

    yield go
    for context in contexts:
        context.close()

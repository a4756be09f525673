import shutil

import pytest

from analysis import report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="session")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.skip("no chromium, chromium-browser or google-chrome on the path")
    flags = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    with playwright.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=found, args=flags)
        yield opened
        opened.close()


class Visit:
    """A report opened in a page that writes down everything that should not happen."""

    def __init__(self, browser, path, width):
        self.context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme="light")
        self.page = self.context.new_page()
        self.complaints, self.requests = [], []
        self.page.on("console", lambda m: self.complaints.append(m.text))
        self.page.on("pageerror", lambda e: self.complaints.append(str(e)))
        self.page.on("dialog", lambda d: (self.complaints.append(f"dialog {d.message}"), d.dismiss()))
        self.page.on("request", lambda r: self.requests.append(r.url))
        self.page.goto(path.as_uri(), wait_until="load")
        self.page.wait_for_function(
            "[...document.querySelectorAll('[data-chart]')].every(c => c.querySelector('svg') || c.textContent)"
        )

    def count(self, script):
        return self.page.evaluate(script)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_report_draws_all_charts_asks_nothing_and_fits(browser, tmp_path, samples, width):
    path = report.write(
        samples, tmp_path / "report.html", title="Words <b>&amp;</b> </title><script>alert(0)</script>"
    )
    visit = Visit(browser, path, width)
    page = visit.page
    drawn = visit.count(
        """[...document.querySelectorAll('[data-chart]')].map(c => {
             const box = c.querySelector('svg')?.getBoundingClientRect() ?? {width: 0, height: 0};
             return [box.width, box.height, c.querySelectorAll('.role-mark path').length];
           })"""
    )
    assert len(drawn) == 5 + 1 + 1 + 4 + 3 + 1
    assert all(w > 200 and h > 60 and marks > 0 for w, h, marks in drawn), drawn
    overflow = visit.count("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow == 0
    for target in page.locator(".chart svg").all()[:3]:
        target.hover()
    for button in page.locator("button[data-copies]").all()[:1]:
        button.click()
    assert visit.complaints == []
    assert [u for u in visit.requests if u not in {path.as_uri(), "data:,"}] == []
    visit.context.close()

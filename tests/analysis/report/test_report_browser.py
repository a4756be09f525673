"""The page as a reader's browser shows it."""

import pytest

from analysis import report
from tests.browser import MEASURED, OVERFLOW

pytestmark = pytest.mark.browser

CHARTS = 5 + 1 + 1 + 4 + 3 + 1  # panels of the samples, in their order; keywords have none


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("report")


@pytest.mark.parametrize("width", [390, 1280])
def test_every_chart_is_drawn_nothing_is_asked_for_nothing_overflows(visit, place, samples, width):
    title = "Words &amp; </title><script>alert(0)</script>"
    path = report.write(samples, place / f"{width}.html", title)
    page, complaints, requests = visit(path, width)
    sizes = page.evaluate(MEASURED)
    assert len(sizes) == CHARTS
    assert all(w > 200 and h > 60 and marks > 0 for w, h, marks, _ in sizes), sizes
    assert page.evaluate(OVERFLOW) == 0
    assert page.title() == title
    assert complaints == []
    assert requests == []


def test_what_hostile_pages_say_stays_text(visit, place, keywords, hostile_words):
    path = report.write([keywords, hostile_words], place / "hostile.html")
    page, complaints, requests = visit(path)
    for details in page.locator("details").all():
        details.locator("summary").click()
    # The pointer over every bar brings up its tooltip, which shows the term.
    for bar in page.locator(".mark-rect path").all()[:9]:
        bar.hover()
        page.locator("#vg-tooltip-element.visible").wait_for()
    for tag in ("img", "main svg script", "main script", "iframe", "[onload]", "[onerror]", "[onmouseover]"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("script").count() == 2
    links = page.evaluate("[...document.querySelectorAll('main a')].map(a => [a.protocol, a.rel, a.target])")
    assert {protocol for protocol, _, _ in links} == {"http:", "https:"}
    assert all("noopener" in rel and "noreferrer" in rel for _, rel, _ in links)
    assert complaints == []
    assert requests == []


def test_a_script_that_came_through_all_the_same_would_not_run(visit, place, plain_words):
    path = report.write([plain_words], place / "injected.html")
    html = path.read_text("utf-8")
    evil = "<script>alert(1)</script><img src='https://example.org/x.png' onerror='alert(2)'>"
    path.write_text(html.replace("<footer>", evil + "<footer>"), "utf-8")
    page, complaints, _ = visit(path)
    assert not [c for c in complaints if c.startswith("dialog")]
    # The script, the picture and its handler: each refused, none of them fetched.
    assert [c for c in complaints if "Content Security Policy" not in c] == []
    assert len(complaints) == 3
    assert page.evaluate("document.querySelector('img').naturalWidth") == 0


def test_without_scripts_the_numbers_are_there_in_words(visit, place, trends):
    path = report.write([trends], place / "plain.html")
    page, _, _ = visit(path, scripts=False)
    assert "harbour rises from 100 (2022-01) to" in page.locator(".chart").inner_text()
    assert page.locator("button[data-copies]").is_hidden()


def test_the_citation_is_copied_with_one_click(visit, place, trends):
    path = report.write([trends], place / "copy.html")
    page, complaints, _ = visit(path)
    page.locator("button[data-copies]").click()
    chosen = page.evaluate("getSelection().toString()").split()
    assert chosen == page.locator(".citation").inner_text().split()
    assert chosen[:3] == ["Computed", "with", "Fieldwork"]
    assert complaints == []

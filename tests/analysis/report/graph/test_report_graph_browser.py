"""The page of a graph as a reader's browser shows it, on a telephone and on a desk."""

import pytest

from analysis import report
from analysis.report import charts
from tests.browser import DRAWN, MEASURED, OVERFLOW, until

pytestmark = pytest.mark.browser

# Texts of each chart without the white ones behind them, and points: left, top, right and bottom, in pixels.
TEXTS = """[...document.querySelectorAll('[data-chart]')].map(chart => {
  const svg = chart.querySelector('svg').getBoundingClientRect();
  const box = (e) => { const b = e.getBoundingClientRect();
    return [b.left - svg.left, b.top - svg.top, b.right - svg.left, b.bottom - svg.top]; };
  const seen = [...chart.querySelectorAll('.mark-text text')].filter(
    t => t.textContent.trim() && getComputedStyle(t).stroke === 'none');
  const dots = [...chart.querySelectorAll('.mark-symbol path')];
  return {size: [svg.width, svg.height], texts: seen.map(t => [t.textContent, ...box(t)]), dots: dots.map(box)};
})"""
HOSTILE = ("<script>alert(1)</script>", "</script><script>alert(2)</script>", "<img src=x onerror=alert(3)>",
           "موقع.عربي", "xn--p1ai.xn--e1afmkfd", "a\u202eb\x00c", "datum.x = alert(4) ${alert(5)}",
           "com." + "x" * 300, "com." + "市" * 60, "{{ 7 * 7 }}", "' onmouseover='alert(6)")  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("graph-report")


@pytest.fixture(scope="module")
def web(graph_of, crawls_of):
    """Two crawls of a crowded graph with long names, and all that can be asked of it."""

    def crawl(seed):
        names = [f"{('org', 'com', 'de')[i % 3]}.a-rather-long-name-of-a-host-{i}" for i in range(70)]
        pairs = [(names[i], names[(i * i + seed) % 11]) for i in range(70)]
        pairs += [(names[(i * 7) % 70], names[(i * 13 + seed) % 70]) for i in range(90)]
        return graph_of(pairs, source=names[5])

    return crawls_of({"CC-MAIN-2024-22": crawl(1), "CC-MAIN-2024-33": crawl(4)})


@pytest.fixture(scope="module")
def hostile(graph_of):
    pairs = [(HOSTILE[i], HOSTILE[j]) for i in range(11) for j in range(11) if (i * 3 + j) % 4 == 1]
    return graph_of(pairs)


def over(a, b, slack=0.5):
    return a[0] < b[2] - slack and b[0] < a[2] - slack and a[1] < b[3] - slack and b[1] < a[3] - slack


@pytest.mark.parametrize("width", [390, 1280])
def test_every_chart_is_drawn_and_no_name_lies_over_another_or_a_dot(visit, place, web, width):
    path = report.write([web], place / f"web-{width}.html")
    page, complaints, requests = visit(path, width)
    panels = [panel for figure in charts.figures_of(web) for panel in figure.panels]
    sizes = page.evaluate(MEASURED)
    assert len(sizes) == len(panels)
    assert all(w > 200 and h > 60 and marks > 0 and -1 < spare < 12 for w, h, marks, spare in sizes), sizes
    assert page.evaluate(OVERFLOW) == 0
    found = page.evaluate(TEXTS)
    cores = [chart for chart, panel in zip(found, panels, strict=True) if panel.wide]
    assert len(cores) == 2
    for chart in found:
        texts = chart["texts"]
        assert all(t[1] >= -1 and t[3] <= chart["size"][0] + 1 for t in texts), texts
        clashes = [(a, b) for i, a in enumerate(texts) for b in texts[:i] if over(a[1:], b[1:])]
        assert clashes == []
    for core in cores:
        assert len(core["texts"]) >= 12
        assert not [(t, dot) for t in core["texts"] for dot in core["dots"] if over(t[1:], dot)]
    assert page.locator(".finding").count() == len(panels)
    assert complaints == []
    assert requests == []


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_names_stay_text_and_do_not_break_the_page(visit, place, hostile, width):
    path = report.write([hostile], place / f"hostile-{width}.html")
    page, complaints, requests = visit(path, width)
    assert page.evaluate(OVERFLOW) == 0
    # The pointer over the marks of the first panel and the core brings up their names.
    first, last = (page.locator("[data-chart]").nth(n) for n in (0, -1))
    for marks in (first.locator(".mark-rect path"), last.locator(".mark-symbol path")):
        for mark in marks.all()[:4]:
            mark.hover(force=True)
            page.locator("#vg-tooltip-element.visible").wait_for()
    for tag in ("img", "main svg script", "main script", "iframe", "[onload]", "[onerror]", "[onmouseover]"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("script").count() == 2
    assert complaints == []
    assert requests == []


def test_a_graph_without_a_chart_is_told_in_words(visit, place, graph_of):
    path = report.write([graph_of([("org.alone", "org.alone")])], place / "alone.html")
    page, complaints, _ = visit(path, 390)
    assert page.locator("[data-chart]").count() == 0
    assert "1 host: “alone.org”" in page.locator("figcaption h3").inner_text()
    assert page.evaluate(OVERFLOW) == 0
    assert complaints == []


def test_a_drawing_follows_its_width(visit, place, web):
    """A page made wider shows more names, and none of them lies over another."""
    path = report.write([web], place / "resized.html")
    page, complaints, _ = visit(path, 390)
    narrow = page.evaluate(TEXTS)[-1]
    page.set_viewport_size({"width": 1280, "height": 900})
    until(page, f"{DRAWN} && [...document.querySelectorAll('[data-chart] svg')].at(-1).clientWidth > 800")
    wide = page.evaluate(TEXTS)[-1]
    assert len(wide["texts"]) > len(narrow["texts"])
    assert not [1 for i, a in enumerate(wide["texts"]) for b in wide["texts"][:i] if over(a[1:], b[1:])]
    assert complaints == []

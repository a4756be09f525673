"""Figures of a graph: what they say, what they draw, and what becomes of graphs with little to draw."""

import json
from dataclasses import replace
from itertools import combinations

import altair as alt
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import report
from analysis.report import charts, tables
from analysis.report.graph import core as graph_core
from analysis.report.graph import marks as graph_marks
from analysis.report.graph.census import TRIADS
from analysis.report.graph.degrees import POINTS, ccdf, thinned
from analysis.report.graph.layout import Label, pixels

LONG = "com." + "x" * 300
ODD = ("<script>alert(1)</script>", "</script><img src=x onerror=alert(2)>", "موقع.عربي", "xn--p1ai.xn--e1afmkfd",
       "a\u202eb\x00", "datum.x = alert(8) ${x}", LONG)  # fmt: skip
TWO_CLIQUES = [
    (f"org.{side}{a}", f"org.{side}{b}") for side in "ab" for a in range(4) for b in range(4) if a != b
]
BRIDGED = [*TWO_CLIQUES, ("org.a0", "org.b0"), *((f"com.leaf{i}", "org.a0") for i in range(6))]
SMALL = {
    "one": [("org.a", "org.a")],
    "two": [("org.a", "org.b")],
    "isolated": [(f"org.h{i}", f"org.h{i}") for i in range(5)],
    "ring of three": [("org.a", "org.b"), ("org.b", "org.c"), ("org.c", "org.a")],
    "star": [(f"org.h{i}", "org.hub") for i in range(30)],
    "odd": [(ODD[i], ODD[j]) for i, j in combinations(range(len(ODD)), 2) if (i + j) % 3],
}


def drawn(result):
    return {figure.name: figure for figure in charts.figures_of(result)}


def layers(spec):
    """All its layers that draw."""
    found = [layer for part in spec.get("layer", []) for layer in layers(part)]
    return found or [spec]


def values(spec):
    """All rows of data in a specification."""
    found = list(spec.get("data", {}).get("values", []))
    return found + [row for layer in spec.get("layer", []) for row in values(layer)]


def all_text(figures):
    return " ".join(
        f"{f.title} {f.subtitle} {' '.join(p.finding + p.alt for p in f.panels)}" for f in figures
    )


@pytest.fixture(scope="module")
def bridged(graph_of):
    """Two groups of four with a bridge, and six hosts that only link to one."""
    return graph_of(BRIDGED, source="org.a1")


def test_each_question_has_a_figure_each_chart_a_sentence_and_titled_axes(bridged):
    figures = drawn(bridged)
    assert list(figures) == ["ranks", "communities", "links", "core"]
    assert [p.name for p in figures["ranks"].panels] == ["PageRank", "Harmonic centrality", "In-degree"]
    assert [p.name for p in figures["links"].panels] == [
        "Degree distribution",
        "Steps from one host",
        "Triads",
    ]
    for figure in figures.values():
        alt.ConcatChart.from_dict(charts.whole(figure) | {"concat": []}, validate=False)
        for panel in figure.panels:
            schema = "https://vega.github.io/schema/vega-lite/v6.json"
            alt.Chart.from_dict({"$schema": schema, **panel.spec}, validate=True)
            assert panel.finding.endswith(".")
            assert values(panel.spec)
            axes = [
                c for layer in layers(panel.spec) for k, c in layer["encoding"].items() if k in {"x", "y"}
            ]
            for axis in axes:
                assert "value" in axis or axis.get("axis", {}) is None or axis["title"]


def test_what_the_first_figure_says_is_so(bridged):
    figure = drawn(bridged)["ranks"]
    rank, harmonic, degree = figure.panels
    assert figure.title.startswith("Highest PageRank: “a0.org” (")
    assert "14 hosts and 31 edges" in figure.subtitle
    assert (
        "9 of 13 other hosts (69.2\u202f%) link to “a0.org”; half of all hosts have at most 3."
        in degree.finding
    )
    top = bridged.table.filter(pa.compute.equal(bridged.table["vertex_name"], "org.a0")).to_pylist()[0]
    assert f"“a0.org” has {round(100 * top['pagerank'], 1):g}\u202f%" in rank.finding
    assert "is 13." in harmonic.finding
    shown = values(rank.spec)
    assert [row["narrow"] for row in shown[:2]] == ["a0.org", "b0.org"]
    assert [row["value"] for row in shown] == sorted((row["value"] for row in shown), reverse=True)


def test_communities_are_told_by_size_and_leading_hosts(bridged):
    (communities, strong), subtitle = (
        drawn(bridged)["communities"].panels,
        drawn(bridged)["communities"].subtitle,
    )
    assert (
        "There are 2 communities; the largest has 10 hosts (71.4\u202f%), led by “a0.org”, "
        in communities.finding
    )
    assert "The next one has 4 (around “b0.org”)." in communities.finding
    assert "6 hosts are each one by themselves." in strong.finding
    assert "By links, all 14 hosts hang together" in subtitle
    rows = values(communities.spec)
    assert len({(row["colour"], row["shape"]) for row in rows}) == len({row["shape"] for row in rows}) == 2


def test_colour_is_never_alone(bridged):
    """Where a colour tells things apart, so does a shape, and the legend has both."""
    for figure in drawn(bridged).values():
        for panel in figure.panels:
            points = [layer for layer in layers(panel.spec) if layer["mark"]["type"] == "point"]
            for layer in points:
                colour, shape = (layer["encoding"].get(k, {}) for k in ("color", "shape"))
                assert ("field" not in colour) == ("field" not in shape)
        assert len({s for _, _, s in figure.series}) == len(figure.series)
    assert [name for name, _, _ in drawn(bridged)["core"].series] == ["with a0.org", "with b0.org"]


def test_degrees_are_a_complementary_cumulative_distribution(bridged):
    panel = drawn(bridged)["links"].panels[0]
    layer = panel.spec["layer"][0]
    for axis in ("x", "y"):
        assert layer["encoding"][axis]["scale"]["type"] == "log"
    rows = {(r["direction"], r["degree"]): r["share"] for r in values(panel.spec)}
    assert rows["in-degree", 3] == pytest.approx(8 / 14)
    assert rows["in-degree", 9] == pytest.approx(1 / 14)
    assert rows["out-degree", 1] == 1
    assert "42.9\u202f% of hosts have none" in panel.finding


@settings(deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=400))
def test_the_distribution_falls_from_the_share_with_any(found):
    degree, share = ccdf(np.array(found))
    assert (np.diff(share) < 0).all()
    assert [round(s * len(found)) for s in share] == [sum(f >= d for f in found) for d in degree]
    few, _ = thinned(degree, share)
    assert len(few) <= POINTS
    assert set(few) <= set(degree)
    assert len(degree) == 0 or {few[0], few[-1]} == {degree[0], degree[-1]}


def test_a_fitted_power_law_is_drawn_with_its_warning(bridged):
    (known,) = bridged.manifest["facts"]["graphs"]
    facts = bridged.manifest["facts"] | {
        "graphs": [known | {"power_law_exponent": 2.5, "power_law_from": 3.0}]
    }
    panel = drawn(replace(bridged, manifest=bridged.manifest | {"facts": facts}))["links"].panels[0]
    first, last = panel.spec["layer"][1]["data"]["values"]
    assert (first["degree"], first["share"]) == (3, pytest.approx(8 / 14))
    slope = np.log(last["share"] / first["share"]) / np.log(last["degree"] / first["degree"])
    assert slope == pytest.approx(-1.5)
    assert "exponent 2.5. That a line can be fitted does not show" in panel.finding


@pytest.mark.parametrize(("kind", "drawing"), TRIADS.items())
def test_a_triads_drawing_is_a_triad_of_that_kind(graph_of, kind, drawing):
    arrows = []
    for chain in drawing.split(", "):
        parts = chain.split()
        for a, arrow, b in zip(parts[::2], parts[1::2], parts[2::2], strict=False):
            arrows += [(a, b)] if arrow in "→⇄" else []
            arrows += [(b, a)] if arrow in "←⇄" else []
    known = graph_of(arrows, metrics=("motifs",)).manifest["facts"]["graphs"][0]
    assert {k: n for k, n in known.items() if k.startswith("triad_") and n} == {f"triad_{kind}": 1}


@pytest.mark.parametrize("name", SMALL)
def test_small_and_odd_graphs_make_sense(graph_of, name, tmp_path):
    result = graph_of(SMALL[name])
    figures = charts.figures_of(result)
    told = all_text(figures)
    assert figures[0].title
    assert all(values(p.spec) for f in figures for p in f.panels)
    for wrong in ("nan", "None", " 1 hosts", " 1 edges", " 0 edges"):
        assert wrong not in told
    page = report.write([result], tmp_path / "page.html").read_text("utf-8")
    assert page.count("data-chart=") == sum(len(f.panels) for f in figures)
    assert not [odd for odd in ODD[:2] if odd in page]


def test_what_cannot_be_drawn_is_said(graph_of):
    (one,) = charts.figures_of(graph_of(SMALL["one"]))
    assert (one.title, one.panels) == ("1 host: “a.org”", ())
    assert one.subtitle == "The graph has 1 host and no edge. No host links to another."
    (alone,) = charts.figures_of(graph_of(SMALL["isolated"]))
    assert alone.title == "5 hosts, among them “h0.org”; none is more central than another"
    (two,) = charts.figures_of(graph_of(SMALL["two"]))
    assert two.title.startswith("Highest PageRank: “b.org”")
    assert "By links, both hosts hang together" in two.subtitle
    ring, core = charts.figures_of(graph_of(SMALL["ring of three"]))
    assert "one community of all 3 hosts" in ring.subtitle
    assert "In 1 set of three hosts links lead like this: A → B → C → A (triad 030C)." in ring.subtitle
    assert "Drawn are all 3 hosts" in core.panels[0].finding


@pytest.mark.parametrize(
    ("metrics", "names", "title"),
    [
        (("degree",), ["ranks", "links", "core"], "Highest in-degree: "),
        (("harmonic",), ["ranks", "links", "core"], "Highest harmonic centrality: "),
        (("pagerank", "weak"), ["ranks", "links", "core"], "Highest PageRank: "),
        (("labels", "motifs"), ["ranks", "communities", "links", "core"], "Highest in-degree: "),
    ],
)
def test_only_what_was_asked_for_is_drawn(graph_of, metrics, names, title):
    figures = drawn(graph_of(BRIDGED, metrics=metrics))
    assert list(figures) == names
    assert figures["ranks"].title.startswith(title)


def test_an_estimate_is_called_one(graph_of):
    figure = drawn(graph_of(BRIDGED, exact_harmonic=0, registers=16))["ranks"]
    harmonic = next(p for p in figure.panels if p.name == "Harmonic centrality")
    assert "estimates, each with a standard error of 26\u202f%" in harmonic.finding
    assert "estimated" in json.dumps(harmonic.spec)


def test_edges_that_lead_both_ways_have_one_degree(graph_of):
    figures = drawn(graph_of([("a", "b"), ("b", "c"), ("c", "d"), ("c", "a")], hosts=False, directed=False))
    assert figures["ranks"].panels[-1].name == "Degree"
    assert "4 vertices and 4 edges" in figures["ranks"].subtitle
    assert {r["direction"] for r in values(figures["links"].panels[0].spec)} == {"degree"}
    assert figures["links"].series == ()
    told = all_text(figures.values())
    assert "in-degree" not in told.lower()
    assert "both ways" not in told


def test_without_the_file_of_edges_all_but_the_core_is_drawn(bridged):
    assert list(drawn(replace(bridged, extras=lambda: iter(())))) == ["ranks", "communities", "links"]


def test_the_table_calls_measures_by_their_names(bridged):
    many = replace(bridged, table=pa.concat_tables([bridged.table] * 2))
    html, caption = tables.first_rows(many, 1)
    assert caption == "The 20 highest by PageRank of 28 rows"
    assert "Pagerank" not in html
    assert "PageRank" in html


def boxes_of(marks, key, width):
    at = np.array([[m["x"], m["y"]] for m in marks])
    frame = pixels(at, width, graph_marks.DRAWING_PX)
    return [Label(**m[key]).box(*place) for m, place in zip(marks, frame, strict=True) if m[key]["text"]]


def test_the_cores_names_have_room_at_every_width(graph_of):
    pairs = [(f"org.long-name-of-host-{i}", f"org.long-name-of-host-{i * i % 23}") for i in range(90)]
    pairs += [(b, a) for a, b in pairs[::4]]
    core = drawn(graph_of(pairs))["core"].panels[0]
    marks = [row for row in values(core.spec) if "size" in row]
    assert len(marks) <= graph_core.DRAWN
    for key, (least, most) in zip(graph_marks.SIZES, graph_core.FRAMES_PX, strict=True):
        assert sum(bool(m[key]["text"]) for m in marks) >= 12
        for width in (least, (least + most) // 2, most):
            boxes = boxes_of(marks, key, width)
            assert all(left >= 0 and right <= width for left, _, right, _ in boxes)
            for a, b in combinations(boxes, 2):
                assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    again = drawn(graph_of(pairs))["core"].panels[0]
    assert again == core


def test_of_a_dense_core_the_strongest_lines_are_drawn(graph_of):
    pairs = [(f"org.{a}", f"org.{b}") for a in range(30) for b in range(30) if a < b]
    pairs += [("org.0", f"org.{b}") for b in range(1, 30)] * 2
    core = drawn(graph_of(pairs))["core"].panels[0]
    lines = [r for r in values(core.spec) if "ways" in r]
    marks = [r for r in values(core.spec) if "size" in r]
    assert len(lines) < graph_core.LINES
    assert f"of 435 lines the {len(lines)} with most links are drawn" in core.finding
    hub = next((m["x"], m["y"]) for m in marks if m["name"] == "0.org")
    assert sum(hub in {(r["x"], r["y"]), (r["x2"], r["y2"])} for r in lines) == 29


def test_of_several_crawls_the_change_and_the_latest_two(graph_of, crawls_of):
    def hubs(to_a, to_b, *more):
        return [(f"org.h{i}", hub) for hub, n in (("org.a", to_a), ("org.b", to_b)) for i in range(n)] + [
            *more
        ]

    pairs = {10: BRIDGED, 22: hubs(5, 3), 33: hubs(3, 6, ("org.new", "org.b"))}
    figures = drawn(crawls_of({f"CC-MAIN-2024-{n}": graph_of(found) for n, found in pairs.items()}))
    assert next(iter(figures)) == "crawls"
    latest = [n for n in figures if n.startswith("CC-MAIN-2024-33")]
    assert latest == [f"CC-MAIN-2024-33-{n}" for n in ("ranks", "links", "core")]
    assert not [n for n in figures if n.startswith("CC-MAIN-2024-10")]
    assert figures["CC-MAIN-2024-33-ranks"].title.startswith("CC-MAIN-2024-33 · Highest PageRank: “b.org”")
    size, places = figures["crawls"].panels
    assert figures["crawls"].title == "3 crawls: 14 hosts in CC-MAIN-2024-10, 9 hosts in CC-MAIN-2024-33"
    assert "The latest 2 are drawn in full below" in figures["crawls"].subtitle
    assert "From CC-MAIN-2024-22 to CC-MAIN-2024-33, 2 hosts came and 0 went." in size.finding
    assert "“b.org” rose most, from place 2 to 1 and “a.org” fell most, from place 1 to 2" in places.finding
    by_crawl = {r["crawl"]: r["value"] for r in values(places.spec) if r["series"] == "b.org"}
    assert by_crawl == {"CC-MAIN-2024-10": None, "CC-MAIN-2024-22": 2, "CC-MAIN-2024-33": 1}
    told = all_text(figures.values())
    assert "1 other crawls" not in told
    assert "pagerank" not in told


def test_one_crawl_is_named_once(graph_of, crawls_of):
    figures = drawn(crawls_of({"CC-MAIN-2024-33": graph_of(BRIDGED)}))
    assert list(figures) == ["ranks", "communities", "links", "core"]
    assert figures["ranks"].subtitle.startswith("The graph of CC-MAIN-2024-33 has 14 hosts and 31 edges.")
    assert all_text(figures.values()).count("CC-MAIN-2024-33") == 1


def test_a_crawl_with_an_odd_name_makes_files_with_plain_ones(graph_of, crawls_of, tmp_path):
    graphs = {crawl: graph_of(SMALL["star"]) for crawl in ("../a<b>", "z")}
    files = report.figures(crawls_of(graphs), tmp_path, ["svg"])
    assert {f.parent for f in files} == {tmp_path}
    assert "graph-___a_b_-core.svg" in {f.name for f in files}


def test_a_tooltip_tells_what_punycode_stands_for(graph_of):
    figures = drawn(graph_of([(f"org.h{i}", "xn--p1ai.xn--e1afmkfd") for i in range(4)]))
    for name in ("ranks", "core"):
        told = [row["name"] for row in values(figures[name].panels[0].spec) if "name" in row]
        assert "xn--e1afmkfd.xn--p1ai (пример.рф)" in told
        assert "h0.org" in told


def test_pictures_for_a_paper_have_their_legend(bridged, tmp_path):
    files = {f.name: f.read_text("utf-8") for f in report.figures(bridged, tmp_path, ["svg"])}
    assert list(files) == [f"graph-{n}.svg" for n in ("ranks", "communities", "links", "core")]
    assert "with b0.org" in files["graph-core.svg"]
    assert ">out-degree<" in files["graph-links.svg"]

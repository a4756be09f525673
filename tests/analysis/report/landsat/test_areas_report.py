"""Reports of areas: maps, panels, trends, losses, pictures; and that names of areas stay text."""

import json
import re
from dataclasses import replace
from math import cos, radians

import numpy as np
import pyarrow as pa
import pytest

from analysis import catalogue, report
from analysis.report import charts, page, scales, shape
from analysis.report.landsat import maps, outlines, quicklook
from analysis.report.landsat import rows as area_rows
from schemas import composites, landsat_results, news
from tests.browser import OVERFLOW

HOSTILE = '</title><script>alert(1)</script>" onload="alert(2)'
CAUSES = [c.name for c in landsat_results.LOST]


def box(west, south, side=0.1):
    ring = [
        [west, south],
        [west + side, south],
        [west + side, south + side],
        [west, south + side],
        [west, south],
    ]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(shapes):
    features = [
        {"type": "Feature", "properties": {"area_id": name}, "geometry": geometry}
        for name, geometry in shapes.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


NAMES = ("a", "b", "c", HOSTILE)
OUTLINES = geojson({name: box(10 + 0.2 * i, 50) for i, name in enumerate(NAMES)})


def rows_of(table, given):
    """Rows of a table from what is given; what is not is nought, empty or missing."""
    plain = {pa.string(): "", pa.int32(): 1, pa.int64(): 1, pa.float64(): 0.0}
    schema = table.schema()
    rows = [{f.name: r.get(f.name, None if f.nullable else plain.get(f.type)) for f in schema} for r in given]
    made = pa.Table.from_pylist(rows, schema=schema)
    return made.set_column(
        made.schema.get_field_index("index_name"), schema.field("index_name"), pa.array(["ndvi"] * len(rows))
    )


def share(usable, **lost):
    return {"clear_share": usable, **dict.fromkeys(CAUSES, 0.0), **{f"lost_{k}": v for k, v in lost.items()}}


@pytest.fixture
def result(trends):
    """A result of an analysis of the catalogue, with its files."""

    def make(name, table, *files):
        analysis = catalogue.find(name)
        manifest = trends.manifest | {"analysis": name, "writes": analysis.writes.name, "groups": []}
        extras = (lambda: iter(files)) if files else (lambda: iter(()))
        return replace(trends, analysis=analysis, table=table, manifest=manifest, extras=extras)

    return make


@pytest.fixture
def panel(result):
    """Three periods, two sensors; `c` has no mean in the last, the hostile one stands out."""
    given = []
    for i, name in enumerate(NAMES):
        for year in (2012, 2013, 2014):
            for sensor in ("etm", "oli-tirs"):
                if sensor == "oli-tirs" and year < 2013:
                    continue
                lacks = name == "c" and year == 2014
                mean = None if lacks else 0.3 + 0.1 * i
                row = {
                    "area_id": name,
                    "period": f"{year}-07",
                    "sensor": sensor,
                    "mean": mean,
                    "pixels": 100.0,
                }
                row |= {"mean_low": mean and mean - 0.02, "mean_high": mean and mean + 0.02, "passes": 2}
                row |= {"anomaly": None if lacks else (0.2 if name == HOSTILE else 0.01) * (year - 2013)}
                given.append(row | (share(0.0, cloud=0.75, failed=0.25) if lacks else share(0.5, cloud=0.5)))
    return result("ndvi", rows_of(landsat_results.areas, given), ("areas.geojson", OUTLINES))


@pytest.fixture
def slopes(result):
    """One rises, one falls, one does neither, one has none."""
    told = {
        "a": (0.01, 0.008, 0.012),
        "b": (-0.004, -0.006, -0.002),
        "c": (0.001, -0.003, 0.004),
        HOSTILE: (None,) * 3,
    }
    given = [
        {"area_id": n, "sensor": "all", "slope": s, "slope_low": low, "slope_high": high, "periods": 9}
        for n, (s, low, high) in told.items()
    ]
    return result("ndvi-trends", rows_of(landsat_results.trends, given), ("areas.geojson", OUTLINES))


# Maps


def test_outlines_are_true_to_scale_with_north_up():
    (region,) = outlines.regions(geojson({"sw": box(10, 60, 1), "ne": box(11, 61, 1)}))
    sw, ne = region.shapes
    assert ne.centre[0] > sw.centre[0] and ne.centre[1] < sw.centre[1]
    across, up = ne.centre[0] - sw.centre[0], sw.centre[1] - ne.centre[1]
    assert across / up == pytest.approx(cos(radians(61)), rel=0.01)
    assert up * region.km == pytest.approx(111.32, rel=0.01)


def test_holes_stay_holes_and_which_way_a_ring_runs_means_nothing():
    hole = {
        "type": "Polygon",
        "coordinates": [box(0, 0, 3)["coordinates"][0], box(1, 1, 1)["coordinates"][0]],
    }
    turned = {"type": "Polygon", "coordinates": [ring[::-1] for ring in hole["coordinates"]]}
    paths = [outlines.regions(geojson({"x": g}))[0].shapes[0].path for g in (hole, turned)]
    assert all(path.count("M") == 2 for path in paths)
    points = [sorted(re.findall(r"[\d.]+ [\d.]+", path)) for path in paths]
    assert set(points[0]) == set(points[1])
    (region,) = outlines.regions(geojson({"x": hole}))
    drawn = maps.map_svg(region, maps.Coloured({"x": 0.5}, scales.from_low_to_high([0.5]), "u"))
    assert 'fill-rule="evenodd"' in drawn


def test_areas_far_apart_have_maps_of_their_own():
    near = {str(i): box(10 + 0.2 * i, 50) for i in range(5)}
    assert len(outlines.regions(geojson(near))) == 1
    both = outlines.regions(geojson({"far": box(140, -30), **near}))
    assert [len(r.shapes) for r in both] == [5, 1]
    assert both[0].width > both[1].width


def test_areas_on_both_sides_of_the_date_line_lie_side_by_side():
    (region,) = outlines.regions(geojson({"east": box(179.8, 0), "west": box(-179.9, 0)}))
    east, west = region.shapes
    assert 0 < west.centre[0] - east.centre[0] < region.width
    assert region.km * region.width < 60


def test_a_tiny_area_is_seen_all_the_same():
    (region,) = outlines.regions(geojson({"large": box(0, 0, 1), "tiny": box(0.5, 1.2, 0.001)}))
    assert [s.small for s in region.shapes] == [False, True]
    svg = maps.map_svg(region, maps.Coloured({"tiny": 1.0}, scales.from_low_to_high([1.0]), "u"))
    assert svg.count("<circle") == 1 and svg.count("url(#none-") == 1


def test_what_is_no_polygon_is_left_out_of_the_map():
    assert outlines.regions(geojson({"x": {"type": "Point", "coordinates": [0, 0]}, "y": None})) == ()
    several = {"type": "GeometryCollection", "geometries": [box(0, 0), box(1, 0)]}
    assert outlines.regions(geojson({"x": several}))[0].shapes[0].path.count("M") == 2


@pytest.mark.parametrize("values", [[-0.012, 0.004], [0.3], [], [0.0]])
def test_scales_hold_all_values_and_zero_is_in_the_middle(values):
    scale = scales.about_zero(values)
    assert scale.low == -scale.high and all(scale.low <= v <= scale.high for v in values)
    assert scale.colour(0) == "#f0f0f0"
    assert scale.colour(scale.high) != scale.colour(scale.low) != scale.colour(0)
    scale = scales.from_low_to_high(values)
    assert scale.low < scale.high and all(scale.low - 1e-12 <= v <= scale.high + 1e-12 for v in values)


# Figures


def test_a_panel_has_map_means_anomalies_and_losses(panel):
    figures = {f.name: f for f in charts.figures_of(panel)}
    assert list(figures) == ["map", "mean", "anomaly", "lost"]
    title = figures["map"].title
    assert title.startswith("In 2014-07, NDVI was highest in “</title>") and title.endswith(
        "lowest in “a” (0.3)"
    )
    assert "1 area of 4 without a value: hatched." in figures["map"].subtitle
    assert [name for name, _, _ in figures["mean"].series] == ["Landsat 8, 9 (oli-tirs)", "Landsat 7 (etm)"]
    assert figures["lost"].title.startswith(
        "45\u202f% of all looks at the areas were usable; lost: 52.5\u202f% to cloud"
    )


def test_the_most_notable_areas_come_first_and_the_rest_is_said(panel):
    assert area_rows.notable(panel.table, 2)[0][0] == HOSTILE
    rows = [r | {"area_id": f"{i}{r['area_id']}"} for i in range(4) for r in panel.table.to_pylist()]
    many = pa.Table.from_pylist(rows, schema=panel.table.schema)
    figure = charts.figures_of(replace(panel, table=many))[1]
    assert len(figure.panels) == 9
    assert "Shown: 9 of 16 areas, those furthest from what is usual there in 2014." in figure.subtitle


def test_a_look_without_enough_to_see_is_a_gap(panel):
    series = area_rows.points(panel.table, "c", "mean")
    told = [(m["sensor"], m["period"], m["value"] is None) for m in series.marks]
    assert ("etm", "2014-07", True) in told and ("etm", "2013-07", False) in told


def test_the_map_is_of_the_latest_period_that_most_areas_have(panel):
    table = panel.table
    found = area_rows.latest(table)
    assert (found.period, set(found.values), found.several) == ("2014-07", {"a", "b", HOSTILE}, True)
    late = table.slice(0, 1).to_pylist()[0] | {"period": "2020-07"}
    longer = pa.concat_tables([table, pa.Table.from_pylist([late], schema=table.schema)])
    assert area_rows.latest(longer).period == "2014-07"


def test_means_of_sensors_are_weighted_by_their_pixels(panel):
    rows = [
        r | {"mean": 0.2, "pixels": 300.0} if r["sensor"] == "etm" else r for r in panel.table.to_pylist()
    ]
    found = area_rows.latest(pa.Table.from_pylist(rows, schema=panel.table.schema))
    assert found.values["b"] == pytest.approx(0.25 * 0.4 + 0.75 * 0.2)


def test_shares_are_averaged_over_areas_and_passes(panel):
    told = area_rows.lost(panel.table)
    assert sum(told.share.values()) == pytest.approx(1)
    assert told.areas[0] == "c" and told.areas_all == 4
    by_year = [m["share"] for m in told.by_year if m["of"] == "2014"]
    assert sum(by_year) == pytest.approx(1)


def test_trends_are_a_map_and_dots(slopes):
    figures = charts.figures_of(slopes)
    assert [f.name for f in figures] == ["map", "areas"]
    assert figures[0].title == (
        "NDVI rises in 1 of 4 areas, falls in 1 and shows no clear trend in 1; 1 area has too little for one"
    )
    assert figures[0].panels[0].svg.count('stroke-width="2"') == 2  # bold: those whose interval excludes zero
    marks = figures[1].panels[0].spec["data"]["values"]
    assert [(m["area"], m["sign"]) for m in marks] == [
        ("a", "rises"),
        ("c", "the interval does not exclude zero"),
        ("b", "falls"),
    ]


def test_of_very_many_areas_both_ends_are_shown(slopes):
    row = slopes.table.to_pylist()[0]
    rows = [row | {"area_id": f"{i:02d}", "slope": i / 1000} for i in range(60)]
    figure = charts.figures_of(replace(slopes, table=pa.Table.from_pylist(rows, schema=slopes.table.schema)))[
        1
    ]
    shown = [m["area"] for m in figure.panels[0].spec["data"]["values"]]
    assert shown == [f"{i:02d}" for i in (*range(59, 39, -1), *range(19, -1, -1))]
    assert "the 20 largest and the 20 smallest of 60" in figure.subtitle


def test_without_outlines_there_is_no_map(slopes):
    assert [f.name for f in charts.figures_of(replace(slopes, extras=lambda: iter(())))] == ["areas"]


def test_figures_are_written_with_the_map(slopes, tmp_path):
    names = {p.name for p in report.figures(slopes, tmp_path)}
    assert names == {f"ndvi-trends-{part}.{kind}" for part in ("map", "areas") for kind in ("png", "svg")}
    assert (tmp_path / "ndvi-trends-map.png").read_bytes().startswith(b"\x89PNG")


# Records and pixels


@pytest.mark.parametrize("table", [news.stories, composites.composites], ids=lambda t: t.name)
def test_records_have_no_chart(table):
    """Neither offsets in files nor rows of a grid are categories."""
    kept = [f for f in table.schema() if pa.types.is_string(f.type) or pa.types.is_integer(f.type)]
    rows = [{f.name: "x" if pa.types.is_string(f.type) else i for f in kept} for i in range(3)]
    assert shape.shape_of(table, pa.Table.from_pylist(rows, schema=pa.schema(kept))) is None


def test_pictures_are_in_the_page_the_latest_of_them(result):
    table = composites.composites.schema().empty_table()
    dot = quicklook._png(np.full((4, 1, 1), 255, np.uint8))
    files = [(f"ndvi-{year}.{kind}", dot) for year in range(2000, 2014) for kind in ("tif", "png")]
    html = page.render([result("composites", table, *files)])
    assert html.count('<img src="data:image/png;base64,') == 12
    assert "The latest 12 of 14 pictures" in html and "ndvi-2013.png" in html and "ndvi-2001.png" not in html


# The page


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_draws_all_asks_for_nothing_and_names_stay_text(visit, panel, slopes, tmp_path, width):
    path = report.write([panel, slopes], tmp_path / "areas.html")
    seen, complaints, requests = visit(path, width)
    assert seen.locator("[data-chart]").count() == 4 + 4 + 2 + 1
    assert seen.locator(".map svg").count() == 2 + 2
    assert seen.locator("main script, main [onload]").count() == 0
    assert HOSTILE in seen.locator(".map title").all_text_contents()[3]
    assert seen.evaluate(OVERFLOW) == 0
    assert (complaints, requests) == ([], [])

"""The truth against an independent recount of what was written."""

import numpy as np
import pytest

BITS = ("fill", "dilated_cloud", "cirrus", "cloud", "cloud_shadow", "snow", "clear_bit", "water")
ROY_RMA = {"red": (-0.0022, 0.9825), "nir": (-0.0021, 1.0073)}


def usable(product_id, red, nir, qa, radsat):
    first = 3 if product_id[:4] in ("LC08", "LC09") else 2
    saturated = (radsat >> first) & 3
    return ((qa & 0x3F) == 0) & ((qa & 0x80) == 0) & (saturated == 0) & (red > 0) & (nir > 0)


def reflectance(numbers):
    return numbers.astype(float) * 0.0000275 - 0.2


def ndvi(red, nir):
    return (nir - red) / (nir + red)


def recount(product_id, red, nir, qa, radsat):
    good = usable(product_id, red, nir, qa, radsat)
    values = ndvi(reflectance(red[good]), reflectance(nir[good]))
    counts = {name: int(((qa >> bit) & 1).sum()) for bit, name in enumerate(BITS)}
    first = 3 if product_id[:4] in ("LC08", "LC09") else 2
    return {
        "pixels": qa.size,
        **counts,
        "saturated": int(((radsat >> first) & 3 != 0).sum()),
        "zero_sr": int((((red == 0) | (nir == 0)) & (qa & 1 == 0)).sum()),
        "clear_water": int(((qa & 0xBF) == 0x80).sum()),
        "usable": int(good.sum()),
    }, values


def test_counts_of_every_readable_scene(scenes, whole, arrays):
    assert len(whole) == 32
    for name in whole:
        counts, values = recount(name, *arrays(name))
        assert counts == {key: scenes[name][key] for key in counts}
        assert values.mean() == pytest.approx(scenes[name]["ndvi_mean"], abs=1e-12)
        assert values.std() == pytest.approx(scenes[name]["ndvi_sd"], abs=1e-9)


def test_counts_of_every_area_in_every_readable_scene(truth, whole, arrays, inside):
    rows = {(row["product_id"], row["area_id"]): row for row in truth.panel().to_pylist()}
    met = 0
    for name in whole:
        for area in truth.facts["areas"]:
            chosen = inside(area["area_id"], name)
            row = rows.get((name, area["area_id"]))
            assert (row is not None) == bool(chosen.any())
            if row is None:
                continue
            counts, values = recount(name, *(layer[chosen] for layer in arrays(name)))
            assert counts == {key: row[key] for key in counts}
            if len(values):
                assert values.mean() == pytest.approx(row["ndvi_mean"], abs=1e-12)
            met += 1
    assert met > 300


def test_clear_pixels_show_the_plan_within_their_noise(truth):
    rows = [r for r in truth.panel().to_pylist() if r["preferred"] and r["usable"] > 30]
    assert len(rows) > 200
    for row in rows:
        noise = 5 * row["ndvi_sd"] / row["usable"] ** 0.5
        assert row["ndvi_sd"] < 0.04
        assert abs(row["ndvi_mean"] - row["seen_ndvi"]) < noise + 5e-4
        assert abs(row["surface_ndvi"] - row["planned_ndvi"]) <= 0.004


def test_the_plan_holds_for_exact_coverage_too(truth, scenes, arrays):
    exactextract = pytest.importorskip("exactextract")
    geopandas = pytest.importorskip("geopandas")
    rows = {(r["product_id"], r["area_id"]): r for r in truth.panel().to_pylist()}
    clearest = max((s for s in scenes.values() if s["preferred"]), key=lambda s: s["usable"])
    name = clearest["product_id"]
    red, nir, qa, radsat = arrays(name)
    values = np.where(usable(name, red, nir, qa, radsat), ndvi(reflectance(red), reflectance(nir)), np.nan)
    shapes = geopandas.read_file(truth.root / "areas.geojson").to_crs(clearest["epsg"])
    x, y = clearest["x_m"], clearest["y_m"]
    right, bottom = x + 30 * clearest["width_px"], y - 30 * clearest["height_px"]
    source = exactextract.raster.NumPyRasterSource(
        values, xmin=x, xmax=right, ymin=bottom, ymax=y, srs_wkt=shapes.crs.to_wkt()
    )
    found = exactextract.exact_extract(source, shapes, ["mean", "count"], include_cols=["area_id"])
    near = 0
    for told in (feature["properties"] for feature in found):
        row = rows.get((name, told["area_id"]))
        if row is not None and told["count"] > 200:
            assert told["mean"] == pytest.approx(row["seen_ndvi"], abs=1.5e-3)
            near += 1
    assert near >= 8


def test_without_a_mask_or_from_raw_numbers_the_mean_is_plainly_wrong(truth, whole, arrays, inside):
    rows = [r for r in truth.panel().to_pylist() if r["product_id"] in whole and r["preferred"]]
    cloudy = [r for r in rows if r["cloud"] > 0.3 * r["pixels"] and r["usable"] > 100]
    assert len(cloudy) > 20
    for row in cloudy:
        chosen = inside(row["area_id"], row["product_id"])
        red, nir = (layer[chosen] for layer in arrays(row["product_id"])[:2])
        lit = (red > 0) & (nir > 0)
        unmasked = ndvi(reflectance(red[lit]), reflectance(nir[lit])).mean()
        assert row["ndvi_mean"] - unmasked > 0.08
        assert row["ndvi_mean"] - ndvi(red[lit].astype(float), nir[lit].astype(float)).mean() > 0.08


def harmonised(truth, scenes, whole, arrays, inside, area_id, lines):
    """(years, day's wave, is ETM+, mean NDVI) over the preferred scenes of the first row."""
    area = next(a for a in truth.facts["areas"] if a["area_id"] == area_id)
    rows = []
    for name in (n for n in whole if scenes[n]["preferred"] and scenes[n]["wrs_row"] == 33):
        chosen = inside(area_id, name)
        red, nir, qa, radsat = (layer[chosen] for layer in arrays(name))
        good = usable(name, red, nir, qa, radsat)
        if good.sum() < 30:
            continue
        r, n = reflectance(red[good]), reflectance(nir[good])
        etm = name.startswith("LE07")
        if etm and lines:
            r, n = (a + b * v for v, (a, b) in ((r, lines["red"]), (n, lines["nir"])))
        day = np.datetime64(scenes[name]["acquired_on"])
        years = (day - np.datetime64("2010-01-01")).astype(int) / 365.2425
        of_year = (day - day.astype("M8[Y]")).astype(int) + 1
        wave = np.cos(2 * np.pi * (of_year - area["peak_day"]) / 365.2425)
        rows.append((years, wave, etm, ndvi(r, n).mean()))
    return area, np.array(rows, float).T


@pytest.mark.parametrize("area_id", ["01", "02", "03", "04", "05", "07", "09", "11", "12"])
def test_least_squares_find_the_greening_and_the_season(truth, scenes, whole, arrays, inside, area_id):
    area, (years, wave, _, mean) = harmonised(truth, scenes, whole, arrays, inside, area_id, ROY_RMA)
    assert len(mean) > 12
    design = np.column_stack([np.ones_like(years), wave, years])
    base, season, slope = np.linalg.lstsq(design, mean, rcond=None)[0]
    assert slope == pytest.approx(area["greening_per_year"], abs=4e-4)
    assert season == pytest.approx(area["season"], abs=0.03)
    assert base == pytest.approx(area["baseline"], abs=0.03)


def test_the_step_between_sensors_is_there_and_the_stated_lines_mend_it(truth, scenes, whole, arrays, inside):
    assert {band: tuple(truth.facts["step"]["lines"][band]) for band in ROY_RMA} == ROY_RMA
    for area_id in ("01", "03", "12"):
        steps = []
        for lines in (None, ROY_RMA):
            _, (years, wave, etm, mean) = harmonised(truth, scenes, whole, arrays, inside, area_id, lines)
            design = np.column_stack([np.ones_like(years), wave, years, etm])
            steps.append(np.linalg.lstsq(design, mean, rcond=None)[0][3])
        assert -0.025 < steps[0] < -0.008
        assert abs(steps[1]) < 0.004


def test_the_other_processing_the_shifted_and_the_hasty_scene_would_do_harm(truth):
    rows = truth.panel().to_pylist()
    for quirk in ("older", "biased"):
        odd = next(s["product_id"] for s in truth.facts["scenes"] if s["quirk"] == quirk)
        away = [
            abs(r["ndvi_mean"] - r["seen_ndvi"]) for r in rows if r["product_id"] == odd and r["usable"] > 100
        ]
        assert away and min(away) > 0.01

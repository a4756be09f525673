"""Trends and changes: by hand, beside SciPy, and planted in a lake."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from scipy import stats

from analysis import run
from analysis.kernels.pixels.kendall import NONE, trend
from analysis.landsat.changes import compare
from conf.typed import OptionError
from tests.analysis.pixels.conftest import SIZE, dn, full, tile

X, Y = 506880.0, 5598720.0


def test_slope_and_tau_as_scipy_has_them():
    values = np.array([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0, 5.3, 8.0])
    found, years = trend(values[:, None]), np.arange(10)
    assert found.slope == pytest.approx(stats.theilslopes(values, years).slope)
    assert found.tau == pytest.approx(stats.kendalltau(values, years, variant="b").statistic)
    steps = np.sort([(values[j] - values[i]) / (j - i) for j in range(10) for i in range(j)])
    # ranks (45 - 1.96 √125) / 2 = 11.54 and (45 + 1.96 √125) / 2 + 1 = 34.46, counted from 1
    assert found.low == pytest.approx(steps[10] + 0.5435 * (steps[11] - steps[10]), abs=1e-3)
    assert found.high == pytest.approx(steps[33] + 0.4565 * (steps[34] - steps[33]), abs=1e-3)
    # S = 23, variance 10 · 9 · 25 / 18 = 125, z = 22 / √125
    assert found.p == pytest.approx(2 * stats.norm.sf(22 / np.sqrt(125)), rel=1e-9)


def test_the_course_of_the_year_is_no_trend():
    season = np.array([0.2, 0.5, 0.8, 0.4])
    flat = np.tile(season, (6, 1)) + np.array([0, 0.01, -0.01, 0.01, -0.01, 0])[:, None]
    assert trend(flat).slope == pytest.approx(0, abs=0.003)
    assert trend(flat).p > 0.2
    rising = season + 0.02 * np.arange(6)[:, None]
    found = trend(rising)
    assert (found.slope, found.low, found.high, found.tau) == tuple(
        pytest.approx(v) for v in (0.02, 0.02, 0.02, 1)
    )
    # four seasons of six years: S = 60, variance 4 · 6 · 5 · 17 / 18
    assert found.p == pytest.approx(2 * stats.norm.sf(59 / np.sqrt(4 * 6 * 5 * 17 / 18)), rel=1e-9)
    rising[0, 2] = np.nan  # a gap is no step
    assert trend(rising).slope == pytest.approx(0.02)


def test_too_little_tells_nothing():
    assert trend(np.full((5, 12), np.nan)) is NONE
    assert trend(np.array([[1.0], [2.0], [3.0]])) is NONE
    assert np.isnan(trend(np.array([[1.0], [2.0], [3.0], [4.0]])).low)


def test_values_that_depend_on_each_other_are_less_sure():
    rng = np.random.default_rng(5)
    wrong = {"season": 0, "year": 0, "uncorrected": 0}
    for _ in range(200):
        years = np.zeros(30)
        for i in range(1, 30):
            years[i] = 0.6 * years[i - 1] + rng.normal()
        wrong["year"] += trend(years[:, None]).p < 0.05
        wrong["uncorrected"] += stats.kendalltau(years, range(30), method="asymptotic").pvalue < 0.05
        together = rng.normal(size=(20, 1)) + 0.2 * rng.normal(size=(20, 4))  # seasons of a year alike
        wrong["season"] += trend(together).p < 0.05
    assert wrong["season"] <= 20, wrong  # 5 % are meant to be
    assert wrong["year"] <= 0.8 * wrong["uncorrected"], (
        wrong
    )  # Hamed and Rao's is known to help, and not to heal


def test_compared_month_by_month():
    nan = np.nan
    before, after = np.array([[0.2, 0.6, nan]]), np.array([[0.3, 0.8, 0.9], [0.3, nan, 0.9]])
    found = compare(before, after)
    assert (found.change, found.compared, found.before, found.after) == tuple(
        pytest.approx(v) for v in (0.15, 2, 0.4, 0.55)
    )
    # differences 0.1 and 0.2: standard error 0.05, t of one degree of freedom
    assert found.high - found.change == pytest.approx(stats.t.ppf(0.975, 1) * 0.05)
    one, other = np.array([0.5, 0.6, 0.4]), np.array([0.7, 0.75])
    yearly = compare(one[:, None], other[:, None])
    interval = stats.ttest_ind(other, one, equal_var=False).confidence_interval(0.95)
    assert (yearly.low, yearly.high) == (pytest.approx(interval.low), pytest.approx(interval.high))
    assert np.isnan(compare(one[:1, None], other[:, None]).low)
    wet = np.array([[0.0, 0.0], [0.1, 0.1]])  # years differ, months do not: two values, not four
    assert compare(wet, wet + 0.2).high - 0.2 == pytest.approx(stats.t.ppf(0.975, 2) * 0.05 * np.sqrt(2))
    assert compare(before[:, 2:], after).compared == 0


@pytest.fixture
def greening(tiles, areas):
    """Twelve years: the left half greens by 0.02 a year, the right half stays; summers greener than springs."""
    rows = []
    left = np.arange(SIZE) < SIZE // 2
    for year in range(2009, 2021):
        for month, level in ((4, 0.3), (7, 0.5)):
            ndvi = level + np.where(left, 0.02 * (year - 2009), 0.0) + 0.003 * ((year * 7 + month) % 5 - 2)
            sensor = "LC08" if year > 2013 else "LT05"
            name = f"{sensor}_L2SP_195025_{year}{month:02}10_20210101_02_T1"
            rows.append(tile(name, X, Y, red=full(dn(0.1)), nir=full(dn(0.1 * (1 + ndvi) / (1 - ndvi)))))
    half = SIZE * 15
    shapes = {
        "05": shapely.box(X, Y - 2 * half, X + half, Y),
        "6": shapely.box(X + half, Y - 2 * half, X + 2 * half, Y),
    }
    return tiles(rows), areas(shapes)


def test_planted_trends(greening, engine):
    lake, path = greening
    result = run("ndvi-trends", settings=lake, areas=path, engine=engine, harmonise="none")
    green, stable = result.table.to_pylist()
    assert (green["area_id"], green["sensor"], green["periods"], green["years_covered"]) == (
        "05",
        "all",
        24,
        12,
    )
    assert (green["first_period"], green["last_period"]) == ("2009-04", "2020-07")
    assert green["slope_low"] <= 0.02 + 1e-3 and green["slope"] == pytest.approx(0.02, abs=1e-3)
    assert green["p_value"] < 1e-4 and green["tau"] > 0.9
    assert stable["slope"] == pytest.approx(0, abs=1e-3) and stable["p_value"] > 0.05
    assert "Hirsch" in result.manifest["methods"]


def test_planted_changes(greening):
    lake, path = greening
    result = run(
        "ndvi-changes", settings=lake, areas=path, harmonise="none", before="2009-2011", after="2018-2020"
    )
    green, stable = result.table.to_pylist()
    assert green["change"] == pytest.approx(0.18, abs=5e-3)
    assert stable["change"] == pytest.approx(0, abs=5e-3)
    assert (green["compared"], green["years_before"]) == (2, "2009-2011")
    assert stable["change_low"] < 0 < stable["change_high"]
    with pytest.raises(OptionError, match="does not end before"):
        run("ndvi-changes", settings=lake, areas=path, before="2019", after="2010")
    with pytest.raises(OptionError, match="are needed"):
        run("ndvi-changes", settings=lake, areas=path)

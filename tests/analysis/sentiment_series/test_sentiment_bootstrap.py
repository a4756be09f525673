"""Intervals: variances beside textbook formulas, and how often they hold the truth."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.kernels.sentiment import bootstrap
from analysis.kernels.sentiment.bootstrap import Cells, spread, value
from analysis.kernels.sentiment.effects import Panel
from analysis.sentiment.series import halves


def data(score, period, outlet, story):
    """One article a row."""
    score, period, outlet, story = (np.asarray(v) for v in (score, period, outlet, story))
    order = np.lexsort((story, outlet, period))
    score, period, outlet, story = score[order], period[order], outlet[order], story[order]
    key = period * (outlet.max() + 1) + outlet
    first = np.flatnonzero(np.diff(key, prepend=-1))
    pair = np.cumsum(np.diff(key, prepend=-1) != 0) - 1
    outlets = int(outlet.max()) + 1
    time = np.arange(period.max() + 1.0)
    panel = Panel(period[first], outlet[first], time, outlets, np.ones(len(first), bool))
    return Cells(pair, story, np.ones(len(score)), score.astype(float)), panel


def test_with_outlets_as_clusters_it_is_the_variance_of_a_mean():
    """One period, ten outlets whose three articles say the same: s² / G."""
    draw = np.random.default_rng(0)
    means = draw.normal(size=10)
    cells, panel = data(np.repeat(means, 3), np.zeros(30, int), np.repeat(np.arange(10), 3), np.arange(30))
    found = spread(cells, panel, 8000, 0)
    assert found.variance[:2, 0] == pytest.approx(means.var(ddof=1) / 10, rel=0.08)
    assert found.clusters[0] == 10


def test_with_one_outlet_stories_are_the_clusters():
    draw = np.random.default_rng(1)
    means = draw.normal(size=12)
    cells, panel = data(
        np.repeat(means, 2), np.zeros(24, int), np.zeros(24, int), np.repeat(np.arange(12), 2)
    )
    found = spread(cells, panel, 8000, 0)
    assert found.variance[0, 0] == pytest.approx(means.var(ddof=1) / 12, rel=0.08)
    assert found.clusters[0] == 12


def test_a_story_that_all_carry_counts_as_one():
    """Twenty outlets carry the same two stories: what they say is known from two, not from forty articles."""
    draw = np.random.default_rng(2)
    outlet, story = (v.ravel() for v in np.meshgrid(np.arange(20), np.arange(2), indexing="ij"))
    score = np.array([0.0, 1.0])[story] + 0.01 * draw.normal(size=40)
    cells, panel = data(score, np.zeros(40, int), outlet, story)
    found = spread(cells, panel, 4000, 0)
    assert found.variance[0, 0] == pytest.approx(0.25, rel=0.1)  # s² / G of 0 and 1
    apart, _ = data(score, np.zeros(40, int), outlet, np.arange(40))
    assert spread(apart, panel, 4000, 0).variance[0, 0] < 0.01


def test_one_outlet_of_several_has_no_interval():
    cells, panel = data([0.1, 0.4, 0.3], [0, 0, 1], [0, 1, 0], [0, 1, 2])
    half = halves(spread(cells, panel, 200, 0))
    assert np.isfinite(half[0, 0])
    assert np.isnan(half[:, 1]).all()


def test_blocks_make_no_difference_and_seeds_do(monkeypatch):
    draw = np.random.default_rng(3)
    cells, panel = data(
        draw.normal(size=200), draw.integers(0, 4, 200), draw.integers(0, 6, 200), draw.integers(0, 90, 200)
    )
    one = spread(cells, panel, 150, 0)
    monkeypatch.setattr(bootstrap, "CELLS_AT_ONCE", 1000)
    assert spread(cells, panel, 150, 0).variance == pytest.approx(one.variance, rel=1e-9)
    assert not np.allclose(spread(cells, panel, 150, 1).variance, one.variance, rtol=1e-6)


@pytest.mark.parametrize("copied", [False, True])
def test_crowds_drawn_as_sums_vary_as_their_articles_do(monkeypatch, copied):
    draw = np.random.default_rng(4)
    count = 3000
    story = np.where(draw.random(count) < 0.2, draw.integers(0, 60, count), 60 + np.arange(count))
    outlet, period = draw.integers(0, 4, count), draw.integers(0, 3, count)
    story = np.unique(story if copied else np.arange(count), return_inverse=True)[1]
    cells, panel = data(draw.normal(size=count) + outlet, period, outlet, story)
    sums = spread(cells, panel, 4000, 0)
    monkeypatch.setattr(bootstrap, "MANY", 10**9)
    each = spread(cells, panel, 4000, 0)
    assert sums.variance == pytest.approx(each.variance, rel=0.12)
    assert (sums.clusters == each.clusters).all()


def drawn(draw, copied):
    """A world of random outlets and stories, zero in the mean; what is seen of it."""
    outlets, periods, articles = 15, 4, 600
    outlet = np.concatenate([np.repeat(np.arange(outlets), periods), draw.integers(0, outlets, articles)])
    period = np.concatenate([np.tile(np.arange(periods), outlets), draw.integers(0, periods, articles)])
    count = len(outlet)
    # a story stays in its period
    story = draw.integers(0, 40, count) * periods + period if copied else np.arange(count)
    story = np.unique(story, return_inverse=True)[1]
    told = draw.normal(size=count)[story] * (0.6 if copied else 0)
    own = 0.3 * draw.normal(size=outlets)[outlet] + 0.2 * draw.normal(size=(outlets, periods))[outlet, period]
    return data(own + told + draw.normal(size=count), period, outlet, story), draw


@pytest.mark.slow
@pytest.mark.parametrize("copied", [False, True])
def test_intervals_hold_the_truth_as_often_as_they_say(copied):
    """95 % nominal; the truth is 0 for values over all outlets there could be, and for slopes."""
    draw = np.random.default_rng(10)
    held, told = np.zeros((2, 5)), 1500
    for n in range(told):
        (cells, panel), draw = drawn(draw, copied)
        made, half = value(cells, panel), halves(spread(cells, panel, 200, n))
        held += np.abs(made[:2]) <= half[:2]
    share = held / told
    assert (share > 0.925).all(), share
    assert (share < 0.98).all(), share


def test_intervals_hold_the_truth_in_a_short_run():
    draw = np.random.default_rng(11)
    held, told = 0, 60
    for n in range(told):
        (cells, panel), draw = drawn(draw, True)
        held += (np.abs(value(cells, panel)[:2]) <= halves(spread(cells, panel, 100, n))[:2]).mean()
    assert 0.86 < held / told < 0.995

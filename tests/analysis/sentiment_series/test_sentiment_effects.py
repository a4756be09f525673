"""Series beside independent least squares, and beside means worked out one by one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.kernels.sentiment.effects import Panel, series


def panel_of(pairs, outlets, kept=None, time=None):
    """A panel from sorted pairs of period and outlet, periods numbered as they come."""
    period, outlet = np.array(sorted(pairs)).T
    periods, period = np.unique(period, return_inverse=True)
    kept = np.ones(len(period), bool) if kept is None else np.array(kept)
    return Panel(period, outlet, (periods if time is None else np.array(time)).astype(float), outlets, kept)


def random_panel(seed, outlets=7, periods=9, share=0.6):
    draw = np.random.default_rng(seed)
    pairs = {(t, o) for t in range(periods) for o in range(outlets) if draw.random() < share}
    pairs |= {(t, 0) for t in range(periods)} | {(0, o) for o in range(outlets)}  # connected
    made = panel_of(pairs, outlets)
    weight = draw.integers(1, 20, len(made.period)).astype(float)
    return made, weight, weight * draw.normal(size=len(weight))


def by_dummies(panel, mean, alike):
    """Effects with a dummy for each outlet and period; the value of a period for an average outlet."""
    rows = np.arange(len(mean))
    design = np.zeros((len(mean), panel.outlets + panel.periods))
    design[rows, panel.outlet] = 1
    design[rows, panel.outlets + panel.period] = 1
    root = np.sqrt(alike[panel.outlet])
    found, *_ = np.linalg.lstsq(design * root[:, None], mean * root, rcond=None)
    return found[panel.outlets :] + found[: panel.outlets].mean()


@given(st.integers(0, 2**32), st.floats(0.1, 1.0))
@settings(deadline=None, max_examples=40)
def test_adjusted_is_least_squares_with_dummies(seed, share):
    panel, weight, total = random_panel(seed, share=share)
    alike = np.random.default_rng(seed).exponential(size=(1, panel.outlets)) + 0.01
    made = series(weight[None], total[None], alike, panel)[0, 2, :-1]
    assert made == pytest.approx(by_dummies(panel, total / weight, alike[0]), abs=1e-9)


def test_where_all_outlets_are_always_there_it_is_their_mean():
    panel, weight, total = random_panel(1, share=1.0)
    made = series(weight[None], total[None], np.ones((1, panel.outlets)), panel)[0]
    assert made[2] == pytest.approx(made[1], abs=1e-12)


def test_effects_planted_without_noise_are_found():
    """Outlets come and go, so the mean over outlets is wrong and the adjusted series right."""
    panel, weight, _ = random_panel(5, share=0.4)
    level, course = np.linspace(-1, 1, panel.outlets), np.sin(np.arange(panel.periods))
    total = weight * (level[panel.outlet] + course[panel.period])
    made = series(weight[None], total[None], np.ones((1, panel.outlets)), panel)[0]
    assert made[2, :-1] == pytest.approx(course, abs=1e-9)
    assert np.abs(made[1, :-1] - course).max() > 0.1


@given(st.integers(0, 2**32))
@settings(deadline=None, max_examples=20)
def test_raw_series_are_means(seed):
    panel, weight, total = random_panel(seed)
    alike = np.random.default_rng(seed).exponential(size=(1, panel.outlets)) + 0.01
    made = series(weight[None], total[None], alike, panel)[0]
    for t in range(panel.periods):
        here = panel.period == t
        assert made[0, t] == pytest.approx(total[here].sum() / weight[here].sum())
        each = alike[0][panel.outlet[here]]
        assert made[1, t] == pytest.approx(np.average(total[here] / weight[here], weights=each))


def test_many_draws_are_as_one_by_one():
    panel, weight, total = random_panel(3)
    draw = np.random.default_rng(0)
    each = draw.exponential(size=(5, len(weight))) + 0.01
    alike = draw.exponential(size=(5, panel.outlets)) + 0.01
    together = series(each * weight, each * total, alike, panel)
    for n in range(5):
        alone = series((each * weight)[n : n + 1], (each * total)[n : n + 1], alike[n : n + 1], panel)[0]
        assert together[n] == pytest.approx(alone, abs=1e-12)


def test_slopes_are_those_of_straight_lines_through_what_is_there():
    panel, weight, total = random_panel(4)
    time = np.array([0, 1, 2, 5, 6, 7, 8, 11, 12], float)  # periods without any article lie between
    panel = panel_of(zip(panel.period, panel.outlet, strict=True), panel.outlets, time=time)
    made = series(weight[None], total[None], np.ones((1, panel.outlets)), panel)[0]
    for values in made:
        assert values[-1] == pytest.approx(np.polyfit(time, values[:-1], 1)[0])


def test_no_slope_through_two_points():
    panel = panel_of({(0, 0), (1, 0)}, 1)
    assert np.isnan(series(np.ones((1, 2)), np.ones((1, 2)), np.ones((1, 1)), panel)[0, :, -1]).all()


def test_periods_that_no_outlet_connects_are_not_adjusted():
    """Outlets 0 and 1 write in periods 0 to 2, outlet 2 in 3 and 4."""
    panel = panel_of({(0, 0), (1, 0), (1, 1), (2, 1), (3, 2), (4, 2)}, 3)
    total = np.array([0.0, 1.0, 3.0, 4.0, 7.0, 9.0])
    made = series(np.ones((1, 6)), total[None], np.ones((1, 3)), panel)[0]
    # outlet 1 is 2 above outlet 0, both rise by 1 a period
    assert made[2, :3] == pytest.approx([1.0, 2.0, 3.0])
    assert np.isnan(made[2, 3:5]).all()
    assert made[2, 5] == pytest.approx(1.0)
    assert made[1, :5] == pytest.approx([0.0, 2.0, 4.0, 7.0, 9.0])


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=14))
@settings(deadline=None, max_examples=80)
def test_what_is_connected_is_found(pairs):
    panel = panel_of(pairs, 7)
    groups = [{pair} for pair in zip(panel.period.tolist(), panel.outlet.tolist(), strict=True)]
    joined = True
    while joined:
        joined = False
        for one in groups:
            for other in groups:
                if one is not other and any(a[0] == b[0] or a[1] == b[1] for a in one for b in other):
                    one.update(other)
                    groups.remove(other)
                    joined = True
                    break
            if joined:
                break
    most = max(len(g) for g in groups)
    best = min((g for g in groups if len(g) == most), key=min)
    used = panel.connected
    found = set(zip(panel.period[used].tolist(), panel.outlet[used].tolist(), strict=True))
    assert found == best


def test_pairs_with_few_articles_count_in_the_pooled_series_alone():
    panel = panel_of({(0, 0), (0, 1), (1, 0)}, 2, kept=[True, False, True])
    made = series(np.array([[9.0, 1.0, 5.0]]), np.array([[0.0, 10.0, 5.0]]), np.ones((1, 2)), panel)[0]
    assert made[:, 0] == pytest.approx([1.0, 0.0, 0.0])
    assert made[:, 1] == pytest.approx([1.0, 1.0, 1.0])

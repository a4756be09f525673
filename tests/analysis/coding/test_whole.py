"""The whole measured with a coded sample: planted shares, 500 draws, and small cases by hand."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from analysis.coding import estimators as est
from analysis.coding.design import Design, design
from analysis.coding.errors import CodingError
from analysis.coding.totals import score_totals_of, totals_of
from analysis.coding.whole import Scale, means, shares
from schemas import coding as out

CLASSES = ("negative", "neutral", "positive")
DRAWS = 500
DRAWN = (150, 60, 100, 90)
# Shares of the classes in four outlets, and what a model makes of each class there: it errs differently in each.
PLANTED = [[0.6, 0.3, 0.1], [0.4, 0.4, 0.2], [0.2, 0.5, 0.3], [0.3, 0.3, 0.4]]
MODEL = [
    [[0.80, 0.15, 0.05], [0.3, 0.6, 0.1], [0.25, 0.25, 0.50]],
    [[0.70, 0.20, 0.10], [0.2, 0.6, 0.2], [0.10, 0.20, 0.70]],
    [[0.90, 0.05, 0.05], [0.4, 0.5, 0.1], [0.30, 0.30, 0.40]],
    [[0.60, 0.30, 0.10], [0.1, 0.8, 0.1], [0.05, 0.15, 0.80]],
]


class World:
    """20,000 texts with planted classes and a model's predictions."""

    def __init__(self, seed: int = 1, texts: int = 20_000) -> None:
        self.rng = np.random.default_rng(seed)
        self.outlet = self.rng.integers(0, 4, texts)
        self.truth = self.pick(np.array(PLANTED)[self.outlet])
        self.predicted = self.pick(np.array(MODEL)[self.outlet, self.truth])
        self.y, self.f = np.eye(3)[self.truth], np.eye(3)[self.predicted]
        self.members = [np.flatnonzero(self.outlet == h) for h in range(4)]
        self.sizes = np.bincount(self.outlet).astype(float)

    def pick(self, probabilities):
        return (self.rng.random(len(probabilities))[:, None] > probabilities.cumsum(1)).sum(1)

    def whole(self, domain):
        return est.Whole(int(domain.sum()), self.f[domain].mean(0), (self.f[domain] ** 2).mean(0))

    def draw(self):
        drawn = [self.rng.choice(m, n, replace=False) for m, n in zip(self.members, DRAWN, strict=True)]
        return np.concatenate(drawn)


@pytest.fixture
def world():
    return World()


def test_design_based_intervals_hold_the_truth_and_the_count_does_not(world):
    every, fifth = np.ones(20_000, bool), np.arange(20_000) % 5 == 0  # the latter cuts across all strata
    held = {}
    for _ in range(DRAWS):
        drawn = world.draw()
        plan = Design(world.outlet[drawn], world.sizes)
        y, f = world.y[drawn], world.f[drawn]
        for name, domain in (("all", every), ("fifth", fifth)):
            whole, inside, truth = world.whole(domain), domain[drawn], world.y[domain].mean(0)
            found = {
                "counted": est.counted(whole),
                "ppi": est.prediction_powered(y, f, whole, plan, inside),
                "dsl": est.design_based(y, f, whole, plan, inside),
                "coded_only": est.coded_only(y, plan, inside),
            }
            for method, one in found.items():
                held.setdefault((name, method), []).append((one.low <= truth) & (truth <= one.high))
    share = {key: float(np.mean(values)) for key, values in held.items()}
    for (name, method), value in share.items():
        if method == "counted":
            assert value < 0.05, (name, value)
        else:
            assert 0.93 <= value <= 0.97, (name, method, value)


def test_adjusted_count_holds_the_whole_but_not_a_group_with_errors_of_its_own(world):
    held = {"all": [], "outlet": []}
    domains = {"all": np.ones(20_000, bool), "outlet": world.outlet == 1}
    for _ in range(200):
        drawn = world.draw()
        plan = Design(world.outlet[drawn], world.sizes)
        for name, domain in domains.items():
            one = est.adjusted(world.y[drawn], world.f[drawn], world.whole(domain), plan)
            truth = world.y[domain].mean(0)
            held[name].append((one.low <= truth) & (truth <= one.high))
    assert np.mean(held["all"]) > 0.93
    assert np.mean(held["outlet"], 0)[0] < 0.6, "its matrix is not that of all outlets"


def test_predictions_make_intervals_narrower_and_never_much_wider(world):
    drawn, every = world.draw(), np.ones(20_000, bool)
    plan, inside, whole = Design(world.outlet[drawn], world.sizes), every[drawn], world.whole(every)
    y, f = world.y[drawn], world.f[drawn]
    powered = est.prediction_powered(y, f, whole, plan, inside)
    alone = est.coded_only(y, plan, inside)
    assert ((powered.high - powered.low) < 0.95 * (alone.high - alone.low)).all()
    noise = np.eye(3)[world.rng.integers(0, 3, len(y))]
    useless = est.prediction_powered(y, noise, whole, plan, inside)
    assert ((useless.high - useless.low) < 1.02 * (alone.high - alone.low)).all()
    assert (est.power(y, y, plan, inside) == 1).all()


@pytest.mark.parametrize(("share", "coded", "right"), [(0.05, 60, 0.9), (0.02, 300, 0.97), (0.5, 30, 0.8)])
def test_intervals_hold_also_for_rare_classes_and_few_texts(share, coded, right):
    """Without the two texts added, as few as 86 % of them did."""
    rng = np.random.default_rng(3)
    y = (rng.random(6000) < share).astype(float)
    f = np.where(rng.random(6000) < right, y, 1 - y)
    y, f = (np.stack([one, 1 - one], 1) for one in (y, f))
    whole, every = est.Whole(6000, f.mean(0), (f**2).mean(0)), np.ones(coded, bool)
    plan = Design(np.zeros(coded, int), np.array([6000.0]))
    held = []
    for _ in range(DRAWS):
        drawn = rng.choice(6000, coded, replace=False)
        found = (
            est.prediction_powered(y[drawn], f[drawn], whole, plan, every),
            est.design_based(y[drawn], f[drawn], whole, plan, every),
            est.coded_only(y[drawn], plan, every),
        )
        held.append([one.low[0] <= y.mean(0)[0] <= one.high[0] for one in found])
    assert ((np.mean(held, 0) >= 0.91) & (np.mean(held, 0) <= 0.99)).all(), np.mean(held, 0)


def test_the_variance_is_cochrans_by_hand():
    # Stratum 0: 2 of 4 texts, values 1 and 3; stratum 1: 3 of 9, values 0, 3 and 6.
    plan = Design(np.array([0, 0, 1, 1, 1]), np.array([4.0, 9.0]))
    values = np.array([[1.0], [3.0], [0.0], [3.0], [6.0]])
    assert plan.variance(values)[0] == pytest.approx(4**2 * (1 - 2 / 4) * 2 / 2 + 9**2 * (1 - 3 / 9) * 9 / 3)
    assert plan.weight.tolist() == [2, 2, 3, 3, 3]


def test_a_census_has_no_error_and_a_single_text_borrows_variance():
    plan = Design(np.array([0, 0, 1]), np.array([2.0, 1.0]))
    assert plan.variance(np.array([[1.0], [5.0], [2.0]]))[0] == 0
    plan = Design(np.array([0, 0, 1]), np.array([4.0, 10.0]))
    assert plan.variance(np.array([[1.0], [3.0], [9.0]]))[0] == pytest.approx(
        16 * 0.5 * 2 / 2 + 100 * 0.9 * 2
    )


def test_adjusted_is_formans_for_two_classes():
    # 80 of 100 of class a are predicted a, 10 of 100 of class b: (0.45 - 0.1) / (0.8 - 0.1) = 0.5
    y = np.repeat(np.eye(2), 100, axis=0)
    f = np.concatenate([np.eye(2)[[0] * 80 + [1] * 20], np.eye(2)[[0] * 10 + [1] * 90]])
    plan = Design(np.zeros(200, int), np.array([100_000.0]))
    one = est.adjusted(y, f, est.Whole(1000, np.array([0.45, 0.55]), np.array([0.45, 0.55])), plan)
    assert one.value == pytest.approx([0.5, 0.5])
    # delta method by hand: p² fnr-part + q² fpr-part over (tpr - fpr)²
    by_hand = (0.25 * 0.8 * 0.2 / 100 + 0.25 * 0.1 * 0.9 / 100) / 0.7**2
    assert ((one.high - one.low) / 2 / 1.972)[0] ** 2 == pytest.approx(by_hand, rel=0.02)


def tables(world, drawn, period=None):
    names = np.array(["a.org", "b.org", "c.org", "d.org"])
    rows = {"outlet": names[world.outlet], "period": np.where(np.arange(20_000) % 2, "2023-01", "2023-02")}
    predictions = pa.table(rows | {"predicted": np.array(CLASSES)[world.predicted]})
    coded = pa.table(
        {
            "group": rows["outlet"][drawn],
            "period": rows["period"][drawn],
            "stratum": rows["outlet"][drawn],
            "label": np.array(CLASSES)[world.truth[drawn]],
            "predicted": np.array(CLASSES)[world.predicted[drawn]],
        }
    )
    frame = pa.table({"stratum": names, "stratum_items": world.sizes.astype(int)})
    return totals_of(predictions.to_batches(max_chunksize=3000), "outlet", "period"), coded, frame


def test_shares_by_group_and_period(world):
    drawn = world.draw()
    totals, coded, frame = tables(world, drawn)
    found = shares(totals, coded, frame, CLASSES)
    out.shares.check(found)
    assert found.num_rows == 3 * 4 * 2 * 5
    rows = {(r["label_class"], r["group"], r["period"], r["estimator"]): r for r in found.to_pylist()}
    one = rows["negative", "c.org", "2023-01", "ppi"]
    inside = (world.outlet == 2) & (np.arange(20_000) % 2 == 1)
    assert one["items_all"] == inside.sum() and one["items_coded"] == inside[drawn].sum()
    assert one["share_low"] < world.y[inside].mean(0)[0] < one["share_high"]
    count = rows["negative", "c.org", "2023-01", "counted"]
    assert count["share"] == pytest.approx(world.f[inside].mean(0)[0])
    assert not count["share_low"] < world.y[inside].mean(0)[0] < count["share_high"]


def test_where_no_coded_text_was_wrong_there_is_an_interval_all_the_same():
    totals = pa.table(
        {"group": ["all"] * 2, "period": ["all"] * 2, "predicted": ["a", "b"], "items": [600, 400]}
    )
    label = ["a"] * 12 + ["b"] * 8
    columns = {"group": ["all"] * 20, "period": ["all"] * 20, "stratum": ["s"] * 20}
    coded = pa.table({**columns, "label": label, "predicted": label})
    frame = pa.table({"stratum": ["s"], "stratum_items": [1000]})
    rows = {
        (r["label_class"], r["estimator"]): r for r in shares(totals, coded, frame, ("a", "b")).to_pylist()
    }
    # As if 22 texts had been coded, half an error in each direction; Student's t of 18 and 19 degrees of freedom.
    error = np.sqrt((1 - 20 / 1000) / 22 / 22)
    for estimator, t in (("ppi", 2.100922), ("dsl", 2.093024)):
        one = rows["a", estimator]
        assert one["share"] == pytest.approx(0.6)
        assert one["share_high"] - one["share"] == pytest.approx(t * error)
        assert one["share"] - one["share_low"] == pytest.approx(t * error)


def test_a_group_without_codes_has_a_count_and_no_interval(world):
    drawn = world.draw()
    totals, coded, frame = tables(world, drawn)
    extra = pa.table({"group": ["e.org"], "period": ["2023-01"], "predicted": ["neutral"], "items": [10]})
    larger = pa.table({"stratum": ["a.org"], "stratum_items": [10]})
    one = frame.to_pylist()
    one[0]["stratum_items"] += larger["stratum_items"][0].as_py()
    found = shares(
        pa.concat_tables([totals, extra.cast(totals.schema)]), coded, pa.Table.from_pylist(one), CLASSES
    )
    rows = [r for r in found.to_pylist() if r["group"] == "e.org" and r["label_class"] == "neutral"]
    values = {r["estimator"]: r["share"] for r in rows}
    assert values["counted"] == 1 and values["ppi"] is None and values["coded_only"] is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda t, c, f: (t, c, f.slice(1)), "the frame has no stratum 'a.org'"),
        (
            lambda t, c, f: (t, c.filter(pa.compute.not_equal(c["group"], "b.org")), f),
            "strata have no coded text",
        ),
        (lambda t, c, f: (t.slice(3), c, f), "both must be the same texts"),
        (lambda t, c, f: (t, c.set_column(3, "label", pa.array(["odd"] * c.num_rows)), f), "the class 'odd'"),
    ],
)
def test_what_does_not_fit_is_refused(world, change, said):
    with pytest.raises(CodingError, match=said):
        shares(*change(*tables(world, world.draw())), CLASSES)


def test_unlabelled_texts_leave_the_weights_to_the_others():
    made = design(["s", "s"], {"s": 10})
    assert made.weight.tolist() == [5, 5]
    with pytest.raises(CodingError, match="name each text once"):
        design(["s", "s"], {"s": 1})


def test_means_of_scores_hold_the_truth_where_the_scorer_is_off():
    rng = np.random.default_rng(5)
    month = rng.integers(0, 2, 8000)
    truth = np.round(rng.normal(0.2 - 0.4 * month, 0.8, 8000)).clip(-1, 1)
    score = 0.5 * truth + 0.3 + rng.normal(0, 0.3, 8000)  # rosy, and half as strong
    periods = np.array(["2023-01", "2023-02"])[month]
    scores = pa.table({"period": periods, "score": score})
    scale = Scale(factor=2.0)
    totals = score_totals_of(scores.to_batches(), scale, period="period")
    frame = pa.table({"stratum": ["2023-01", "2023-02"], "stratum_items": np.bincount(month)})
    held = {name: 0 for name in est.ESTIMATORS}
    for _ in range(100):
        drawn = np.concatenate([rng.choice(np.flatnonzero(month == m), 80, replace=False) for m in (0, 1)])
        columns = {"group": ["all"] * 160, "period": periods[drawn], "stratum": periods[drawn]}
        coded = pa.table({**columns, "code": truth[drawn], "score": score[drawn]})
        for row in means(totals, coded, frame, scale).to_pylist():
            real = truth[periods == row["period"]].mean()
            held[row["estimator"]] += row["mean_score_low"] <= real <= row["mean_score_high"]
    assert held.pop("counted") == 0
    assert all(held[name] >= 180 for name in held), held  # of 200; the scorer errs alike in both months
    out.means.check(means(totals, coded, frame, scale))
    assert scale.sentence == "scores were put on the scale of the codes as 0 + 2 × score"


def test_no_mean_lies_beyond_the_ends_of_the_scale():
    """Turning round a regression of few codes on scores that say nothing leads far off."""
    rng = np.random.default_rng(3)
    truth, score = rng.integers(-1, 2, 500).astype(float), rng.uniform(-1, 1, 500)
    period = np.full(500, "2023")
    coded = pa.table({"group": ["all"] * 7, "period": period[:7], "stratum": ["s"] * 7, "code": truth[:7],
                      "score": score[:7]})  # fmt: skip
    frame = pa.table({"stratum": ["s"], "stratum_items": [500]})
    found = {}
    for scale in (Scale(), Scale(low=-1, high=1)):
        totals = score_totals_of(
            pa.table({"period": period, "score": score}).to_batches(), scale, period="period"
        )
        rows = means(totals, coded, frame, scale)
        ends = [rows[f"mean_score{end}"].to_pylist() for end in ("_low", "", "_high")]
        found[scale.high] = [value for some in ends for value in some if value is not None]
    assert max(abs(v) for v in found[np.inf]) > 2
    assert max(abs(v) for v in found[1]) == 1
    assert [v for v in found[1] if abs(v) < 1] == [v for v in found[np.inf] if abs(v) < 1]

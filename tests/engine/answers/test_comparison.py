"""Differences of sets on shared halves, chances of being on the front, and what few sets can say about metrics."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bench_core import api, registry
from bench_core.engine.answers.comparison import Measurement, difference, pareto_front, pareto_probability, shortfall
from bench_core.engine.answers.redundancy import correlations, in_groups, interval, spearman
from bench_core.engine.scoring.resamples import Resamples
from bench_core.engine.scoring.score_sets import score_sets
from bench_core.errors import InputError, UnknownName
from bench_core.features import FeatureSet
from bench_core.registry import Target
from bench_core.spec import Choice, Scoring
from bench_core.store.workspace import Workspace

METRICS = registry.metrics()
LOWER, HIGHER = METRICS["frechet_distance"], METRICS["recall"]
ASKED = [Choice(id=m) for m in ("frechet_distance", "kernel_distance", "precision")]


def plain(n: int, seed: int, kind: str, shift: float = 0.0) -> FeatureSet:
    return FeatureSet(np.random.default_rng(seed).normal(size=(n, 5)) + shift, kind=kind)


def measured(synthetic: FeatureSet, real: FeatureSet) -> dict[str, Measurement]:
    rows, _, draws = score_sets({"real": real, "synthetic": synthetic}, Scoring(metrics=ASKED))
    return {r.metric: Measurement(r.value, r.matched, r.null, draws[r.metric], len(synthetic)) for r in rows}


@pytest.fixture(scope="module")
def sets() -> dict[str, dict[str, Measurement]]:
    """Two equally good sets and a clearly worse one, against one real set."""
    real = plain(90, 1, "real")
    shifts = {"one": (2, 0.0), "two": (3, 0.0), "worse": (4, 0.9)}
    return {name: measured(plain(80, seed, "synthetic", shift), real) for name, (seed, shift) in shifts.items()}


@pytest.mark.parametrize("name", [c.id for c in ASKED])
def test_equal_sets_do_not_differ_and_a_clearly_worse_one_does(sets, name: str) -> None:
    metric = METRICS[name]
    same = difference(sets["one"][name], sets["one"][name], metric)
    assert (same["difference"], same["low"], same["high"], same["excludes_zero"], same["better"]) == (0, 0, 0, False, "")
    equal = difference(sets["one"][name], sets["two"][name], metric)
    assert equal["low"] < 0 < equal["high"] and not equal["excludes_zero"]
    apart = difference(sets["worse"][name], sets["one"][name], metric)
    assert apart["excludes_zero"] and apart["better"] == "second"
    turned = difference(sets["one"][name], sets["worse"][name], metric)
    assert (turned["difference"], turned["low"], turned["high"]) == (-apart["difference"], -apart["high"], -apart["low"])


def test_what_the_real_images_do_to_both_sets_drops_out() -> None:
    shared, rng = 10 * np.random.default_rng(0).normal(size=40), np.random.default_rng(1)
    one, two = (Measurement(v, v, 0.0, v + shared + 0.1 * rng.normal(size=40), 50) for v in (5.0, 6.0))
    found = difference(one, two, LOWER)
    assert found["excludes_zero"] and found["better"] == "first"
    assert found["high"] - found["low"] == pytest.approx(2 * 1.96 * 0.1 * 2**0.5, rel=0.4)


def test_sets_of_different_size_are_compared_by_their_matched_values() -> None:
    draws = np.zeros(40)
    small, large = Measurement(9.0, 5.0, 4.0, draws, 20), Measurement(4.5, 5.5, 4.0, draws, 200)
    assert difference(small, large, LOWER) | {"low": 0, "high": 0} == {
        "difference": -0.5, "low": 0, "high": 0, "excludes_zero": True, "better": "first", "basis": "matched",
    }  # fmt: skip
    assert difference(small, replace(large, n=20), LOWER)["basis"] == "value"
    assert difference(small, replace(large, matched=None), LOWER)["basis"] == "value"


def test_the_better_one_is_nearer_to_a_goal_that_is_a_value() -> None:
    middle, draws = replace(LOWER, goal=Target(0.5)), np.zeros(40)
    far, near = Measurement(0.1, None, None, draws, 9), Measurement(0.6, None, None, draws, 9)
    assert difference(far, near, middle)["better"] == "second"


def test_halves_of_real_are_the_same_for_every_synthetic_set() -> None:
    real = plain(60, 1, "real")
    turned = np.random.default_rng(5).permutation(60)
    again = FeatureSet(real.values[turned], kind="real")
    one, two = Resamples({"real": real, "synthetic": plain(40, 2, "s")}, 0), Resamples({"real": again, "synthetic": plain(30, 3, "s")}, 0)
    for number in (1, 40):
        a, b = one.half("real", number), two.half("real", number)
        assert {r.tobytes() for r in a.values} == {r.tobytes() for r in b.values} and len(a) == 30


def test_draws_of_a_jackknife_have_its_spread_and_follow_the_halves(sets) -> None:
    real = plain(90, 1, "real")
    chosen = Scoring(metrics=[Choice(id="kernel_distance")])
    (row,), _, draws = score_sets({"real": real, "synthetic": plain(80, 4, "synthetic", 0.9)}, chosen)
    found = draws["kernel_distance"]
    assert found.shape == (40,)
    assert np.std(found, ddof=1) == pytest.approx((row.high - row.low) / 3.92, rel=0.35)
    assert np.corrcoef(found, sets["worse"]["frechet_distance"].draws)[0, 1] > 0.4  # both rise with the same halves


def fixed(*values: float, null: float = 0.0, spread: float = 0.0, seed: int = 0) -> list[list[Measurement]]:
    """Sets on one axis, each with its own noise."""
    rng = np.random.default_rng(seed)
    return [[Measurement(v, v, null, v + spread * rng.normal(size=40), 10)] for v in values]


def test_chances_are_certain_without_noise_and_shared_between_equals() -> None:
    assert pareto_probability(fixed(1.0, 2.0, 3.0), [LOWER]).tolist() == [1, 0, 0]
    assert pareto_probability(fixed(1.0, 1.0), [LOWER]).tolist() == [1, 1]  # ties all belong
    even = pareto_probability(fixed(5.0, 5.0, spread=1.0), [LOWER])
    assert even.sum() == pytest.approx(1) and 0.25 < even[0] < 0.75  # on one axis, exactly one wins a draw
    assert pareto_probability([], [LOWER]).tolist() == []


def test_who_is_better_than_perfect_is_not_better_than_who_is_perfect() -> None:
    found = fixed(0.5, 4.0, 9.0, null=4.0)
    assert pareto_probability(found, [LOWER]).tolist() == [1, 1, 0]
    assert pareto_probability(found, [LOWER], raw=True).tolist() == [1, 0, 0]


def test_two_axes_keep_both_ends_of_a_trade_off() -> None:
    draws = np.zeros(40)
    rows = [[Measurement(a, a, 0.0, draws, 9), Measurement(b, b, 1.0, draws, 9)] for a, b in ((1, 0.5), (5, 0.9), (6, 0.4))]
    assert pareto_probability(rows, [LOWER, HIGHER]).tolist() == [1, 1, 0]
    assert shortfall(0.9, 1.0, HIGHER) == pytest.approx(0.1) and shortfall(1.2, 1.0, HIGHER) == 0
    assert pareto_front(np.array([[0, 0], [0, 0], [0, 1], [np.nan, -5]])).tolist() == [True, True, False, False]


def test_seven_sets_say_little() -> None:
    low, high = interval(0.8, 7)
    assert low == pytest.approx(0.1, abs=0.02) and high == pytest.approx(0.97, abs=0.01)
    assert interval(-0.8, 7) == pytest.approx((-high, -low))
    assert interval(1.0, 7)[1] == 1 and interval(1.0, 7)[0] < 0.95
    assert all(np.isnan(interval(0.5, 3)))


def test_the_interval_of_a_rank_correlation_covers() -> None:
    rng, rho, n = np.random.default_rng(0), 0.6, 12
    pairs = rng.multivariate_normal([0, 0], [[1, rho], [rho, 1]], size=(600, n))
    truth = 6 / np.pi * np.arcsin(rho / 2)  # Spearman's rho of a Gaussian pair
    found = [interval(float(r), n) for r in spearman(pairs[:, :, 0], pairs[:, :, 1])]
    assert 0.92 <= np.mean([low <= truth <= high for low, high in found]) <= 0.985


def test_spearman_agrees_with_scipy_ties_included() -> None:
    from scipy.stats import spearmanr

    rng = np.random.default_rng(3)
    a, b = rng.integers(0, 5, (4, 9)), rng.normal(size=(4, 9))
    np.testing.assert_allclose(spearman(a, b), [spearmanr(x, y).statistic for x, y in zip(a, b, strict=True)])
    assert np.isnan(spearman(np.ones((1, 5)), b[:1, :5]))[0]


def test_correlations_turn_metrics_so_that_up_is_better() -> None:
    names, draws = [f"s{i}" for i in range(6)], np.random.default_rng(0).normal(size=40)
    rising = {n: Measurement(float(i), float(i), 0.0, 1e-6 * draws + i, 10) for i, n in enumerate(names)}
    falling = {n: Measurement(-m.value, -m.value, 0.0, -m.draws, 10) for n, m in rising.items()}
    found = correlations({"frechet_distance": rising, "recall": falling, "precision": rising}, METRICS)
    rho = {frozenset((r["first"], r["second"])): r["rho"] for r in found.to_dict("records")}
    assert rho[frozenset(("frechet_distance", "recall"))] == pytest.approx(1)
    assert rho[frozenset(("recall", "precision"))] == pytest.approx(-1)
    assert (found["n"] == 6).all() and (found["noise_low"] <= found["rho"] + 1e-9).all()


def test_metrics_that_rank_alike_stand_side_by_side() -> None:
    close = {("a", "c"): 0.9, ("b", "d"): 0.9}
    pairs = pd.DataFrame(
        [(x, y, close.get((x, y), -0.5), 7) for i, x in enumerate("abcd") for y in "abcd"[i + 1 :]], columns=["first", "second", "rho", "n"]
    )
    found = in_groups(pairs)
    order = list(dict.fromkeys([*found["first"], *found["second"]]))
    assert {frozenset(order[:2]), frozenset(order[2:])} == {frozenset("ac"), frozenset("bd")}
    assert len(found) == 6 and (found["rho"] == 0.9).sum() == 2


def test_requests_that_make_no_sense_are_errors(workspace: Workspace) -> None:
    with pytest.raises(UnknownName, match="Did you mean 'precision'"):
        api.compare("r", None, "e", metrics=["precison"])
    with pytest.raises(InputError, match="No metric"):
        api.pareto("r", None, "e", metrics=[])

"""Which metrics say the same, and how little few sets can say about that."""

import numpy as np
import pandas as pd
import pytest

from bench_core import registry
from bench_core.engine.answers.comparison import NumberWithDraws
from bench_core.engine.answers.redundancy import correlations, in_groups, interval, spearman

METRICS = registry.metrics()


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
    rising = {n: NumberWithDraws(float(i), float(i), 0.0, 1e-6 * draws + i, 10) for i, n in enumerate(names)}
    falling = {n: NumberWithDraws(-m.value, -m.value, 0.0, -m.draws, 10) for n, m in rising.items()}
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

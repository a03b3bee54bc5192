"""Closed forms against simulation."""

import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import beta, betabinom, binom, fisher_exact

from bench_core.engine.scoring.ranges import (
    Sizes,
    chance_of_difference,
    design_effect,
    effective_units,
    first_order,
    heaviness,
    kept_share,
    pairs,
    second_order,
    share_interval,
    share_range,
    shared_by_units,
    worth,
)


@pytest.mark.parametrize("n", [14, 40, 200])
def test_the_interval_of_a_share_holds_it(n: int) -> None:
    for share in (0.5, 0.9, 0.97, 1.0):
        counts = np.arange(n + 1)
        held = [low <= share <= high for low, high in (share_interval(k / n, n) for k in counts)]
        assert binom(n, share).pmf(counts)[held].sum() > 0.9, share
    low, high = share_interval(1.0, 14)
    assert high == 1.0 and 0.75 < low < 0.95  # fourteen of fourteen do not prove that all are


@pytest.mark.parametrize(("share", "pool"), [(0.6, 200), (0.98, 200), (0.998, 100), (0.999, 1000)])
def test_the_range_of_a_share_holds_new_ones(share: float, pool: int) -> None:
    rng = np.random.default_rng(0)
    inside = []
    for _ in range(150):
        low, high = share_range(rng.binomial(pool, share) / pool, 1.0, Sizes(100, 100, pool, 20))
        inside.append(low <= rng.binomial(100, share) / 100 <= high)
    assert np.mean(inside) > 0.92


def test_a_value_that_varies_little_is_worth_many_answers() -> None:
    assert worth(1.0, 0.0, 14) == pytest.approx(1.0, abs=0.05) and worth(0.7, 0.21, 100) == pytest.approx(1.0, abs=0.01)
    assert 3 < worth(0.7, 0.05, 1000) < 4.3


def mmd(real: np.ndarray, synthetic: np.ndarray) -> float:
    """Squared distance of two means, pairs of an image with itself left out."""
    r, s = real.sum(axis=0), synthetic.sum(axis=0)
    n, m = len(real), len(synthetic)
    within = (r @ r - (real**2).sum()) / n / (n - 1) + (s @ s - (synthetic**2).sum()) / m / (m - 1)
    return float(within - 2 * r @ s / n / m)


def test_pairs_say_how_a_squared_distance_varies() -> None:
    """Of D independent features of variance 1 the kernel of a pair has the variance D, and everything is known."""
    rng, d, n, m = np.random.default_rng(0), 8, 40, 100
    whole = [mmd(rng.normal(size=(n, d)), rng.normal(size=(m, d))) for _ in range(3000)]
    assert np.var(whole) == pytest.approx(2 * d * second_order(Sizes(20, m, n, 10**9), 20, 1.0), rel=0.1)
    real = rng.normal(size=(n, d))
    drawn = [mmd(real, rng.normal(size=(20, d))) for _ in range(3000)]
    given = 2 / 20**2 * d + 4 / 20 * float((real.mean(axis=0) ** 2).sum())
    assert np.var(drawn) == pytest.approx(given, rel=0.1)
    assert pairs(20, n) * 2 * d == pytest.approx(2 / 20**2 * d + 4 / 20 * d / n)


def test_heavy_tails_are_seen_and_widen() -> None:
    rng = np.random.default_rng(0)
    normal, heavy = rng.normal(size=(4000, 6)), rng.normal(size=(4000, 6)) / np.sqrt(rng.chisquare(3, (4000, 1)) / 3)
    clusters = rng.normal(size=(4000, 6)) + np.where(rng.random((4000, 1)) < 0.5, 3, -3)
    of = [heaviness(v, np.cov(v.T)) for v in (normal, heavy, clusters)]
    assert of[0] == pytest.approx(1, abs=0.1) and of[1] > 2 and of[2] < 0.6
    assert heaviness(np.ones((5, 3)), np.zeros((3, 3))) == 0
    sizes = Sizes(100, 200, 200, 20)
    light, wide = second_order(sizes, 100, 0.7), second_order(sizes, 100, 2.0)
    assert light < wide == pytest.approx(first_order(sizes) * 100 * pairs(100, 100))


def test_images_of_a_prompt_that_are_alike_count_as_one() -> None:
    values = np.random.default_rng(0).normal(size=2000)
    assert design_effect(values, np.arange(2000) // 5) == pytest.approx(1, abs=0.15)
    assert design_effect(np.repeat(values, 5), np.arange(10_000) // 5) == pytest.approx(5, rel=0.05)
    assert design_effect(np.ones(9), np.arange(9)) == 1


def test_closed_forms_are_those_of_scipy() -> None:
    assert share_interval(0.9, 40) == pytest.approx(beta.ppf([0.025, 0.975], 36.5, 4.5))
    low, high = betabinom(50, 180.5, 20.5).ppf([0.025, 0.975]) / 50
    assert share_range(0.9, 1.0, Sizes(50, 50, 200, 20)) == pytest.approx((low, high))
    for a, n, b, m in ((3, 20, 60, 100), (0, 10, 0, 30), (50, 50, 2, 300), (5, 40, 25, 200)):
        assert chance_of_difference(a, n, b, m) == pytest.approx(fisher_exact([[a, n - a], [b, m - b]])[1], rel=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8])
def test_what_the_images_of_a_prompt_share_is_found(share: float) -> None:
    rng, units = np.random.default_rng(3), np.repeat(np.arange(300), 5)
    own, each = rng.normal(size=(300, 6)), rng.normal(size=(1500, 6))
    found = shared_by_units(share**0.5 * own[units] + (1 - share) ** 0.5 * each, units)
    assert found == pytest.approx(share, abs=0.1)
    worth = effective_units(units, found)
    assert 300 <= worth <= 1500 and worth == pytest.approx(1500 / (1 + 4 * share), rel=0.2)


@pytest.mark.parametrize("kept", [1.0, 0.6, 0.0])
def test_what_units_keep_from_draw_to_draw_is_found_and_decides_the_spread_of_a_mean_over_draws(kept: float) -> None:
    """Values of 100 new units and of a pool of 100, 20 times, of which a part is drawn anew each time; draws have means of their own."""
    rng, sizes, gaps, found = np.random.default_rng(4), Sizes(100, 100, 100, 20), [], []
    for _ in range(400):
        own, anew, draw = rng.normal(size=(2, 1, 100)), rng.normal(size=(2, 20, 100)), rng.normal(size=(20, 1))
        values = kept**0.5 * own + (1 - kept) ** 0.5 * anew + draw
        gaps.append(values[0].mean() - values[1].mean())
        found.append(kept_share([np.arange(100)] * 20, list(values[1])))
    assert np.mean(found) == pytest.approx(kept, abs=0.02)
    assert np.var(gaps) == pytest.approx(first_order(sizes, kept), rel=0.2)


def test_units_that_come_once_are_taken_to_keep_everything() -> None:
    assert kept_share([np.arange(3), np.arange(3, 6)], [np.array([0.0, 1.0, 1.0]), np.array([1.0, 0.0, 0.0])]) == 1.0
    assert kept_share([], []) == kept_share([np.zeros(4, int)], [np.zeros(4)]) == 1.0


def test_few_units_are_taken_to_share_too_much_rather_than_too_little() -> None:
    found = [shared_by_units(np.random.default_rng(i).normal(size=(40, 64)), np.repeat(np.arange(8), 5)) for i in range(10)]
    assert min(found) > 0 and max(found) < 1 and np.mean(found) > 0.2
    assert shared_by_units(np.eye(4), np.arange(4)) == 1.0  # one image each
    assert effective_units(np.arange(4), 1.0) == effective_units(np.array([0, 0, 1, 1, 2, 3]), 1.0) == 4.0


def test_without_intervals_nothing_of_scipy_is_loaded() -> None:
    code = (
        "import sys, numpy as np; from bench_core.engine.scoring.score_sets import score_sets; from bench_core.features import FeatureSet; "
        "from bench_core.spec import Choice, Scoring; sets = {r: FeatureSet(np.eye(12), kind=r) for r in ('real', 'synthetic')}; "
        "assert score_sets(sets, Scoring(metrics=[Choice(id='kernel_distance')], intervals=False))[0][0].status == 'ok'; "
        "assert not {'scipy.special', 'scipy.stats', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)

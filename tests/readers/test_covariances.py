"""Covariances of areas against slow loops over their definitions, and against the printed ones of a published study."""

from itertools import product

import numpy as np
import pytest
from numpy.testing import assert_allclose

from bench_core.readers.covariances import WAYS, covariances
from bench_core.readers.readings import Readings
from tests.readers.studies import published, ratings, readings_of


def area(positive: np.ndarray, negative: np.ndarray) -> float:
    return float(np.mean([1.0 if p > n else 0.5 if p == n else 0.0 for p in positive for n in negative]))


def arms(readings: Readings) -> list[tuple[np.ndarray, np.ndarray]]:
    return [(readings.positive[t, r], readings.negative[t, r]) for t, r in product(*map(range, readings.shape))]


def test_areas_are_those_of_mann_and_whitney() -> None:
    from scipy.stats import mannwhitneyu

    for found, (positive, negative) in zip(ratings().flat_areas, arms(ratings()), strict=True):
        assert_allclose(found, mannwhitneyu(positive, negative).statistic / len(positive) / len(negative), rtol=1e-12)
        assert_allclose(found, area(positive, negative), rtol=1e-12)


def test_jackknife_leaves_out_one_case_after_the_other() -> None:
    readings = ratings(1)
    left = np.array(
        [[area(np.delete(p, i), n) for i in range(len(p))] + [area(p, np.delete(n, i)) for i in range(len(n))] for p, n in arms(readings)]
    )
    cases = left.shape[1]
    assert_allclose(covariances(readings, "jackknife"), np.cov(left, ddof=0) * (cases - 1), rtol=1e-10)


def test_delong_is_the_covariance_of_placements() -> None:
    readings = ratings(2)
    by_positive = np.array([[np.mean((x > n) + (x == n) / 2) for x in p] for p, n in arms(readings)])
    by_negative = np.array([[np.mean((p > y) + (p == y) / 2) for y in n] for p, n in arms(readings)])
    expected = np.cov(by_positive) / by_positive.shape[1] + np.cov(by_negative) / by_negative.shape[1]
    assert_allclose(covariances(readings, "delong"), expected, rtol=1e-10)


def test_u_statistic_is_unbiased() -> None:
    """The product of two areas less the mean product of successes that share no case: the definition of an unbiased covariance."""
    readings = ratings(3, (1, 2, 5, 6))
    (a, b) = readings.success
    free = [
        a[i, j] * b[k, m] for i, j, k, m in product(range(5), range(6), range(5), range(6)) if i != k and j != m
    ]  # fmt: skip
    assert_allclose(covariances(readings, "u_statistic")[0, 1], a.mean() * b.mean() - np.mean(free), rtol=1e-10)


def test_u_statistic_is_unbiased_in_simulation() -> None:
    rng = np.random.default_rng(0)
    many = Readings(rng.normal(0.5, 1, (4000, 1, 1, 8)), rng.normal(0, 1, (4000, 1, 1, 8)))
    found = covariances(many, "u_statistic")[:, 0, 0]
    assert abs(found.mean() / many.areas.var() - 1) < 0.08


@pytest.mark.parametrize("way", WAYS)
def test_cases_of_one_arm_alone_add_nothing_to_a_covariance(way: str) -> None:
    """Two modalities without a common case are independent; cases that nobody read under one change nothing there."""
    whole = ratings(4, (1, 2, 8, 8))
    nothing = np.full((1, 2, 4), np.nan)
    first, second = ((side[..., :4], side[..., 4:]) for side in (whole.positive, whole.negative))
    apart = Readings(
        np.concatenate([np.concatenate([first[0], nothing], -1), np.concatenate([nothing, first[1]], -1)]),
        np.concatenate([np.concatenate([second[0], nothing], -1), np.concatenate([nothing, second[1]], -1)]),
    )
    found = covariances(apart, way)  # type: ignore[arg-type]
    assert_allclose(found[:2, 2:], 0, atol=1e-15)
    assert_allclose(found[:2, :2], covariances(Readings(first[0], second[0]), way), rtol=1e-10)  # type: ignore[arg-type]


def test_many_studies_at_once_are_as_one_after_the_other() -> None:
    several = [ratings(seed) for seed in range(3)]
    stacked = Readings(np.stack([one.positive for one in several]), np.stack([one.negative for one in several]))
    for way in WAYS:
        assert_allclose(covariances(stacked, way), np.stack([covariances(one, way) for one in several]), rtol=1e-10)


GOLDEN = {
    "jackknife": (0.00034661, 0.00034407, 0.00023903, 0.00080229, 5e-9),
    "delong": (0.0003420090, 0.0003395265, 0.0002358497, 0.0007921325, 5e-11),
    "u_statistic": (0.0003416706, 0.0003390650, 0.0002356148, 0.0007883925, 5e-11),
}
"""Cov1, Cov2, Cov3, Var of VanDyke as RJafroc and OR-DBM MRMC 2.51 print them, and half of their last digit."""


@pytest.mark.parametrize("way", WAYS)
def test_those_of_vandyke_are_the_printed_ones(way: str) -> None:
    from bench_core.readers.obuchowski_rockette import components

    readings = readings_of(published("VanDyke"))
    parts = components(readings.areas, covariances(readings, way))  # type: ignore[arg-type]
    *expected, half = GOLDEN[way]
    assert_allclose([parts.cov1, parts.cov2, parts.cov3, parts.variance], expected, rtol=0, atol=half * 1.001)

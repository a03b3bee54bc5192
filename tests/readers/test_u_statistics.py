"""The one-shot variance: unbiased by its definition, equal to Obuchowski and Rockette's with unbiased covariances, as iMRMC prints it."""

from itertools import product

import numpy as np
from numpy.testing import assert_allclose

from bench_core.readers.covariances import covariances
from bench_core.readers.obuchowski_rockette import components
from bench_core.readers.readings import Readings
from bench_core.readers.u_statistics import area_difference, mean_area, moments
from tests.readers.studies import published, ratings, readings_of


def test_variance_by_its_definition() -> None:
    """The square of the mean less the mean product of two successes that share neither reader nor case."""
    readings = ratings(0, (1, 3, 4, 4))
    success = readings.success
    free = [
        success[r, i, j] * success[s, k, m]
        for r, s in product(range(3), repeat=2) for i, k in product(range(4), repeat=2) for j, m in product(range(4), repeat=2)
        if r != s and i != k and j != m
    ]  # fmt: skip
    found = mean_area(readings, 0)
    assert_allclose(moments(readings, 0, 0).covariance, success.mean() ** 2 - np.mean(free), rtol=1e-9)
    assert_allclose(found.value, success.mean(), rtol=1e-12)


def test_a_difference_has_the_variance_of_obuchowski_and_rockette() -> None:
    """With unbiased covariances and no maximum with 0 the two are the same (Gallas et al. 2009)."""
    readings = ratings(1, (2, 5, 14, 12))
    parts = components(readings.areas, covariances(readings, "u_statistic"))
    expected = 2 / 5 * (parts.ms_both + 5 * (parts.cov2 - parts.cov3))
    found = area_difference(readings, 0, 1)
    assert_allclose(found.se**2, expected, rtol=1e-9)
    assert_allclose(found.value, readings.areas[0].mean() - readings.areas[1].mean(), rtol=1e-12)


def test_missing_ratings_are_weighed_by_pairs() -> None:
    readings = ratings(2, (1, 4, 10, 10))
    positive = readings.positive.copy()
    positive[0, 1, 5:] = np.nan
    found = mean_area(Readings(positive, readings.negative), 0)
    sums = [readings.success[r][: 5 if r == 1 else 10].sum() for r in range(4)]
    assert_allclose(found.value, sum(sums) / (3 * 100 + 50), rtol=1e-12)
    assert np.isfinite(found.se)


def test_the_variance_is_unbiased_where_readers_left_out_cases() -> None:
    rng = np.random.default_rng(0)
    shape, studies = (3, 7), 6000
    case = [rng.normal(size=(studies, 1, 1, 7)) for _ in range(2)]
    skill = 0.5 * rng.normal(size=(studies, 1, 3, 1))
    positive = 0.7 + skill + case[0] + rng.normal(size=(studies, 1, *shape))
    negative = case[1] + rng.normal(size=(studies, 1, *shape))
    positive[:, :, 0, 4:] = np.nan
    negative[:, :, 2, :3] = np.nan
    many = Readings(positive, negative)
    estimated = moments(many, 0, 0).covariance.mean()
    assert abs(estimated / mean_area(many, 0).value.var() - 1) < 0.07


def test_vandyke_has_the_unbiased_variance() -> None:
    readings = readings_of(published("VanDyke"))
    found = area_difference(readings, 0, 1)
    assert_allclose(found.se, 0.0206715388, rtol=1e-8)
    assert_allclose([mean_area(readings, place).value for place in (0, 1)], [0.89703704, 0.94083736], rtol=0, atol=5e-9)

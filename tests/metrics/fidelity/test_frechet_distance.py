"""Frechet distance: closed forms and SciPy."""

import numpy as np
import pytest
from scipy.linalg import sqrtm

from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.frechet_distance import frechet_distance


def reference(a: np.ndarray, b: np.ndarray) -> float:
    a, b = a.astype(np.float64), b.astype(np.float64)
    c, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    return float(((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(c + d - 2 * sqrtm(c @ d).real))


@pytest.mark.parametrize(("n", "m", "d"), [(500, 400, 12), (100, 30, 40), (30, 100, 40), (25, 20, 60)])
def test_frechet_distance_equals_scipy(n: int, m: int, d: int) -> None:
    rng = np.random.default_rng(0)
    a = (rng.normal(size=(n, d)) @ rng.normal(size=(d, d)) + 3).astype(np.float32)
    b = (rng.normal(size=(m, d)) @ rng.normal(size=(d, d)) + 2).astype(np.float32)
    # sqrtm loses digits on singular products; it is the reference here, hence the tolerance there
    assert frechet_distance(FeatureSet(a), FeatureSet(b)).value == pytest.approx(reference(a, b), rel=1e-8 if min(n, m) > d else 1e-4)


def test_frechet_distance_of_diagonal_gaussians_is_the_closed_form() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(200_000, 3)), rng.normal(size=(200_000, 3)) * [1, 2, 0.5] + [1, 0, 0]
    assert frechet_distance(FeatureSet(a), FeatureSet(b)).value == pytest.approx(1 + 1 + 0.25, rel=0.02)


def test_frechet_distance_of_a_set_with_itself_is_zero() -> None:
    values = np.random.default_rng(0).normal(size=(50, 20)) * 100
    assert frechet_distance(FeatureSet(values), FeatureSet(values)).value == pytest.approx(0, abs=1e-4)
    constant = FeatureSet(np.ones((20, 4)))
    assert frechet_distance(constant, FeatureSet(np.ones((20, 4)) * 3)).value == pytest.approx(16)

"""A mixture of Gaussians, one around each point."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from bench_core.metrics.mixture import Mixture


def test_likelihoods_are_those_of_a_mixture_of_gaussians() -> None:
    rng = np.random.default_rng(0)
    mix = Mixture(rng.normal(size=(7, 3)).astype(np.float32))
    mix.log_variance = rng.normal(size=7)
    points = rng.normal(size=(20, 3)).astype(np.float32)
    density = np.stack([multivariate_normal(c, np.exp(v)).pdf(points) for c, v in zip(mix.centres, mix.log_variance, strict=True)])
    np.testing.assert_allclose(mix.log_likelihoods(points), np.log(density.mean(axis=0)), rtol=1e-5, atol=1e-5)
    fit, row = mix.likeliest(points)
    np.testing.assert_allclose(fit, np.log(density.max(axis=1)), rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(row, density.argmax(axis=1))


def test_one_lone_gaussian_takes_its_points() -> None:
    rng = np.random.default_rng(0)
    near = (rng.normal(size=(2000, 8)) * 0.3 + 50).astype(np.float32)
    far = (rng.normal(size=(2000, 8)) - 50).astype(np.float32)
    mix = Mixture(np.full((1, 8), 50, np.float32))
    mix.fit(np.concatenate([near, far]), 50)
    assert np.exp(mix.log_variance[0]) == pytest.approx(((near - 50) ** 2).mean(), rel=1e-3)

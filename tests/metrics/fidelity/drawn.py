"""Samples of one distribution, and the divergence of three."""

import numpy as np

from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.likelihood_divergence import likelihood_divergence

D = 16


Arrays = tuple[np.ndarray, np.ndarray, np.ndarray]


def drawn(seed: int, train: int = 600, real: int = 200, synthetic: int = 120) -> Arrays:
    """Three samples of one distribution with some structure."""
    rng = np.random.default_rng(seed)
    directions = np.random.default_rng(9).normal(size=(4, D)) * 0.7
    one, two, three = (rng.normal(size=(n, 4)) @ directions + rng.normal(size=(n, D)) for n in (train, real, synthetic))
    return one, two, three


def divergence(arrays: Arrays, **settings: object) -> float:
    return likelihood_divergence(*map(FeatureSet, arrays), **settings).value  # type: ignore[arg-type]

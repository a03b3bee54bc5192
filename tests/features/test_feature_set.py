"""What metrics ask of a set: neighbours and radii."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.privacy.copy_share import copy_share


def test_near_ties_are_decided_in_float64() -> None:
    rng = np.random.default_rng(0)
    far = rng.normal(size=(1, 64)) * 1e-3
    real = np.concatenate([far, far + 1e-3 * np.eye(64)[:20] * (1 + 1e-5 * np.arange(20)[:, None])]).astype(np.float32)
    others = real + np.float32(30)  # a distant crowd makes the common mean, and the rounding, large
    both = np.concatenate([real, others])
    distances_, rows = FeatureSet(real[:1]).neighbours(FeatureSet(both[1:]), 3)
    exact = np.sqrt(((both[1:].astype(np.float64) - real[0]) ** 2).sum(axis=1))
    assert rows[0].tolist() == np.argsort(exact)[:3].tolist()
    np.testing.assert_allclose(distances_[0], np.sort(exact)[:3], rtol=1e-12)


def test_hamming_distances_are_shares() -> None:
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 4, size=(50, 24))
    a, b = FeatureSet(codes[:20], distance="hamming"), FeatureSet(codes[20:], distance="hamming")
    np.testing.assert_allclose(a.neighbours(b, 30)[0], np.sort(cdist(codes[:20], codes[20:], "hamming"), axis=1))
    own = cdist(codes[20:], codes[20:], "hamming") + np.diag(np.full(30, np.inf))
    np.testing.assert_allclose(b.radius(1), own.min(axis=1))
    expected = (cdist(codes[:20], codes[20:], "hamming") < own.min(axis=1)).any(axis=1).mean()
    assert copy_share(b, a).value == pytest.approx(expected)


def test_too_few_distinct_images() -> None:
    same = FeatureSet(np.ones((30, 4)), kind="real")
    with pytest.raises(TooFewImages, match="real has n = 30 images"):
        same.radius(1)
    with pytest.raises(TooFewImages):
        same.neighbours(FeatureSet(np.ones((2, 4))), 3)


def test_moments_without_a_few_rows_are_those_of_the_rest() -> None:
    rng = np.random.default_rng(3)
    values = (rng.normal(size=(90, 7)) * [1, 5, 0.1, 1, 1, 1, 30] + [0, 900, 3, 0, 0, 0, -40]).astype(np.float32)
    whole = FeatureSet(values)
    for left in (np.arange(2, 90), rng.permutation(90)[:60], np.repeat(np.arange(40), 2), np.arange(20), np.arange(90)):
        mean, covariance = whole.left_by_threshold(left).moments()
        expected = np.cov(values[left].astype(np.float64), rowvar=False)
        np.testing.assert_allclose(mean, values[left].mean(axis=0, dtype=np.float64), rtol=1e-12)
        np.testing.assert_allclose(covariance, expected, rtol=1e-10, atol=1e-11 * np.abs(np.diag(expected)).max())

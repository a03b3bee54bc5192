"""Kernel distance: closed forms and slow loops."""

import numpy as np
import pytest

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet, base
from bench_core.metrics.fidelity.kernel_distance import kernel_distance


def slow_kernel_distance(a: np.ndarray, b: np.ndarray) -> tuple[float, float]:
    """The value, and the mean kernel value of all pairs: what rounding is measured by."""
    a, b, d = a.astype(np.float64), b.astype(np.float64), a.shape[1]
    kernel = [(x @ y.T / d + 1) ** 3 for x, y in ((a, a), (b, b), (a, b))]
    within = [(k.sum() - np.trace(k)) / (len(k) * (len(k) - 1)) for k in kernel[:2]]
    return float(sum(within) - 2 * kernel[2].mean()), float(np.mean([k.mean() for k in kernel]))


@pytest.mark.parametrize(("kept", "offset"), [(base.KEPT, 0), (10, 0), (10, 30)])
def test_kernel_distance_is_the_complete_u_statistic(kept: int, offset: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "KEPT", kept)
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(150, 8)).astype(np.float32) + offset, (rng.normal(size=(90, 8)) * 1.2 + 0.3).astype(np.float32)
    real, synthetic = FeatureSet(a), FeatureSet(b)
    few, many = rng.permutation(150)[:40], rng.permutation(150)[:140]
    for rows in (np.arange(150), few, many):  # all, summed directly, and as the whole minus what was left out
        for columns in (np.arange(90), np.arange(85)):
            expected, mean = slow_kernel_distance(a[rows], b[columns])
            of = [s if len(r) == len(s) else s.take(r) for s, r in ((real, rows), (synthetic, columns))]
            assert kernel_distance(*of).value == pytest.approx(expected, abs=1e-7 * mean)


def test_kernel_distance_is_unbiased() -> None:
    rng = np.random.default_rng(0)
    found = [kernel_distance(FeatureSet(rng.normal(size=(20, 5))), FeatureSet(rng.normal(size=(20, 5)))).value for _ in range(300)]
    assert abs(np.mean(found)) < 3 * np.std(found) / np.sqrt(300)


def test_kernel_distance_over_subsets() -> None:
    rng = np.random.default_rng(0)
    a, b = FeatureSet(rng.normal(size=(120, 8))), FeatureSet(rng.normal(size=(100, 8)) + 0.5)
    score = kernel_distance(a, b, subsets=60, subset_size=50, seed=1)
    assert score.value == pytest.approx(kernel_distance(a, b).value, rel=0.1)
    assert len(score.tables["subsets"]) == 60
    assert score.value == kernel_distance(a, b, subsets=60, subset_size=50, seed=1).value
    assert score.value != kernel_distance(a, b, subsets=60, subset_size=50, seed=2).value
    with pytest.raises(TooFewImages, match="synthetic has 100"):
        kernel_distance(a, b, subsets=2, subset_size=110)

"""CMMD against its formula in float64."""

import numpy as np
import pytest

from bench_core.errors import InputError
from bench_core.features import FeatureSet, base
from bench_core.metrics.fidelity.cmmd import cmmd


def slow_cmmd(real: np.ndarray, synthetic: np.ndarray) -> float:
    x, y = (a.astype(np.float64) / np.linalg.norm(a.astype(np.float64), axis=1, keepdims=True) for a in (real, synthetic))

    def mean_kernel(a: np.ndarray, b: np.ndarray) -> float:
        return float(np.exp(-((a[:, None] - b[None]) ** 2).sum(axis=2) / (2 * 10**2)).mean())

    return 1000 * (mean_kernel(x, x) + mean_kernel(y, y) - 2 * mean_kernel(x, y))


@pytest.mark.parametrize("kept", [base.KEPT, 10])
@pytest.mark.parametrize(("offset", "d"), [(0, 20), (3, 20), (0, 3)])
def test_equal_to_the_formula(kept: int, offset: float, d: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "KEPT", kept)
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=(90, d)) + offset).astype(np.float32), (rng.normal(size=(60, d)) * 1.3 + 0.2).astype(np.float32)
    real, synthetic = FeatureSet(a), FeatureSet(b)
    assert cmmd(real, synthetic).value == pytest.approx(slow_cmmd(a, b), rel=1e-6)
    assert cmmd(synthetic, real).value == pytest.approx(cmmd(real, synthetic).value, rel=1e-9)
    for rows in (np.arange(45), np.arange(88)):
        assert cmmd(real.take(rows), synthetic).value == pytest.approx(slow_cmmd(a[rows], b), rel=1e-6)
        assert cmmd(real.take(rows), synthetic.take(np.arange(30))).value == pytest.approx(slow_cmmd(a[rows], b[:30]), rel=1e-6)


def test_two_opposite_points_are_the_closed_form() -> None:
    real, synthetic = FeatureSet(np.array([[2.0, 0.0]])), FeatureSet(np.array([[-5.0, 0.0]]))  # 2 apart on the unit circle
    assert cmmd(real, synthetic).value == pytest.approx(1000 * (2 - 2 * np.exp(-4 / 200)), rel=1e-6)


def test_equal_sets_score_zero_and_equal_distributions_a_little_more() -> None:
    values = np.random.default_rng(0).normal(size=(2, 100, 12))
    assert cmmd(FeatureSet(values[0]), FeatureSet(values[0])).value == pytest.approx(0, abs=1e-6)
    assert cmmd(FeatureSet(values[0]), FeatureSet(values[1])).value > 0.05


def test_length_does_not_matter() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(50, 12)), rng.normal(size=(40, 12)) + 0.5
    assert cmmd(FeatureSet(a), FeatureSet(b * 7)).value == pytest.approx(cmmd(FeatureSet(a), FeatureSet(b)).value, rel=1e-5)


def test_features_without_a_direction_are_named() -> None:
    values = np.ones((20, 3))
    values[7] = 0
    with pytest.raises(InputError, match="synthetic features: row 7"):
        cmmd(FeatureSet(np.ones((20, 3)), kind="real"), FeatureSet(values, kind="synthetic"))

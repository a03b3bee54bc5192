"""Alpha precision: its formula, extremes, codes."""

import numpy as np
import pytest

from bench_core.features import FeatureSet
from bench_core.metrics.fidelity.alpha_precision import alpha_precision


def slow_alpha_precision(real: np.ndarray, synthetic: np.ndarray) -> float:
    centre = real.mean(axis=0)
    near, far = np.linalg.norm(real - centre, axis=1), np.linalg.norm(synthetic - centre, axis=1)
    alphas = [i / 29 for i in range(30)]
    radii = [np.quantile(near, a) for a in alphas]
    gaps = [abs(a - np.mean([x <= radius for x in far])) for a, radius in zip(alphas, radii, strict=True)]
    return 1 - 2 * sum(gaps) / 30


def test_alpha_precision_equals_its_formula() -> None:
    rng = np.random.default_rng(0)
    real, synthetic = (rng.normal(size=(n, 9)).astype(np.float32) for n in (150, 110))
    for scale in (0.5, 1, 2):
        found = alpha_precision(FeatureSet(real), FeatureSet(synthetic * np.float32(scale)))
        assert found.value == pytest.approx(slow_alpha_precision(real.astype(float), (synthetic * np.float32(scale)).astype(float)))


@pytest.mark.parametrize("scale", [0.5, 1.0, 2.0])
def test_alpha_precision_of_a_uniform_distribution_of_another_width(scale: float) -> None:
    line = np.linspace(-1, 1, 20_001)[:, None]
    alpha = np.linspace(0, 1, 30)
    found = alpha_precision(FeatureSet(line), FeatureSet(line * scale))
    np.testing.assert_allclose(found.tables["curve"]["alpha"], alpha)
    np.testing.assert_allclose(found.tables["curve"]["share"], np.minimum(1, alpha / scale), atol=1e-3)
    assert found.value == pytest.approx(1 - 2 * np.abs(alpha - np.minimum(1, alpha / scale)).mean(), abs=1e-3)


def test_alpha_precision_of_extremes() -> None:
    real = np.random.default_rng(0).normal(size=(60, 5)).astype(np.float32)
    assert alpha_precision(FeatureSet(real), FeatureSet(np.tile(real.mean(axis=0, dtype=float), (20, 1)))).value == pytest.approx(0)
    assert alpha_precision(FeatureSet(real), FeatureSet(real + 1000)).value == 0
    assert alpha_precision(FeatureSet(real), FeatureSet(real)).value > 0.97
    constant = FeatureSet(np.ones((20, 4)))
    assert alpha_precision(constant, FeatureSet(np.full((20, 4), 2.0))).value == 0
    assert 0 <= alpha_precision(FeatureSet(real), FeatureSet(real[:1])).value <= 1


def test_the_centre_of_codes_is_their_commonest_values() -> None:
    codes = np.array([[0, 1], [0, 2], [0, 1], [3, 1]])
    far = np.array([[0, 1], [0, 9], [9, 1], [9, 9]])
    curve = alpha_precision(FeatureSet(codes, distance="hamming"), FeatureSet(far, distance="hamming"), steps=2).tables["curve"]
    assert curve["share"].tolist() == [0.25, 0.75]  # distances 0, 1/2, 1/2, 1 from (0, 1); real ones reach to 1/2

"""Beta recall: a slow one, its ends, patients, codes."""

import numpy as np
import pytest

from bench_core.features import FeatureSet
from bench_core.metrics.variety.beta_recall import beta_recall
from tests.metrics.conftest import Make


def slow_beta_recall(real: np.ndarray, synthetic: np.ndarray) -> float:
    centre = synthetic.mean(axis=0)
    off = []
    for beta in np.linspace(0, 1, 30):
        ball = np.quantile([np.linalg.norm(s - centre) for s in synthetic], beta)
        hits = 0
        for i, r in enumerate(real):
            to_real = min(np.linalg.norm(r - o) for j, o in enumerate(real) if j != i)
            to_synthetic = [np.linalg.norm(r - s) for s in synthetic]
            nearest = synthetic[int(np.argmin(to_synthetic))]
            hits += min(to_synthetic) < to_real and np.linalg.norm(nearest - centre) <= ball
        off.append(abs(beta - hits / len(real)))
    return 1 - 2 * float(np.mean(off))


@pytest.mark.parametrize(("n", "m", "shift"), [(20, 20, 0), (15, 30, 0.5), (30, 10, 1)])
def test_beta_recall_equals_a_slow_one(n: int, m: int, shift: float) -> None:
    rng = np.random.default_rng(0)
    real, synthetic = rng.normal(size=(n, 3)), rng.normal(size=(m, 3)) + shift
    assert beta_recall(FeatureSet(real), FeatureSet(synthetic)).value == pytest.approx(slow_beta_recall(real, synthetic), abs=1e-6)


def test_beta_recall_at_its_ends(make: Make) -> None:
    real = make(300, 0)
    assert beta_recall(real, FeatureSet(real.values)).value > 0.98  # every real image is reached, at every beta
    assert beta_recall(real, make(300, 1, shift=50)).value == 0
    collapsed = FeatureSet(real.values[:1] + 1e-3 * make(300, 1).values)
    assert beta_recall(real, collapsed).value < 0.05


def test_beta_recall_of_a_perfect_generator_is_about_a_half(make: Make) -> None:
    found = beta_recall(make(1500, 0, 2), make(1500, 1, 2))  # in few dimensions; in more, nearest images are central ones
    assert found.value == pytest.approx(0.5, abs=0.04)
    curve = found.tables["curve"]
    assert len(curve) == 30
    assert curve["beta"].iloc[[0, -1]].tolist() == [0, 1]
    assert curve["recall"].is_monotonic_increasing
    assert curve["recall"].iloc[-1] == pytest.approx(0.5, abs=0.04)
    assert found.value == pytest.approx(1 - 2 * np.abs(curve["beta"] - curve["recall"]).mean())


def test_beta_recall_measures_to_other_patients(make: Make) -> None:
    real, synthetic = make(60, 0), make(60, 1)
    twice = np.repeat(real.values, 2, axis=0) + 1e-4 * np.arange(120)[:, None] % 2
    alone = beta_recall(FeatureSet(twice), synthetic).value
    together = beta_recall(FeatureSet(twice, subjects=np.arange(120) // 2), synthetic).value
    assert alone < 0.05  # each image's twin is the nearest real one
    assert together == pytest.approx(beta_recall(real, synthetic).value, abs=0.02)


def test_beta_recall_of_codes() -> None:
    rng = np.random.default_rng(0)
    real, synthetic = (FeatureSet(rng.integers(0, 3, (80, 12)), distance="hamming") for _ in range(2))
    assert 0 < beta_recall(real, synthetic).value < 1
    assert beta_recall(real, FeatureSet(real.values, distance="hamming")).value > 0.8

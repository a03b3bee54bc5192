"""Precision, recall, density and coverage against prdc; radii, ties and duplicates against loops in float64."""

import numpy as np
import pytest
from prdc import compute_prdc
from scipy.spatial.distance import cdist

from bench_core.features import FeatureSet, base
from bench_core.metrics.fidelity.density import density
from bench_core.metrics.fidelity.precision import precision
from bench_core.metrics.privacy.authenticity import authenticity
from bench_core.metrics.privacy.closer_to_train import closer_to_train
from bench_core.metrics.privacy.copy_share import copy_share
from bench_core.metrics.variety.coverage import coverage
from bench_core.metrics.variety.recall import recall

FOUR = {"precision": precision, "recall": recall, "density": density, "coverage": coverage}


def sets(n: int, m: int, d: int, seed: int = 0, offset: float = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, d)) + offset).astype(np.float32), (rng.normal(size=(m, d)) * 0.9 + offset + 0.1).astype(np.float32)


@pytest.mark.parametrize(
    ("n", "m", "d", "k", "offset"), [(300, 200, 2, 5, 0), (150, 400, 16, 3, 0), (250, 250, 64, 5, 1000), (120, 90, 300, 1, 0)]
)
def test_equal_to_prdc(n: int, m: int, d: int, k: int, offset: float) -> None:
    real, synthetic = sets(n, m, d, offset=offset)
    expected = compute_prdc(real.astype(np.float64), synthetic.astype(np.float64), k)
    for name, function in FOUR.items():
        found = function(FeatureSet(real), FeatureSet(synthetic), k=k)  # type: ignore[operator]
        assert found.value == pytest.approx(expected[name], abs=1e-12), name


def test_blocks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    real, synthetic = sets(130, 70, 8)
    before = [f(FeatureSet(real), FeatureSet(synthetic)).value for f in FOUR.values()]  # type: ignore[operator]
    monkeypatch.setattr("bench_core.features.rows.BLOCK", 1000)
    monkeypatch.setattr(base, "KEPT", 100)
    assert [f(FeatureSet(real), FeatureSet(synthetic)).value for f in FOUR.values()] == before  # type: ignore[operator]


def test_coverage_of_a_perfect_generator() -> None:
    n, m, k = 400, 200, 5
    expected = 1 - np.prod([(n - i) / (n + m - i) for i in range(1, k + 1)])
    rng = np.random.default_rng(0)
    found = [coverage(FeatureSet(rng.normal(size=(n, 6))), FeatureSet(rng.normal(size=(m, 6)))).value for _ in range(12)]
    assert np.mean(found) == pytest.approx(expected, abs=0.02)


def slow_radius(values: np.ndarray, subjects: np.ndarray, k: int) -> np.ndarray:
    gaps = cdist(values.astype(np.float64), values.astype(np.float64))
    out = []
    for i in range(len(values)):
        seen: dict[bytes, float] = {}
        for j in range(len(values)):
            if subjects[j] != subjects[i] and not np.array_equal(values[i], values[j]):
                seen[values[j].tobytes()] = gaps[i, j]
        out.append(sorted(seen.values())[k - 1])
    return np.array(out)


def test_radius_runs_over_other_patients_and_counts_duplicates_once() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(size=(60, 3)).astype(np.float32)
    values[40:50] = values[:10]  # the same images under other patients
    values[50] = values[51] = values[5]  # three times over
    subjects = np.array([f"p{i // 3}" for i in range(60)])
    whole = FeatureSet(values, subjects=subjects)
    for k in (1, 4):
        np.testing.assert_allclose(whole.radius(k), slow_radius(values, subjects, k), rtol=1e-9)
    rows = rng.permutation(60)[:35]
    np.testing.assert_allclose(whole.take(rows).radius(2), slow_radius(values[rows], subjects[rows], 2), rtol=1e-9)


def test_views_agree_with_fresh_sets() -> None:
    real, synthetic = sets(90, 60, 5)
    a, b = np.arange(0, 90, 2), np.arange(5, 45)
    whole = FeatureSet(real), FeatureSet(synthetic)
    for function in FOUR.values():
        of_views = function(whole[0].take(a), whole[1].take(b))  # type: ignore[operator]
        of_fresh = function(FeatureSet(real[a]), FeatureSet(synthetic[b]))  # type: ignore[operator]
        assert of_views.value == of_fresh.value
        again = function(whole[0].take(a).take(np.arange(20)), whole[1])  # type: ignore[operator]
        assert again.value == function(FeatureSet(real[a][:20]), FeatureSet(synthetic)).value  # type: ignore[operator]


def test_equal_distances_are_not_below() -> None:
    grid = np.stack(np.meshgrid(np.arange(12.0), np.arange(12.0)), axis=-1).reshape(-1, 2) + 1e3
    train = FeatureSet(grid)
    assert np.all(train.radius(1) == 1.0)
    on_the_rim = FeatureSet(grid[:1] - [1, 0])  # its only near ball has its rim here
    assert copy_share(train, on_the_rim).value == 0
    assert authenticity(train, on_the_rim).value == 0  # farther than the radius would be authentic; equal is not
    assert closer_to_train(train, FeatureSet(grid), on_the_rim).value == 0

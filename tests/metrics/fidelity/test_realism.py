"""Realism: its formula, copies, blocks, devices."""

import numpy as np
import pytest
import torch
from scipy.spatial.distance import cdist

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet, base, gpu
from bench_core.features.place import placed
from bench_core.metrics.fidelity.precision import precision
from bench_core.metrics.fidelity.realism import realism


def slow_realism(real: np.ndarray, synthetic: np.ndarray, k: int, metric: str = "euclidean") -> np.ndarray:
    radius = np.sort(cdist(real, real, metric), axis=1)[:, k]
    small = radius <= np.median(radius)
    return (radius[small, None] / cdist(real[small], synthetic, metric)).max(axis=0)


@pytest.mark.parametrize(("n", "m", "d", "k", "offset"), [(200, 150, 3, 5, 0), (121, 80, 64, 3, 0), (100, 60, 16, 5, 300)])
def test_realism_equals_its_formula(n: int, m: int, d: int, k: int, offset: float) -> None:
    rng = np.random.default_rng(0)
    real, synthetic = (rng.normal(size=(size, d)).astype(np.float32) + np.float32(offset) for size in (n, m))
    expected = slow_realism(real.astype(float), synthetic.astype(float), k)
    score = realism(FeatureSet(real), FeatureSet(synthetic), k=k, ceiling=1e9)
    np.testing.assert_allclose(score.per_image, expected, rtol=1e-6)
    assert score.value == pytest.approx(expected.mean())


def test_realism_of_codes_is_in_hamming_distance() -> None:
    rng = np.random.default_rng(0)
    real, synthetic = rng.integers(0, 4, size=(60, 24)), rng.integers(0, 4, size=(40, 24))
    score = realism(FeatureSet(real, distance="hamming"), FeatureSet(synthetic, distance="hamming"))
    np.testing.assert_allclose(score.per_image, slow_realism(real, synthetic, 5, "hamming"))


def test_copies_have_the_ceiling_and_one_lone_image_inflates_nothing() -> None:
    rng = np.random.default_rng(0)
    real = rng.normal(size=(100, 8)).astype(np.float32)
    real[0] = 100  # its ball holds everything
    synthetic = np.concatenate([real[1:51], real[1:51] + np.float32(1e-6), rng.normal(size=(50, 8)) + 20]).astype(np.float32)
    score = realism(FeatureSet(real), FeatureSet(synthetic), ceiling=8)
    assert score.per_image is not None
    radius = FeatureSet(real).radius(5)[1:51]
    crowded = np.flatnonzero(radius <= np.median(FeatureSet(real).radius(5)))
    np.testing.assert_array_equal(score.per_image[crowded], 8)
    np.testing.assert_allclose(score.per_image[50 + crowded], 8)
    assert score.per_image[100:].max() < 0.5
    assert precision(FeatureSet(real), FeatureSet(synthetic[100:])).value == 1  # what it is there against
    assert np.isfinite(score.value)


def test_blocks_and_views_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    real, synthetic = rng.normal(size=(130, 8)), rng.normal(size=(70, 8))
    before = realism(FeatureSet(real), FeatureSet(synthetic)).per_image
    rows, others = rng.permutation(130)[:80], rng.permutation(70)[:40]
    view = realism(FeatureSet(real).take(rows), FeatureSet(synthetic).take(others)).per_image
    np.testing.assert_allclose(view, realism(FeatureSet(real[rows]), FeatureSet(synthetic[others])).per_image, rtol=1e-12)
    monkeypatch.setattr("bench_core.features.rows.BLOCK", 700)
    monkeypatch.setattr(base, "KEPT", 100)
    np.testing.assert_allclose(realism(FeatureSet(real), FeatureSet(synthetic)).per_image, before, rtol=1e-12)


@pytest.mark.parametrize("free", [1 << 22, 1000, 1])
def test_distances_from_a_device_change_nothing(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    rng = np.random.default_rng(0)
    real, synthetic = (rng.normal(size=(size, 16)).astype(np.float32) + 3 for size in (121, 80))
    here = realism(FeatureSet(real), FeatureSet(synthetic)).per_image
    monkeypatch.setattr(base, "KEPT", 0)
    monkeypatch.setattr(gpu, "FEWEST", 0)
    monkeypatch.setattr(gpu, "fitting", lambda *_: free)
    with placed(gpu=lambda: "cpu"):
        np.testing.assert_array_equal(realism(FeatureSet(real), FeatureSet(synthetic)).per_image, here)


def test_blocks_of_a_device_that_is_full_are_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)).astype(np.float32), rng.normal(size=(30, 3)).astype(np.float32)
    of_x, of_y = (x**2).sum(axis=1), (y**2).sum(axis=1)
    tensor, tried = torch.tensor, []

    def full(values: np.ndarray, **more: object) -> torch.Tensor:
        if values.shape[1:] == (3,) and values is not y:
            tried.append(len(values))
            if len(values) > 10:
                raise torch.OutOfMemoryError("full")
        return tensor(values, **more)

    monkeypatch.setattr(torch, "tensor", full)
    found = list(gpu.squared_distances(x, y, of_x, of_y, "cpu"))
    np.testing.assert_allclose(np.concatenate([raw for _, raw in found]), cdist(x, y, "sqeuclidean"), atol=1e-5)
    assert [(part.start, part.stop) for part, _ in found] == [(0, 10), (10, 20), (20, 30), (30, 40)]


def test_awkward_sets_of_realism() -> None:
    values = np.random.default_rng(0).normal(size=(40, 60))
    few = FeatureSet(values, kind="real")  # fewer images than features
    score = realism(few, FeatureSet(values[:1] + 0.1))
    assert score.per_image is not None
    assert score.per_image.shape == (1,)
    assert 5 < realism(few, FeatureSet(values)).value <= 10
    with pytest.raises(TooFewImages, match="real has n = 5 images"):
        realism(few.take(np.arange(5)), few)
    with pytest.raises(TooFewImages):
        realism(FeatureSet(np.ones((30, 4))), FeatureSet(np.ones((30, 4))))

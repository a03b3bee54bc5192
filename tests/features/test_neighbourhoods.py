"""Precision, recall, density and coverage against prdc; radii, ties and duplicates against loops in float64."""

import numpy as np
import pytest
from prdc import compute_prdc
from scipy.spatial.distance import cdist

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet, base
from bench_core.metrics.fidelity.density import density
from bench_core.metrics.fidelity.precision import precision
from bench_core.metrics.privacy.authenticity import authenticity
from bench_core.metrics.privacy.closer_to_train import closer_to_train
from bench_core.metrics.privacy.copy_share import copy_share
from bench_core.metrics.privacy.nearest_train_distance import nearest_train_distance
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


def test_privacy_metrics_are_what_their_formulas_say() -> None:
    rng = np.random.default_rng(1)
    train, real, synthetic = (rng.normal(size=(n, 7)).astype(np.float32) for n in (120, 80, 60))
    synthetic[:20] = train[:20] + 0.01
    t, r, s = FeatureSet(train), FeatureSet(real), FeatureSet(synthetic)
    to_train, to_real = cdist(synthetic, train), cdist(synthetic, real)
    own = (cdist(train, train) + np.diag(np.full(120, np.inf))).min(axis=1)
    share = copy_share(t, s)
    assert share.value == pytest.approx((to_train < own).any(axis=1).mean())
    assert share.per_image is not None
    assert share.per_image[:20].mean() == 1
    assert authenticity(t, s).value == pytest.approx((to_train.min(axis=1) > own[to_train.argmin(axis=1)]).mean())
    assert closer_to_train(t, r, s).value == pytest.approx((to_train.min(axis=1) < to_real.min(axis=1)).mean())
    nearest = nearest_train_distance(t, r, s)
    assert nearest.value == pytest.approx(np.median(to_train.min(axis=1)))
    np.testing.assert_allclose(nearest.per_image, to_train.min(axis=1), rtol=1e-9)


def test_copies_of_a_duplicated_training_image_are_seen() -> None:
    rng = np.random.default_rng(2)
    train = rng.normal(size=(200, 16))
    twice = FeatureSet(np.concatenate([train, train[:50]]))
    assert copy_share(twice, FeatureSet(train[:50])).value == 1


def test_studies_of_one_patient_do_not_hide_a_copy() -> None:
    rng = np.random.default_rng(2)
    train = np.repeat(rng.normal(size=(60, 16)), 2, axis=0) + 1e-4 * rng.normal(size=(120, 16))
    stolen = FeatureSet(train[::2] + 1e-3)
    assert copy_share(FeatureSet(train), stolen).value == 0
    assert copy_share(FeatureSet(train, subjects=np.repeat(np.arange(60), 2)), stolen).value == 1


def test_too_few_distinct_images() -> None:
    same = FeatureSet(np.ones((30, 4)), kind="real")
    with pytest.raises(TooFewImages, match="real has n = 30 images"):
        same.radius(1)
    with pytest.raises(TooFewImages):
        same.neighbours(FeatureSet(np.ones((2, 4))), 3)

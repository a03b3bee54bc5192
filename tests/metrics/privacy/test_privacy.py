"""Privacy metrics against their formulas, and copies that duplicates or patients could hide."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bench_core.features import FeatureSet
from bench_core.metrics.privacy.authenticity import authenticity
from bench_core.metrics.privacy.closer_to_train import closer_to_train
from bench_core.metrics.privacy.copy_share import copy_share
from bench_core.metrics.privacy.nearest_train_distance import nearest_train_distance


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

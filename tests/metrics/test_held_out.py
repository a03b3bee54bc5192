"""Ratios and cuts of held-out patients; the test itself is in `privacy/test_copies_found.py`."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist

from bench_core.errors import TooFewImages
from bench_core.features import FeatureSet
from bench_core.metrics.held_out import nearest_ratios


def test_a_ratio_is_the_distance_over_the_spacing_of_the_training_images_there() -> None:
    rng = np.random.default_rng(0)
    train, synthetic = rng.normal(size=(60, 4)).astype(np.float32), rng.normal(size=(30, 4)).astype(np.float32)
    patients = np.arange(60) // 2
    apart = np.where(patients[:, None] == patients, np.inf, cdist(train, train))
    to_train = cdist(synthetic, train)
    expected = to_train.min(axis=1) / apart.min(axis=1)[to_train.argmin(axis=1)]
    np.testing.assert_allclose(nearest_ratios(FeatureSet(synthetic), FeatureSet(train, subjects=patients)), expected, rtol=1e-5)


def test_one_patient_has_no_spacing() -> None:
    train = FeatureSet(np.random.default_rng(0).normal(size=(20, 4)), subjects=["only"] * 20, kind="train")
    with pytest.raises(TooFewImages, match="1 other patients' distinct images"):
        nearest_ratios(train, train)

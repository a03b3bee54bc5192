"""Measures against scikit-learn, weightings of images included."""

import numpy as np
import pytest
from sklearn import metrics

from bench_core.downstream.measures import auprc, auroc, balanced_accuracy_at, best_threshold, calibration_error, f1_at

RNG = np.random.default_rng(3)
SCORES = np.round(RNG.uniform(size=300), 2)  # ties
LABELS = (RNG.uniform(size=300) < SCORES).astype(float)
WEIGHTS = np.vstack([np.ones(300), RNG.integers(0, 4, (3, 300))])


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        (auroc, lambda y, s, w: metrics.roc_auc_score(y, s, sample_weight=w)),
        (auprc, lambda y, s, w: metrics.average_precision_score(y, s, sample_weight=w)),
        (f1_at(0.4), lambda y, s, w: metrics.f1_score(y, s >= 0.4, sample_weight=w)),
        (balanced_accuracy_at(0.4), lambda y, s, w: metrics.balanced_accuracy_score(y, s >= 0.4, sample_weight=w)),
    ],
)
def test_equal_to_scikit_learn(mine, theirs) -> None:
    expected = [theirs(LABELS, SCORES, w) for w in WEIGHTS]
    np.testing.assert_allclose(mine(SCORES, LABELS, WEIGHTS), expected, rtol=1e-9)


def test_calibration_error_by_hand() -> None:
    scores, labels = np.array([0.15, 0.15, 0.95, 0.95]), np.array([0.0, 1.0, 1.0, 1.0])
    assert calibration_error(scores, labels, np.ones((1, 4)))[0] == pytest.approx((2 * 0.35 + 2 * 0.05) / 4)


def test_without_positives_or_negatives_there_is_no_number() -> None:
    ones = np.ones((1, 3))
    for labels in (np.zeros(3), np.ones(3)):
        assert np.isnan(auroc(np.arange(3.0), labels, ones)[0])
    assert np.isnan(auprc(np.arange(3.0), np.zeros(3), ones)[0])
    assert best_threshold(np.arange(3.0), np.zeros(3), f1_at) == 0.5


def test_the_best_threshold_parts_what_can_be_parted() -> None:
    scores, labels = np.linspace(0, 1, 100), (np.arange(100) >= 70).astype(float)
    assert f1_at(best_threshold(scores, labels, f1_at))(scores, labels, np.ones((1, 100)))[0] > 0.97

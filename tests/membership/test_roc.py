"""ROC statistics against closed forms, another package and simulation."""

import numpy as np
import pytest
from scipy.stats import binomtest

from bench_core.errors import TooFewImages
from bench_core.membership import MembershipScores, auc_of, patients_of, roc_of, tail_test, tpr_at


def made(members: np.ndarray, others: np.ndarray, per_patient: int = 1) -> MembershipScores:
    values = np.concatenate([members, others])
    member = np.arange(len(values)) < len(members)
    return MembershipScores(values, member, np.arange(len(values)) // per_patient, np.r_[np.arange(len(members)), np.arange(len(others))])


def test_the_area_is_that_of_scikit_learn_ties_half() -> None:
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    scores = made(rng.integers(0, 6, 60) + 1.0, rng.integers(0, 6, 45).astype(float))
    assert auc_of(scores).auc == pytest.approx(roc_auc_score(scores.member, scores.values))
    curve = roc_of(scores)
    assert np.trapezoid(curve["tpr"], curve["fpr"]) == pytest.approx(auc_of(scores).auc)
    assert curve.iloc[0].tolist() == [0, 0] and curve.iloc[-1].tolist() == [1, 1]


def test_delongs_standard_error_by_hand() -> None:
    scores = made(np.array([1.0, 3.0, 5.0]), np.array([0.0, 2.0]))
    above, below = np.array([0.5, 1, 1]), np.array([1, 2 / 3])
    assert auc_of(scores).spread == pytest.approx(np.sqrt(above.var(ddof=1) / 3 + below.var(ddof=1) / 2))


def test_the_interval_covers_with_several_images_of_a_patient() -> None:
    rng, covered = np.random.default_rng(1), 0
    for _ in range(200):
        patients = np.repeat(rng.normal(size=80), 4)  # all images of a patient are nearly alike
        values = patients + 0.1 * rng.normal(size=320)
        found = auc_of(made(values[:160], values[160:], per_patient=4))
        covered += found.low <= 0.5 <= found.high
    assert 180 <= covered <= 199


def test_perfect_separation_has_an_interval() -> None:
    found = auc_of(made(np.arange(20) + 100.0, np.arange(20.0)))
    assert (found.auc, found.high) == (1, 1) and 0.8 < found.low < 0.9
    assert auc_of(made(np.ones(9), np.ones(9))).auc == 0.5


def test_one_patient_is_refused() -> None:
    with pytest.raises(TooFewImages, match="members are 4 images of 1 patient; an interval needs 2"):
        auc_of(made(np.arange(4.0), np.arange(8.0), per_patient=4))


def test_the_rate_at_a_false_positive_rate_and_its_exact_interval() -> None:
    others, members = np.arange(100.0), np.r_[np.full(10, 98.5), np.full(10, 99.5), np.full(60, 5.0), np.full(20, 98.0)]
    found = tpr_at(made(members, others), 0.01)
    assert (found.tpr, found.hits, found.n, found.others) == (0.2, 20, 100, 100)
    exact = binomtest(20, 100).proportion_ci(0.95, "exact")
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high))


def test_a_rate_that_n_cannot_support_is_refused_with_the_n_it_takes() -> None:
    found = tpr_at(made(np.arange(50.0), np.arange(400.0)), 0.001)
    assert found.tpr is None and found.message == "TPR at 0.1 % needs 1,000 held-out patients; there are 400."


def test_the_tail_test_is_exact() -> None:
    """3 of 4 members above all of 5 non-members: P = (4 3 2) / (9 8 7)."""
    found = tail_test(made(np.array([9.0, 8, 7, 0]), np.array([1.0, 2, 3, 4, 5])), 0.01)
    assert found.hits == 3 and found.p_value == pytest.approx(24 / 504) and found.expected == pytest.approx(4 / 6)
    rng, rejected = np.random.default_rng(0), 0
    for _ in range(400):
        rejected += tail_test(made(rng.normal(size=300), rng.normal(size=200)), 0.01).p_value < 0.05
    assert rejected <= 32  # at most 5 %, and chance


def test_one_score_per_patient() -> None:
    scores = made(np.array([1.0, 3, 5, 7]), np.array([0.0, 8, 2, 2]), per_patient=2)
    assert patients_of(scores).values.tolist() == [3, 7, 8, 2] and patients_of(scores).rows.tolist() == [1, 3, 1, 2]
    assert patients_of(scores, "mean").values.tolist() == [2, 6, 4, 2]
    assert patients_of(scores).member.tolist() == [True, True, False, False]

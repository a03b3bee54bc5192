"""Risk by patient: planted patients are found, and chance is told from risk."""

import numpy as np
import pytest

from bench_core.membership.patient_risk import Answers, RiskAttack, areas_over_targets, by_patient, patient_risk, scores_of_targets
from bench_core.membership.probes import halves

TARGETS, PATIENTS = 32, 60
UNITS = np.repeat(np.arange(PATIENTS) + 100, 2)


def answers(dose: np.ndarray, seed: int = 0, noise: float = 1.0) -> Answers:
    """phi of two records a patient: a level of each record's own, chance, and the patient's dose in targets that learned from them."""
    rng = np.random.default_rng(seed)
    member = halves(UNITS, TARGETS, seed)
    phi = 5 * rng.normal(size=len(UNITS)) + noise * rng.normal(size=member.shape) + member * dose[UNITS - 100]
    return Answers(member, phi, -phi, 1 / (1 + np.exp(-phi / 4)), UNITS)


@pytest.mark.parametrize("attack", ["lira_online", "lira_offline", "classifier_loss", "rmia"])
def test_patients_at_risk_are_on_top_and_the_rest_is_chance(attack: RiskAttack) -> None:
    dose = np.zeros(PATIENTS)
    dose[[3, 17, 40]] = 8.0
    found = patient_risk(answers(dose), attack=attack, shuffles=20)
    top = found.patients.head(3)
    assert set(top["unit"]) == {103, 117, 140} and np.all(top["auc"] > 0.9) and top["stands_out"].all()
    assert np.all(top["p_value"] < 0.01) and found.patients["stands_out"].sum() <= 4
    rest = found.patients.iloc[3:]
    assert abs(rest["auc"].mean() - 0.5) < 0.06
    assert set(found.patients["images"]) == {2} and found.targets == TARGETS
    cut = found.shares.set_index("cut").loc[0.9]
    assert cut["above"] == 3 and cut["low"] < 0.05 < cut["high"] and cut["p_value"] < 0.05 and cut["null_high"] < 0.05


@pytest.mark.parametrize("seed", [0, 5])
def test_where_nothing_leaks_shares_are_those_of_shuffled_patients(seed: int) -> None:
    """Shuffles are draws of their own, also with the seed by which the targets' patients were chosen."""
    found = patient_risk(answers(np.zeros(PATIENTS), seed=seed), shuffles=40, seed=seed)
    assert np.all(found.shares["p_value"] > 0.02)
    assert 0.02 < found.shares["null"].iloc[0] < 0.25  # with 32 targets chance alone puts some above 0.6
    assert not found.patients["stands_out"].any()


def test_lira_of_one_target_never_reads_that_target_as_shadow() -> None:
    """Each score is that of a loop over the other targets."""
    given = answers(np.full(PATIENTS, 1.0))
    scores = scores_of_targets(given, given.member, "lira_online")
    for k in (0, 13):
        others = np.arange(TARGETS) != k
        phi, member = given.phi[others], given.member[others]
        means, squares = [], []
        for use in (member, ~member):
            mean = np.nanmean(np.where(use, phi, np.nan), axis=0)
            off = np.where(use, phi - mean, 0)
            means.append(mean)
            squares.append((off**2).sum() / (use.sum() - len(UNITS)))
        expected = ((given.phi[k] - means[1]) ** 2 - (given.phi[k] - means[0]) ** 2) / (squares[0] + squares[1])
        np.testing.assert_allclose(scores[k], expected, rtol=1e-8)


def test_areas_and_patients_by_hand() -> None:
    scores, member = np.array([[3.0, 1], [2, 1], [1, 0], [0, 2]]), np.array([[1, 1], [1, 0], [0, 1], [0, 0]], bool)
    assert areas_over_targets(scores, member).tolist() == [1.0, 0.125]
    values = np.array([[1.0, 5, 3], [0, 2, 8]])
    assert by_patient(values, np.array([1, 0, 1]), "mean").tolist() == [[5, 2], [2, 4]]
    assert by_patient(values, np.array([1, 0, 1]), "max").tolist() == [[5, 3], [2, 8]]
    both = patient_risk(answers(np.zeros(PATIENTS)), shuffles=3).patients
    rows = both["row"].to_numpy()
    assert np.array_equal(UNITS[rows], both["unit"])
